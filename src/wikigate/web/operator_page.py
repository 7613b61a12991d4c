"""Pages for those who look after the wiki: each asks for a right, by name, as MediaWiki does.

A session whose rights are limited, as a bot password's is, has here what its grants leave.
"""

from __future__ import annotations

from typing import Final

from wikigate.primitives.errors import api_error
from wikigate.web.listing_page import ListingPage
from wikigate.web.visit import Visit

ACCOUNTS: Final = "userrights"
"""The right to look after accounts, and after the server: who has it may give itself any other (MediaWiki's bureaucrats)."""


class OperatorPage(ListingPage):
    """One page for those who have ``right``."""

    right: str = ACCOUNTS

    def admit(self, visit: Visit) -> None:
        """See ``ListingPage``."""
        if not visit.user.can(self.right):
            raise api_error("badaccess-group0", code="permissiondenied", http_status=403)
