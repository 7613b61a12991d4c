"""``wikigate bot-password``: passwords for bots; the secret is shown once, when it is made."""

from __future__ import annotations

import click

from wikigate.cli.operator import Commands, Operator, fail, operator_command
from wikigate.cli.user import by_hand, find_account


@click.group("bot-password", cls=Commands)
def bot_password() -> None:
    """Bot passwords: create, list, revoke."""


@bot_password.command()
@click.argument("user")
@click.argument("app")
@click.option("--grant", "grants", multiple=True, help="Grant; may be repeated. “basic” is always there.")
@click.option(
    "--ip", "addresses", multiple=True, help="Address or network (CIDR) it may be used from; may be repeated."
)
@click.option(
    "--page", "pages", multiple=True, help="Title of a page that it may edit; may be repeated. None: every page."
)
@operator_command
def create(
    operator: Operator,
    *,
    user: str,
    app: str,
    grants: tuple[str, ...],
    addresses: tuple[str, ...],
    pages: tuple[str, ...],
) -> None:
    """Make a bot password APP for USER, or a new secret for the one there is."""
    wiki = operator.open_wiki()
    account = find_account(wiki, user)
    try:
        by = by_hand(wiki)
        made = wiki.bot_passwords.create(by, account, app, grants=grants, addresses=addresses, pages=pages)
    except ValueError as error:
        fail(f"{error}.")
    text = f"  user name  {made.login}\n  password   {made.password}\n\nThe password is shown only now."
    operator.say({"username": made.login, "password": made.password}, text)


@bot_password.command("list")
@click.argument("user")
@operator_command
def list_bot_passwords(operator: Operator, *, user: str) -> None:
    """List the bot passwords of USER."""
    wiki = operator.open_wiki()
    account = find_account(wiki, user)
    bots = wiki.bot_passwords.list(account)
    facts = [
        {
            "username": f"{account.name}@{bot.app}",
            "grants": list(bot.grants),
            "addresses": list(bot.addresses),
            "pages": list(bot.pages),
        }
        for bot in bots
    ]
    lines = [f"{fact['username']}  {', '.join(fact['grants'])}  from {', '.join(fact['addresses'])}" for fact in facts]
    operator.say(facts, "\n".join(lines) or f"“{account.name}” has no bot passwords.")


@bot_password.command()
@click.argument("user")
@click.argument("app")
@operator_command
def revoke(operator: Operator, *, user: str, app: str) -> None:
    """Take the bot password APP of USER away; its sessions end with it."""
    wiki = operator.open_wiki()
    account = find_account(wiki, user)
    if not wiki.bot_passwords.revoke(by_hand(wiki), account, app):
        fail(f"“{account.name}” has no bot password “{app}”; “wikigate bot-password list {account.name}” shows them.")
    operator.say({"username": f"{account.name}@{app}", "revoked": True}, f"“{account.name}@{app}” is revoked.")
