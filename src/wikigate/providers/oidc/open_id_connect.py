"""OpenID Connect in the shape that the documentation of ``action=clientlogin`` shows (its Example 22; spec extensions §4.3, mission M09).

``useOpenId`` with ``openIdProvider`` sends the browser straight to the provider; it comes back through Special:OpenIDConnectReturn to
``loginreturnurl`` with ``code`` and ``state``, which the client submits. The client's cookies need not be the browser's. So whoever gets
``code`` and ``state`` may be logged in by them: they are sent to addresses that the configuration trusts, and nowhere else.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from typing import Final

from wikigate.auth.attempt import Attempt, Inquiry
from wikigate.auth.fields import Field, Need, raw_message
from wikigate.auth.outcome import Abstain, Fail, PrimaryOutcome, Redirect
from wikigate.primitives.message import Message, PlainText
from wikigate.providers.oidc.core import OpenIdCore, failed
from wikigate.providers.oidc.fault import OpenIdFault
from wikigate.providers.oidc.linked_account import LinkedAccount
from wikigate.providers.oidc.ticket import Trip, fingerprint

PROVIDER_ID: Final = "openid-connect"
PAGE: Final = "OpenIDConnectReturn"
_BEGIN: Final = "OpenIdConnectAuthenticationRequest"
_ANSWER: Final = "OpenIdConnectResponseAuthenticationRequest"
_NAME: Final = Message("openidconnect-provider")
_NOBODY: Final = raw_message("")
_NO_PRIMARY: Final = Message("authmanager-authn-no-primary")
_BAD_STATE: Final = Message("sessionfailure")
_BAD_RETURN: Final = Message("openidconnect-return-not-allowed")
_ERROR_CODE: Final = re.compile(r"[a-z_]{1,40}")
_BUTTON: Final = Field("useOpenId", "button", Message("openidconnect-use-label"), Message("openidconnect-use-help"))
_ANSWER_FIELDS: Final = (
    Field("code", "string", Message("openidconnect-code-label"), Message("openidconnect-code-help")),
    Field("state", "string", Message("openidconnect-state-label"), Message("openidconnect-state-help")),
)


class OpenIdConnect(LinkedAccount):
    """Logs in, creates and links accounts; satisfies ``Primary``, ``Keeper``, ``Parting`` and ``Awaiting``."""

    id = PROVIDER_ID

    def __init__(self, core: OpenIdCore) -> None:
        super().__init__(core)
        options = {name: raw_message(party.settings.shown) for name, party in core.parties.items()}
        choice = Field(
            "openIdProvider",
            "select",
            Message("openidconnect-choice-label"),
            Message("openidconnect-choice-help"),
            options=options,
            # With one provider alone it need not be named.
            implied=next(iter(options)) if len(options) == 1 else None,
        )
        self._need: Final = Need(_BEGIN, (choice, _BUTTON), provider=_NAME, account=_NOBODY)

    def needs(self, inquiry: Inquiry, /) -> tuple[Need, ...]:
        """Ask which provider; for taking links off, name them."""
        if inquiry.stage in {"login", "create", "link"}:
            return (self._need,)
        return self.core.membership.links(inquiry.user) if inquiry.stage == "unlink" else ()

    def begin(self, attempt: Attempt, /) -> PrimaryOutcome:
        """Send the browser to the provider that was chosen."""
        offered = self.core.membership.take_offer(attempt)
        if offered is not None:
            return offered
        values = attempt.values(_BEGIN)
        if values is None or values.get("useOpenId") is not True:
            return Abstain()
        if not self.core.settings.may_return_to(attempt.return_url, self.core.server):
            return Fail(_BAD_RETURN, "return-not-allowed", is_guess=False)
        party = self.core.parties[str(values["openIdProvider"])]
        try:
            state, url = self.core.depart(party, attempt.return_url)
        except OpenIdFault as fault:
            return failed(fault, attempt.caller.request_id)
        attempt.memory["state"] = fingerprint(state)
        at = Message("openidconnect-provider-at", (PlainText(party.settings.shown),))
        return Redirect((Need(_ANSWER, _ANSWER_FIELDS, provider=at, account=_NOBODY),), url)

    def resume(self, attempt: Attempt, /) -> PrimaryOutcome:
        """Take the answer that the browser has brought, once."""
        values = attempt.values(_ANSWER) or {}
        code, state = str(values.get("code", "")), str(values.get("state", ""))
        expected = str(attempt.memory.get("state", ""))
        if values and not _is_for(attempt, state):
            return Fail(_BAD_STATE, "state", is_guess=False)
        trip = self.core.tickets.finish(expected, code)
        if trip is not None and trip.error:
            return failed(OpenIdFault(f"authorization-{trip.error}"), attempt.caller.request_id)
        if not values:
            return Fail(_NO_PRIMARY, "no-answer", is_guess=False)
        party = None if trip is None else self.core.parties.get(trip.provider)
        if party is None:
            return Fail(_BAD_STATE, "state-over", is_guess=False)
        nonce, verifier = self.core.tickets.nonce(state), self.core.tickets.verifier(state)
        try:
            return self.core.membership.settle(attempt, party, party.redeem(code, verifier=verifier, nonce=nonce))
        except OpenIdFault as fault:
            return failed(fault, attempt.caller.request_id)

    def awaits(self, attempt: Attempt, brought: Mapping[str, str], /) -> bool:
        """Whether an address brings back the ``state`` that the browser was sent away with (security G1)."""
        return _is_for(attempt, brought.get("state", ""))

    # -- for the page that browsers come back to --------------------------------------------------------------------------

    def come_back(self, subpage: str, state: str, *, code: str, error: str, issuer: str | None) -> Trip | None:
        """Take note of an answer; None where it is none to any question of ours. Raises ``OpenIdFault``.

        ``subpage``: of the page that it came back to (security G4). ``issuer``: ``iss`` of RFC 9207.
        """
        name = self.core.answering(subpage)
        party = self.core.parties.get(name)
        if party is None or not (code or error) or not party.answered_by(issuer):
            return None
        shown = error if not error or _ERROR_CODE.fullmatch(error) else "error"
        return self.core.tickets.come_back(state, name, code=code, error=shown)


def _is_for(attempt: Attempt, state: str) -> bool:
    return hmac.compare_digest(fingerprint(state), str(attempt.memory.get("state", "")))
