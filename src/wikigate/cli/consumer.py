"""``wikigate consumer``: OAuth consumers for bots and apps, and what an operator decides about them.

Secrets are shown once, when they are made.
"""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, NoReturn

import click

from wikigate.accounts.consumer_fields import ConsumerRefused
from wikigate.accounts.consumer_registration import DEEDS, FIRST_VERSION, HIDING, NewConsumer
from wikigate.accounts.consumers import APPROVED, PROPOSED, Registered
from wikigate.app import Wiki
from wikigate.cli.consumer_snippets import borne, signed
from wikigate.cli.operator import Commands, Operator, fail, operator_command
from wikigate.cli.user import by_hand, find_account
from wikigate.oauth_rooms import OAuthRooms
from wikigate.primitives.timestamps import iso8601

_VALUES: Final = ("name", "consumer_key", "consumer_secret", "access_token", "access_secret")
_DAY: Final = 86_400
_DAYS: Final = re.compile(r"([0-9]{1,5})d")


@click.group(cls=Commands)
def consumer() -> None:
    """OAuth consumers: create, list, pending, decide, update, reset-secret, revoke."""


@consumer.command()
@click.argument("user")
@click.argument("name")
@click.option("--owner-only", is_flag=True, help="For USER's own programs; without it: an app for everybody.")
@click.option("--callback", default="", help="Where an app's users come back to: one address, to the character.")
@click.option("--callback-prefix", is_flag=True, help="OAuth 1.0a: addresses below --callback count too.")
@click.option(
    "--public", is_flag=True, help="An app that cannot keep a secret (in a browser, on a phone): PKCE instead."
)
@click.option(
    "--flow",
    "flows",
    multiple=True,
    default=("authorization_code", "refresh_token"),
    show_default=True,
    help="OAuth 2 grant type that an app may use; may be repeated.",
)
@click.option("--description", default="", help="What an app does, for its users.")
@click.option("--oauth1", "version", flag_value=1, type=int, help="OAuth 1.0a: signed requests.")
@click.option("--oauth2", "version", flag_value=2, type=int, default=2, help="OAuth 2: a bearer token (default).")
@click.option("--grant", "grants", multiple=True, help="Grant; may be repeated. “basic” is always there.")
@click.option(
    "--ip", "addresses", multiple=True, help="Address or network (CIDR) it may be used from; may be repeated."
)
@click.option(
    "--rsa-key", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="Public key (PEM) for RSA-SHA1."
)
@click.option("--page", "pages", multiple=True, help="Page that it may edit, and no other; may be repeated.")
@click.option(
    "--app-version", default=FIRST_VERSION, show_default=True, help="Version; higher than that of NAME before."
)
@click.option("--expires", default="", help="A day (2027-12-31), a number of days (90d) or “never”.")
@operator_command
def create(
    operator: Operator,
    *,
    user: str,
    name: str,
    owner_only: bool,
    callback: str,
    callback_prefix: bool,
    public: bool,
    flows: tuple[str, ...],
    description: str,
    version: int,
    grants: tuple[str, ...],
    addresses: tuple[str, ...],
    rsa_key: Path | None,
    pages: tuple[str, ...],
    app_version: str,
    expires: str,
) -> None:
    """Make the consumer NAME, owned by USER, usable at once; print what a program needs."""
    wiki = operator.open_wiki()
    consumers, changes = _oauth(wiki).registration, _oauth(wiki).changes
    account, by = find_account(wiki, user), by_hand(wiki)
    if not owner_only:
        if not callback:
            fail("Say --owner-only for a consumer of USER's own, or --callback ADDRESS for an app.", exit_code=2)
        try:
            make_app = partial(
                consumers.create_app,
                account,
                name,
                oauth_version=version,
                callback=callback,
                callback_is_prefix=callback_prefix,
                grants=grants,
                flows=flows,
                description=description,
                confidential=not public,
                addresses=addresses,
                pages=pages,
                rsa_key=_pem(rsa_key),
                version=app_version,
            )
            app = changes.register(by, account, make_app)
        except ConsumerRefused as refusal:
            fail(f"{refusal}.")
        _say_app(operator, app, public=public)
        return
    try:
        make = partial(
            consumers.create_owner_only,
            account,
            name,
            oauth_version=version,
            grants=grants,
            addresses=addresses,
            pages=pages,
            rsa_key=_pem(rsa_key),
            description=description,
            version=app_version,
            expires=_end(expires, wiki.settings.oauth.lifetime),
        )
        made = changes.register(by, account, make)
    except ConsumerRefused as refusal:
        fail(f"{refusal}.")
    facts = {name: getattr(made, name) for name in _VALUES}
    server = wiki.settings.site.server or "http://127.0.0.1:8080"
    path = wiki.settings.site.script_path
    shown = borne(made, server, path) if version > 1 else signed(made, account.name, server, path)
    operator.say(facts, shown)


