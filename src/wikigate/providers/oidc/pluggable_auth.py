"""OpenID Connect in the shape of MediaWiki's extension PluggableAuth (spec extensions §4.1, §4.2).

A button for each provider; the browser goes to Special:PluggableAuthLogin **with the client's own session**, from there to the provider and
back, and the client continues without any field. Nothing secret passes through the client's address.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from wikigate.accounts.identities import Identity
from wikigate.auth.attempt import Attempt, Inquiry
from wikigate.auth.fields import Field, Need, raw_message
from wikigate.auth.outcome import Abstain, Fail, PrimaryOutcome, Redirect
from wikigate.primitives.message import Message
from wikigate.providers.oidc.core import OpenIdCore, failed
from wikigate.providers.oidc.fault import OpenIdFault
from wikigate.providers.oidc.linked_account import LinkedAccount
from wikigate.providers.oidc.relying_party import Proof
from wikigate.providers.oidc.ticket import LIFETIME, fingerprint

if TYPE_CHECKING:
    from wikigate.sessions.session import Session

PROVIDER_ID: Final = "pluggable-auth"
PAGE: Final = "PluggableAuthLogin"
_BEGIN: Final = r"MediaWiki\Extension\PluggableAuth\BeginAuthenticationRequest"
_CONTINUE: Final = r"MediaWiki\Extension\PluggableAuth\ContinueAuthenticationRequest"
_HELP: Final = Message("pluggableauth-loginbutton-help")
_TOO_EARLY: Final = Message("pluggableauth-authentication-workflow-failure")
_FAILED: Final = Message("pluggableauth-authentication-plugin-failure")


class PluggableAuth(LinkedAccount):
    """Logs in, creates and links accounts; satisfies ``Primary``, ``Keeper``, ``Parting`` and ``Awaiting``.

    What a browser has done is kept for its session: the provider, where to go in the end, the trip, and what it came to.
    """

    id = PROVIDER_ID

    def __init__(self, core: OpenIdCore) -> None:
        super().__init__(core)
        self._buttons = {
            f"pluggableauthlogin{index}": (name, _button(f"pluggableauthlogin{index}", party.settings.shown))
            for index, (name, party) in enumerate(core.parties.items())
        }

    def needs(self, inquiry: Inquiry, /) -> tuple[Need, ...]:
        """Offer a button for each provider; for taking links off, name them."""
        if inquiry.stage in {"login", "create", "link"}:
            return tuple(need for _, need in self._buttons.values())
        return self.core.membership.links(inquiry.user) if inquiry.stage == "unlink" else ()

    def begin(self, attempt: Attempt, /) -> PrimaryOutcome:
        """Send the browser to the special page; which button was pressed waits for it there."""
        offered = self.core.membership.take_offer(attempt)
        if offered is not None:
            return offered
        pressed = [name for name, need in self._buttons.values() if attempt.values(need.id) is not None]
        if not pressed:
            return Abstain()
        self._put(attempt.caller.session, {"provider": pressed[0], "return": attempt.return_url})
        return Redirect((Need(_CONTINUE),), self.page)

    def resume(self, attempt: Attempt, /) -> PrimaryOutcome:
        """Take what the browser has come to, once."""
        kept = self._take(attempt.caller.session)
        if kept is None or not ("proof" in kept or "fault" in kept):
            return Fail(_TOO_EARLY, "too-early", is_guess=False)
        if "fault" in kept:
            failure = failed(OpenIdFault(kept["fault"]), attempt.caller.request_id)
            return Fail(_FAILED, failure.reason, is_guess=False)
        party, found = self.core.parties.get(kept["provider"]), kept["proof"]
        if party is None:
            return Fail(_TOO_EARLY, "provider-gone", is_guess=False)
        identity, token = Identity(found["issuer"], found["subject"]), found["token"]
        token = self.core.membership.seal.open(token, identity.issuer) if token else ""
        proof = Proof(identity, found["session"], token, "", found["claims"])
        try:
            return self.core.membership.settle(attempt, party, proof)
        except OpenIdFault as fault:
            return failed(fault, attempt.caller.request_id)

    def awaits(self, attempt: Attempt, _brought: Mapping[str, str], /) -> bool:
        """Whether the session's browser has come back from the provider; its address brings nothing."""
        kept = self._peek(attempt.caller.session)
        return kept is not None and ("proof" in kept or "fault" in kept)

    # -- for the special page ---------------------------------------------------------------------------------------------

    @property
    def page(self) -> str:
        """The address of the special page."""
        return self.core.page_url(PAGE)

    def depart(self, session: Session) -> str:
        """Return where the session's browser goes next; empty where no login waits for it. Raises nothing: a fault is kept.

        Anybody can send a browser here: while it is away it is sent after itself, and what it has proven already stands.
        """
        kept = self._peek(session)
        if kept is not None and "proof" in kept:
            return str(kept["return"])
        if kept is None or "state" not in kept:
            kept = self._take(session)
        party = None if kept is None else self.core.parties.get(kept["provider"])
        if kept is None or party is None:
            return ""
        on_way = {"provider": kept["provider"], "return": kept["return"]}
        try:
            if "state" in kept:
                return self.core.again(party, self._opened(session, kept))
            state, url = self.core.depart(party, kept["return"])
        except OpenIdFault as fault:
            self._put(session, {**on_way, "fault": fault.reason})
            return str(kept["return"])
        self._put(session, {**on_way, "state": self.core.membership.seal.close(state, _key(session))})
        return url

    def come_back(
        self, session: Session, subpage: str, state: str, *, code: str, error: str, issuer: str | None
    ) -> str:
        """Take an answer, ask the provider what it proves, and return where the browser goes; empty where no login waits for one.

        An answer with another ``state`` is nobody's: the browser is sent on as ever, and the login goes on waiting for its own (G1).
        """
        kept = self._peek(session)
        if kept is None or not self._is_for(session, kept, state):
            return "" if kept is None else str(kept["return"])
        kept = self._take(session)
        if kept is None or not self._is_for(session, kept, state):
            return ""
        del kept["state"]
        try:
            if self.core.answering(subpage) != kept["provider"]:
                raise OpenIdFault("other-issuer")  # noqa: TRY301  a fault like any other
            kept["proof"] = self._proven(kept["provider"], state, code=code, error=error, issuer=issuer)
        except OpenIdFault as fault:
            kept["fault"] = fault.reason
        self._put(session, kept)
        return str(kept["return"])

    def _is_for(self, session: Session, kept: dict[str, Any], state: str) -> bool:
        return "state" in kept and hmac.compare_digest(fingerprint(state), fingerprint(self._opened(session, kept)))

    def _opened(self, session: Session, kept: dict[str, Any]) -> str:
        """Return the ``state`` of the browser's trip: it lies sealed, as nothing in the store may make one."""
        return self.core.membership.seal.open(kept["state"], _key(session))

    def _proven(self, name: str, state: str, *, code: str, error: str, issuer: str | None) -> dict[str, Any]:
        """Redeem an answer; of the proof no more is kept than is used, the token sealed. Raises ``OpenIdFault``."""
        tickets, membership = self.core.tickets, self.core.membership
        party = self.core.parties.get(name)
        if party is None or not party.answered_by(issuer):
            raise OpenIdFault("other-issuer")
        trip = tickets.come_back(state, name, code=code, error=error)
        trip = trip and tickets.finish(fingerprint(state), code)
        if trip is None or trip.error:
            raise OpenIdFault("authorization-error" if trip else "state-over")
        proof = party.redeem(code, verifier=tickets.verifier(state), nonce=tickets.nonce(state))
        claims: dict[str, Any] = {}
        if membership.identities.find(proof.identity) is None:
            told = party.described(proof)
            wanted = (party.settings.name_claim, "name", "email", "email_verified")
            claims = {name: told[name] for name in wanted if name in told}
        issuer = proof.identity.issuer
        token = membership.seal.close(proof.id_token, issuer) if party.settings.single_logout else ""
        subject, session = proof.identity.subject, proof.session
        return {"issuer": issuer, "subject": subject, "session": session, "token": token, "claims": claims}

    def _put(self, session: Session, kept: dict[str, Any]) -> None:
        self.core.store.put(_key(session), json.dumps(kept).encode(), LIFETIME)

    def _peek(self, session: Session) -> dict[str, Any] | None:
        stored = self.core.store.get(_key(session))
        return None if stored is None else dict(json.loads(stored))

    def _take(self, session: Session) -> dict[str, Any] | None:
        stored = self.core.store.take(_key(session))
        return None if stored is None else dict(json.loads(stored))


def _button(field_name: str, shown: str) -> Need:
    return Need(f"{_BEGIN}:{field_name}", (Field(field_name, "button", raw_message(shown), _HELP),))


def _key(session: Session) -> str:
    return f"openid:session:{fingerprint(session.core)}"
