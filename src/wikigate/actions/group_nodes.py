"""Somebody's groups as answers list them; the tags are those of XML (spec core §17)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from wikigate.primitives.timestamps import iso8601
from wikigate.wire.result import List, Map

if TYPE_CHECKING:
    from wikigate.accounts.rights import Rights
    from wikigate.accounts.user import Account


def groups_node(groups: Iterable[str]) -> List:
    """Return names of groups."""
    return List(groups, "g")


def implicit_groups_node(groups: Iterable[str], rights: Rights) -> List:
    """Return those of the groups that follow from who one is."""
    return List((name for name in groups if name in rights.implicit_groups), "g")


@lru_cache(maxsize=256)
def rights_node(rights: tuple[str, ...]) -> List:
    """Return rights; whoever has the same ones is shown the same list."""
    return List(rights, "r").settle()


def memberships_node(account: Account | None) -> List:
    """Return the groups that somebody was put into, with the ends of their memberships."""
    own = account.groups if account else ()
    return List(
        (Map({"group": one.group, "expiry": "infinity" if one.expiry is None else iso8601(one.expiry)}) for one in own),
        "groupmembership",
    )
