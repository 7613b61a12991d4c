"""``wikigate block``: blocks on accounts, addresses and ranges, in MediaWiki's rows and with its log."""

from __future__ import annotations

import time
from typing import Any

import click

from wikigate.accounts.blocks import Block
from wikigate.accounts.user import Account
from wikigate.app import Wiki
from wikigate.cli.operator import Commands, Operator, fail, operator_command
from wikigate.cli.user import find_account
from wikigate.primitives.addresses import hex_range
from wikigate.primitives.timestamps import INFINITY, iso8601
from wikigate.store.audit import AuditTable
from wikigate.wire.moments import INFINITE, parse_expiry


@click.group(cls=Commands)
def block() -> None:
    """Blocks: add, list, show, remove."""


@block.command()
@click.argument("target")
@click.option("--expiry", default="never", show_default=True, help="“2 weeks”, “2027-12-31T00:00:00Z” or “never”.")
@click.option("--reason", default="", help="Why; whoever is blocked reads it.")
@click.option("--no-create", is_flag=True, help="No new accounts either.")
@click.option("--no-email", is_flag=True, help="No mail to others either.")
@click.option("--no-talk", is_flag=True, help="Not even the own talk page.")
@click.option("--autoblock", is_flag=True, help="Spread to the address that the account used last, and to later ones.")
@click.option(
    "--anon-only/--hard",
    help="An address: visitors alone, or whoever is logged in too.",
    default=False,
    show_default=True,
)
@click.option("--partial", is_flag=True, help="Not of the whole site; it hinders no login.")
@click.option("--by", "by_name", default="", help="The account in whose name it is made.")
@click.option("--reblock", is_flag=True, help="Take the place of the block that is there.")
@operator_command
def add(
    operator: Operator,
    *,
    target: str,
    expiry: str,
    reason: str,
    no_create: bool,
    no_email: bool,
    no_talk: bool,
    autoblock: bool,
    anon_only: bool,
    partial: bool,
    by_name: str,
    reblock: bool,
) -> None:
    """Block TARGET: an account, an address or a range (192.0.2.0/24)."""
    wiki = operator.open_wiki()
    whom = _target(wiki, target)
    by = find_account(wiki, by_name) if by_name else None
    end = _end(expiry)
    present = wiki.services.blocks.on_target(whom)
    if present and not reblock:
        fail(f"“{_name(whom)}” is blocked already (number {present[0].id}); --reblock takes its place.")
    shared: dict[str, Any] = {
        "by": by, "reason": reason, "expiry": end, "create_account": no_create, "own_talk": no_talk, "duration": expiry,
        "instead_of": present[0].id if present else None,
    }  # fmt: skip
    if isinstance(whom, Account):
        if anon_only:
            fail("--anon-only is for addresses.")
        ident = wiki.services.blocks.block_account(
            whom, autoblock=autoblock, email=no_email, sitewide=not partial, **shared
        )
        if autoblock:
            wiki.services.blocks.spread(ident, AuditTable(wiki.database).recent_address(whom.id, int(time.time())))
    else:
        if autoblock or no_email or partial:
            fail("--autoblock, --no-email and --partial are for accounts.")
        try:
            ident = wiki.services.blocks.block_address(whom, anon_only=anon_only, **shared)
        except ValueError as error:
            fail(f"{error}.")
    made = wiki.services.blocks.by_id(ident)
    assert made is not None  # noqa: S101  an expiry in the past is refused before
    operator.say(_facts(made), f"{_line(made)}")


@block.command("list")
@operator_command
def list_blocks(operator: Operator) -> None:
    """List the blocks that have not expired."""
    blocks = operator.open_wiki().services.blocks.every()
    operator.say([_facts(one) for one in blocks], "\n".join(map(_line, blocks)) or "There are no blocks.")


@block.command()
@click.argument("target")
@operator_command
def show(operator: Operator, *, target: str) -> None:
    """Show the blocks that concern TARGET: ranges around an address and automatic ones as well."""
    wiki = operator.open_wiki()
    whom = _target(wiki, target)
    find = wiki.services.blocks.find
    found = find(whom) if isinstance(whom, Account) else find(None, whom.partition("/")[0])
    blocks = [] if found is None else list(found.components or (found,))
    operator.say([_facts(one) for one in blocks], "\n".join(map(_line, blocks)) or f"“{_name(whom)}” is not blocked.")


@block.command()
@click.argument("target", required=False)
@click.option("--id", "ident", type=int, help="The number of the block, in place of TARGET.")
@click.option("--reason", default="", help="Why, for the log.")
@click.option("--by", "by_name", default="", help="The account in whose name it is done.")
@operator_command
def remove(operator: Operator, *, target: str | None, ident: int | None, reason: str, by_name: str) -> None:
    """End the blocks on TARGET, or the one with --id, and the automatic ones that came of them."""
    wiki = operator.open_wiki()
    blocks = wiki.services.blocks
    if (target is None) == (ident is None):
        fail("Name a target, or a block with --id.", exit_code=2)
    by = find_account(wiki, by_name) if by_name else None
    ids = [ident] if target is None else [one.id for one in blocks.on_target(_target(wiki, target))]
    gone = [one for one in ids if one is not None and blocks.lift(one, by=by, reason=reason)]
    if not gone:
        fail("There is no such block; “wikigate block list” shows what there is.")
    operator.say({"removed": gone}, f"Ended: {', '.join(map(str, gone))}.")


def _target(wiki: Wiki, text: str) -> Account | str:
    """Read an address or a range as such, and all else as the name of an account."""
    return text if hex_range(text) is not None else find_account(wiki, text)


def _name(whom: Account | str) -> str:
    return whom.name if isinstance(whom, Account) else whom


def _end(expiry: str) -> float | None:
    """Read an expiry in MediaWiki's forms; None for never."""
    if expiry in INFINITE:
        return None
    now = time.time()
    end = parse_expiry(expiry, now)
    if end is None:
        fail(f"“{expiry}” is no expiry; write “never”, a span like “2 weeks” or a moment like 2027-12-31T00:00:00Z.")
    if end <= now:
        fail(f"“{expiry}” is over already.")
    return end


def _facts(one: Block) -> dict[str, Any]:
    return {
        "id": one.id, "kind": one.kind, "target": one.target, "by": one.by_name, "reason": one.reason,
        "timestamp": iso8601(one.timestamp), "expiry": INFINITY if one.expiry is None else iso8601(one.expiry),
        "sitewide": one.sitewide, "no_create": one.create_account, "autoblock": one.autoblocks, "anon_only": one.anon_only,
        "no_email": one.email, "no_talk": one.own_talk, "parent": one.parent_id,
    }  # fmt: skip


def _line(one: Block) -> str:
    flags = {
        "partial": not one.sitewide, "no-create": one.create_account, "autoblock": one.autoblocks, "anon-only": one.anon_only,
        "no-email": one.email, "no-talk": one.own_talk,
    }  # fmt: skip
    words = ", ".join(word for word, holds in flags.items() if holds)
    end = "for ever" if one.expiry is None else f"until {iso8601(one.expiry)}"
    target = one.target or f"(automatic, of {one.parent_id})"
    return f"{one.id:>6}  {target}  {end}  {words}  {one.reason}".rstrip()
