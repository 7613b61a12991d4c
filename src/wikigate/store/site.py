"""What the database itself knows of the wiki: MediaWiki's running counts, the sizes of groups (spec framework §10).

Read only; whoever makes an account counts it (``log.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, func, or_, select

from wikigate.store.engine import Database
from wikigate.store.types import text_of

# The names that MediaWiki has for kinds of databases.
_KINDS: Final = {"sqlite": "sqlite", "postgresql": "postgres", "mariadb": "mysql"}


@dataclass(frozen=True, slots=True)
class SiteCounts:
    """The row of ``site_stats``; ``jobs`` are never counted here."""

    pages: int = 0
    articles: int = 0
    edits: int = 0
    images: int = 0
    users: int = 0
    active_users: int = 0


class SiteRows:
    """Counts of one wiki; shared by all threads. ``kind`` is the database's as MediaWiki calls it."""

    def __init__(self, database: Database) -> None:
        stats, groups = database.tables.site_stats.c, database.tables.user_groups.c
        self.kind: Final = _KINDS[database.name]
        self._counts = database.hot(
            select(
                stats.ss_total_pages,
                stats.ss_good_articles,
                stats.ss_total_edits,
                stats.ss_images,
                stats.ss_users,
                stats.ss_active_users,
            )
        )
        self._groups = database.hot(
            select(text_of(groups.ug_group), func.count())
            .where(or_(groups.ug_expiry.is_(None), groups.ug_expiry >= bindparam("now")))
            .group_by(groups.ug_group)
        )

    def counts(self) -> SiteCounts:
        """Read MediaWiki's running counts; all 0 where none are kept."""
        row = self._counts.one()
        return SiteCounts() if row is None else SiteCounts(*(max(0, number or 0) for number in row))

    def group_sizes(self, now: str) -> dict[str, int]:
        """Read how many accounts each group has that somebody is put into; ``now`` as TS14."""
        return dict(self._groups.all(now=now))
