"""``wikigate user``: accounts by the operator's hand."""

from __future__ import annotations

from functools import partial
from typing import Any, NoReturn

import click

from wikigate.accounts.registration import AccountRefused
from wikigate.accounts.user import Account
from wikigate.app import Wiki
from wikigate.auth.audit import ByHand
from wikigate.cli.operator import Commands, Operator, fail, operator_command, read_secret
from wikigate.primitives.emails import is_email
from wikigate.primitives.timestamps import iso8601


@click.group(cls=Commands)
def user() -> None:
    """Accounts: create, list, show, password, email, groups, lock, unlock, expire-temporary."""


@user.command()
@click.argument("name")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--group", "groups", multiple=True, help="Group to put the account in; may be repeated.")
@click.option("--email", default="", help="E-mail address, taken as confirmed.")
@operator_command
def create(operator: Operator, *, name: str, password_stdin: bool, groups: tuple[str, ...], email: str) -> None:
    """Make an account NAME."""
    _require_address(email)
    wiki = operator.open_wiki()
    password = read_secret("password", from_stdin=password_stdin)
    try:
        told = partial(wiki.services.audit.created, by_hand(wiki))
        account = wiki.registration.create(name, password, groups=groups, email=email, telling=told)
    except AccountRefused as refusal:
        _refuse(wiki, refusal)
    operator.say(_facts(wiki, account), f"Account “{account.name}” made (id {account.id}).")


@user.command("list")
@click.option("--group", default="", help="Only members of this group.")
@operator_command
def list_users(operator: Operator, *, group: str) -> None:
    """List the accounts."""
    wiki = operator.open_wiki()
    accounts = [a for a in wiki.services.directory.everyone() if not group or group in _groups_of(a)]
    facts = [_facts(wiki, account) for account in accounts]
    lines = [
        f"{a.id:>6}  {a.name}  {', '.join(_groups_of(a))}{'  (locked)' if a.is_locked else ''}".rstrip()
        for a in accounts
    ]
    operator.say(
        facts, "\n".join(lines) or (f"Nobody is in the group “{group}”." if group else "There are no accounts.")
    )


@user.command()
@click.argument("name")
@operator_command
def show(operator: Operator, *, name: str) -> None:
    """Show one account."""
    wiki = operator.open_wiki()
    account = find_account(wiki, name)
    facts = _facts(wiki, account)
    operator.say(
        facts, "\n".join(f"{key.replace('_', ' '):>13}  {_in_words(value)}".rstrip() for key, value in facts.items())
    )


@user.command()
@click.argument("name")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@operator_command
def password(operator: Operator, *, name: str, password_stdin: bool) -> None:
    """Change the main password; bot passwords must then be made anew, as MediaWiki has it."""
    wiki = operator.open_wiki()
    account = find_account(wiki, name)
    secret = read_secret("new password", from_stdin=password_stdin)
    try:
        told = partial(wiki.services.audit.changed, by_hand(wiki), "credentials.change", account)
        wiki.registration.set_password(account, secret, telling=told)
    except AccountRefused as refusal:
        _refuse(wiki, refusal)
    operator.say(
        {"name": account.name}, f"The password of “{account.name}” is changed; its bot passwords must be made anew."
    )


@user.command()
@click.argument("name")
@click.argument("address")
@click.option("--confirm", is_flag=True, help="Let its owner confirm it, by a link that is mailed to him.")
@operator_command
def email(operator: Operator, *, name: str, address: str, confirm: bool) -> None:
    """Give an account another e-mail address, taken as confirmed; an empty one takes it away. The old address is told."""
    _require_address(address)
    wiki = operator.open_wiki()
    directory = wiki.services.directory
    account = find_account(wiki, name)
    by = by_hand(wiki)
    with wiki.services.audit.together():
        directory.set_email(account.id, address, authenticated=None if confirm or not address else by.now)
        wiki.services.audit.changed(by, "email.change", account)
    if confirm:
        directory.ask_email(find_account(wiki, account.name))
    operator.say({"name": account.name, "email": address}, f"“{account.name}”: {address or 'no e-mail address'}")


