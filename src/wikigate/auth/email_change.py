"""The owner of an account gives it another e-mail address, as on MediaWiki's Special:ChangeEmail (spec core §9, §13).

Promises: the address counts as unconfirmed until the link that is mailed to it has been followed; the old one is told; counting is one
atomic step, and what is refused changes nothing. That the owner has logged in a short while ago is the page's to see to.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, Literal

from wikigate.auth.throttle import name_hash, site_of
from wikigate.primitives.emails import is_email
from wikigate.primitives.errors import api_error
from wikigate.primitives.message import Duration
from wikigate.state.places import Window, take_places

if TYPE_CHECKING:
    from wikigate.accounts.directory import Directory
    from wikigate.accounts.user import Account
    from wikigate.auth.audit import Asker, Audit
    from wikigate.state.base import StateStore

OF_ADDRESS: Final = (10, 3600)
OF_ACCOUNT: Final = (4, 86400)
"""How many changes in how many seconds: MediaWiki's limits ``changeemail`` for ``ip-all`` and ``user``."""


class EmailChange:
    """Changes addresses; shared by all threads."""

    def __init__(self, directory: Directory, state: StateStore, audit: Audit) -> None:
        self._directory = directory
        self._state = state
        self._audit = audit

    def change(
        self, by: Asker, account: Account, address: str, *, exempt: bool = False
    ) -> Literal["asked", "kept", "removed"]:
        """Give the account an address, none where it is empty: ``asked`` to be confirmed by mail, ``kept`` where no mail is sent.

        Only a new address counts, since only that is asked to be confirmed; ``exempt``: nothing does (right ``noratelimit``).
        Raises ``ApiError``: ``invalidemailaddress``, ``changeemail-nochange`` where it is the one that there is, and
        ``changeemail-throttled``.
        """
        if address and not is_email(address):
            raise api_error("invalidemailaddress")
        if address == account.email:
            raise api_error("changeemail-nochange")
        if address and not exempt:
            self._count(by, account)
        with self._audit.together():
            if not self._directory.set_email(account.id, address):
                raise api_error("changeemail-nochange")
            self._audit.changed(by, "email.change", account)
        if not address:
            return "removed"
        fresh = self._directory.by_id(account.id)
        return "asked" if fresh is not None and self._directory.ask_email(fresh) else "kept"

    def _count(self, by: Asker, account: Account) -> None:
        windows = (
            Window(f"throttle:changeemail:address:{site_of(by.address)}", *OF_ADDRESS),
            Window(f"throttle:changeemail:name:{name_hash(account.name)}", *OF_ACCOUNT),
        )
        full = take_places(self._state, windows)
        if full is not None:
            wait = math.ceil(self._state.remaining(windows[full].key))
            raise api_error("changeemail-throttled", Duration(wait), http_status=429)
