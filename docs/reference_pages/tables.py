"""The page of the tables that Wikigate adds, made of their declarations."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Table

from reference_pages.markdown import MADE, page
from wikigate.store.tables import OWN_PREFIX, Tables

_KINDS = {"SMALLINT": "number", "INTEGER": "number", "BIGINT": "number", "BLOB": "bytes", "TEXT": "text"}

_PURPOSES = {
    "audit": "One row for each answer that a login gave. Append-only; nothing that was typed stands in it but names of existing accounts.",
    "meta": "Whose tables these are, and the version of Wikigate's own.",
    "remember": "One remembered device each. `key` is the hash of its credential.",
    "session": "Sessions in which something is kept. `key` is the SHA-256 of the session id; `user_id` 0 is nobody; empty `data` marks "
    "an id that a login has made void.",
    "state": "Throttle counters and other short-lived values. `expires` is in milliseconds.",
}


def tables() -> str:
    """Write the page of the tables that MediaWiki does not have."""
    known = Tables()
    lines = [
        "# Tables",
        "",
        MADE,
        "",
        "Accounts live in MediaWiki 1.43's own tables, with its names, columns and formats. What MediaWiki keeps elsewhere lives",
        "in the tables below. On a wiki's own database they are the only ones that Wikigate adds. A table prefix stands before",
        "these names too. Moments are seconds since 1970. See [Sessions](../explanation/sessions.md).",
        "",
    ]
    for table in known.own.sorted_tables:
        lines += _table_of(table)
    lines += [
        "## MediaWiki's tables",
        "",
        "Wikigate reads and writes these of MediaWiki's, and creates them in an empty database:",
        "",
        ", ".join(f"`{table.name}`" for table in known.mediawiki.sorted_tables) + ".",
    ]
    return page(lines)


def _table_of(table: Table) -> Iterator[str]:
    yield f"## `{table.name}`"
    yield ""
    yield _PURPOSES[table.name.removeprefix(OWN_PREFIX)]
    yield ""
    yield "| column | type | key |"
    yield "|---|---|---|"
    for column in table.columns:
        kind = _KINDS.get(str(column.type).split("(")[0], str(column.type).lower())
        yield f"| `{column.name}` | {kind}{'' if not column.nullable else ', may be empty'} | {'primary' if column.primary_key else ''} |"
    yield ""
