"""The tables ``user``, ``user_groups``, ``user_former_groups`` and ``user_properties``: accounts as rows.

No rule of who may do what, or which names there may be. Moments are TS14 text, as in the columns. Every verb is one transaction, or part
of the one that the caller holds open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, delete, not_, or_, select, update

from wikigate.store.engine import Database, Row
from wikigate.store.types import locked, text_of, unlocked
from wikigate.store.upsert import insert_row, upsert

LOCKED: Final = "***"
"""What a ``user_token`` begins with that gives nobody a session."""


class UserRows:
    """The accounts of one wiki; shared by all threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._tables = tables = database.tables
        user, groups, properties = tables.user.c, tables.user_groups.c, tables.user_properties.c
        hot = database.hot
        account = self._account()
        self._by_id = hot(account.where(user.user_id == bindparam("id")))
        self._by_name = hot(account.where(user.user_name == bindparam("name")))
        self._credentials = hot(
            select(
                user.user_id,
                text_of(user.user_name),
                text_of(user.user_password),
                text_of(user.user_newpassword),
                text_of(user.user_newpass_time),
                text_of(user.user_password_expires),
                text_of(user.user_email),
            ).where(user.user_name == bindparam("name"))
        )
        self._properties = hot(
            select(text_of(properties.up_property), text_of(properties.up_value)).where(
                properties.up_user == bindparam("id")
            )
        )
        this_user = user.user_id == bindparam("id")
        self._replace_password = hot(
            update(tables.user)
            .where(this_user, user.user_password == bindparam("old"))
            .values(user_password=bindparam("new"))
        )
        self._set_password = hot(
            update(tables.user)
            .where(this_user)
            .values(
                user_password=bindparam("password"),
                user_newpassword="",
                user_newpass_time=None,
                user_password_expires=bindparam("expires"),
                user_touched=bindparam("touched"),
            )
        )
        self._set_temporary_password = hot(
            update(tables.user)
            .where(this_user)
            .values(
                user_newpassword=bindparam("password"),
                user_newpass_time=bindparam("moment"),
                user_touched=bindparam("touched"),
            )
        )
        self._remind = hot(
            update(tables.user)
            .where(
                this_user,
                user.user_email == bindparam("email"),
                or_(user.user_newpass_time.is_(None), user.user_newpass_time <= bindparam("before")),
            )
            .values(
                user_newpassword=bindparam("password"),
                user_newpass_time=bindparam("moment"),
                user_touched=bindparam("touched"),
            )
        )
        self._ask_email = hot(
            update(tables.user)
            .where(
                this_user,
                user.user_email == bindparam("email"),
                user.user_email_authenticated.is_(None),
                or_(user.user_email_token_expires.is_(None), user.user_email_token_expires <= bindparam("before")),
            )
            .values(user_email_token=bindparam("token"), user_email_token_expires=bindparam("expires"))
        )
        self._email_asked = hot(
            select(user.user_id, text_of(user.user_name)).where(
                user.user_email_token == bindparam("token"), user.user_email_token_expires > bindparam("now")
            )
        )
        self._confirm_email = hot(
            update(tables.user)
            .where(user.user_email_token == bindparam("token"), user.user_email_token_expires > bindparam("now"))
            .values(
                user_email_authenticated=bindparam("now"),
                user_email_token="",
                user_email_token_expires=None,
                user_touched=bindparam("touched"),
            )
        )
        self._replace_token = hot(
            update(tables.user)
            .where(this_user, user.user_token == bindparam("old"))
            .values(user_token=bindparam("new"), user_touched=bindparam("touched"))
        )
        new_token = update(tables.user).values(user_token=bindparam("new"), user_touched=bindparam("touched"))
        is_open = not_(text_of(user.user_token).startswith(LOCKED, autoescape=True))
        self._set_token = hot(new_token.where(this_user, is_open))
        passwords = (user.user_password, user.user_newpassword)
        self._lock = hot(new_token.where(this_user).values({one.name: locked(one) for one in passwords}))
        self._unlock = hot(
            new_token.where(this_user, text_of(user.user_token) == bindparam("old")).values(
                {one.name: unlocked(one) for one in passwords}
            )
        )
        self._set_email = hot(
            update(tables.user)
            .where(this_user)
            .values(
                user_email=bindparam("email"),
                user_email_authenticated=bindparam("authenticated"),
                user_email_token="",
                user_email_token_expires=None,
                user_touched=bindparam("touched"),
            )
        )
        self._touch = hot(update(tables.user).where(this_user).values(user_touched=bindparam("touched")))
        group = and_(groups.ug_user == bindparam("ug_user"), groups.ug_group == bindparam("ug_group"))
        self._put_group = hot(
            upsert(
                tables.user_groups,
                ("ug_user", "ug_group", "ug_expiry"),
                keys=("ug_user", "ug_group"),
                changes=("ug_expiry",),
            )
        )
        self._remove_group = hot(delete(tables.user_groups).where(group))
        self._note_former = hot(
            insert_row(tables.user_former_groups, ("ufg_user", "ufg_group"), unless=("ufg_user", "ufg_group"))
        )
        self._put_property = hot(
            upsert(
                tables.user_properties,
                ("up_user", "up_property", "up_value"),
                keys=("up_user", "up_property"),
                changes=("up_value",),
            )
        )
        self._remove_property = hot(
            delete(tables.user_properties).where(
                properties.up_user == bindparam("up_user"), properties.up_property == bindparam("up_property")
            )
        )

        session, remember = tables.session.c, tables.remember.c
        here = or_(
            user.user_id.in_(select(session.user_id)),
            user.user_id.in_(select(remember.user_id)),
        )
        self._temporary = hot(
            select(user.user_id, text_of(user.user_name))
            .where(user.user_is_temp == 1, user.user_registration <= bindparam("before"), here)
            .order_by(user.user_id)
            .limit(bindparam("limit"))
        )

    def _account(self) -> Select[Any]:
        """Join an account with those of its groups that have not expired: one row for each group, one at least."""
        user, groups = self._tables.user.c, self._tables.user_groups.c
        current: ColumnElement[bool] = or_(groups.ug_expiry.is_(None), groups.ug_expiry >= bindparam("now"))
        return (
            select(
                user.user_id,
                text_of(user.user_name),
                text_of(user.user_real_name),
                text_of(user.user_email),
                text_of(user.user_email_authenticated),
                text_of(user.user_token),
                text_of(user.user_touched),
                text_of(user.user_registration),
                user.user_editcount,
                user.user_is_temp,
                text_of(groups.ug_group),
                text_of(groups.ug_expiry),
            )
            .select_from(
                self._tables.user.outerjoin(self._tables.user_groups, and_(groups.ug_user == user.user_id, current))
            )
            .order_by(user.user_id, groups.ug_group)
        )

    # -- reading ----------------------------------------------------------------------------------------------------------

    def by_id(self, user_id: int, now: str) -> list[Row]:
        """Read one account with its groups (the hot read): no row, or one for each group and one at least."""
        return self._by_id.all(id=user_id, now=now)

    def by_name(self, name: str, now: str) -> list[Row]:
        """Read one account by canonical name, in the same way."""
        return self._by_name.all(name=name, now=now)

    def by_names(self, names: Iterable[str], now: str) -> list[Row]:
        """Read several accounts with their groups, by canonical names; their rows stand together."""
        return self._several(self._tables.user.c.user_name.in_(list(names)), now)

    def by_ids(self, user_ids: Iterable[int], now: str) -> list[Row]:
        """Read several accounts by ids, in the same way."""
        return self._several(self._tables.user.c.user_id.in_(list(user_ids)), now)

    def by_email(self, address: str, now: str) -> list[Row]:
        """Read the accounts that have an e-mail address, letter for letter, in the same way."""
        return self._several(self._tables.user.c.user_email == address, now)

    def page(self, after: str, limit: int, now: str) -> list[Row]:
        """Read the next ``limit`` accounts by name after ``after``, with their groups."""
        user = self._tables.user.c
        names = select(user.user_id).where(user.user_name > after).order_by(user.user_name).limit(limit)
        return self._several(user.user_id.in_(names), now)

    def _several(self, condition: ColumnElement[bool], now: str) -> list[Row]:
        with self._database.read() as connection:
            return [tuple(row) for row in connection.execute(self._account().where(condition), {"now": now})]

    def temporary_with_sessions(self, before: str, limit: int) -> list[Row]:
        """Read ids and names of temporary accounts made no later than a moment that have sessions or remembered devices here."""
        return self._temporary.all(before=before, limit=limit)

    def credentials(self, name: str) -> Row | None:
        """Read id, name, password, temporary password, its time, the password's expiry, and the e-mail address."""
        return self._credentials.one(name=name)

    def properties(self, user_id: int) -> list[Row]:
        """Read the preferences that differ from the defaults: names and values."""
        return self._properties.all(id=user_id)

    # -- changing ---------------------------------------------------------------------------------------------------------

    def insert(self, connection: Connection, values: Mapping[str, Any]) -> int | None:
        """Write a new account within ``Database.write``; its id, or None where the name is taken."""
        table = self._tables.user
        statement = insert_row(table, list(values), unless=("user_name",)).returning(table.c.user_id)
        user_id: int | None = connection.execute(statement, dict(values)).scalar_one_or_none()
        return user_id

    def replace_password(self, user_id: int, old: str, new: str) -> bool:
        """Write another hash over the one that was read; False where it has changed since."""
        return self._replace_password.run(id=user_id, old=old, new=new) == 1

    def set_password(self, user_id: int, password: str, *, expires: str | None, touched: str) -> bool:
        """Write a new hash and void the temporary password; False where there is no such account."""
        return self._set_password.run(id=user_id, password=password, expires=expires, touched=touched) == 1

    def set_temporary_password(self, user_id: int, password: str, *, moment: str | None, touched: str) -> bool:
        """Write a temporary password's hash and when it was made; False where there is no such account."""
        return self._set_temporary_password.run(id=user_id, password=password, moment=moment, touched=touched) == 1

    def remind(self, user_id: int, password: str, *, email: str, moment: str, before: str, touched: str) -> bool:
        """Write a temporary password's hash, unless the address is another by now or the last one is newer than ``before``."""
        changed = self._remind.run(
            id=user_id, password=password, email=email, moment=moment, before=before, touched=touched
        )
        return changed == 1

    def ask_email(self, user_id: int, email: str, *, token: str, expires: str, before: str) -> bool:
        """Write the token's hash that confirms an address; False where the address is another, confirmed, or was asked after lately."""
        return self._ask_email.run(id=user_id, email=email, token=token, expires=expires, before=before) == 1

    def email_asked(self, token: str, now: str) -> Row | None:
        """Read id and name of the account whose address a token's hash confirms, if it still does."""
        return self._email_asked.one(token=token, now=now)

    def confirm_email(self, token: str, now: str, *, touched: str) -> bool:
        """Note that an address is confirmed, once; False where the token's hash is unknown or too old."""
        return bool(token) and self._confirm_email.run(token=token, now=now, touched=touched) == 1

    def replace_token(self, user_id: int, old: str, new: str, *, touched: str) -> bool:
        """Write another ``user_token`` over the one that was read; False where it has changed since."""
        return self._replace_token.run(id=user_id, old=old, new=new, touched=touched) == 1

    def set_token(self, user_id: int, new: str, *, touched: str) -> bool:
        """Write another ``user_token``; False where there is no such account, or where it is locked: it stays so."""
        return self._set_token.run(id=user_id, new=new, touched=touched) == 1

    def lock(self, user_id: int, token: str, *, touched: str) -> bool:
        """Write a ``user_token`` that means that the account is locked, and make its passwords void; False where there is none."""
        return self._lock.run(id=user_id, new=token, touched=touched) == 1

    def unlock(self, user_id: int, old: str, new: str, *, touched: str) -> bool:
        """Write another ``user_token`` over the one of a lock, and make the passwords good again; False where there is no lock."""
        return self._unlock.run(id=user_id, old=old, new=new, touched=touched) == 1

    def set_email(self, user_id: int, email: str, *, authenticated: str | None, touched: str) -> bool:
        """Write an e-mail address, and when it was confirmed; a confirmation under way is void."""
        return self._set_email.run(id=user_id, email=email, authenticated=authenticated, touched=touched) == 1

    def put_groups(self, user_id: int, groups: Sequence[tuple[str, str | None]], *, touched: str) -> None:
        """Put an account into groups, each with the moment at which that ends or None."""
        with self._database.transaction():
            for group, expiry in groups:
                self._put_group.run(ug_user=user_id, ug_group=group, ug_expiry=expiry)
            self._touch.run(id=user_id, touched=touched)

    def remove_group(self, user_id: int, group: str, *, touched: str) -> bool:
        """Take an account out of a group and note that it was in it; False where it was not."""
        with self._database.transaction():
            if not self._remove_group.run(ug_user=user_id, ug_group=group):
                return False
            self._note_former.run(ufg_user=user_id, ufg_group=group)
            self._touch.run(id=user_id, touched=touched)
        return True

    def put_properties(self, user_id: int, properties: Mapping[str, str | None]) -> None:
        """Set preferences; None removes one, so that the default holds again."""
        with self._database.transaction():
            for name, value in properties.items():
                if value is None:
                    self._remove_property.run(up_user=user_id, up_property=name)
                else:
                    self._put_property.run(up_user=user_id, up_property=name, up_value=value)