@consumer.command()
@operator_command
def pending(operator: Operator) -> None:
    """List the apps that were proposed and wait for a decision."""
    wiki = operator.open_wiki()
    found: list[dict[str, Any]] = [
        {
            "consumer_key": entry.key,
            "name": entry.name,
            "owner": owner.name if (owner := wiki.services.directory.by_id(entry.owner_id)) else "",
            "oauth_version": entry.oauth_version,
            "callback": entry.callback,
            "grants": list(entry.grants),
            "description": entry.description,
        }
        for entry in _oauth(wiki).consumers.entries()
        if entry.stage == PROPOSED
    ]
    lines = [
        f"{fact['consumer_key']}  {fact['name']}  of {fact['owner']}  OAuth {fact['oauth_version']}  to {fact['callback']}  "
        f"{', '.join(fact['grants'])}  {fact['description']}"
        for fact in found
    ]
    operator.say(found, "\n".join(lines) or "No app waits for a decision.")


@consumer.command()
@click.argument("key")
@click.argument("decision", type=click.Choice([*DEEDS]))
@click.option("--reason", default="", help="Why, for the audit.")
@click.option("--suppress", is_flag=True, help="With reject or disable: hide it from everybody else.")
@operator_command
def decide(operator: Operator, *, key: str, decision: str, reason: str, suppress: bool) -> None:
    """Approve, reject, disable or reenable the consumer KEY; Special:OAuthManageConsumers does the same."""
    if suppress and decision not in HIDING:
        fail("--suppress goes with reject and disable.", exit_code=2)
    wiki = operator.open_wiki()
    try:
        _oauth(wiki).changes.decide(by_hand(wiki), "", key, decision, reason=reason, hide=suppress)
    except ConsumerRefused as refusal:
        said = str(refusal)
        fail(f"{said[:1].upper()}{said[1:]}; “wikigate consumer pending” shows those that wait.")
    operator.say({"consumer_key": key, "decision": decision}, f"“{key}”: {decision}.")


def _say_app(operator: Operator, made: NewConsumer, *, public: bool) -> None:
    secret = "" if public else made.consumer_secret
    text = f"  client id      {made.consumer_key}"
    text += f"\n  client secret  {secret}\n\nThe secret is shown only now." if secret else ""
    operator.say({"name": made.name, "consumer_key": made.consumer_key, "consumer_secret": secret}, text)


@consumer.command("list")
@click.argument("user")
@operator_command
def list_consumers(operator: Operator, *, user: str) -> None:
    """List the consumers of USER with their last use."""
    wiki = operator.open_wiki()
    account = find_account(wiki, user)
    found = [_facts(one) for one in _oauth(wiki).consumers.owned(account.id)]
    lines = [
        f"{fact['consumer_key']}  {fact['name']}  OAuth {fact['oauth_version']}  {fact['state']}  "
        f"{', '.join(fact['grants'])}  from {', '.join(fact['addresses'])}  "
        f"{'edits only ' + ', '.join(fact['pages']) + '  ' if fact['pages'] else ''}"
        f"until {fact['expires'] or 'for ever'}  last used {fact['last_used'] or 'never'}"
        for fact in found
    ]
    operator.say(found, "\n".join(lines) or f"“{account.name}” has no consumers.")


