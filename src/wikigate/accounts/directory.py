"""The accounts of one wiki: found, made, changed. What is judged of names and passwords is judged by the callers.

Promises: an account is read with its groups in one statement; making one is one transaction, all of it or nothing, and of several that want
one name exactly one gets it; a changed password voids bot passwords and ends sessions in the same transaction (security D6, K4).
Every verb raises ``StoreUnavailable`` when the database does not answer.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from typing import Final, Literal

from wikigate.accounts.post import Post
from wikigate.accounts.user import INVALID_TOKEN, Account, Credentials, GroupMembership, MailedPassword
from wikigate.primitives.addresses import parse_address, wiki_range, wiki_spelling
from wikigate.primitives.clock import Clock
from wikigate.primitives.ids import RandomBytes, random_hex32
from wikigate.primitives.names import NameRules
from wikigate.primitives.timestamps import parse_ts14, ts14
from wikigate.store.bot_passwords import BotPasswordRows
from wikigate.store.engine import Database, Row
from wikigate.store.new_account import NewAccount, NewAccounts
from wikigate.store.sessions import SessionTable
from wikigate.store.users import UserRows

CONFIRMATION_LIFETIME: Final = 7 * 24 * 3600
"""Seconds for which a mail that asks for an address's confirmation is good (``$wgUserEmailConfirmationTokenExpiry``)."""

_ASK_AGAIN: Final = 3600
_PAGE: Final = 500
_USER_ID: Final = re.compile("#([1-9][0-9]{0,9})")


