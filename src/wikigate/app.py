"""The one place where objects are made and joined, by hand. Everything is replaceable by keyword.

``open_wiki`` makes one wiki; ``build_application`` makes the WSGI callable that serves all of a configuration. Nothing is module-global:
what belongs to a wiki hangs on its ``Wiki``.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

from wikigate.accounts.access_tokens import AccessTokens, SigningKeys
from wikigate.accounts.apps import Apps
from wikigate.accounts.blocks import Blocks
from wikigate.accounts.bot_passwords import BotPasswords
from wikigate.accounts.breaches.base import BreachList, NoBreaches
from wikigate.accounts.breaches.file import BreachFile
from wikigate.accounts.breaches.service import BreachService
from wikigate.accounts.consumers import Consumers
from wikigate.accounts.context_words import site_words
from wikigate.accounts.directory import Directory
from wikigate.accounts.factors import Factors
from wikigate.accounts.hashing import Hasher, HashPool
from wikigate.accounts.naming import name_rules
from wikigate.accounts.passwords.scheme import PasswordScheme
from wikigate.accounts.passwords.settings import DEFAULT_PROFILE
from wikigate.accounts.passwords.verified_credentials import VerifiedCredentials
from wikigate.accounts.performer import Performers
from wikigate.accounts.policy import Policy
from wikigate.accounts.registration import Registration
from wikigate.accounts.rights import Rights
from wikigate.accounts.settings import BreachSettings, with_rights
from wikigate.actions.action import Action
from wikigate.actions.block_cookie import BlockCookie
from wikigate.actions.extension import Extension
from wikigate.actions.registry import ActionRegistry
from wikigate.actions.services import Services
from wikigate.auth.audit import Audit, AuditEvent
from wikigate.auth.bot_login import BotLogin
from wikigate.auth.creation import AccountMaker, Creation
from wikigate.auth.credentials import CredentialChanges
from wikigate.auth.flow import CREATE, Flow
from wikigate.auth.new_password import NewPasswords
from wikigate.auth.plugin import ProviderParts, ProviderPlugin, assemble
from wikigate.auth.throttle import Throttle
from wikigate.config import Config, WikiSettings
from wikigate.dialects.current import CURRENT
from wikigate.i18n.catalog import Catalog
from wikigate.outbound.http_client import HttpClient, HttpxClient
from wikigate.plugins import all_actions, all_providers
from wikigate.primitives.clock import Clock, SystemClock
from wikigate.primitives.errors import ConfigError
from wikigate.primitives.ids import SYSTEM_RANDOM, RandomBytes
from wikigate.primitives.seal import Seal
from wikigate.primitives.secrets import KeyRing
from wikigate.sessions.bot_password import BotPasswordSource
from wikigate.sessions.cookie import CookieSource
from wikigate.sessions.cookie_writer import CookieNames, CookieWriter
from wikigate.sessions.manager import SessionManager
from wikigate.sessions.oauth import OAuthSource
from wikigate.sessions.remember import OwnTokens, WikiTokens
from wikigate.sessions.source import SessionSource
from wikigate.sessions.vault import Vault
from wikigate.state.base import StateStore
from wikigate.state.sql import SqlStateStore
from wikigate.store.audit import AuditTable
from wikigate.store.engine import Database
from wikigate.store.schema import Schema, open_tables
from wikigate.store.sessions import SessionTable
from wikigate.store.site import SiteRows
from wikigate.web.api_endpoint import ApiEndpoint
from wikigate.web.frame import Frame
from wikigate.web.page import PageParts, PagePlugin
from wikigate.web.page_endpoint import PageEndpoint
from wikigate.web.pages.builtin import BUILT_IN as PAGES
from wikigate.web.pages.oauth import NAME as OAUTH
from wikigate.web.pages.oauth import OAuthPage
from wikigate.web.pages.oauth_manage_my_grants import NAME as MY_GRANTS
from wikigate.web.pages.oauth_manage_my_grants import ManageMyGrantsPage
from wikigate.web.rest_endpoint import RestEndpoint
from wikigate.web.static_files import StaticFiles
from wikigate.web.wsgi import Endpoint, WsgiApplication
from wikigate.wire.dialect import Dialect
from wikigate.wire.formats import FORMATS
from wikigate.wire.formats.base import OutputFormat

DIALECTS: Final[Mapping[str, Dialect]] = {CURRENT.name: CURRENT}
_EXTENSIONS: Final = {"second-factor": "OATHAuth", "captcha": "ConfirmEdit"}
# What MediaWiki gives with its captchas (spec core §6, extensions §2.4).
_CAPTCHA_RIGHTS: Final = {"bot": ("skipcaptcha",), "sysop": ("skipcaptcha",)}
_CAPTCHA_GRANTS: Final = {"basic": ("skipcaptcha",)}
_KEY_FILE: Final = "secret.key"
_SECRET_BYTES: Final = 32


class Wiki:
    """One wiki, ready to be asked. ``close`` ends its threads and its database connections."""

    def __init__(
        self,
        settings: WikiSettings,
        keys: KeyRing,
        *,
        clock: Clock | None = None,
        random_bytes: RandomBytes = SYSTEM_RANDOM,
        hasher: Hasher | None = None,
        catalog: Catalog | None = None,
        state: StateStore | None = None,
        breaches: BreachList | None = None,
        http: Callable[[], HttpClient] | None = None,
        actions: Sequence[Action] | None = None,
        formats: Iterable[OutputFormat] = FORMATS,
        providers: Iterable[ProviderPlugin] | None = None,
        pages: Iterable[PagePlugin] = PAGES,
    ) -> None:
        clock = clock or SystemClock()
        self.database = Database(
            settings.database.url, prefix=settings.database.prefix, busy_timeout=settings.database.busy_timeout
        )
        self.schema: Schema = open_tables(self.database)
        shared = self.schema != "own"
        self.settings = settings = _fitted(settings, shared=shared)
        self.dialect = _dialect(settings.dialect)
        self.hasher = hasher or HashPool(settings.hashing)
        rules = name_rules(settings.accounts, settings.site.site_name)
        rights = Rights(settings.accounts, clock)
        self.scheme = scheme = PasswordScheme(settings.passwords, random_bytes)
        directory = Directory(self.database, clock, rules, random_bytes)
        seal = None if shared else Seal(keys.derive("second factors"), random_bytes)
        self.factors = factors = Factors(self.database, directory, clock, seal)
        factors.check_keys()
        blocks = Blocks(self.database, clock)
        audit = Audit(AuditTable(self.database))
        policy = Policy(
            settings.accounts,
            words=site_words(settings.site.site_name, settings.site.server),
            breaches=breaches or _breaches(settings.accounts.policy.breaches),
            has_factor=lambda user_id: "second-factor" in settings.auth.providers and bool(factors.of(user_id)),
            unchecked=lambda user_id: audit.record(AuditEvent("password.unchecked", clock.now(), "", user_id=user_id)),
        )
        bot_passwords = BotPasswords(self.database, rights, scheme, random_bytes)
        self.registration = Registration(
            directory=directory,
            policy=policy,
            scheme=scheme,
            hasher=self.hasher,
            rights=rights,
            bot_passwords=bot_passwords,
            clock=clock,
        )
        state = state or SqlStateStore(self.database, clock)
        self.consumers = consumers = _consumers(
            settings, keys, self.database, rights, shared=shared, clock=clock, random_bytes=random_bytes
        )
        oauth = consumers and OAuthSource(
            consumers=consumers,
            directory=directory,
            rights=rights,
            blocks=blocks,
            state=state,
            keys=keys,
            random_bytes=random_bytes,
            wiki_id=settings.site.wiki_id,
            origin=settings.site.server,
            block_disables_login=settings.accounts.block_disables_login,
        )
        sessions = _sessions(
            settings,
            keys,
            rows=SessionTable(self.database),
            directory=directory,
            bot_passwords=bot_passwords,
            rights=rights,
            clock=clock,
            random_bytes=random_bytes,
            shared=shared,
            others=(oauth,) if oauth else (),
        )
        throttle = partial(Throttle, settings=settings.auth.throttle, store=state)
        parts = ProviderParts(
            directory=directory,
            factors=factors,
            blocks=blocks,
            rights=rights,
            scheme=scheme,
            hasher=self.hasher,
            rules=rules,
            state=state,
            throttle=throttle("password"),
            clock=clock,
            random_bytes=random_bytes,
            keys=keys,
            passwords=NewPasswords(policy, scheme, self.hasher, lifetime=settings.auth.password_lifetime),
            temporary_password_lifetime=settings.auth.temporary_password_lifetime,
            password_grace=settings.auth.password_grace,
            account_creation=settings.auth.throttle.account_creation,
            http=http or cache(HttpxClient),
            script_path=settings.site.script_path,
            block_disables_login=settings.accounts.block_disables_login,
            second_factor=settings.auth.second_factor,
            captcha=settings.auth.captcha,
            ldap=settings.auth.ldap,
        )
        assembled = assemble(settings.auth.providers, providers or all_providers(), parts)
        converse = partial(
            Flow,
            assembled,
            sessions=sessions,
            directory=directory,
            audit=audit,
            settings=settings.auth,
            session_settings=settings.session,
        )
        flow = converse()
        creation = Creation(converse(auto_creation=AccountMaker(directory), purpose=CREATE), directory)
        bot_login = BotLogin(
            bot_passwords,
            enabled=settings.accounts.bot_passwords,
            directory=directory,
            rules=rules,
            scheme=scheme,
            hasher=self.hasher,
            verified=VerifiedCredentials(settings.auth.verified_bot_passwords, random_bytes),
            throttle=throttle("botpassword"),
            audit=audit,
        )
        self.services = Services(
            site=settings.site,
            api=settings.api,
            clock=clock,
            random_bytes=random_bytes,
            catalog=catalog or Catalog.load(article_path=settings.site.article_path, site_name=settings.site.site_name),
            registry=ActionRegistry(actions or _actions(settings), formats),
            directory=directory,
            policy=policy,
            rights=rights,
            performers=Performers(rights, blocks, block_disables_login=settings.accounts.block_disables_login),
            blocks=blocks,
            block_cookie=_block_cookie(settings, keys),
            bot_passwords=bot_passwords,
            bot_login=bot_login,
            sessions=sessions,
            flow=flow,
            creation=creation,
            credentials=CredentialChanges(assembled, directory, sessions, audit),
            audit=audit,
            site_rows=SiteRows(self.database),
            extensions=_extensions(settings),
        )
        self.static = StaticFiles(settings.site.script_path)
        frame = Frame(settings.site, self.services.catalog, self.static)
        self.rest: RestEndpoint | None = None
        if consumers is not None:
            apps = Apps(self.database, consumers, state, clock=clock, random_bytes=random_bytes)
            self.rest = RestEndpoint(self.services, frame, consumers, apps)
            pages = (
                *pages,
                PagePlugin(OAUTH, lambda parts: OAuthPage(parts, apps)),
                PagePlugin(MY_GRANTS, lambda parts: ManageMyGrantsPage(parts, apps)),
            )
        self.pages = PageEndpoint(pages, PageParts(services=self.services, providers=assembled, frame=frame))

    def endpoints(self) -> dict[str, Endpoint]:
        """Return what answers each path of this wiki."""
        api = ApiEndpoint(self.services, self.dialect)
        site = self.settings.site
        found: dict[str, Endpoint] = {f"{site.script_path}/api.php": api, "/api.php": api}
        if self.pages:
            found[f"{site.script_path}/index.php"] = self.pages
            found[self.static.path] = self.static
            if self.rest is not None:
                found[f"{site.script_path}/rest.php"] = self.rest
            # Pages lie below the article path where that is a path of their own.
            before, mark, after = site.article_path.partition("/$1")
            if mark and before and not after and "?" not in before:
                found.setdefault(before, self.pages)
        return found

    def close(self) -> None:
        """End the hashing threads and the database connections."""
        self.hasher.close()
        self.database.close()


class Application:
    """Every wiki of a configuration behind one WSGI callable; a wiki is picked by host, or by path where hosts do not tell."""

    def __init__(self, config: Config, wikis: Sequence[Wiki]) -> None:
        self.wikis = tuple(wikis)
        build = partial(
            WsgiApplication,
            max_body=max(wiki.settings.api.max_body for wiki in wikis),
            trusted_proxies=config.server.trusted_proxies,
        )
        self._by_host: dict[str, Callable[..., list[bytes]]] = {}
        others: dict[str, Endpoint] = {}
        for wiki in wikis:
            if host := wiki.settings.host.lower():
                if host in self._by_host:
                    raise ConfigError(f"Two wikis have the host “{host}”; give each its own.")
                self._by_host[host] = build(wiki.endpoints())
                continue
            for path, endpoint in wiki.endpoints().items():
                # The first wiki answers the short path and a common article path; their own API's paths must differ.
                if path in others and path == f"{wiki.settings.site.script_path}/api.php":
                    raise ConfigError(
                        f"Two wikis lie at {path}; give each its own “site.script_path” or its own “host”."
                    )
                others.setdefault(path, endpoint)
        self._others: Callable[..., list[bytes]] = build(others)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        """Answer one request (PEP 3333)."""
        if self._by_host:
            host = environ.get("HTTP_HOST", "").partition(":")[0].lower()
            if (application := self._by_host.get(host)) is not None:
                return application(environ, start_response)
        return self._others(environ, start_response)

    def close(self) -> None:
        """Close every wiki."""
        for wiki in self.wikis:
            wiki.close()


def build_application(config: Config) -> Application:
    """Open every wiki of a configuration. Raises ``ConfigError`` with one sentence that says what to do."""
    return Application(config, [open_wiki(config, wiki_id) for wiki_id in config.wikis])


def open_wiki(config: Config, wiki_id: str, **parts: Any) -> Wiki:
    """Open one wiki of a configuration; ``parts`` take the place of what ``Wiki`` would make itself. Raises ``ConfigError``."""
    return Wiki(config.wikis[wiki_id], read_keys(config.data), **parts)


def read_keys(data: Path) -> KeyRing:
    """Return the server's secrets: from ``WIKIGATE_SECRET``, or from the data folder, where the first start makes one.

    Raises ``ConfigError`` where the folder cannot be made or the file not be read.
    """
    given = os.environ.get("WIKIGATE_SECRET", "").split()
    try:
        return KeyRing([secret.encode() for secret in given] or _kept_keys(data))
    except ValueError:
        where = "WIKIGATE_SECRET" if given else str(data / _KEY_FILE)
        raise ConfigError(f"A secret in {where} is too short; each needs 16 characters or more.") from None
    except OSError as error:
        raise _unusable(data, error) from error


def has_keys(data: Path) -> bool:
    """Whether there are secrets already, so that ``read_keys`` makes none."""
    file = data / _KEY_FILE
    return bool(os.environ.get("WIKIGATE_SECRET", "").split()) or (file.exists() and file.stat().st_size > 0)


def make_folder(data: Path) -> None:
    """Make the data folder where there is none. Raises ``ConfigError``."""
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(data, error) from error


def _unusable(data: Path, error: OSError) -> ConfigError:
    return ConfigError(
        f"The data folder {data} cannot be used ({error.strerror}); give --data a folder that you may write."
    )


def _kept_keys(data: Path) -> list[bytes]:
    make_folder(data)
    file = data / _KEY_FILE
    if not file.exists() or not file.stat().st_size:
        with os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT, 0o600), "r+") as key:
            # Processes that start together wait here, and all but the first find the secret made.
            fcntl.flock(key, fcntl.LOCK_EX)
            if not key.read():
                key.write(SYSTEM_RANDOM(_SECRET_BYTES).hex() + "\n")
    return [line.encode() for line in file.read_text().split()]


def _extensions(settings: WikiSettings) -> tuple[Extension, ...]:
    """Return what is switched on of that which clients look for by an extension's name."""
    return tuple(Extension(name) for provider, name in _EXTENSIONS.items() if provider in settings.auth.providers)


