"""A wiki as an old dialect sees it: today's services with the parts of the era put in their places.

Accounts, throttles, blocks, providers and audit stay the same objects; sessions lie in the same table.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from wikigate.actions.action import Action
from wikigate.actions.csrf import TOKEN_TYPES
from wikigate.actions.login_era import EraLoginAction
from wikigate.actions.logout_era import EraLogoutAction
from wikigate.actions.meta_tokens import TokensAction
from wikigate.actions.prop_info import InfoAction
from wikigate.actions.registry import ActionRegistry
from wikigate.actions.services import Services
from wikigate.actions.tokens_era import EraTokensAction
from wikigate.auth.back_off import BackOff
from wikigate.auth.flow import Flow
from wikigate.auth.throttle import Throttle
from wikigate.dialects.builtin import dialect_of
from wikigate.dialects.settings import DialectSettings
from wikigate.primitives.errors import ConfigError
from wikigate.sessions.manager import SessionManager
from wikigate.sessions.settings import DAY, SessionSettings
from wikigate.state.base import StateStore
from wikigate.wire.dialect import Dialect
from wikigate.wire.formats.legacy import formats_of

_STRICT_ACTIONS: Final = frozenset({"login", "logout", "query", "help", "paraminfo"})
_STRICT_QUERIES: Final = frozenset({"siteinfo", "userinfo", "users"})
_META_TOKENS: Final = (1, 24)
_LOGIN_TOKENS: Final = (1, 27)
_HERE: Final = frozenset({"127.0.0.1", "localhost", "::1"})


def configured(asked: str, settings: DialectSettings, server: str) -> Dialect:
    """Return a dialect with what the configuration says of it.

    Raises ``ConfigError`` for an unknown one, and for one without a login token where passwords would travel in the clear.
    """
    dialect = dialect_of(asked)
    if not dialect.is_old:
        return dialect
    address = urlsplit(server)
    if dialect.is_tokenless and address.scheme == "http" and address.hostname not in _HERE and not settings.plain_http:
        raise ConfigError(
            f"The dialect “{asked}” asks for no login token, and {server} is not https: passwords would travel in the clear to whoever"
            " asks. Serve it by https, or say “dialects.plain_http = true”."
        )
    if settings.cookie_days:
        dialect = replace(dialect, cookie_days=settings.cookie_days)
    if settings.logout_token != "era":  # noqa: S105  a rule, not a token
        dialect = replace(dialect, logout_token=settings.logout_token == "required")  # noqa: S105  a rule, not a token
    if settings.hide_existence:
        dialect = replace(dialect, names_unknown=False)
    if settings.fresh_session_ids:
        dialect = replace(dialect, keeps_session_id=False)
    return replace(dialect, strict=settings.strict)


def session_settings(today: SessionSettings, dialect: Dialect) -> SessionSettings:
    """Return the sessions' settings of an old dialect: its cookies live and look as they did."""
    cookies = replace(today.cookies, http_only=today.cookies.http_only and dialect.http_only)
    if dialect.cookie_days != 180:  # noqa: PLR2004  today's, which the configuration has already
        cookies = replace(cookies, extended_expiration=dialect.cookie_days * DAY)
    return replace(today, cookies=cookies)


def old_services(
    today: Services,
    dialect: Dialect,
    settings: DialectSettings,
    *,
    sessions: SessionManager,
    flow: Flow,
    throttle: Throttle,
    state: StateStore,
) -> Services:
    """Return the wiki's services in an old dialect."""
    actions = {action.module.path: action for action in _today(today, dialect)}
    if dialect.words == "specific":
        actions["login"] = EraLoginAction(
            dialect,
            throttle=throttle,
            back_off=BackOff(state, today.clock),
            rules=today.directory.rules,
            hide_existence=settings.hide_existence,
        )
    if not dialect.logout_token:
        actions["logout"] = EraLogoutAction()
    if dialect.token_action:
        actions["tokens"] = EraTokensAction()
    if dialect.intoken:
        actions["query+info"] = InfoAction()
    registry = ActionRegistry(actions.values(), formats_of(dialect), default_format=dialect.default_format)
    return replace(today, registry=registry, sessions=sessions, flow=flow)


def _today(today: Services, dialect: Dialect) -> Iterable[Action]:
    """Return the modules of today that stay: all of them, or in a strict dialect those that it had."""
    registry = today.registry
    for name, action in registry.actions.items():
        if not dialect.strict or name in _STRICT_ACTIONS:
            yield action
    for name, action in registry.query.items():
        if dialect.strict and name == "tokens" and _META_TOKENS <= dialect.release < _LOGIN_TOKENS:
            tokens = TokensAction()
            kinds = tuple(sorted(TOKEN_TYPES.keys() - {"login", "createaccount"}))
            tokens.module = replace(tokens.module, params=(replace(tokens.module.params[0], values=kinds),))
            yield tokens
        elif not dialect.strict or name in _STRICT_QUERIES or (name == "tokens" and dialect.release >= _META_TOKENS):
            yield action