def token_hash(token: str) -> str:
    """Return what ``user_email_token`` holds of a token: MD5 in MediaWiki's form; the token itself is random and long enough for it."""
    return hashlib.md5(token.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()


class Directory:
    """The accounts of one wiki; shared by all threads. ``rules`` say which names there may be; ``post`` tells their owners of changes."""

    def __init__(
        self, database: Database, clock: Clock, rules: NameRules, random_bytes: RandomBytes, post: Post | None = None
    ) -> None:
        self.rules: Final = rules
        self._database = database
        self._clock = clock
        self._random_bytes = random_bytes
        self._rows = UserRows(database)
        self._new_accounts = NewAccounts(database, self._rows)
        self._sessions = SessionTable(database)
        self._bot_passwords = BotPasswordRows(database)
        self._post = post

    # -- finding ----------------------------------------------------------------------------------------------------------

    def by_id(self, user_id: int) -> Account | None:
        """Read one account with its groups (the hot read)."""
        return _account(self._rows.by_id(user_id, self._now()))

    def by_name(self, name: str) -> Account | None:
        """Read one account by canonical name."""
        return _account(self._rows.by_name(name, self._now()))

    def by_email(self, address: str) -> list[Account]:
        """Read the accounts that have an e-mail address, letter for letter (security R82)."""
        return list(_accounts(self._rows.by_email(address, self._now()))) if address else []

    def by_names(self, names: Iterable[str]) -> dict[str, Account]:
        """Read several accounts by canonical names; those that exist, by name."""
        return {account.name: account for account in _accounts(self._rows.by_names(names, self._now()))}

    def by_ids(self, user_ids: Iterable[int]) -> dict[int, Account]:
        """Read several accounts by ids; those that exist, by id."""
        return {account.id: account for account in _accounts(self._rows.by_ids(user_ids, self._now()))}

    def everyone(self) -> Iterator[Account]:
        """Read all accounts by name, a page at a time."""
        after = ""
        while page := self.page(after, _PAGE):
            yield from page
            after = page[-1].name

    def page(self, after: str, limit: int) -> list[Account]:
        """Read the next accounts by name behind a name."""
        return sorted(_accounts(self._rows.page(after, limit, self._now())), key=lambda account: account.name.encode())

    def credentials(self, name: str) -> Credentials | None:
        """Read the passwords of an account by canonical name."""
        row = self._rows.credentials(name)
        if row is None:
            return None
        user_id, name, password, new_password, new_time, expires, email = row
        return Credentials(user_id, name, password, new_password, _moment(new_time), _moment(expires), email)

    def properties(self, user_id: int) -> dict[str, str]:
        """Read the preferences of an account that differ from the defaults."""
        return {name: value or "" for name, value in self._rows.properties(user_id)}

    def canonical_user(self, text: str, subtypes: tuple[str, ...] = ()) -> str | None:
        """Normalise what a user parameter was given; None for what it cannot mean (spec framework §4).

        ``subtypes`` out of ``name``, ``temp``, ``ip``, ``cidr``, ``id``; none stands for all of them but ``id``.
        """
        allowed = subtypes or ("name", "temp", "ip", "cidr")
        if "id" in allowed and (numbered := _USER_ID.fullmatch(text)):
            account = self.by_id(int(numbered[1]))
            return account.name if account else None
        name = self.rules.canonicalise(text)
        if name is not None:
            # Where there are no temporary accounts, their names are names, which nobody may have.
            return name if "name" in allowed or ("temp" in allowed and self.rules.is_temporary(name)) else None
        address = self.rules.title(text) or ""
        if parse_address(address) is not None:
            return wiki_spelling(address) if "ip" in allowed else None
        return wiki_range(address) if "cidr" in allowed else None

    # -- making -----------------------------------------------------------------------------------------------------------

    def create(
        self,
        name: str,
        *,
        password: str = "",
        password_expires: float | None = None,
        email: str = "",
        email_authenticated: float | None = None,
        real_name: str = "",
        groups: Iterable[str] = (),
        properties: Mapping[str, str] | None = None,
        by: Account | None = None,
        reason: str = "",
        logged: Literal["create", "create2", "byemail", "autocreate"] | None = "create",
        temporary: MailedPassword | None = None,
        identity: tuple[str, str] | None = None,
        is_temp: bool = False,
        telling: Callable[[int], None] | None = None,
    ) -> Account | None:
        """Make an account of a canonical name; None where the name, or the identity, is taken.

        ``password``: the stored form, empty for none; ``password_expires``: when it must be changed.
        ``temporary``: what is mailed to its address within the same transaction; without
        one, the address is asked to be confirmed unless it is (``email_authenticated``). ``by``: who makes it, himself where None; the
        line in the log is in that name.
        ``logged``: which line, None for none (spec core §9). ``identity``: issuer and subject of an outside identity that
        is linked to it. ``is_temp``: it is a temporary account. ``telling`` is called with its id within the same transaction.
        """
        now, token = self._clock.now(), ""
        if (
            email
            and email_authenticated is None
            and temporary is None
            and self._post is not None
            and self._post.enabled
        ):
            token = random_hex32(self._random_bytes)
        new = NewAccount(
            name,
            random_hex32(self._random_bytes),
            registration=self._now(),
            touched=self._next_moment(),
            password=password,
            password_expires=None if password_expires is None else ts14(password_expires),
            email=email,
            email_authenticated=None if email_authenticated is None else ts14(email_authenticated),
            email_token=token_hash(token) if token else "",
            email_token_expires=ts14(now + CONFIRMATION_LIFETIME) if token else None,
            new_password=temporary.column if temporary else "",
            new_password_time=ts14(now) if temporary else None,
            real_name=real_name,
            groups=tuple(groups),
            properties=properties or {},
            logged=logged,
            by=None if by is None else (by.id, by.name),
            reason=reason,
            identity=identity,
            is_temp=is_temp,
        )

        def tell(user_id: int) -> None:
            if telling is not None:
                telling(user_id)
            if self._post is None:
                return
            if temporary is not None:
                maker = name if by is None else by.name
                self._post.new_account(user_id, email, name, temporary.password, lifetime=temporary.lifetime, by=maker)
            elif token:
                self._post.confirmation(user_id, email, name, token, lifetime=CONFIRMATION_LIFETIME)

        user_id = self._new_accounts.insert(new, tell)
        return None if user_id is None else self.by_id(user_id)

    # -- changing ---------------------------------------------------------------------------------------------------------

    def replace_password(self, user_id: int, old: str, new: str) -> bool:
        """Store the same password in another form; False where it was changed since ``old`` was read."""
        return self._rows.replace_password(user_id, old, new)

    def set_password(
        self,
        user_id: int,
        password: str,
        *,
        expires: float | None = None,
        keep: bytes = b"",
        telling: Callable[[], None] | None = None,
    ) -> bool:
        """Store another password; False where there is no such account.

        The temporary password is void, bot passwords must be made anew (spec core §6.3). Nothing that was logged in stays
        so, remembered devices included, here and on a wiki that shares the database (security D6). ``keep``: the key of a session whose row
        stays: it is no longer its owner's until it is bound to him anew. ``telling`` is called within the same transaction.
        """
        touched = self._next_moment()
        with self._database.transaction():
            if not self._rows.set_password(
                user_id, password, expires=None if expires is None else ts14(expires), touched=touched
            ):
                return False
            self._bot_passwords.void(user_id)
            self._end_sessions(user_id, random_hex32(self._random_bytes), keep)
            owner = self.by_id(user_id) if self._post else None
            if self._post and owner is not None:
                self._post.password_changed(user_id, owner.email, owner.name)
            if telling is not None:
                telling()
        return True

    def set_temporary_password(self, user_id: int, password: str) -> bool:
        """Store a temporary password beside the main one, made now; empty: none (spec core §12.4). False where there is no such account."""
        moment = self._now() if password else None
        return self._rows.set_temporary_password(user_id, password, moment=moment, touched=self._next_moment())

    def lock(self, user_id: int) -> bool:
        """Let nobody in to an account, whatever he shows, and end every session of it (security F4, D8).

        Its passwords and bot passwords are void until it is opened, also on a wiki that shares the database and may know the old
        ``user_token`` from its cache; its factors stay. A new password does not open it. False where there is no such account.
        """
        with self._database.transaction():
            if not self._rows.lock(user_id, INVALID_TOKEN, touched=self._next_moment()):
                return False
            self._bot_passwords.lock(user_id)
            self._sessions.end_all(user_id, b"")
        return True

    def unlock(self, user_id: int) -> bool:
        """Open a locked account; False where it is not locked."""
        new = random_hex32(self._random_bytes)
        with self._database.transaction():
            if not self._rows.unlock(user_id, INVALID_TOKEN, new, touched=self._next_moment()):
                return False
            self._bot_passwords.unlock(user_id)
        return True

    def end_sessions(self, user_id: int) -> int:
        """End everything that is logged in as an account, here and on a wiki that shares the database (security D8).

        Returns how many sessions it was here.
        """
        with self._database.transaction():
            return self._end_sessions(user_id, random_hex32(self._random_bytes))

    def end_temporary(self, days: int, telling: Callable[[Account], None]) -> int:
        """End what is logged in as temporary accounts that are older than so many days; the number of accounts (core §18).

        ``telling`` is called for each within the transaction that does so. Nobody gets in by them any more in any case: this removes what
        they have left behind, as MediaWiki's script ``expireTemporaryAccounts`` does, and changes their ``user_token``.
        """
        before, ended = ts14(self._clock.now() - days * 86_400), 0
        while found := self._rows.temporary_with_sessions(before, _PAGE):
            for user_id, name in found:
                with self._database.transaction():
                    self._end_sessions(user_id, random_hex32(self._random_bytes))
                    telling(Account(user_id, name, is_temp=True))
            ended += len(found)
        return ended

    def _end_sessions(self, user_id: int, token: str, keep: bytes = b"") -> int:
        self._rows.set_token(user_id, token, touched=self._next_moment())
        return self._sessions.end_all(user_id, keep)

    def ensure_token(self, account: Account) -> Account:
        """Return the account with a ``user_token``, made if it has none (spec core §4.1)."""
        if account.token:
            return account
        token = random_hex32(self._random_bytes)
        if self._rows.replace_token(account.id, "", token, touched=self._next_moment()):
            return replace(account, token=token)
        return self.by_id(account.id) or account

    def set_email(self, user_id: int, email: str, *, authenticated: float | None = None) -> bool:
        """Store an e-mail address and when it was confirmed, None for not yet; False where there is no such account."""
        confirmed = None if authenticated is None else ts14(authenticated)
        with self._database.transaction():
            before = self.by_id(user_id) if self._post else None
            if not self._rows.set_email(user_id, email, authenticated=confirmed, touched=self._next_moment()):
                return False
            if self._post and before is not None and before.email not in {"", email}:
                self._post.email_changed(user_id, before.email, before.name)
        return True

    def ask_email(self, account: Account) -> bool:
        """Send a link that confirms the account's address, once an hour; False where nothing is sent."""
        if self._post is None or not self._post.enabled or not account.email:
            return False
        token = random_hex32(self._random_bytes)
        end = self._clock.now() + CONFIRMATION_LIFETIME
        expires, before = ts14(end), ts14(end - _ASK_AGAIN)
        with self._database.transaction():
            if not self._rows.ask_email(
                account.id, account.email, token=token_hash(token), expires=expires, before=before
            ):
                return False
            self._post.confirmation(account.id, account.email, account.name, token, lifetime=CONFIRMATION_LIFETIME)
        return True

    def whose_email(self, token: str) -> str | None:
        """Return the name of the account whose address a token from a mail confirms; None where it confirms none."""
        row = self._rows.email_asked(token_hash(token), self._now())
        return None if row is None else str(row[1])

    def confirm_email(self, token: str) -> bool:
        """Note that an address is its account's: the token came from a mail to it. Once; False afterwards, and for any other token."""
        return self._rows.confirm_email(token_hash(token), self._now(), touched=self._next_moment())

    def remind(
        self, accounts: Iterable[Account], column: str, *, password: str, lifetime: int, resend_after: int
    ) -> tuple[str, ...]:
        """Store a temporary password for accounts of one address and write the mail, in one transaction; the names that got it.

        Who got one within the last ``resend_after`` seconds gets none, of several requests at once too. Without accounts the same work is
        done on no row, so that time tells nothing (security S1).
        """
        now = self._clock.now()
        moment, before, touched = ts14(now), ts14(now - resend_after), ts14(now + 1)
        with self._database.transaction():
            done = [
                one
                for one in tuple(accounts) or (Account(0, "", email=" "),)
                if self._rows.remind(one.id, column, email=one.email, moment=moment, before=before, touched=touched)
            ]
            if done and self._post:
                names = [one.name for one in done]
                self._post.temporary_password(done[0].id, done[0].email, names, password, lifetime=lifetime)
        return tuple(one.name for one in done)

    def set_properties(self, user_id: int, properties: Mapping[str, str | None]) -> None:
        """Store preferences; None goes back to the default."""
        self._rows.put_properties(user_id, properties)

    def add_group(self, user_id: int, group: str, expiry: float | None = None) -> None:
        """Put an account into a group, until a moment or for ever; of one that it is in already the moment is changed."""
        end = None if expiry is None else ts14(expiry)
        self._rows.put_groups(user_id, [(group, end)], touched=self._next_moment())

    def remove_group(self, user_id: int, group: str) -> bool:
        """Take an account out of a group; False where it was not in it."""
        return self._rows.remove_group(user_id, group, touched=self._next_moment())

    def _now(self) -> str:
        return ts14(self._clock.now())

    def _next_moment(self) -> str:
        # MediaWiki writes ``user_touched`` a second ahead, so that nothing that was cached before counts as newer.
        return ts14(self._clock.now() + 1)


def _account(rows: list[Row]) -> Account | None:
    """Make an account of its joined rows."""
    if not rows:
        return None
    user_id, name, real_name, email, authenticated, token, touched, registration, edits, is_temp, group, _ = rows[0]
    groups = () if group is None else tuple([GroupMembership(row[10], _moment(row[11])) for row in rows])
    return Account(
        user_id,
        name,
        real_name,
        email,
        _moment(authenticated),
        token,
        _moment(touched),
        _moment(registration),
        edits or 0,
        groups,
        is_temp == 1,
    )


def _accounts(rows: list[Row]) -> list[Account]:
    """Make accounts of their joined rows, which stand together."""
    made = [_account(list(own)) for _, own in groupby(rows, key=lambda row: row[0])]
    return [account for account in made if account is not None]


def _moment(text: str | None) -> float | None:
    return None if text is None else parse_ts14(text)
