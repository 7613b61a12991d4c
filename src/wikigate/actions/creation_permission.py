"""Whether the caller may make accounts, and what keeps him from it (spec core §9, §15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wikigate.actions.blockinfo import account_creation_blocks, block_issue
from wikigate.auth.fields import all_of
from wikigate.primitives.errors import Issue
from wikigate.primitives.message import ListParam, Message

if TYPE_CHECKING:
    from wikigate.actions.asker import Asker
    from wikigate.actions.services import Services


def creation_issues(asker: Asker) -> list[Issue]:
    """Return everything that keeps the caller from making accounts: the missing right first, then blocks."""
    issues = [block_issue(block, asker) for block in account_creation_blocks(asker)]
    if not asker.user.can("createaccount"):
        issues.insert(0, _no_right(asker.services))
    return issues


def creation_refusal(asker: Asker) -> Message | None:
    """Return why the caller may not make accounts, in one message; None where he may."""
    issues = creation_issues(asker)
    return all_of([issue.message for issue in issues]) if issues else None


def _no_right(services: Services) -> Issue:
    """Return the error of somebody without the right to make accounts: it names the groups that have it."""
    groups = [group.name for group in services.rights.groups if "createaccount" in group.rights]
    if not groups:
        return Issue(Message("badaccess-group0"))
    shown = tuple(_group_link(name, services) for name in groups)
    return Issue(Message("badaccess-groups", (ListParam(shown, "comma"), len(groups))))


def _group_link(name: str, services: Services) -> str:
    """Return a group's name as a link to the page about it, where groups have one."""
    title, shown = f"grouppage-{name}", f"group-{name}"
    catalog, language = services.catalog, services.site.language
    if not catalog.has(title) or not catalog.has(shown):
        return name
    page = catalog.text(Message(title), language).replace("{{ns:project}}", services.site.site_name)
    return f"[[{page}|{catalog.text(Message(shown), language)}]]"
