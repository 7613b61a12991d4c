"""Special:ApiSandbox: try the API by hand (mission M17; spec framework §12.2).

The page is made by the script ``static/api_sandbox.js`` out of ``paraminfo``; here are its frame, its texts in the visitor's language and
what it says where scripts do not run. Nothing that a visitor types into the page comes by here: it goes to ``api.php`` or nowhere.
"""

from __future__ import annotations

import json
from typing import Final

from wikigate.i18n.catalog import Catalog
from wikigate.primitives.message import Message
from wikigate.web.frame import Frame
from wikigate.web.page import PageParts
from wikigate.web.visit import Visit
from wikigate.wire.http import Response

NAME: Final = "ApiSandbox"
# What the script says; ``$1`` and ``$2`` stay for it to fill in.
_TEXTS: Final = (
    "apisandbox-deprecated-parameters",
    "apisandbox-dynamic-error-exists",
    "apisandbox-examples",
    "apisandbox-fetch-token",
    "apisandbox-load-error",
    "apisandbox-loading",
    "apisandbox-multivalue-all-values",
    "apisandbox-request-time",
    "apisandbox-results-error",
    "apisandbox-results-login-suppressed",
    "apisandbox-sending-request",
    "apisandbox-sensitive-field",
    "wikigate-sandbox-answer-asks",
    "wikigate-sandbox-copied",
    "wikigate-sandbox-copy",
    "wikigate-sandbox-default",
    "wikigate-sandbox-error-code",
    "wikigate-sandbox-extra-name",
    "wikigate-sandbox-extra-remove",
    "wikigate-sandbox-extra-value",
    "wikigate-sandbox-fetch-fields",
    "wikigate-sandbox-format-parameters",
    "wikigate-sandbox-help",
    "wikigate-sandbox-main-parameters",
    "wikigate-sandbox-more",
    "wikigate-sandbox-posted",
    "wikigate-sandbox-required",
    "wikigate-sandbox-token-auto",
    "wikigate-sandbox-token-failed",
    "wikigate-sandbox-values",
    "wikigate-sandbox-writes",
)


class ApiSandboxPage:
    """Shows the frame of the sandbox."""

    def __init__(self, parts: PageParts) -> None:
        self._site = parts.services.site
        self._catalog: Catalog = parts.services.catalog
        self._frame: Frame = parts.frame

    def get(self, visit: Visit) -> Response:
        """Show the page."""
        texts = {key: self._catalog.plain(Message(key, ("$1", "$2")), visit.language) for key in _TEXTS}
        return self._frame.draw(
            visit,
            "api_sandbox.html",
            Message("apisandbox"),
            texts=json.dumps(texts, ensure_ascii=False),
            api=f"{self._site.script_path}/api.php",
            help=self._site.article_path.replace("$1", "Special:ApiHelp"),
        )

    def post(self, visit: Visit) -> Response:
        """Show the page: requests go to the API itself."""
        return self.get(visit)
