"""The id of a request: in its answer's ``X-Request-Id``, in what the log and the audit say of it, on error pages (spec framework §8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from wikigate.actions.services import Services
    from wikigate.wire.http import Request

HEADER: Final = "X-Request-Id"
_BYTES: Final = 12
_LONGEST: Final = 128


def request_id(services: Services, request: Request) -> str:
    """Return 24 hexadecimal digits; where the wiki allows it, what the client calls its request."""
    if services.api.allow_external_request_id and (given := request.header("x-request-id")):
        return given[:_LONGEST]
    return services.random_bytes(_BYTES).hex()
