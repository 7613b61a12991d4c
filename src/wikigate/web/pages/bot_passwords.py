"""Special:BotPasswords: a user's own bot passwords; made here, shown once, changed, given a new secret, taken away (spec core §6).

The names of the inputs are those of MediaWiki's page. What is done is in ``auth/bot_password_changes.py``, as for the command line.
"""

from __future__ import annotations

from typing import Final

from wikigate.accounts.bot_passwords import BotPassword, NewBotPassword
from wikigate.accounts.hashing import HashQueueFull
from wikigate.accounts.user import Account
from wikigate.auth.bot_password_changes import BotPasswordChanges
from wikigate.primitives.addresses import EVERYWHERE, Networks
from wikigate.primitives.errors import api_error
from wikigate.primitives.message import Message, PlainText
from wikigate.web.conversation_form import caller_of
from wikigate.web.frame import redirect
from wikigate.web.fresh_page import FreshPage
from wikigate.web.page import PageParts
from wikigate.web.visit import Visit
from wikigate.wire.http import Response

NAME: Final = "BotPasswords"
_TITLE: Final = Message("botpasswords")
_LONGEST_APP: Final = 32
# MediaWiki's own limits for this field and for a title.
_MOST_PAGES: Final = 25
_LONGEST_TITLE: Final = 255


class BotPasswordsPage(FreshPage):
    """Lists them, and shows the form of a new one or of one that there is (``appid``)."""

    name = NAME
    operation = NAME
    kept = ("wpappId", "wpmode", "wpgrants-", "wprestrictions-")

    def __init__(self, parts: PageParts, changes: BotPasswordChanges) -> None:
        super().__init__(parts)
        self._changes = changes
        self._grants = [grant.name for grant in parts.services.rights.grants if not grant.hidden]

    def show(self, visit: Visit, owner: Account) -> Response:
        """Show the list, or the one that is asked for."""
        again = visit.typed_before and visit.text("wpmode") in {"update", "reset", "delete"}
        app = visit.text("wpappId" if again else "appid")
        if not app:
            return self._list(visit, owner)
        found = self._changes.lookup(owner, app)
        if found is None:
            return self._list(visit, owner, error=Message("botpasswords-not-exist", (PlainText(app),)))
        return self._edit(visit, found)

    def do(self, visit: Visit, owner: Account) -> Response:
        """Make, change, reset or take away one. Raises ``ApiError``: ``ratelimited``."""
        app = visit.text("wpappId").strip()
        try:
            match visit.text("wpmode"):
                case "create":
                    return self._create(visit, owner, app)
                case "update" | "reset" | "delete" as mode if found := self._changes.lookup(owner, app):
                    return self._change(visit, owner, found, mode)
        except HashQueueFull as full:
            raise api_error("apierror-ratelimited", code="ratelimited", http_status=429) from full
        except ValueError:
            # Everything else that cannot be has been said before.
            return self._list(visit, owner, error=Message("botpasswords-toolong"))
        return self._list(visit, owner, error=Message("botpasswords-not-exist", (PlainText(app),)))

    def _create(self, visit: Visit, owner: Account, app: str) -> Response:
        grants, addresses, pages = self._asked(visit)
        if not 1 <= len(app.encode("utf-8", "replace")) <= _LONGEST_APP:
            return self._list(visit, owner, error=Message("botpasswords-bad-appid", (PlainText(app),)))
        if (wrong := _wrong_address(addresses) or _wrong_page(pages)) is not None:
            return self._list(visit, owner, error=wrong)
        if self._changes.lookup(owner, app) is not None:
            return self._list(visit, owner, error=Message("botpasswords-insert-failed", (PlainText(app),)))
        made = self._changes.create(caller_of(visit), owner, app, grants=grants, addresses=addresses, pages=pages)
        return self._list(visit, owner, made=made)

    def _change(self, visit: Visit, owner: Account, found: BotPassword, mode: str) -> Response:
        by = caller_of(visit)
        if mode == "delete":
            self._changes.revoke(by, owner, found.app)
            return redirect(self.url(done="deleted", app=found.app))
        if mode == "reset":
            made = self._changes.reset(by, owner, found.app)
            return self._list(visit, owner, made=made)
        grants, addresses, pages = self._asked(visit)
        if (wrong := _wrong_address(addresses) or _wrong_page(pages)) is not None:
            return self._edit(visit, found, error=wrong)
        self._changes.update(by, owner, found.app, grants=grants, addresses=addresses, pages=pages)
        return redirect(self.url(done="updated", app=found.app))

    def _asked(self, visit: Visit) -> tuple[list[str], list[str], list[str]]:
        """Return the grants that were ticked, of those that can be, and the addresses and the pages that were written, one a line."""
        grants = [grant for grant in self._grants if f"wpgrants-{grant}" in visit.form]
        pages = [title for line in visit.text("wprestrictions-pages").splitlines() if (title := line.strip())]
        return grants, visit.text("wprestrictions-ip").split(), pages

    def _list(
        self, visit: Visit, owner: Account, *, made: NewBotPassword | None = None, error: Message | None = None
    ) -> Response:
        done, again = visit.text("done"), error is not None or visit.typed_before
        said = f"botpasswords-{done}-body" if done in {"updated", "deleted"} and error is None else ""
        return self._frame.draw(
            visit,
            "bot_passwords.html",
            _TITLE,
            status=400 if error else 200,
            owner=owner.name,
            made=made,
            error=visit.words(error) if error else "",
            said=self.words(visit, said, PlainText(visit.text("app")), PlainText(owner.name)) if said else "",
            entries=[(one, self.url(appid=one.app)) for one in self._changes.list(owner)],
            hidden_grants=visit.services.rights.hidden_grants,
            grants=self._grants,
            ticked=[grant for grant in self._grants if f"wpgrants-{grant}" in visit.form] if again else [],
            app=visit.text("wpappId") if again else "",
            addresses=visit.text("wprestrictions-ip") if again else "\n".join(EVERYWHERE),
            pages=visit.text("wprestrictions-pages") if again else "",
            action=self.url(),
            token=visit.token(),
        )

    def _edit(self, visit: Visit, found: BotPassword, *, error: Message | None = None) -> Response:
        again = error is not None or (visit.typed_before and visit.text("wpmode") == "update")
        grants, addresses, pages = self._asked(visit) if again else (found.grants, found.addresses, found.pages)
        return self._frame.draw(
            visit,
            "bot_password.html",
            Message("wikigate-botpasswords-one", (PlainText(found.app),)),
            status=400 if error else 200,
            error=visit.words(error) if error else "",
            app=found.app,
            grants=self._grants,
            ticked=grants,
            addresses="\n".join(addresses),
            pages="\n".join(pages),
            action=self.url(),
            token=visit.token(),
        )


def _wrong_page(pages: list[str]) -> Message | None:
    fits = len(pages) <= _MOST_PAGES and all(len(one.encode("utf-8", "replace")) <= _LONGEST_TITLE for one in pages)
    return None if fits else Message("wikigate-botpasswords-bad-pages")


def _wrong_address(addresses: list[str]) -> Message | None:
    for address in addresses:
        try:
            Networks((address,))
        except ValueError:
            return Message("wikigate-botpasswords-bad-address", (PlainText(address),))
    return None
