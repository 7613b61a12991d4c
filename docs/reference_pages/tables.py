"""The page of the tables that Wikigate adds, made of their declarations."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Table

from reference_pages.markdown import MADE, page
from wikigate.auth.audit import EVENTS
from wikigate.store.tables import OWN_PREFIX, Tables

_KINDS = {"SMALLINT": "number", "INTEGER": "number", "BIGINT": "number", "BLOB": "bytes", "TEXT": "text"}

_PURPOSES = {
    "audit": "What happened to accounts, one row each. Append-only; rows go by age (`auth.audit_days`).",
    "consumer_use": "Until when each acceptance of an OAuth consumer is good, and when it was last used.",
    "factor_use": "Which step of each second factor was used last.",
    "identity": "Which account an outside identity (OpenID Connect) belongs to.",
    "identity_session": "Which session was begun by which session of an OpenID provider, so that it ends with that one.",
    "meta": "Whose tables these are, and the version of Wikigate's own.",
    "outbox": "Mails to users, from the transaction that causes one until some days after it was sent.",
    "refresh_token": "The refresh tokens of OAuth 2 apps.",
    "remember": "The remembered devices.",
    "session": "The sessions in which something is kept.",
    "state": "Throttle counters and other short-lived values.",
}

_MEANINGS = {
    "audit": {
        "id": "counts up",
        "moment": "when",
        "event": f"what happened: {', '.join(f'`{event}`' for event in EVENTS)}",
        "user_id": "the account concerned, 0 where there is none",
        "user_name": "its name; never a name that no account has, since people type passwords into the wrong field",
        "address": "the client's",
        "request_id": "as in the header `X-Request-Id`",
        "details": "JSON: the code of the answer, the reason, the bot password's app id",
    },
    "consumer_use": {
        "acceptance": "the row in `oauth_accepted_consumer`",
        "expires": "when it ends; nothing: never",
        "last_used": "when it was last used, to the hour",
    },
    "factor_use": {
        "device": "the second factor's row in `oathauth_devices`",
        "step": "the last time step of 30 seconds whose code was used; this one and those before are void",
    },
    "identity": {
        "issuer": "who says so, to the letter",
        "subject": "whom the issuer means by it",
        "user_id": "the account",
        "created": "when it was linked, year to second in 14 digits",
    },
    "identity_session": {
        "key": "the row in `wikigate_session`",
        "device": "the row in `wikigate_remember`",
        "issuer": "the provider",
        "name": "its name for its own session (`sid`)",
        "user_id": "the account",
    },
    "meta": {"key": "`tables` or `version`", "value": "`own` or `mediawiki`; a number"},
    "outbox": {
        "id": "counts up",
        "created": "when it was written",
        "kind": "what caused it: `password-reset`, `new-account`, `confirm-email`, `password-changed`, `email-changed`",
        "user_id": "to whom",
        "recipient": "the address",
        "subject": "the subject",
        "body": "the text, sealed with the server's secret and erased when sent",
        "state": "`waiting`, `claimed`, `handing`, `sent`, `unsure` (may have been sent) or `failed`",
        "due": "when it is next looked at",
        "tries": "how often it was taken up",
        "claim": "who has taken it up",
        "error": "why it was not sent",
    },
    "refresh_token": {
        "key": "SHA-256 of the token",
        "acceptance": "the row in `oauth_accepted_consumer`",
        "family": "hash of the code that the first of them came from; one used twice ends all of its family",
        "access": "the `jti` of the access token that came with it",
        "scopes": "the grants that it carries, separated by blanks",
        "expires": "when it ends",
        "spent": "1: it was used",
    },
    "remember": {
        "key": "on a database of our own, the hash of the device's credential",
        "user_id": "whose it is",
        "created": "when it was first remembered",
        "last_used": "when it last came back",
        "address": "from where",
        "user_agent": "with what",
    },
    "session": {
        "key": "SHA-256 of the session id",
        "user_id": "whose it is, 0: nobody's",
        "user_name": "that account's name at login",
        "fingerprint": "hash of the account's `user_token` at login: the session ends when it changes",
        "remember": "1: the login is to be remembered",
        "device": "its row in `wikigate_remember`",
        "created": "when it began",
        "expires": "when it ends if nobody comes",
        "data": "what is kept in it, JSON; empty: this id was made void by a login",
        "version": "counts the writes; each names the version that it read",
    },
    "state": {
        "key": "what it is of; names stand in it as hashes",
        "value": "a value, or nothing for a counter",
        "number": "a counter",
        "expires": "when it ends, in milliseconds",
    },
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
    """Write one table; a table or column without words is a ``KeyError``, so that none is forgotten."""
    name = table.name.removeprefix(OWN_PREFIX)
    yield f"## `{table.name}`"
    yield ""
    yield _PURPOSES[name]
    yield ""
    yield "| column | type | meaning |"
    yield "|---|---|---|"
    for column in table.columns:
        kind = _KINDS.get(str(column.type).split("(")[0], str(column.type).lower())
        shown = f"{kind}, primary key" if column.primary_key else f"{kind}, may be empty" if column.nullable else kind
        yield f"| `{column.name}` | {shown} | {_MEANINGS[name][column.name]} |"
    yield ""
