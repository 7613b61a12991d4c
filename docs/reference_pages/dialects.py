"""The page of dialects, made of their declarations: what each is for, what holds in it, and which release brought what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from reference_pages.markdown import MADE, cell, page
from wikigate.dialects.builtin import ERAS
from wikigate.dialects.current import CURRENT
from wikigate.wire.dialect import Dialect

_PURPOSES = {
    "1.12": "What the manuals of 2008 and 2009 describe: one request logs in, no token is asked for.",
    "1.12-strict": "Release 1.12.0 as it was: after a failure the address waits (`NeedToWait`), and scripts can read the cookies.",
    "1.16": "The handshake: a first request is told `NeedToken`, the second brings the token. Every failure has its own word.",
    "1.27": "The transition: `Failed` with a reason, but a success still tells what cookies are made of, and a logout takes no token.",
    "current": "Today's API.",
}
_TRAITS = {
    "generator": "`generator` in `meta=siteinfo`",
    "login_token": "login token",
    "words": "results of a failed login",
    "session_fields": "a success tells `lgtoken`, `cookieprefix`, `sessionid`",
    "handshake_fields": "`NeedToken` tells `cookieprefix`, `sessionid`",
    "back_off": "waiting after a failure (`NeedToWait`) rather than `Throttled`",
    "back_off_exact": "the sentence about waiting tells the true delay",
    "blocked": "result `Blocked`",
    "create_blocked": "result `CreateBlocked`",
    "block_fields": "`Blocked` and `CreateBlocked` tell of the block",
    "names_unknown": "a reason tells an unknown name from a wrong password",
    "callback_aborts": "a login with `callback` is `Aborted`",
    "secrets_in_query": "password and token may stand in the query string",
    "warns_of_query": "and are warned of there",
    "lost_fails": "a token without its session is `Failed`",
    "cookie_days": "days that the cookies live",
    "http_only": "cookies are kept from scripts",
    "keeps_session_id": "a login keeps a session id that Wikigate issued",
    "session_alone": "the session cookie alone says who it is",
    "logout_token": "a logout takes a token, by POST",
    "logged_out": "form of the cookie `LoggedOut`",
    "drops_https_cookie": "a logout deletes `forceHTTPS`",
    "renews_session": "a logout gives a new session id",
    "empty_list": "an empty JSON answer is `[]`",
    "callback_comment": "`/**/` before a callback",
    "callback_script": "a callback's media type is JavaScript's",
    "xml_encoding": "the XML declaration names the encoding",
    "xml_preserve": "`xml:space` on elements with text",
    "wddx_compact": "WDDX in one line",
    "yaml_is_json": "YAML is written as JSON",
    "indexed_pages": "`_idx` in XML",
    "usage": "what stands beside an error",
    "old_codes": "`unknown_action`, `no<parameter>`",
    "old_texts": "errors in the words of the time",
    "strict_values": "an unknown `meta` is an error, not a warning",
    "batchcomplete": "`batchcomplete`",
    "unknown_parameters": "unknown parameters are warned of",
    "asserts": "`assert` belongs to the release",
    "announces_deprecations": "where deprecations are announced is told",
    "login_advice": "warnings about `action=login`",
    "caching": "cache headers",
    "nosniff": "`X-Content-Type-Options`",
    "frame_options": "`X-Frame-Options`",
    "disposition": "`Content-Disposition`",
    "private_hides": "a private wiki's modules are unknown to visitors",
    "implicit_groups": "`groups` lists `*` and `user`",
    "block_details": "members of `blockinfo`",
    "text_ids": "account ids are text",
    "text_edit_count": "`editcount` is text",
    "intoken": "`intoken`",
    "start_timestamp": "`starttimestamp` beside an edit token",
    "token_action": "`action=tokens`",
    "long_edit_tokens": "edit tokens of 40 digits rather than 32",
    "tokens_deprecated": "old tokens and formats are warned of",
    "content_fields": "content and language in `prop=info`",
    "general": "members of `siprop=general`",
    "default_format": "default format",
    "formats": "formats",
}
_LEFT_OUT = frozenset({"name", "release", "strict"})


def dialects() -> str:
    """Return the page. Raises ``KeyError`` for a trait without a text."""
    return page(_lines())


def _lines() -> Iterator[str]:
    columns = [*(era.dialect for era in ERAS), CURRENT]
    yield from (MADE, "", "# Dialects", "")
    yield (
        "Wikigate speaks several eras of MediaWiki's API over the same accounts. A dialect is chosen by path, by host or with"
        " `wikigate serve --dialect`: see [Test your client against ten years of wikis](../howto/ten-years-of-wikis.md)."
    )
    yield from ("", "| name | releases | for |", "|---|---|---|")
    for era in ERAS:
        releases = _number(era.first) if era.first == era.last else f"{_number(era.first)} to {_number(era.last)}"
        yield f"| `{era.name}` | {releases} | {_PURPOSES[era.name]} |"
    yield f"| `current` | 1.35 to 1.43 | {_PURPOSES['current']} |"
    yield from (
        "",
        "Any release of these can be asked for by its number, as `1.19` or `1.15.3`: what another release brought is told below.",
    )
    yield from (
        "",
        "Newer modules stay there in old dialects, so that today's clients work at the same address; `dialects.strict` hides them.",
    )
    yield from ("", "## What holds in each", "")
    yield f"| | {' | '.join(f'`{column.name}`' for column in columns)} |"
    yield f"|---|{'---|' * len(columns)}"
    for name in _names():
        yield f"| {_TRAITS[name]} | {' | '.join(_value(getattr(column, name)) for column in columns)} |"
    yield from ("", "## Which release brought what", "")
    for era in ERAS:
        if not era.changes:
            continue
        yield from (f"### `{era.name}`", "", "| from | |", "|---|---|")
        for release, change in era.changes:
            told = "; ".join(f"{_TRAITS[name]}: {_value(value)}" for name, value in change.items())
            yield f"| {_number(release)} | {told} |"
        yield ""
        if era.usual_traits:
            told = "; ".join(f"{_TRAITS[name]}: {_value(value)}" for name, value in era.usual_traits.items())
            yield f"The name `{era.name}` stands for {_number(era.usual)}, but {told}."
            yield ""


def _names() -> list[str]:
    return [field.name for field in fields(Dialect) if field.name not in _LEFT_OUT]


def _number(release: tuple[int, ...]) -> str:
    return ".".join(map(str, release))


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "–"
    if isinstance(value, tuple):
        return cell(" ".join(f"`{item}`" for item in value)) or "–"
    return cell(str(value)) or "–"
