"""Special:UnlinkAccounts: which identities of other servers log in to one's own account, and a button to take each off (spec core §10)."""

from __future__ import annotations

from wikigate.web.page import PageParts
from wikigate.web.pages.remove_credentials import RemoveCredentialsPage


class UnlinkAccountsPage(RemoveCredentialsPage):
    """Lists the identities; the subpage chooses one of them."""

    name = "UnlinkAccounts"
    operation = "UnlinkAccount"
    stage = "unlink"


def make(parts: PageParts) -> UnlinkAccountsPage | None:
    """Make the page, where accounts can be linked at all."""
    return UnlinkAccountsPage(parts) if parts.providers.can_link else None
