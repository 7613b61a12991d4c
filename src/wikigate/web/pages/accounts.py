"""Special:Accounts: every account of the wiki, and what an operator can do for one: lock it, open it, end its sessions."""

from __future__ import annotations

from typing import Final

from wikigate.accounts.directory import Directory
from wikigate.accounts.user import Account
from wikigate.auth.audit import Audit
from wikigate.primitives.errors import api_error
from wikigate.primitives.message import Message, PlainText
from wikigate.primitives.timestamps import iso8601
from wikigate.web.conversation_form import caller_of
from wikigate.web.frame import redirect
from wikigate.web.links import page_url
from wikigate.web.listing import Deed, Line, Link, Listing, Search
from wikigate.web.operator_page import OperatorPage
from wikigate.web.page import PageParts
from wikigate.web.visit import Visit
from wikigate.wire.http import Response

_SHOWN: Final = 50


class AccountsPage(OperatorPage):
    """Lists the accounts; the subpage is one account's."""

    name = "Accounts"

    def __init__(self, parts: PageParts) -> None:
        super().__init__(parts)
        self._directory: Directory = parts.services.directory
        self._audit: Audit = parts.services.audit

    def show(self, visit: Visit) -> Response:
        """Show a page of the list, or one account."""
        return self._one(visit, self._named(visit)) if visit.subpage else self._list(visit)

    def do(self, visit: Visit) -> Response:
        """Lock, open, or end the sessions of the account; nobody locks himself."""
        account, me = self._named(visit), visit.session.account

        def note(event: str) -> None:
            self._audit.changed(caller_of(visit), event, account, by=me.name if me else "")

        with self._audit.together():
            match visit.text("deed"):
                case "lock" if me is not None and me.id != account.id:
                    self._directory.lock(account.id)
                    note("account.locked")
                case "unlock" if self._directory.unlock(account.id):
                    note("account.unlocked")
                case "end":
                    self._directory.end_sessions(account.id)
                    note("session.ended")
        return redirect(self.url(account.name))

    def _named(self, visit: Visit) -> Account:
        name = self._directory.canonical_user(visit.subpage.replace("_", " "), ("name",))
        account = self._directory.by_name(name) if name else None
        if account is None:
            raise api_error("nosuchuser", PlainText(visit.subpage), http_status=404)
        return account

    def _list(self, visit: Visit) -> Response:
        start, after = visit.text("user").strip(), visit.text("after")
        start = self._directory.canonical_user(start, ("name",)) or start
        found = self._directory.page(after or start, _SHOWN + 1)
        first = self._directory.by_name(start) if start and not after else None
        shown = [*([first] if first else []), *found[:_SHOWN]]
        state = {one: self.words(visit, f"wikigate-accounts-{one}") for one in ("locked", "over")}
        lines = [
            Line(
                (
                    Link(one.name, self.url(one.name)),
                    ", ".join(one.group_names),
                    _moment(one),
                    state.get(self._state(visit, one), ""),
                )
            )
            for one in shown
        ]
        heads = ("wikigate-account", *(f"wikigate-accounts-{head}" for head in ("groups", "registered", "state")))
        listing = Listing(
            self.words(visit, "accounts"),
            self.columns(visit, *heads),
            lines,
            self.words(visit, "wikigate-accounts-none"),
        )
        searches = (Search("user", self.words(visit, "wikigate-accounts-from"), start),)
        links = []
        if len(found) > _SHOWN:
            links = [Link(self.words(visit, "wikigate-accounts-more"), self.url(after=found[_SHOWN - 1].name))]
        return self.draw(visit, listing, searches=searches, links=links)

    def _one(self, visit: Visit, account: Account) -> Response:
        me, blocks = visit.session.account, visit.services.blocks.on_target(account)
        found: dict[str, str | Link] = {
            "wikigate-accounts-number": str(account.id),
            "wikigate-accounts-groups": ", ".join(account.group_names),
            "wikigate-accounts-registered": _moment(account),
            "wikigate-accounts-email": self.words(visit, f"wikigate-accounts-email-{_email(account)}"),
            "wikigate-accounts-block": Link(
                ", ".join(f"#{one.id}" for one in blocks), self._page("BlockList", wpTarget=account.name)
            ) if blocks else "–",
        }  # fmt: skip
        deeds = [Deed("end", self.words(visit, "wikigate-accounts-end"))]
        if account.is_locked:
            deeds.insert(0, Deed("unlock", self.words(visit, "wikigate-accounts-unlock")))
        elif me is not None and me.id != account.id:
            deeds.insert(0, Deed("lock", self.words(visit, "wikigate-accounts-lock")))
        state = f"wikigate-accounts-{self._state(visit, account)}"
        facts = self.facts(visit, account.name, found)
        lines = [*facts.lines, Line((self.words(visit, "wikigate-accounts-state"), self.words(visit, state)), deeds)]
        links = [
            Link(self.words(visit, "wikigate-accounts-history"), self._page("AuditLog", user=account.name)),
            Link(self.words(visit, "wikigate-accounts-blocks"), self._page(f"Block/{account.name}")),
            Link(self.words(visit, "accounts"), self.url()),
        ]
        title = Message("wikigate-accounts-one", (PlainText(account.name),))
        return self.draw(visit, Listing(facts.caption, (), lines), title=title, links=links)

    def _state(self, visit: Visit, account: Account) -> str:
        if account.is_locked:
            return "locked"
        return "over" if self._frame.ending.is_over(account, visit.now) else "open"

    def _page(self, name: str, **query: str) -> str:
        return page_url(self._site, f"Special:{name}", **query)


def _moment(account: Account) -> str:
    return "" if account.registration is None else iso8601(account.registration)


def _email(account: Account) -> str:
    """Say whether there is an e-mail address; the address itself is its owner's."""
    if not account.email:
        return "none"
    return "confirmed" if account.email_authenticated is not None else "unconfirmed"
