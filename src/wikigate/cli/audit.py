"""``wikigate audit``: what happened to the accounts of a wiki: shown, exported line by line, and made shorter (security H6)."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import click

from wikigate.auth.audit import EVENTS
from wikigate.cli.operator import Commands, Operator, fail, operator_command
from wikigate.primitives.addresses import normalise_address, parse_address
from wikigate.primitives.timestamps import iso8601
from wikigate.store.audit import AuditTable
from wikigate.wire.moments import parse_timestamp

if TYPE_CHECKING:
    from wikigate.store.audit import AuditRow

_MOST = 1000
_DAY = 86_400
_SLICE = 1000


@click.group(cls=Commands)
def audit() -> None:
    """Look into what happened: list, export, trim."""


@audit.command("list")
@click.option("--user", "name", default="", help="Events of this account alone.")
@click.option(
    "--event", type=click.Choice(EVENTS), default=None, metavar="EVENT", help="This kind alone, e.g. login.fail."
)
@click.option("--address", default="", help="Events from this address alone.")
@click.option("--most", type=click.IntRange(1, _MOST), default=50, show_default=True, help="How many, the newest.")
@operator_command
def list_events(operator: Operator, *, name: str, event: str | None, address: str, most: int) -> None:
    """List the newest events."""
    if address and parse_address(address) is None:
        fail(f"“{address}” is no address; write one like 192.0.2.7 or 2001:db8::1.", exit_code=2)
    wiki = operator.open_wiki()
    known = wiki.services.directory.canonical_user(name, ("name",)) or name
    rows = AuditTable(wiki.database).search(
        event=event or "", user_name=known, address=normalise_address(address), limit=most
    )
    facts = [_facts(row) for row in rows]
    lines = [
        f"{fact['moment']}  {fact['event']:<16}  {fact['user'] or '–'}  {fact['address'] or '–'}  {_details(row)}".rstrip()
        for fact, row in zip(facts, rows, strict=True)
    ]
    operator.say(facts, "\n".join(lines) or "Nothing of this kind has happened.")


@audit.command()
@click.option("--since", default="", help="Events from this moment on, e.g. 2026-12-31T00:00:00Z.")
@operator_command
def export(operator: Operator, *, since: str) -> None:
    """Print every event as a line of JSON, the oldest first."""
    start = parse_timestamp(since, time.time()) if since else 0.0
    if start is None:
        fail(f"“{since}” is no moment; write one like 2026-12-31T00:00:00Z.", exit_code=2)
    for row in AuditTable(operator.open_wiki().database).read(int(start)):
        click.echo(json.dumps(_facts(row), ensure_ascii=False))


@audit.command()
@click.option("--older-than", "days", type=click.IntRange(0), required=True, help="In days.")
@operator_command
def trim(operator: Operator, *, days: int) -> None:
    """Delete old events; auth.audit_days in the configuration does it by itself."""
    rows = AuditTable(operator.open_wiki().database)
    before = int(time.time()) - days * _DAY
    gone = 0
    while deleted := rows.trim(before, _SLICE):
        gone += deleted
    operator.say({"deleted": gone}, f"Deleted: {gone}.")


def _facts(row: AuditRow) -> dict[str, Any]:
    return {
        "id": row.id, "moment": iso8601(row.moment), "event": row.event, "user_id": row.user_id, "user": row.user_name,
        "address": row.address, "request_id": row.request_id, "details": json.loads(row.details),
    }  # fmt: skip


def _details(row: AuditRow) -> str:
    return ", ".join(f"{key}: {value}" for key, value in json.loads(row.details).items())
