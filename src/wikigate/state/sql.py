"""State in the wiki's own database, table ``wikigate_state``: shared by all workers, kept over a restart.

Every verb is one statement, and one transaction unless the caller joins several. Writers of one process stand in line for it, those
of several processes in SQLite's; a number that has reached its ceiling is refused without a row being written, so that a flood of
guesses costs the disk nothing.
"""

from __future__ import annotations

import hashlib
import re
from contextlib import AbstractContextManager
from typing import Final

from sqlalchemy import BigInteger, bindparam, case, delete, null, or_, select, update

from wikigate.primitives.clock import Clock
from wikigate.state.base import Counter
from wikigate.store.engine import Database
from wikigate.store.upsert import upsert

_WRITES_BETWEEN_SWEEPS: Final = 64
_SLICE: Final = 128
_LONGEST_KEY: Final = 255
_NO_CEILING: Final = 2**62
# No text that begins with a prefix comes behind the prefix with this after it.
_BEHIND_ALL: Final = "\U0010ffff"
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class SqlStateStore:
    """See ``StateStore``; shared by all threads. Moments are kept in milliseconds."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._writes = 0
        state = database.tables.state
        hot = database.hot
        key, now = state.c.key == bindparam("key"), bindparam("now", type_=BigInteger)
        live = state.c.expires > now
        columns = ("key", "value", "number", "expires")
        self._get = hot(select(state.c.value).where(key, live))
        self._count = hot(select(state.c.number).where(key, live))
        self._expires = hot(select(state.c.expires).where(key, live))
        self._put = hot(upsert(state, columns, keys=("key",), changes=("value", "number", "expires")))
        self._add = hot(
            upsert(state, columns, keys=("key",), changes=("value", "number", "expires"), where=state.c.expires <= now)
        )
        self._take = hot(delete(state).where(key, live, state.c.value.is_not(null())).returning(state.c.value))
        self._delete = hot(delete(state).where(key))
        self._increment = hot(
            upsert(
                state,
                columns,
                keys=("key",),
                changes={
                    "value": null(),
                    "number": case((live, state.c.number + 1), else_=1),
                    "expires": case((live, state.c.expires), else_=bindparam("expires")),
                },
                where=or_(state.c.number < bindparam("ceiling"), state.c.expires <= now),
            ).returning(state.c.number)
        )
        self._refund = hot(update(state).where(key, live, state.c.number > 0).values(number=state.c.number - 1))
        self._counters = hot(
            select(state.c.key, state.c.number, state.c.expires)
            .where(state.c.key >= bindparam("prefix"), state.c.key < bindparam("end"), live, state.c.number > 0)
            .order_by(state.c.key)
            .limit(bindparam("limit"))
        )
        self._sweep = hot(
            delete(state).where(state.c.key.in_(select(state.c.key).where(state.c.expires <= now).limit(_SLICE)))
        )

    def together(self) -> AbstractContextManager[None]:
        """See ``StateStore``: one transaction."""
        return self._database.transaction()

    def get(self, key: str) -> bytes | None:
        """See ``StateStore``."""
        row = self._get.one(key=_fit(key), now=self._now())
        return None if row is None else row[0]

    def put(self, key: str, value: bytes, ttl: float) -> None:
        """See ``StateStore``."""
        now = self._now()
        self._put.run(key=_fit(key), value=value, number=0, expires=now + _milliseconds(ttl))
        self._written(now)

    def add(self, key: str, value: bytes, ttl: float) -> bool:
        """See ``StateStore``."""
        now = self._now()
        added = self._add.run(key=_fit(key), value=value, number=0, expires=now + _milliseconds(ttl), now=now)
        self._written(now)
        return added == 1

    def take(self, key: str) -> bytes | None:
        """See ``StateStore``."""
        rows = self._take.returning(key=_fit(key), now=self._now())
        return rows[0][0] if rows else None

    def delete(self, key: str) -> None:
        """See ``StateStore``."""
        self._delete.run(key=_fit(key))

    def increment(self, key: str, ttl: float, ceiling: int | None = None) -> int:
        """See ``StateStore``."""
        if ceiling is not None and ceiling < 1:
            return ceiling + 1
        now = self._now()
        limit = _NO_CEILING if ceiling is None else ceiling
        rows = self._increment.returning(
            key=_fit(key), value=None, number=1, expires=now + _milliseconds(ttl), now=now, ceiling=limit
        )
        if not rows:
            return limit + 1
        self._written(now)
        number: int = rows[0][0]
        return number

    def refund(self, key: str) -> None:
        """See ``StateStore``."""
        self._refund.run(key=_fit(key), now=self._now())

    def count(self, key: str) -> int:
        """See ``StateStore``."""
        row = self._count.one(key=_fit(key), now=self._now())
        return 0 if row is None else row[0]

    def remaining(self, key: str) -> float:
        """See ``StateStore``."""
        now = self._now()
        row = self._expires.one(key=_fit(key), now=now)
        return 0.0 if row is None else (row[0] - now) / 1000

    def counters(self, prefix: str, limit: int) -> list[Counter]:
        """See ``StateStore``."""
        now = self._now()
        rows = self._counters.all(prefix=prefix, end=prefix + _BEHIND_ALL, now=now, limit=limit)
        return [Counter(key, number, (expires - now) / 1000) for key, number, expires in rows]

    def _now(self) -> int:
        return int(self._clock.now() * 1000)

    def _written(self, now: int) -> None:
        # Two threads may count as one here: it is only a matter of how often.
        self._writes += 1
        if self._writes % _WRITES_BETWEEN_SWEEPS == 0:
            self._sweep.run(now=now)


def _milliseconds(seconds: float) -> int:
    return max(1, int(seconds * 1000))


def _fit(key: str) -> str:
    """Let any key fit an index and be text: one that is long, or that UTF-8 cannot spell, is replaced by its SHA-256."""
    raw = key.encode("utf-8", "surrogatepass")
    if len(raw) <= _LONGEST_KEY and (len(raw) == len(key) or not _SURROGATE.search(key)):
        return key
    return "sha256:" + hashlib.sha256(raw).hexdigest()
