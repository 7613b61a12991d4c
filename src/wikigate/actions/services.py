"""Everything that the actions of one wiki work with; ``app.py`` makes it, once, at start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wikigate.actions.settings import ApiSettings, SiteSettings
from wikigate.primitives.clock import Clock
from wikigate.primitives.ids import RandomBytes

if TYPE_CHECKING:
    from wikigate.accounts.app_enrolment import AppEnrolment
    from wikigate.accounts.blocks import Blocks
    from wikigate.accounts.bot_passwords import BotPasswords
    from wikigate.accounts.directory import Directory
    from wikigate.accounts.factors import Factors
    from wikigate.accounts.performer import Performers
    from wikigate.accounts.policy import Policy
    from wikigate.accounts.recovery_codes import RecoveryCodes
    from wikigate.accounts.rights import Rights
    from wikigate.accounts.security_keys import SecurityKeys
    from wikigate.actions.block_cookie import BlockCookie
    from wikigate.actions.extension import Extension
    from wikigate.actions.registry import ActionRegistry
    from wikigate.auth.audit import Audit
    from wikigate.auth.bot_login import BotLogin
    from wikigate.auth.creation import Creation
    from wikigate.auth.credentials import CredentialChanges
    from wikigate.auth.flow import Flow
    from wikigate.auth.key_registration import KeyRegistration
    from wikigate.auth.password_reminder import PasswordReminder
    from wikigate.auth.temporary_accounts import TemporaryAccounts
    from wikigate.i18n.catalog import Catalog
    from wikigate.sessions.logins import Logins
    from wikigate.sessions.manager import SessionManager
    from wikigate.store.site import SiteRows


@dataclass(frozen=True, slots=True)
class Services:
    """One wiki's parts, joined by hand in ``app.py``; every one replaceable by keyword.

    ``extensions`` are the enabled features that clients know by the name of a MediaWiki extension. ``styles`` are the addresses of the
    style sheets of the pages that the API itself prints.
    """

    site: SiteSettings
    api: ApiSettings
    clock: Clock
    random_bytes: RandomBytes
    catalog: Catalog
    registry: ActionRegistry
    directory: Directory
    policy: Policy
    rights: Rights
    performers: Performers
    blocks: Blocks
    block_cookie: BlockCookie
    bot_passwords: BotPasswords
    bot_login: BotLogin
    sessions: SessionManager
    flow: Flow
    creation: Creation
    linking: Flow
    credentials: CredentialChanges
    password_reminder: PasswordReminder
    temporary_accounts: TemporaryAccounts
    audit: Audit
    site_rows: SiteRows
    factors: Factors
    recovery_codes: RecoveryCodes
    app_enrolment: AppEnrolment
    logins: Logins
    extensions: tuple[Extension, ...] = ()
    security_keys: SecurityKeys | None = None
    styles: tuple[str, ...] = ()
    key_registration: KeyRegistration | None = None
