"""The one place where objects are made and joined, by hand. Everything is replaceable by keyword.

``open_wiki`` makes one wiki; ``build_application`` makes the WSGI callable that serves all of a configuration. Nothing is module-global:
what belongs to a wiki hangs on its ``Wiki``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from wikigate.accounts.app_enrolment import AppEnrolment
from wikigate.accounts.blocks import Blocks
from wikigate.accounts.bot_passwords import BotPasswords
from wikigate.accounts.breaches.base import BreachList, NoBreaches
from wikigate.accounts.breaches.file import BreachFile
from wikigate.accounts.breaches.service import BreachService
from wikigate.accounts.context_words import site_words
from wikigate.accounts.directory import Directory
from wikigate.accounts.factor_notices import FactorNotices
from wikigate.accounts.factors import Factors
from wikigate.accounts.hashing import Hasher, HashesAside, HashPool
from wikigate.accounts.identities import Identities
from wikigate.accounts.naming import name_rules
from wikigate.accounts.passwords.scheme import PasswordScheme
from wikigate.accounts.passwords.verified_credentials import VerifiedCredentials
from wikigate.accounts.performer import Performers
from wikigate.accounts.policy import Policy
from wikigate.accounts.recovery_codes import RecoveryCodes
from wikigate.accounts.registration import Registration
from wikigate.accounts.rights import Rights
from wikigate.accounts.settings import BreachSettings
from wikigate.actions.action import Action
from wikigate.actions.own_language import PREFERENCE
from wikigate.actions.registry import ActionRegistry
from wikigate.actions.services import Services
from wikigate.auth.audit import Audit, AuditEvent
from wikigate.auth.auto_creation import AutoAccounts, LinkedAccount
from wikigate.auth.bot_login import BotLogin
from wikigate.auth.bot_password_changes import BotPasswordChanges
from wikigate.auth.creation import AccountMaker, Creation
from wikigate.auth.creation_limits import CreationLimits
from wikigate.auth.credentials import CredentialChanges
from wikigate.auth.email_change import EmailChange
from wikigate.auth.factor_changes import FactorChanges
from wikigate.auth.flow import CREATE, LINK, Flow
from wikigate.auth.key_registration import KeyRegistration
from wikigate.auth.login_notices import LoginNotices
from wikigate.auth.new_password import NewPasswords
from wikigate.auth.password_reminder import PasswordReminder
from wikigate.auth.plugin import ProviderParts, ProviderPlugin, assemble
from wikigate.auth.provider import AutoCreation
from wikigate.auth.temporary_accounts import TemporaryAccounts
from wikigate.auth.throttle import Throttle
from wikigate.auth.throttle_view import ThrottleView
from wikigate.config import Config, WikiSettings
from wikigate.data_folder import read_keys
from wikigate.dialects.old_services import configured, old_services, session_settings
from wikigate.examination import of_mail, of_settings, of_throttles
from wikigate.factor_rooms import factor_form, open_security_keys
from wikigate.features import actions_of, extensions_of, fitted
from wikigate.i18n.catalog import Catalog
from wikigate.mail_rooms import open_mail_sender, open_post
from wikigate.oauth_rooms import OAuthRooms, oauth_secrets
from wikigate.outbound.http_client import HttpClient
from wikigate.outbound.smtp import Carrier
from wikigate.plugins import all_providers
from wikigate.primitives.addresses import Networks
from wikigate.primitives.clock import Clock, SystemClock
from wikigate.primitives.errors import ConfigError
from wikigate.primitives.ids import SYSTEM_RANDOM, RandomBytes
from wikigate.primitives.seal import Seal
from wikigate.primitives.secrets import KeyRing
from wikigate.session_rooms import open_block_cookie, open_known_devices, open_page_language, open_sessions
from wikigate.sessions.cookie_writer import CookieNames
from wikigate.sessions.logins import Logins
from wikigate.sessions.vault import Vault
from wikigate.state.base import StateStore
from wikigate.state.sql import SqlStateStore
from wikigate.store.audit import AuditTable
from wikigate.store.engine import Database
from wikigate.store.schema import Schema, open_tables
from wikigate.store.sessions import SessionTable
from wikigate.store.site import SiteRows
from wikigate.store.temporary_names import TemporaryNames
from wikigate.web.api_endpoint import ApiEndpoint
from wikigate.web.finding import Finding
from wikigate.web.frame import Frame
from wikigate.web.kept_form import KeptForms
from wikigate.web.page import PageParts, PagePlugin
from wikigate.web.page_endpoint import PageEndpoint
from wikigate.web.pages.builtin import BUILT_IN as PAGES
from wikigate.web.pages.builtin import credential_pages, fitted_pages
from wikigate.web.probes import LIVE, READY, Readiness, live
from wikigate.web.static_files import StaticFiles
from wikigate.web.temporary_end import TemporaryEnd
from wikigate.web.wsgi import Endpoint, WsgiApplication
from wikigate.wire.dialect import Dialect
from wikigate.wire.formats import FORMATS
from wikigate.wire.formats.base import OutputFormat


class Wiki:
    """One wiki, ready to be asked. ``close`` ends its threads and its database connections."""

    def __init__(  # noqa: PLR0915  the one place where objects are joined, one a line
        self,
        settings: WikiSettings,
        keys: KeyRing,
        *,
        clock: Clock | None = None,
        random_bytes: RandomBytes = SYSTEM_RANDOM,
        hasher: Hasher | None = None,
        catalog: Catalog | None = None,
        state: StateStore | None = None,
        carrier: Carrier | None = None,
        breaches: BreachList | None = None,
        http: Callable[[], HttpClient] | None = None,
        actions: Sequence[Action] | None = None,
        formats: Iterable[OutputFormat] = FORMATS,
        providers: Iterable[ProviderPlugin] | None = None,
        pages: Iterable[PagePlugin] = PAGES,
        auto_creation: Callable[[ProviderParts], AutoCreation] | None = None,
    ) -> None:
        clock = clock or SystemClock()
        self.database = Database(
            settings.database.url, prefix=settings.database.prefix, busy_timeout=settings.database.busy_timeout
        )
        self.schema: Schema = open_tables(self.database)
        shared = self.schema != "own"
        self.settings = settings = fitted(settings, shared=shared)
        self.dialect = configured(settings.dialect, settings.dialects, settings.site.server)
        self.hasher = hasher or HashPool(settings.hashing)
        rules = name_rules(settings.accounts, settings.site.site_name)
        rights = Rights(settings.accounts, clock)
        self.scheme = scheme = PasswordScheme(settings.passwords, random_bytes)
        catalog = catalog or Catalog.load(article_path=settings.site.article_path, site_name=settings.site.site_name)
        self.post = post = open_post(
            settings,
            keys,
            self.database,
            catalog,
            clock=clock,
            random_bytes=random_bytes,
            chosen=lambda user_id: directory.properties(user_id).get(PREFERENCE),
        )
        self.mail_sender = open_mail_sender(settings, post, carrier, clock, random_bytes)
        directory = Directory(self.database, clock, rules, random_bytes, post)
        form = factor_form(keys, self.database, random_bytes, shared=shared)
        self.factors = factors = Factors(self.database, directory, clock, form, FactorNotices(directory, post))
        factors.check_keys()
        self.recovery_codes = recovery_codes = RecoveryCodes(factors, random_bytes)
        app_enrolment = AppEnrolment(
            factors,
            recovery_codes,
            random_bytes,
            issuer=settings.site.site_name,
            window=settings.auth.second_factor.window,
        )
        security_keys = open_security_keys(settings, factors, random_bytes)
        blocks = Blocks(self.database, clock, autoblock_seconds=settings.accounts.autoblock_seconds)
        events = AuditTable(self.database)
        audit = Audit(events, keep_days=settings.auth.audit_days)
        policy = Policy(
            settings.accounts,
            words=site_words(settings.site.site_name, settings.site.server),
            breaches=breaches or _breaches(settings.accounts.policy.breaches),
            has_factor=lambda user_id: "second-factor" in settings.auth.providers and bool(factors.of(user_id)),
            unchecked=lambda user_id: audit.record(AuditEvent("password.unchecked", clock.now(), "", user_id=user_id)),
        )
        bot_passwords = BotPasswords(self.database, rights, HashesAside(scheme, self.hasher), random_bytes)
        self.bot_passwords = BotPasswordChanges(bot_passwords, audit)
        self.registration = Registration(
            directory=directory,
            policy=policy,
            scheme=scheme,
            hasher=self.hasher,
            rights=rights,
            bot_passwords=bot_passwords,
            clock=clock,
            password_lifetime=settings.auth.password_lifetime,
        )
        self._state = state = SqlStateStore(self.database, clock) if state is None else state
        self.oauth: OAuthRooms | None = None
        if secrets := oauth_secrets(settings, keys, shared=shared):
            self.oauth = OAuthRooms(
                settings,
                keys,
                self.database,
                secrets,
                rights=rights,
                directory=directory,
                blocks=blocks,
                state=state,
                vault=Vault(SessionTable(self.database), settings.session, shared=shared),
                audit=audit,
                clock=clock,
                random_bytes=random_bytes,
            )
        sit = partial(
            open_sessions,
            keys=keys,
            rows=SessionTable(self.database),
            directory=directory,
            bot_passwords=bot_passwords,
            rights=rights,
            clock=clock,
            random_bytes=random_bytes,
            shared=shared,
            others=(self.oauth.source,) if self.oauth else (),
        )
        sessions = sit(settings)
        throttle = partial(Throttle, settings=settings.auth.throttle, store=state)
        known_devices = open_known_devices(settings, keys, random_bytes)
        parts = ProviderParts(
            directory=directory,
            factors=factors,
            recovery_codes=recovery_codes,
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
            can_mail=settings.mail.enabled,
            account_creation=settings.auth.throttle.account_creation,
            http=http or cache(_http_client),
            script_path=settings.site.script_path,
            security_keys=security_keys,
            name_cookie=CookieNames(settings.session.cookies, settings.site.wiki_id).user_name,
            block_disables_login=settings.accounts.block_disables_login,
            second_factor=settings.auth.second_factor,
            identities=Identities(self.database, directory, clock),
            known_devices=known_devices,
            audit=audit,
            server=settings.site.server,
            page_url=settings.site.special_page,
            openid=settings.auth.openid,
            captcha=settings.auth.captcha,
            ldap=settings.auth.ldap,
        )
        assembled = assemble(settings.auth.providers, providers or all_providers(), parts)
        converse = partial(
            Flow,
            assembled,
            auto_creation=auto_creation(parts) if auto_creation else AutoAccounts(directory, rights, blocks, audit),
            sessions=sessions,
            directory=directory,
            audit=audit,
            notices=LoginNotices(events, known_devices, self.post, enabled=settings.auth.login_notices),
            settings=settings.auth,
            session_settings=settings.session,
        )
        flow = converse()
        linking = converse(auto_creation=LinkedAccount(), purpose=LINK)
        creation = Creation(converse(auto_creation=AccountMaker(directory, audit), purpose=CREATE), directory, sessions)
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
        self.static = StaticFiles(settings.site.script_path)
        credentials = CredentialChanges(assembled, directory, sessions, audit)
        self.services = Services(
            site=settings.site,
            api=settings.api,
            clock=clock,
            random_bytes=random_bytes,
            catalog=catalog,
            registry=ActionRegistry(actions or actions_of(settings), formats),
            directory=directory,
            policy=policy,
            rights=rights,
            performers=Performers(rights, blocks, block_disables_login=settings.accounts.block_disables_login),
            blocks=blocks,
            block_cookie=open_block_cookie(settings, keys),
            bot_passwords=bot_passwords,
            bot_login=bot_login,
            sessions=sessions,
            flow=flow,
            creation=creation,
            linking=linking,
            credentials=credentials,
            password_reminder=PasswordReminder(
                settings.auth.password_reset,
                directory=directory,
                scheme=scheme,
                hasher=self.hasher,
                state=state,
                audit=audit,
                random_bytes=random_bytes,
                lifetime=settings.auth.temporary_password_lifetime,
                can_mail=settings.mail.enabled,
            ),
            temporary_accounts=TemporaryAccounts(
                directory=directory,
                sessions=sessions,
                rights=rights,
                blocks=blocks,
                names=TemporaryNames(self.database),
                limits=CreationLimits("temporary", settings.auth.throttle.temporary_accounts, state),
                audit=audit,
                enabled=settings.accounts.temporary_accounts,
            ),
            audit=audit,
            site_rows=SiteRows(self.database),
            factors=factors,
            recovery_codes=recovery_codes,
            app_enrolment=app_enrolment,
            extensions=extensions_of(settings),
            security_keys=security_keys,
            key_registration=KeyRegistration(security_keys, sessions, credentials, audit) if security_keys else None,
            logins=Logins(SessionTable(self.database)),
            styles=(self.static.url("style.css"), self.static.url("api_page.css")),
        )

        def speak(dialect: Dialect) -> Services:
            own = replace(settings, session=session_settings(settings.session, dialect))
            era_sessions = sit(own, dialect=dialect)
            return old_services(
                self.services,
                dialect,
                settings.dialects,
                sessions=era_sessions,
                flow=converse(sessions=era_sessions),
                throttle=throttle("password"),
                state=state,
            )

        self._speak = speak
        ending = TemporaryEnd(settings.accounts.temporary_account_days, settings.accounts.temporary_account_notice_days)
        frame = Frame(settings.site, self.services.catalog, self.static, self.dialect.generator, ending)
        language = open_page_language(settings, self.services)
        self.rest = self.oauth.rest(self.services, frame, language) if self.oauth else None
        if self.oauth:
            pages = (*pages, *self.oauth.pages())
        throttles = ThrottleView(settings.auth, state)

        def examine() -> list[Finding]:
            return [*of_mail(settings, post), *of_throttles(throttles), *of_settings(settings)]

        pages = (*pages, *fitted_pages(events, throttles, examine))
        self.factor_changes = FactorChanges(
            factors=factors,
            apps=app_enrolment,
            codes=recovery_codes,
            sessions=sessions,
            credentials=credentials,
            audit=audit,
            random_bytes=random_bytes,
        )
        pages = (
            *pages,
            *credential_pages(
                EmailChange(directory, state, audit),
                self.bot_passwords if settings.accounts.bot_passwords else None,
                self.factor_changes if "second-factor" in settings.auth.providers else None,
            ),
        )
        page_parts = PageParts(services=self.services, providers=assembled, frame=frame)
        kept_forms = KeptForms(Seal(keys.derive("kept forms"), random_bytes))
        self.pages = PageEndpoint(pages, page_parts, language, kept_forms)

    def ask_store(self) -> None:
        """Read something small from the database. Raises ``StoreUnavailable``."""
        self._state.count("ready")

    def api(self, dialect: Dialect) -> ApiEndpoint:
        """Make the endpoint that speaks a dialect."""
        services = self._speak(dialect) if dialect.is_old else self.services
        limited = self.settings.dialects.addresses if dialect.is_tokenless else ()
        return ApiEndpoint(services, dialect, only_from=Networks(limited) if limited else None)

    def endpoints(self, spoken: str = "") -> dict[str, Endpoint]:
        """Return what answers each path of this wiki; ``spoken``: a dialect in place of the wiki's own."""
        settings, site = self.settings.dialects, self.settings.site
        api = self.api(configured(spoken, settings, site.server) if spoken else self.dialect)
        found: dict[str, Endpoint] = {f"{site.script_path}/api.php": api, "/api.php": api}
        for path, name in settings.offered(site.script_path).items():
            found[path] = self.api(configured(name, settings, site.server))
        if self.pages:
            found[f"{site.script_path}/index.php"] = self.pages
            found["/"] = self.pages
            found[self.static.path] = self.static
            if self.rest is not None:
                found[f"{site.script_path}/rest.php"] = self.rest
            if (logout := self.pages.at("OpenIDConnectLogout")) is not None:
                # Where providers that were registered for MediaWiki's PluggableAuth send their logout tokens.
                found[f"{site.script_path}/rest.php/pluggableauth/v1/logout"] = logout
            # Pages lie below the article path where that is a path of their own.
            before, mark, after = site.article_path.partition("/$1")
            if mark and before and not after and "?" not in before:
                found.setdefault(before, self.pages)
        return found

    def close(self) -> None:
        """End the hashing threads and the database connections."""
        if self.mail_sender is not None:
            self.mail_sender.end()
        self.hasher.close()
        self.database.close()


