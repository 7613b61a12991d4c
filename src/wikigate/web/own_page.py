"""Pages on which somebody looks at his own account: not for programs that were lent a part of it (bot passwords, OAuth)."""

from __future__ import annotations

from wikigate.primitives.errors import api_error
from wikigate.web.listing_page import ListingPage
from wikigate.web.visit import Visit


class OwnPage(ListingPage):
    """One page for the owner of an account, logged in as such."""

    def admit(self, visit: Visit) -> None:
        """See ``ListingPage``."""
        if not visit.session.can_change_user:
            raise api_error("badaccess-group0", code="permissiondenied", http_status=403)