def _actions(settings: WikiSettings) -> tuple[Action, ...]:
    """Return the API modules that the wiki's features bring."""
    pictures = "captcha" in settings.auth.providers and settings.auth.captcha.kind == "image"
    return all_actions(bot_passwords=settings.accounts.bot_passwords, pictures=pictures)


def _dialect(name: str) -> Dialect:
    if name not in DIALECTS:
        raise ConfigError(f"There is no dialect “{name}”; there are: {', '.join(DIALECTS)}.")
    return DIALECTS[name]


def _fitted(settings: WikiSettings, *, shared: bool) -> WikiSettings:
    """Choose what was left to choose: beside a wiki, passwords in the form that the wiki itself makes; and the rights of a feature."""
    if "captcha" in settings.auth.providers:
        settings = replace(settings, accounts=with_rights(settings.accounts, _CAPTCHA_RIGHTS, _CAPTCHA_GRANTS))
    if settings.passwords.profile:
        return settings
    profile = "mediawiki" if shared else DEFAULT_PROFILE
    return replace(settings, passwords=replace(settings.passwords, profile=profile))


def _breaches(settings: BreachSettings) -> BreachList:
    if settings.file:
        return BreachFile(Path(settings.file))
    if settings.url:
        return BreachService(settings.url, HttpxClient(timeout=settings.timeout))
    return NoBreaches()


