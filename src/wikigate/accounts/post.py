"""The wiki's letters to its users: worded here, sealed, and put into the outbox within the transaction that causes them.

Promises: a letter is written if and only if what it tells of is (security §4.1); it goes to the address that the account has, never to one
that came with a request; it holds no client's address (R31), and links are made of the configured server name alone (T9). Bodies lie in
the database sealed under the server's keys (H4), bound to their address.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from wikigate.primitives.emails import is_email
from wikigate.primitives.message import Message, Num, PlainText

if TYPE_CHECKING:
    from wikigate.i18n.catalog import Catalog
    from wikigate.primitives.clock import Clock
    from wikigate.primitives.message import Param
    from wikigate.primitives.seal import Seal
    from wikigate.store.outbox import OutboxRow, OutboxRows

_DAY: Final = 24 * 3600


class Post:
    """Writes letters; shared by all threads. ``enabled``: whether there are any. ``index``: the address of ``index.php``.

    ``chosen`` tells the language that an account has chosen, None where it has chosen none and gets ``language``.
    """

    def __init__(
        self,
        rows: OutboxRows,
        seal: Seal,
        clock: Clock,
        catalog: Catalog,
        *,
        language: str,
        chosen: Callable[[int], str | None],
        index: str,
        enabled: bool,
    ) -> None:
        self.enabled: Final = enabled
        self.rows: Final = rows
        self._seal = seal
        self._clock = clock
        self._catalog = catalog
        self._language = language
        self._chosen = chosen
        self._index = index

    def temporary_password(
        self, user_id: int, address: str, names: Sequence[str], password: str, *, lifetime: int
    ) -> None:
        """Tell the accounts of one address their temporary password."""
        listed = "\n".join(
            self._text(user_id, Message("passwordreset-emailelement", (PlainText(name), PlainText(password))))
            for name in names
        )
        body = Message(
            "wikigate-mail-passwordreset", (PlainText(listed), Num(len(names)), Num(lifetime // _DAY), self._page(""))
        )
        self._put("password-reset", user_id, address, Message("passwordreset-emailtitle"), body)

    def new_account(self, user_id: int, address: str, name: str, password: str, *, lifetime: int, by: str) -> None:
        """Tell somebody of the account that another has made for him."""
        body = Message(
            "wikigate-mail-createaccount",
            (
                PlainText(name),
                PlainText(password),
                Num(lifetime // _DAY),
                self._page("Special:UserLogin"),
                PlainText(by),
            ),
        )
        self._put("new-account", user_id, address, Message("createaccount-title"), body)

    def confirmation(self, user_id: int, address: str, name: str, token: str, *, lifetime: int) -> None:
        """Ask the owner of an address whether it is his account's."""
        link = self._page(f"Special:ConfirmEmail/{token}")
        body = Message("wikigate-mail-confirmemail", (PlainText(name), link, Num(lifetime // _DAY)))
        self._put("confirm-email", user_id, address, Message("confirmemail_subject"), body)

    def password_changed(self, user_id: int, address: str, name: str) -> None:
        """Tell an account's owner that its password was changed."""
        self.notice("password-changed", user_id, address, name)

    def email_changed(self, user_id: int, address: str, name: str) -> None:
        """Tell the owner of an account's former address that it is no longer."""
        self.notice("email-changed", user_id, address, name)

    def notice(self, kind: str, user_id: int, address: str, name: str, *more: Param) -> None:
        """Tell an account's owner what has happened to it: the messages ``wikigate-mail-<kind>-subject`` and ``-body``.

        The body is given the account's name, and ``more`` behind it.
        """
        subject, body = (f"wikigate-mail-{kind}-{part}" for part in ("subject", "body"))
        self._put(kind, user_id, address, Message(subject), Message(body, (PlainText(name), *more)))

    def open(self, row: OutboxRow) -> str:
        """Return the body of a mail in the outbox. Raises ``ValueError`` where its key is no longer in the list."""
        return self._seal.open(row.body, _context(row.kind, row.user_id, row.recipient))

    def _put(self, kind: str, user_id: int, address: str, subject: Message, body: Message) -> None:
        if not self.enabled or not is_email(address):
            return
        title = " ".join(self._text(user_id, subject).split())
        sealed = self._seal.close(self._text(user_id, body) + "\n", _context(kind, user_id, address))
        now = int(self._clock.now())
        self.rows.put(kind=kind, user_id=user_id, recipient=address, subject=title, body=sealed, now=now)

    def _text(self, user_id: int, message: Message) -> str:
        return self._catalog.text(message, self._chosen(user_id) or self._language)

    def _page(self, title: str) -> PlainText:
        return PlainText(f"{self._index}?title={quote(title, safe='/:')}" if title else self._index)


def _context(kind: str, user_id: int, address: str) -> str:
    return f"mail {kind} {user_id} {address}"