@user.command()
@click.argument("name")
@click.option("--add", "added", multiple=True, help="Group to add; may be repeated.")
@click.option("--remove", "removed", multiple=True, help="Group to remove; may be repeated.")
@operator_command
def groups(operator: Operator, *, name: str, added: tuple[str, ...], removed: tuple[str, ...]) -> None:
    """Show or change the groups of an account."""
    wiki = operator.open_wiki()
    account = find_account(wiki, name)
    try:
        with wiki.services.audit.together():
            account = wiki.registration.change_groups(account, add=added, remove=removed)
            if added or removed:
                details = {"added": list(added), "removed": list(removed)}
                wiki.services.audit.changed(by_hand(wiki), "account.groups", account, **details)
    except AccountRefused as refusal:
        _refuse(wiki, refusal)
    names = _groups_of(account)
    operator.say({"name": account.name, "groups": names}, f"“{account.name}”: {', '.join(names) or 'no groups'}")


@user.command()
@click.argument("name")
@operator_command
def lock(operator: Operator, *, name: str) -> None:
    """Lock an account: no password, bot password or session of it is good until it is unlocked."""
    wiki = operator.open_wiki()
    account = find_account(wiki, name)
    audit = wiki.services.audit
    with audit.together():
        wiki.registration.lock(account)
        audit.changed(by_hand(wiki), "account.locked", account)
    operator.say(
        {"name": account.name, "locked": True}, f"“{account.name}” is locked; “wikigate user unlock” opens it again."
    )


@user.command()
@click.argument("name")
@operator_command
def unlock(operator: Operator, *, name: str) -> None:
    """Open a locked account; its password and all other ways to log in are good again."""
    wiki = operator.open_wiki()
    account = find_account(wiki, name)
    audit = wiki.services.audit
    with audit.together():
        if not wiki.registration.unlock(account):
            fail(f"“{account.name}” is not locked.")
        audit.changed(by_hand(wiki), "account.unlocked", account)
    operator.say({"name": account.name, "locked": False}, f"“{account.name}” is open, with the password that it had.")


@user.command("expire-temporary")
@operator_command
def expire_temporary(operator: Operator) -> None:
    """End the sessions of temporary accounts whose time is over; for a daily job. Nobody gets in by them before it either."""
    wiki = operator.open_wiki()
    days, services = wiki.settings.accounts.temporary_account_days, wiki.services
    if not days:
        fail("Temporary accounts are for ever here; set accounts.temporary_account_days.")
    by = by_hand(wiki)
    ended = services.directory.end_temporary(days, lambda one: services.audit.changed(by, "session.ended", one))
    operator.say({"ended": ended}, f"Ended the sessions of {ended} temporary accounts older than {days} days.")


def _require_address(address: str) -> None:
    if address and not is_email(address):
        fail(f"“{address}” is no e-mail address.", exit_code=2)


def by_hand(wiki: Wiki) -> ByHand:
    """Return who asks, for the audit: an operator, now."""
    return ByHand(wiki.services.clock.now())


def _groups_of(account: Account) -> list[str]:
    return [membership.group for membership in account.groups]


def find_account(wiki: Wiki, name: str) -> Account:
    """Find an account by any spelling of its name, or end the command."""
    canonical = wiki.services.directory.canonical_user(name, ("name",))
    account = wiki.services.directory.by_name(canonical) if canonical else None
    if account is None:
        fail(f"There is no account “{name}”; “wikigate user list” shows them all.")
    return account


def _facts(wiki: Wiki, account: Account) -> dict[str, Any]:
    return {
        "id": account.id, "name": account.name, "email": account.email, "groups": _groups_of(account),
        "registered": iso8601(account.registration) if account.registration is not None else "",
        "bot_passwords": [bot.app for bot in wiki.services.bot_passwords.list(account.id)], "locked": account.is_locked,
    }  # fmt: skip


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return (", ".join(value) if isinstance(value, list) else str(value)) or "–"


def _refuse(wiki: Wiki, refusal: AccountRefused) -> NoReturn:
    fail(" ".join(wiki.services.catalog.plain(message, "en") for message in refusal.messages))