@consumer.command()
@click.argument("user")
@click.argument("key")
@click.option("--ip", "addresses", multiple=True, help="Address or network (CIDR) it may be used from; none: any.")
@click.option(
    "--rsa-key", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="Public key (PEM) for RSA-SHA1."
)
@click.option("--page", "pages", multiple=True, help="Page that it may edit, and no other; none: every page.")
@operator_command
def update(
    operator: Operator,
    *,
    user: str,
    key: str,
    addresses: tuple[str, ...],
    rsa_key: Path | None,
    pages: tuple[str, ...],
) -> None:
    """Say from where the consumer KEY of USER may be used and for which pages, and its RSA key."""
    wiki = operator.open_wiki()
    account = find_account(wiki, user)
    try:
        changes, pem = _oauth(wiki).changes, _pem(rsa_key)
        found = changes.update(by_hand(wiki), account, key, addresses=addresses, pages=pages, rsa_key=pem)
    except ConsumerRefused as refusal:
        fail(f"{refusal}.")
    if not found:
        _fail_unknown(account.name, key)
    operator.say({"consumer_key": key, "addresses": list(addresses), "pages": list(pages)}, f"“{key}” is changed.")


@consumer.command("reset-secret")
@click.argument("user")
@click.argument("key")
@operator_command
def reset_secret(operator: Operator, *, user: str, key: str) -> None:
    """Give the consumer KEY of USER another secret, an owner-only one another access token; those before are over at once."""
    wiki = operator.open_wiki()
    account = find_account(wiki, user)
    try:
        made = _oauth(wiki).changes.reset_secret(by_hand(wiki), account, key)
    except ConsumerRefused as refusal:
        fail(f"{refusal}.")
    if made is None:
        _fail_unknown(account.name, key)
    facts = {name: value for name in _VALUES if (value := getattr(made, name))}
    operator.say(facts, "\n".join(f"  {name:<16} {value}" for name, value in facts.items()))


def _fail_unknown(owner: str, key: str) -> NoReturn:
    fail(f"“{owner}” has no consumer “{key}”; “wikigate consumer list {owner}” shows them.")


@consumer.command()
@click.argument("user")
@click.argument("key")
@operator_command
def revoke(operator: Operator, *, user: str, key: str) -> None:
    """Disable the consumer KEY of USER; its tokens are dead with the next request."""
    wiki = operator.open_wiki()
    account = find_account(wiki, user)
    if not _oauth(wiki).changes.revoke(by_hand(wiki), account, key):
        _fail_unknown(account.name, key)
    operator.say({"consumer_key": key, "revoked": True}, f"“{key}” is revoked.")


def _oauth(wiki: Wiki) -> OAuthRooms:
    if wiki.oauth is None:
        if wiki.settings.oauth.enabled:
            fail("Give the wiki's $wgOAuthSecretKey (or $wgSecretKey) in the environment as WIKIGATE_OAUTH_SECRET.")
        fail("OAuth is switched off; set “oauth.enabled” in the configuration.")
    return wiki.oauth


def _facts(one: Registered) -> dict[str, Any]:
    given = one.acceptance
    return {
        "consumer_key": one.consumer.key,
        "name": one.consumer.name,
        "oauth_version": one.consumer.oauth_version,
        "owner_only": one.consumer.owner_only,
        "state": "approved" if one.consumer.stage == APPROVED else "not in use",
        "grants": list(given.grants) if given else [],
        "addresses": list(one.consumer.addresses),
        "pages": list(one.consumer.pages),
        "expires": iso8601(given.expires) if given and given.expires is not None else None,
        "last_used": iso8601(given.last_used) if given and given.last_used is not None else None,
    }


def _pem(file: Path | None) -> str:
    if file is None:
        return ""
    try:
        return file.read_text("ascii")
    except (OSError, UnicodeDecodeError):
        fail(f"The key file {file} cannot be read as PEM.")


def _end(spelled: str, lifetime: int) -> float | None:
    """Return when a consumer ends, in seconds; None for never."""
    now = time.time()
    if not spelled:
        return now + lifetime if lifetime else None
    if spelled in {"never", "infinite", "infinity"}:
        return None
    if days := _DAYS.fullmatch(spelled):
        return now + int(days[1]) * _DAY
    try:
        end = datetime.fromisoformat(spelled)
    except ValueError:
        fail(f"“{spelled}” is no end: give a day like 2027-12-31, a number of days like 90d, or “never”.", exit_code=2)
    moment = (end if end.tzinfo else end.replace(tzinfo=UTC)).timestamp()
    if moment <= now:
        fail(f"“{spelled}” is past already.", exit_code=2)
    return moment
