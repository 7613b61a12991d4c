"""What the two shapes of the OpenID provider have in common: the configured providers, the trips to them, and who people are here."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wikigate.auth.openid_settings import OpenIdSettings
from wikigate.auth.outcome import Fail
from wikigate.primitives.errors import ConfigError, StoreUnavailable
from wikigate.primitives.message import Message
from wikigate.primitives.seal import Seal
from wikigate.providers.oidc.fault import OpenIdFault
from wikigate.providers.oidc.membership import Membership
from wikigate.providers.oidc.relying_party import RelyingParty
from wikigate.providers.oidc.signed_token import claimed_issuer
from wikigate.providers.oidc.ticket import Tickets

if TYPE_CHECKING:
    from wikigate.auth.audit import Asker
    from wikigate.auth.plugin import ProviderParts
    from wikigate.primitives.clock import Clock
    from wikigate.state.base import StateStore

_LOG: Final = logging.getLogger("wikigate.openid")
_ERROR: Final = Message("openidconnect-error")


@dataclass(frozen=True, slots=True)
class OpenIdCore:
    """One wiki's; shared by all threads.

    ``parties``: by the provider's name, in the configuration's order.

    ``server``: the wiki's own origin. ``page_url``: returns the address of a special page.
    """

    settings: OpenIdSettings
    server: str
    page_url: Callable[[str], str]
    parties: dict[str, RelyingParty]
    tickets: Tickets
    membership: Membership
    store: StateStore
    clock: Clock

    def depart(self, party: RelyingParty, return_url: str) -> tuple[str, str]:
        """Begin a trip to a provider: its ``state``, and where the browser goes. Raises ``OpenIdFault``."""
        state = self.tickets.issue(party.settings.name, return_url)
        return state, self.again(party, state)

    def answering(self, subpage: str) -> str:
        """Return the name of the provider that sends browsers back to a subpage of the special page; empty where none does."""
        names = tuple(self.parties)
        return subpage or (names[0] if len(names) == 1 else "")

    def again(self, party: RelyingParty, state: str) -> str:
        """Return where the browser goes that a trip sends away, once more. Raises ``OpenIdFault``."""
        nonce, verifier = self.tickets.nonce(state), self.tickets.verifier(state)
        return party.authorization_url(state=state, nonce=nonce, verifier=verifier)

    def log_out(self, by: Asker, token: str) -> str:
        """Do what a logout token orders; empty once it is done, else why it was refused (Back-Channel Logout 1.0 §2.6, security G9)."""
        party = self.membership.parties.get(claimed_issuer(token))
        if party is None:
            return "logout-token-issuer"
        try:
            order = party.judge_logout(token)
        except OpenIdFault as fault:
            return fault.reason
        used = f"openid:logout:{party.settings.name}:{order.ident}"
        if not self.store.add(used, b"", max(order.expires - self.clock.now(), 1.0)):
            return "logout-token-used"
        try:
            self.membership.log_out(by, party.settings.issuer, order)
        except StoreUnavailable:
            # Nothing was done: the provider may send the same order again.
            self.store.delete(used)
            raise
        return ""


def make_core(provider_id: str, page: str, parts: ProviderParts) -> OpenIdCore:
    """Make the core of the provider ``provider_id``, whose browsers come back to the special page ``page``. Raises ``ConfigError``."""
    settings = parts.openid
    if not settings.providers:
        raise ConfigError(f"“{provider_id}” needs a provider to log in at; add [[auth.openid.providers]].")
    if not parts.server:
        raise ConfigError(f"“{provider_id}” needs to know where browsers come back to; set “site.server”.")
    several = len(settings.providers) > 1
    parties: dict[str, RelyingParty] = {}
    http = parts.http()
    for provider in settings.providers:
        # Where answers of several providers could be taken for each other's, each comes back to a page of its own (RFC 9700 §4.4.2).
        title = f"{page}/{provider.name}" if several else page
        parties[provider.name] = RelyingParty(
            provider, parts.page_url(title), http, parts.clock, tolerance=settings.tolerance
        )
    keys = parts.keys.derive("openid connect")
    return OpenIdCore(
        settings,
        parts.server,
        parts.page_url,
        parties,
        Tickets(parts.state, keys, parts.clock, parts.random_bytes),
        Membership(
            provider_id,
            parts.identities,
            parts.directory,
            {party.settings.issuer: party for party in parties.values()},
            Seal(keys.derive("tokens"), parts.random_bytes),
            parts.audit,
        ),
        parts.state,
        parts.clock,
    )


def failed(fault: OpenIdFault, request_id: str = "") -> Fail:
    """Return the one answer to whatever goes wrong at a provider's side; why stands in the log and the audit."""
    _LOG.info("request %s: a login with OpenID Connect failed: %s", request_id, fault.reason)
    return Fail(_ERROR, fault.reason, is_guess=False)