class Application:
    """Every wiki of a configuration behind one WSGI callable; a wiki is picked by host, or by path where hosts do not tell."""

    def __init__(self, config: Config, wikis: Sequence[Wiki]) -> None:
        self.wikis = tuple(wikis)
        probes: dict[str, Endpoint] = {LIVE: live, READY: Readiness([wiki.ask_store for wiki in wikis])}

        def build(endpoints: Mapping[str, Endpoint]) -> WsgiApplication:
            return serve({**endpoints, **probes})

        serve = partial(
            WsgiApplication,
            max_body=max(wiki.settings.api.max_body for wiki in wikis),
            trusted_proxies=config.server.trusted_proxies,
        )
        self._by_host: dict[str, Callable[..., list[bytes]]] = {}
        others: dict[str, Endpoint] = {}
        for wiki in wikis:
            own = wiki.settings.host
            for host, spoken in [*wiki.settings.dialects.hosts.items(), *([(own, "")] if own else [])]:
                if host.lower() in self._by_host:
                    raise ConfigError(f"Two wikis have the host “{host.lower()}”; give each its own.")
                self._by_host[host.lower()] = build(wiki.endpoints(spoken))
            if own:
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


def _http_client(timeout: float = 5.0) -> HttpClient:
    """``timeout``: in seconds."""
    from wikigate.outbound.httpx_client import HttpxClient  # noqa: PLC0415  most wikis ask nobody; the library takes 6 MiB

    return HttpxClient(timeout=timeout)


def _breaches(settings: BreachSettings) -> BreachList:
    if settings.file:
        return BreachFile(Path(settings.file))
    if settings.url:
        return BreachService(settings.url, _http_client(settings.timeout))
    return NoBreaches()
