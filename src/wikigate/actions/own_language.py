"""The language that somebody has chosen for himself: the preference ``language`` among MediaWiki's ``user_properties``.

Asked for when a text is needed, by errors too, so it never raises. Costs nothing where no login can have come with the request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from wikigate.i18n.catalog import sanitise_language
from wikigate.primitives.errors import ApiError, StoreUnavailable

if TYPE_CHECKING:
    from wikigate.actions.services import Services
    from wikigate.sessions.session import Session
    from wikigate.wire.http import Request

PREFERENCE: Final = "language"


class Asking(Protocol):
    """A call or a visit: its request, and its session, which is read when first asked for."""

    @property
    def request(self) -> Request:
        """The request."""
        ...

    @property
    def session(self) -> Session:
        """The session."""
        ...

    @property
    def services(self) -> Services:
        """The wiki's parts."""
        ...


def own_language(asking: Asking) -> str | None:
    """Return the code that the account of a call or visit has chosen; None for visitors and for who has chosen none."""
    headers = asking.request.headers
    if "cookie" not in headers and "authorization" not in headers:
        return None
    services = asking.services
    try:
        account = asking.session.account
        chosen = services.directory.properties(account.id).get(PREFERENCE) if account else None
    except (ApiError, StoreUnavailable):
        return None
    return sanitise_language(chosen, services.site.language) if chosen else None
