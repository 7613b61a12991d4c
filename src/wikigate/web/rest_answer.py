"""JSON answers of ``rest.php``: bodies, and refusals in the shape of MediaWiki's REST interface (spec framework §13, extensions §3.5)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from wikigate.wire.http import Response

PRIVATE: Final = ("Cache-Control", "private,must-revalidate,s-maxage=0")
"""For what is its reader's alone."""
_TYPE: Final = "application/json"


def answer(status: int, body: Mapping[str, Any], *headers: tuple[str, str], kind: str = _TYPE) -> Response:
    """Return a body as JSON, as short as PHP writes it."""
    sent = [("Content-Type", kind), ("X-Content-Type-Options", "nosniff"), *headers]
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(status, sent, text.encode("utf-8", "replace"))


def refuse(status: int, key: str, *headers: tuple[str, str], **more: str) -> Response:
    """Return a refusal: its key, and the HTTP status with its reason once more, as that interface does."""
    body = {"error": key, "httpCode": status, "httpReason": HTTPStatus(status).phrase, **more}
    return answer(status, body, *headers)


def tell(status: int, key: str, text: str) -> Response:
    """Return a refusal with a message: its key and its English text, as that interface does."""
    body = {"errorKey": key, "messageTranslations": {"en": text}}
    return answer(status, {**body, "httpCode": status, "httpReason": HTTPStatus(status).phrase})
