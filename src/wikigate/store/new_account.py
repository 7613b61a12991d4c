"""An account's beginning: every row that it consists of, in one transaction (spec core §9, security K1, N6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection

from wikigate.store import log
from wikigate.store.engine import Database
from wikigate.store.identities import IdentityRows
from wikigate.store.users import UserRows


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What to write; moments TS14.

    ``logged``: the log line's action, None for no line. ``by``: id and name of who made the account, None for itself.
    ``identity``: issuer and subject of the outside identity that it belongs to. ``is_temp``: it is a visitor's, for the time being.
    """

    name: str
    token: str = field(repr=False)
    registration: str
    touched: str
    password: str = field(default="", repr=False)
    password_expires: str | None = None
    email: str = ""
    email_authenticated: str | None = None
    email_token: str = field(default="", repr=False)
    email_token_expires: str | None = None
    new_password: str = field(default="", repr=False)
    new_password_time: str | None = None
    real_name: str = ""
    groups: tuple[str, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
    logged: str | None = None
    by: tuple[int, str] | None = None
    reason: str = ""
    identity: tuple[str, str] | None = None
    is_temp: bool = False


class _Taken(Exception):  # noqa: N818  never leaves this file
    """The name, or the outside identity, belongs to somebody: roll back."""


class NewAccounts:
    """Writes new accounts of one wiki; shared by all threads."""

    def __init__(self, database: Database, users: UserRows) -> None:
        self._database = database
        self._tables = database.tables
        self._users = users
        self._identities = IdentityRows(database)

    def insert(self, new: NewAccount, tell: Callable[[int], None] | None = None) -> int | None:
        """Write an account with all that belongs to it; its id, or None where its name or identity is taken.

        Of several at once one gets it. ``tell`` is called with the id within the transaction: it writes the mail.
        """
        try:
            with self._database.write() as connection:
                user_id, actor = self._insert(connection, new)
                self._take_identity(new, user_id)
                if new.groups:
                    self._users.put_groups(user_id, [(group, None) for group in new.groups], touched=new.touched)
                self._users.put_properties(user_id, new.properties)
                if not new.is_temp:
                    log.watch_own_page(connection, self._tables, user_id, new.name)
                log.count_account(connection, self._tables)
                if new.logged is not None:
                    self._log(connection, new, user_id, actor)
                if tell is not None:
                    tell(user_id)
        except _Taken:
            return None
        return user_id

    def _take_identity(self, new: NewAccount, user_id: int) -> None:
        identity = new.identity
        if identity is not None and not self._identities.add(*identity, user_id, created=new.registration):
            raise _Taken

    def _insert(self, connection: Connection, new: NewAccount) -> tuple[int, int]:
        """Write the rows that make a name somebody's; their ids."""
        values = {
            "user_name": new.name,
            "user_real_name": new.real_name,
            "user_password": new.password,
            "user_password_expires": new.password_expires,
            "user_newpassword": new.new_password,
            "user_newpass_time": new.new_password_time,
            "user_email": new.email,
            "user_email_authenticated": new.email_authenticated,
            "user_email_token": new.email_token,
            "user_email_token_expires": new.email_token_expires,
            "user_touched": new.touched,
            "user_token": new.token,
            "user_registration": new.registration,
            "user_editcount": 0,
            "user_is_temp": int(new.is_temp),
        }
        user_id = self._users.insert(connection, values)
        if user_id is None:
            raise _Taken
        actor = log.new_actor(connection, self._tables, user_id, new.name)
        if actor is None:
            raise _Taken
        return user_id, actor

    def _log(self, connection: Connection, new: NewAccount, user_id: int, actor: int) -> None:
        log.log_new_account(
            connection,
            self._tables,
            action=new.logged or "create",
            moment=new.registration,
            actor=actor if new.by is None else log.actor_of(connection, self._tables, *new.by),
            user_id=user_id,
            name=new.name,
            reason=new.reason,
        )