def _consumers(
    settings: WikiSettings,
    keys: KeyRing,
    database: Database,
    rights: Rights,
    *,
    shared: bool,
    clock: Clock,
    random_bytes: RandomBytes,
) -> Consumers | None:
    """Make the consumers; none where they are switched off, or where a wiki's own key for their secrets is not known."""
    given = tuple(secret.encode() for secret in os.environ.get("WIKIGATE_OAUTH_SECRET", "").split())
    if not settings.oauth.enabled or (shared and not given):
        return None
    tokens = AccessTokens(SigningKeys(Path(settings.oauth.key_file)), settings.site.server)
    secrets = given or keys.derive("oauth secrets").all
    return Consumers(database, rights, tokens, secrets, clock=clock, random_bytes=random_bytes)


def _block_cookie(settings: WikiSettings, keys: KeyRing) -> BlockCookie:
    cookies = settings.session.cookies
    writer = CookieWriter(replace(cookies, http_only=False), https=_is_https(settings))
    return BlockCookie(CookieNames(cookies, settings.site.wiki_id).block, writer, keys)


def _is_https(settings: WikiSettings) -> bool:
    return settings.session.force_https or settings.site.server.startswith("https://")


def _sessions(
    settings: WikiSettings,
    keys: KeyRing,
    *,
    rows: SessionTable,
    directory: Directory,
    bot_passwords: BotPasswords,
    rights: Rights,
    clock: Clock,
    random_bytes: RandomBytes,
    shared: bool,
    others: tuple[SessionSource, ...],
) -> SessionManager:
    own = settings.session
    names = CookieNames(own.cookies, settings.site.wiki_id)
    writer = CookieWriter(own.cookies, https=_is_https(settings))
    vault = Vault(rows, own, shared=shared)
    remember = WikiTokens(own.token_version, random_bytes) if shared else OwnTokens(vault, random_bytes)
    cookies = CookieSource(
        own,
        names=names,
        writer=writer,
        vault=vault,
        directory=directory,
        remember=remember,
        keys=keys,
        random_bytes=random_bytes,
    )
    bots = BotPasswordSource(
        names=names,
        writer=writer,
        vault=vault,
        directory=directory,
        bot_passwords=bot_passwords,
        rights=rights,
        keys=keys,
        random_bytes=random_bytes,
    )
    return SessionManager(
        own,
        # Without bot passwords their cookie says nothing, and sessions begun before are over.
        sources=(*others, bots, cookies) if settings.accounts.bot_passwords else (*others, cookies),
        cookies=cookies,
        bots=bots,
        vault=vault,
        remember=remember,
        directory=directory,
        clock=clock,
        random_bytes=random_bytes,
    )
