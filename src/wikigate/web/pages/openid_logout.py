"""Special:OpenIDConnectLogout: an OpenID provider says that somebody has logged out there (Back-Channel Logout 1.0 §2.5; security G9).

No browser and no session is involved: the order is a token that the provider has signed, and it is used once.
"""

from __future__ import annotations

import json

from wikigate.auth.audit import ByHand
from wikigate.primitives.message import Message
from wikigate.providers.oidc.core import OpenIdCore
from wikigate.providers.oidc.open_id_connect import OpenIdConnect
from wikigate.providers.oidc.pluggable_auth import PluggableAuth
from wikigate.web.frame import Frame
from wikigate.web.page import PageParts
from wikigate.web.visit import Visit
from wikigate.wire.http import Response

_TITLE = Message("openidconnect-return-title")
_HEADERS = (("Content-Type", "application/json"), ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"))


class OpenIdLogout:
    """The page; satisfies ``Page``."""

    def __init__(self, core: OpenIdCore, frame: Frame) -> None:
        self._core = core
        self._frame = frame

    def get(self, visit: Visit) -> Response:
        """Say that orders are posted."""
        return self._frame.tell(visit, _TITLE, Message("apierror-invalidmethod"), status=405)

    def post(self, visit: Visit) -> Response:
        """Do what a logout token orders: 200, or 400 with the protocol's error and no word about what was wrong."""
        token = visit.text("logout_token")
        by = ByHand(visit.now, visit.request.address, visit.request_id)
        refused = self._core.log_out(by, token) if token else "no-token"
        if not refused:
            return Response(200, list(_HEADERS), b"[]")
        said = {"error": "invalid_request", "error_description": "The logout token is not accepted."}
        return Response(400, list(_HEADERS), json.dumps(said).encode())


def make(parts: PageParts) -> OpenIdLogout | None:
    """Make the page, where OpenID Connect is switched on in any shape."""
    for provider in parts.providers.primaries:
        if isinstance(provider, OpenIdConnect | PluggableAuth):
            return OpenIdLogout(provider.core, parts.frame)
    return None
