"""``wikigate factor``: second factors by the operator's hand; secrets and codes are shown once, when they are made."""

from __future__ import annotations

from typing import Any

import click

from wikigate.accounts.factors import Factor, FactorRefused
from wikigate.accounts.recovery_codes import KIND as RECOVERY
from wikigate.accounts.recovery_codes import codes_of
from wikigate.accounts.totp import KIND as TOTP
from wikigate.cli.operator import Commands, Operator, fail, operator_command
from wikigate.cli.user import by_hand, find_account
from wikigate.primitives.timestamps import iso8601

_AS_BEFORE = "The recovery codes are as they were.\n\nAll this is shown only now."


@click.group(cls=Commands)
def factor() -> None:
    """Second factors: add-totp, list, recovery-codes, rename, remove."""


@factor.command("add-totp")
@click.argument("user")
@click.option("--name", default="", help="What its owner calls it.")
@operator_command
def add_totp(operator: Operator, *, user: str, name: str) -> None:
    """Give USER a secret for an authenticator app, and recovery codes where none are left; who is logged in as USER is logged out."""
    wiki = operator.open_wiki()
    account = find_account(wiki, user)
    enrolment = wiki.services.app_enrolment
    app = enrolment.begin(account)
    try:
        with wiki.services.audit.together():
            enrolled = enrolment.store(account.id, app.secret, name=name)
            wiki.services.audit.changed(by_hand(wiki), "factor.add", account, kind=TOTP, factor=enrolled.id)
    except FactorRefused as refusal:
        fail(str(refusal))
    ident, codes = enrolled.id, list(enrolled.codes)
    text = (
        f"  id      {ident}\n  secret  {app.secret}\n  uri     {app.uri}\n\n{_listed(codes) if codes else _AS_BEFORE}"
    )
    operator.say({"id": ident, "secret": app.secret, "uri": app.uri, "recovery_codes": codes}, text)


@factor.command("list")
@click.argument("user")
@operator_command
def list_factors(operator: Operator, *, user: str) -> None:
    """List the second factors of USER."""
    wiki = operator.open_wiki()
    account = find_account(wiki, user)
    factors = wiki.factors.of(account.id)
    facts = [_facts(one) for one in factors if one.kind != RECOVERY]
    if facts:
        # A set of codes that lies in a row of its own stands in for all of them.
        facts[0]["recovery_codes"] += wiki.recovery_codes.left_in(one for one in factors if one.kind == RECOVERY)
    lines = [
        f"{fact['id']:>6}  {fact['kind']}  {fact['created']}  {fact['recovery_codes']} recovery codes  {fact['name']}".rstrip()
        for fact in facts
    ]
    operator.say(facts, "\n".join(lines) or f"“{account.name}” has no second factor.")


@factor.command("recovery-codes")
@click.argument("user")
@operator_command
def recovery_codes(operator: Operator, *, user: str) -> None:
    """Make new recovery codes for USER; the old ones are void."""
    wiki = operator.open_wiki()
    account = find_account(wiki, user)
    try:
        with wiki.services.audit.together():
            codes = wiki.recovery_codes.renew(account.id)
            wiki.services.audit.changed(by_hand(wiki), "factor.recovery-codes", account)
    except FactorRefused:
        fail(
            f"“{account.name}” has no second factor that such codes stand in for; “wikigate factor add-totp” makes one."
        )
    operator.say({"recovery_codes": codes}, _listed(codes))


@factor.command()
@click.argument("user")
@click.argument("name")
@click.option("--id", "ident", type=int, help="The one of this id; needed where there are several.")
@operator_command
def rename(operator: Operator, *, user: str, name: str, ident: int | None) -> None:
    """Call the second factor of USER by another NAME."""
    wiki = operator.open_wiki()
    account = find_account(wiki, user)
    meant = [one for one in wiki.factors.of(account.id) if ident in {None, one.id} and one.kind != RECOVERY]
    if len(meant) > 1:
        fail(f"“{account.name}” has several second factors; “--id” says which, “wikigate factor list” shows them.")
    if not meant or not wiki.factors.rename(meant[0], name):
        fail(f"“{account.name}” has no such second factor; “wikigate factor list” shows what there is.")
    operator.say({"id": meant[0].id, "name": name}, f"The factor {meant[0].id} of “{account.name}” is called “{name}”.")


@factor.command()
@click.argument("user")
@click.option("--id", "ident", type=int, help="Only the one of this id.")
@operator_command
def remove(operator: Operator, *, user: str, ident: int | None) -> None:
    """Take the second factors of USER away, or the one with --id; whoever is logged in as USER is logged out."""
    wiki = operator.open_wiki()
    account = find_account(wiki, user)
    with wiki.services.audit.together():
        gone = [
            one
            for one in wiki.factors.of(account.id)
            if (ident is None or one.id == ident) and one.kind != RECOVERY and wiki.factors.remove(one)
        ]
        for one in gone:
            wiki.services.audit.changed(by_hand(wiki), "factor.remove", account, kind=one.kind, factor=one.id)
    if not gone:
        what = "no second factor" if ident is None else f"no second factor {ident}"
        fail(f"“{account.name}” has {what}; “wikigate factor list” shows what there is.")
    ids = [one.id for one in gone]
    operator.say({"name": account.name, "removed": ids}, f"Taken from “{account.name}”: {', '.join(map(str, ids))}.")


def _facts(one: Factor) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "name": one.name or str(one.data.get("friendlyName") or ""),
        "created": "" if one.created is None else iso8601(one.created),
        "recovery_codes": len(codes_of(one.data)),
    }


def _listed(codes: list[str]) -> str:
    lines = "\n".join(f"  {code}" for code in codes)
    return f"Recovery codes, each good once:\n{lines}\n\nAll this is shown only now."
