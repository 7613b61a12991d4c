"""Special:OpenIDConnectReturn: where an OpenID provider sends the browser back to (spec extensions §4.3, security G1, G4).

Open to everybody and without a session: the browser may be another client than the one that logs in. It lets nobody in; it checks that the
answer belongs to a login that waits for it and comes from that provider, and carries ``code`` and ``state`` on to the client's own address.
"""

from __future__ import annotations

from wikigate.primitives.message import Message
from wikigate.primitives.urls import with_query
from wikigate.providers.oidc.fault import OpenIdFault
from wikigate.providers.oidc.open_id_connect import PROVIDER_ID, OpenIdConnect
from wikigate.web.frame import Frame, redirect
from wikigate.web.page import PageParts
from wikigate.web.visit import Visit
from wikigate.wire.http import Response

_TITLE = Message("openidconnect-return-title")
_UNKNOWN = Message("openidconnect-return-unknown")
_UNREACHABLE = Message("openidconnect-error")


class OpenIdReturn:
    """The page; satisfies ``Page``."""

    def __init__(self, provider: OpenIdConnect, frame: Frame) -> None:
        self._provider = provider
        self._frame = frame

    def get(self, visit: Visit) -> Response:
        """Send the browser on to the client, or say that nobody waits for it."""
        state, code, error = visit.text("state"), visit.text("code"), visit.text("error")
        try:
            trip = self._provider.come_back(visit.subpage, state, code=code, error=error, issuer=visit.form.text("iss"))
        except OpenIdFault:
            return self._frame.tell(visit, _TITLE, _UNREACHABLE, status=502)
        if trip is None:
            return self._frame.tell(visit, _TITLE, _UNKNOWN, status=400)
        answer = {"error": trip.error} if trip.error else {"code": code}
        return redirect(with_query(trip.return_url, {**answer, "state": state}))

    def post(self, visit: Visit) -> Response:
        """Say that answers come by GET: ``response_mode=form_post`` is never asked for."""
        return self._frame.tell(visit, _TITLE, _UNKNOWN, status=400)


def make(parts: PageParts) -> OpenIdReturn | None:
    """Make the page, where its provider is switched on."""
    provider = parts.providers.by_id.get(PROVIDER_ID)
    return OpenIdReturn(provider, parts.frame) if isinstance(provider, OpenIdConnect) else None
