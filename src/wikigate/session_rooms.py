"""What sessions and their cookies consist of, made and joined. A part of ``app.py``."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from wikigate.actions.block_cookie import BlockCookie
from wikigate.sessions.bot_password import BotPasswordSource
from wikigate.sessions.cookie import CookieSource
from wikigate.sessions.cookie_era import EraCookieSource
from wikigate.sessions.cookie_writer import CookieNames, CookieWriter
from wikigate.sessions.known_devices import KnownDevices
from wikigate.sessions.manager import SessionManager
from wikigate.sessions.remember import OwnTokens, WikiTokens
from wikigate.sessions.vault import Vault
from wikigate.web.page_language import PageLanguage

if TYPE_CHECKING:
    from wikigate.accounts.bot_passwords import BotPasswords
    from wikigate.accounts.directory import Directory
    from wikigate.accounts.rights import Rights
    from wikigate.actions.services import Services
    from wikigate.config import WikiSettings
    from wikigate.primitives.clock import Clock
    from wikigate.primitives.ids import RandomBytes
    from wikigate.primitives.secrets import KeyRing
    from wikigate.sessions.source import SessionSource
    from wikigate.store.sessions import SessionTable
    from wikigate.wire.dialect import Dialect


def open_sessions(
    settings: WikiSettings,
    *,
    keys: KeyRing,
    rows: SessionTable,
    directory: Directory,
    bot_passwords: BotPasswords,
    rights: Rights,
    clock: Clock,
    random_bytes: RandomBytes,
    shared: bool,
    others: tuple[SessionSource, ...],
    dialect: Dialect | None = None,
) -> SessionManager:
    """Make what knows who is asking; ``others``: sources asked before cookies, ``dialect``: the era whose cookies are spoken."""
    own = settings.session
    names = CookieNames(own.cookies, settings.site.wiki_id)
    writer = CookieWriter(own.cookies, https=_is_https(settings))
    vault = Vault(rows, own, shared=shared)
    remember = WikiTokens(own.token_version, random_bytes) if shared else OwnTokens(vault, random_bytes)
    make = partial(EraCookieSource, dialect=dialect) if dialect is not None and dialect.session_alone else CookieSource
    cookies: CookieSource = make(
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
        known_devices=open_known_devices(settings, keys, random_bytes),
        directory=directory,
        clock=clock,
        random_bytes=random_bytes,
    )


def open_known_devices(settings: WikiSettings, keys: KeyRing, random_bytes: RandomBytes) -> KnownDevices:
    """Make what knows the devices that somebody has logged in from."""
    own = settings.session
    return KnownDevices(
        own.known_devices,
        name=CookieNames(own.cookies, settings.site.wiki_id).known_devices,
        writer=CookieWriter(own.cookies, https=_is_https(settings)),
        keys=keys,
        random_bytes=random_bytes,
    )


def open_block_cookie(settings: WikiSettings, keys: KeyRing) -> BlockCookie:
    """Make what marks a blocked browser."""
    cookies = settings.session.cookies
    writer = CookieWriter(replace(cookies, http_only=False), https=_is_https(settings))
    return BlockCookie(CookieNames(cookies, settings.site.wiki_id).block, writer, keys)


def open_page_language(settings: WikiSettings, services: Services) -> PageLanguage:
    """Make what chooses the language of a page."""
    cookies = settings.session.cookies
    name = CookieNames(cookies, settings.site.wiki_id).language
    return PageLanguage(services, name, CookieWriter(cookies, https=_is_https(settings)))


def _is_https(settings: WikiSettings) -> bool:
    return settings.session.force_https or settings.site.server.startswith("https://")
