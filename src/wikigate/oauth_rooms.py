"""What OAuth consists of, made and joined: consumers, their registration and apps, the session source, ``rest.php`` and the pages.

A part of ``app.py`` with a file of its own; nothing here decides anything.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wikigate.accounts.access_tokens import AccessTokens
from wikigate.accounts.apps import Apps
from wikigate.accounts.consumer_registration import ConsumerRegistration
from wikigate.accounts.consumers import Consumers
from wikigate.accounts.request_tokens import RequestTokens
from wikigate.accounts.signing_keys import SigningKeys
from wikigate.auth.consumer_changes import ConsumerChanges
from wikigate.sessions.oauth import OAuthSource
from wikigate.web.client_api import ClientApi
from wikigate.web.page import PageParts, PagePlugin
from wikigate.web.page_language import PageLanguage
from wikigate.web.pages.oauth import NAME as OAUTH
from wikigate.web.pages.oauth import OAuthPage
from wikigate.web.pages.oauth1 import OAuth1Steps
from wikigate.web.pages.oauth_consumer_registration import NAME as REGISTRATION
from wikigate.web.pages.oauth_consumer_registration import ConsumerRegistrationPage
from wikigate.web.pages.oauth_consumer_update import ConsumerUpdate
from wikigate.web.pages.oauth_list_consumers import ListConsumersPage
from wikigate.web.pages.oauth_manage_consumers import ManageConsumersPage
from wikigate.web.pages.oauth_manage_my_grants import NAME as MY_GRANTS
from wikigate.web.pages.oauth_manage_my_grants import ManageMyGrantsPage
from wikigate.web.rest_endpoint import RestEndpoint

if TYPE_CHECKING:
    from wikigate.accounts.blocks import Blocks
    from wikigate.accounts.directory import Directory
    from wikigate.accounts.rights import Rights
    from wikigate.actions.services import Services
    from wikigate.auth.audit import Audit
    from wikigate.config import WikiSettings
    from wikigate.primitives.clock import Clock
    from wikigate.primitives.ids import RandomBytes
    from wikigate.primitives.secrets import KeyRing
    from wikigate.sessions.vault import Vault
    from wikigate.state.base import StateStore
    from wikigate.store.engine import Database
    from wikigate.web.frame import Frame


class OAuthRooms:
    """The OAuth of one wiki that has it switched on."""

    def __init__(
        self,
        settings: WikiSettings,
        keys: KeyRing,
        database: Database,
        secrets: tuple[bytes, ...],
        *,
        rights: Rights,
        directory: Directory,
        blocks: Blocks,
        state: StateStore,
        vault: Vault,
        audit: Audit,
        clock: Clock,
        random_bytes: RandomBytes,
    ) -> None:
        tokens = AccessTokens(SigningKeys(Path(settings.oauth.key_file)), settings.site.server)
        self.consumers: Final = Consumers(
            database, tokens, secrets, clock, proposal_lifetime=settings.oauth.proposal_lifetime
        )
        self.registration: Final = ConsumerRegistration(
            database,
            self.consumers,
            rights,
            clock=clock,
            random_bytes=random_bytes,
            verified_page=settings.site.special_page("OAuth/verified").removeprefix(settings.site.server),
            wiki_id=settings.site.wiki_id,
            server=settings.site.server,
            auto_approve=settings.oauth.auto_approve,
        )
        self.apps: Final = Apps(
            database,
            self.consumers,
            state,
            clock=clock,
            random_bytes=random_bytes,
            wiki_id=settings.site.wiki_id,
        )
        self.changes: Final = ConsumerChanges(self.registration, self.apps, directory, audit)
        self.source: Final = OAuthSource(
            consumers=self.consumers,
            directory=directory,
            rights=rights,
            blocks=blocks,
            state=state,
            keys=keys,
            random_bytes=random_bytes,
            wiki_id=settings.site.wiki_id,
            origin=settings.site.server,
            block_disables_login=settings.accounts.block_disables_login,
            catch_up=vault.catch_up,
        )
        self._request_tokens = RequestTokens(database, state, random_bytes)

    def rest(self, services: Services, frame: Frame, language: PageLanguage) -> RestEndpoint:
        """Make what answers ``rest.php``."""
        clients = ClientApi(services, self.consumers, self.registration, self.changes)
        return RestEndpoint(services, frame, language, self.consumers, apps=self.apps, clients=clients)

    def pages(self) -> tuple[PagePlugin, ...]:
        """Return the pages of consumers and their users."""
        tokens, source = self._request_tokens, self.source

        def ask(parts: PageParts) -> OAuthPage:
            return OAuthPage(
                parts,
                self.apps,
                self.changes,
                OAuth1Steps(parts, self.consumers, self.apps, self.changes, tokens, source=source),
            )

        return (
            PagePlugin(OAUTH, ask),
            PagePlugin(MY_GRANTS, lambda parts: ManageMyGrantsPage(parts, self.apps, self.changes)),
            PagePlugin(REGISTRATION, self._registration_page),
            PagePlugin(
                ManageConsumersPage.name, lambda parts: ManageConsumersPage(parts, self.consumers, self.changes)
            ),
            PagePlugin(ListConsumersPage.name, lambda parts: ListConsumersPage(parts, self.consumers)),
        )

    def _registration_page(self, parts: PageParts) -> ConsumerRegistrationPage:
        update = ConsumerUpdate(parts, self.consumers, self.changes)
        return ConsumerRegistrationPage(parts, self.consumers, self.registration, self.changes, update)


def oauth_secrets(settings: WikiSettings, keys: KeyRing, *, shared: bool) -> tuple[bytes, ...]:
    """Return the keys of consumers' secrets; none where OAuth is switched off, or where a wiki's own key for them is not known."""
    if not settings.oauth.enabled:
        return ()
    given = tuple(secret.encode() for secret in os.environ.get("WIKIGATE_OAUTH_SECRET", "").split())
    return given or (() if shared else keys.derive("oauth secrets").all)
