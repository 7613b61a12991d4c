"""``wikigate signing-key``: the keys that sign OAuth 2 access tokens; what it changes counts at once, without a restart."""

from __future__ import annotations

import click

from wikigate.accounts.signing_keys import SigningKeys, UnknownKey
from wikigate.cli.operator import Commands, Operator, fail, operator_command


@click.group("signing-key", cls=Commands)
def signing_key() -> None:
    """Keys of OAuth 2 access tokens: list, rotate, remove."""


@signing_key.command("list")
@operator_command
def list_keys(operator: Operator) -> None:
    """List the keys by name; the first signs, all verify."""
    names = _keys(operator).names()
    found = [{"key": name, "signs": number == 0} for number, name in enumerate(names)]
    lines = [f"{name}  {'signs and verifies' if number == 0 else 'verifies'}" for number, name in enumerate(names)]
    operator.say(found, "\n".join(lines) or "There is no key yet; the first token makes one.")


@signing_key.command()
@operator_command
def rotate(operator: Operator) -> None:
    """Make a new key that signs from now on; tokens signed before stay good until their key is removed."""
    name = _keys(operator).rotate()
    operator.say({"key": name}, f"“{name}” signs from now on; the keys before it go on verifying.")


@signing_key.command()
@click.argument("key")
@operator_command
def remove(operator: Operator, *, key: str) -> None:
    """Remove KEY; every token that it signed is refused with the next request."""
    try:
        _keys(operator).remove(key)
    except UnknownKey as unknown:
        said = str(unknown)
        fail(f"{said[:1].upper()}{said[1:]}; “wikigate signing-key list” shows them.")
    operator.say({"key": key, "removed": True}, f"“{key}” is removed; the tokens that it signed are refused.")


def _keys(operator: Operator) -> SigningKeys:
    wiki = operator.open_wiki()
    if wiki.oauth is None:
        fail("OAuth is switched off; set “oauth.enabled” in the configuration.")
    return wiki.oauth.consumers.tokens.keys
