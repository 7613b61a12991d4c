"""Who a proven identity is here: the account it is linked to, a new one, or nobody yet (security G6).

Nothing but issuer and subject decides: neither a name nor an e-mail address ever leads to an account that is there already. Both shapes of
the provider share this; it asks the provider only for somebody who has no account.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from wikigate.accounts.identities import Identities, Identity
from wikigate.auth.attempt import Attempt
from wikigate.auth.audit import Asker, Audit
from wikigate.auth.fields import Need, raw_message
from wikigate.auth.outcome import CreateOffer, Fail, LinkOffer, Pass, Restart
from wikigate.primitives.message import Message, PlainText
from wikigate.primitives.seal import Seal
from wikigate.providers.oidc.fault import OpenIdFault
from wikigate.providers.oidc.relying_party import Proof, RelyingParty
from wikigate.providers.oidc.signed_token import LogoutOrder

if TYPE_CHECKING:
    from wikigate.accounts.directory import Directory
    from wikigate.accounts.user import Account

LINK_ID: Final = "OpenIdConnectLinkAuthenticationRequest"
SESSION_KEY: Final = "openid"
_TAKEN: Final = Message("openidconnect-linked-already")
_NEVER: Final = Message("openidconnect-error")
_SPARE_NAMES: Final = 100
_LONGEST_REAL_NAME: Final = 255
_LONGEST_EMAIL: Final = 254


@dataclass(frozen=True, slots=True)
class Membership:
    """The identities of one wiki as one provider, ``provider_id``, uses them; shared by all threads. ``parties``: by issuer."""

    provider_id: str
    identities: Identities
    directory: Directory
    parties: Mapping[str, RelyingParty]
    seal: Seal
    audit: Audit

    # -- what a proof comes to --------------------------------------------------------------------------------------------

    def settle(self, attempt: Attempt, party: RelyingParty, proof: Proof) -> Pass | Fail | Restart:
        """Say what a proven identity means in an attempt. Raises ``OpenIdFault``."""
        attempt.memory["session"] = self._remembered(party, proof)
        if attempt.stage == "link":
            return self._link(attempt, proof.identity)
        user_id = self.identities.find(proof.identity)
        if attempt.stage == "create":
            return self._take_part(attempt, proof.identity) if user_id is None else _fail(_TAKEN, "linked-already")
        if user_id is not None:
            account = self.directory.by_id(user_id)
            return _fail(_NEVER, "account-gone") if account is None else Pass(account.name)
        return self._newcomer(attempt, party, proof)

    def take_offer(self, attempt: Attempt) -> Pass | Fail | None:
        """Create an account with an identity proven before; None where there is no such offer."""
        offer = attempt.offer
        if attempt.stage != "create" or offer is None or offer.provider != self.provider_id:
            return None
        identity = _stored(offer.data)
        if self.identities.find(identity) is not None:
            return _fail(_TAKEN, "linked-already")
        return self._take_part(attempt, identity)

    def _newcomer(self, attempt: Attempt, party: RelyingParty, proof: Proof) -> Pass | Restart:
        claims = party.described(proof)
        names = [name for name in map(self._name, self._suggested(party, claims)) if name is not None]
        data = {"issuer": proof.identity.issuer, "subject": proof.identity.subject}
        if party.settings.unknown == "create" and names and attempt.draft is not None:
            attempt.draft.identity = (proof.identity.issuer, proof.identity.subject)
            attempt.draft.email = _email(claims)
            attempt.draft.real_name = _text(claims, "name", _LONGEST_REAL_NAME)
            return Pass(self._free(names), is_new=True)
        label = _label(party.settings.shown, proof.identity.subject)
        return Restart(
            create=CreateOffer(self.provider_id, names[0] if names else "", data),
            link=LinkOffer(link_id(proof.identity), self.provider_id, label, data),
        )

    def _take_part(self, attempt: Attempt, identity: Identity) -> Pass | Fail:
        """Be the credential of a new account."""
        if not attempt.names or attempt.draft is None:
            return _fail(Message("noname"), "no-name")
        attempt.draft.identity = (identity.issuer, identity.subject)
        return Pass(attempt.names[0])

    def _link(self, attempt: Attempt, identity: Identity) -> Pass | Fail:
        account = attempt.caller.session.account
        if account is None:
            return _fail(_NEVER, "nobody-logged-in")
        if self.identities.find(identity) not in {None, account.id}:
            return _fail(_TAKEN, "linked-already")
        tell = partial(self.audit.changed, attempt.caller, "account.linked", account, issuer=identity.issuer)
        return Pass(account.name, spend=partial(self.identities.link, identity, account.id, telling=tell))

    # -- names ------------------------------------------------------------------------------------------------------------

    @staticmethod
    def _suggested(party: RelyingParty, claims: Mapping[str, Any]) -> list[str]:
        """Return what a new account may be called, the best first (spec extensions §4.2)."""
        return [
            _text(claims, party.settings.name_claim),
            _text(claims, "name"),
            _email(claims).partition("@")[0],
            "User",
        ]

    def _name(self, text: str) -> str | None:
        rules = self.directory.rules
        name = rules.canonicalise(text) if text else None
        return name if name is not None and rules.is_creatable(name) else None

    def _free(self, names: list[str]) -> str:
        """Return the first name that nobody has; numbers are put behind the best one."""
        best = names[0]
        for candidate in (best, *(f"{best}{number}" for number in range(1, _SPARE_NAMES))):
            if self.directory.by_name(candidate) is None:
                return candidate
        raise OpenIdFault("no-free-name")

    # -- sessions ---------------------------------------------------------------------------------------------------------

    def _remembered(self, party: RelyingParty, proof: Proof) -> dict[str, str]:
        """Return what the session keeps of a login, for logging out at both ends; the token is sealed."""
        kept = {"issuer": proof.identity.issuer, "name": proof.session}
        if party.settings.single_logout:
            kept["token"] = self.seal.close(proof.id_token, proof.identity.issuer)
        return kept

    def note_login(self, attempt: Attempt) -> None:
        """Note in a session that has just been given to its user by which session of the provider it was."""
        kept, session = attempt.memory.get("session"), attempt.caller.session
        if attempt.stage != "login" or kept is None or session.stored is None or session.account is None:
            return
        if kept["name"]:
            key, device = session.stored.key, session.stored.device
            user_id = session.account.id
            self.identities.note_session(key, device, issuer=kept["issuer"], name=kept["name"], user_id=user_id)
        if "token" in kept:
            session.set(SESSION_KEY, kept)

    def farewell(self, kept: Any, back_to: str) -> str:
        """Return where a browser is sent to log out at the provider too; empty where nowhere."""
        try:
            party = self.parties[kept["issuer"]]
            token = self.seal.open(kept["token"], kept["issuer"])
        except (KeyError, TypeError, ValueError):
            return ""
        return party.logout_url(token, back_to)

    def log_out(self, by: Asker, issuer: str, order: LogoutOrder) -> None:
        """End what an issuer orders to: what its session has begun, or everything of a subject's account; the audit tells of it."""

        def tell(account: Account, count: int) -> None:
            self.audit.changed(by, "session.ended", account, count=count, issuer=issuer)

        if order.session:
            self.identities.end_session(issuer, order.session, tell)
        else:
            self.identities.end_all(Identity(issuer, order.subject), tell)

    # -- links ------------------------------------------------------------------------------------------------------------

    def links(self, user: str | None) -> tuple[Need, ...]:
        """Return the needs that name an account's identities, for taking them off."""
        account = None if user is None else self.directory.by_name(user)
        if account is None:
            return ()
        return tuple(self._link_need(identity) for identity in self.identities.of(account.id))

    def unlink(self, account: Account, need_id: str) -> bool:
        """Take an identity off; not the last one of an account without a password, which would be lost."""
        linked = self.identities.of(account.id)
        chosen = next((identity for identity in linked if link_id(identity) == need_id), None)
        if chosen is None:
            return False
        credentials = self.directory.credentials(account.name)
        if len(linked) == 1 and (credentials is None or not credentials.password):
            return False
        return self.identities.unlink(chosen, account.id)

    def _link_need(self, identity: Identity) -> Need:
        party = self.parties.get(identity.issuer)
        shown = identity.issuer if party is None else party.settings.shown
        return Need(link_id(identity), (), "optional", _at(shown), raw_message(identity.subject))


def link_id(identity: Identity) -> str:
    """Return the wire's id of the link to an identity."""
    digest = hashlib.sha256(f"{identity.issuer}\n{identity.subject}".encode()).hexdigest()
    return f"{LINK_ID}:{digest[:16]}"


def _at(shown: str) -> Message:
    return Message("openidconnect-provider-at", (PlainText(shown),))


def _label(shown: str, subject: str) -> Message:
    return Message("openidconnect-link-label", (PlainText(shown), PlainText(subject)))


def _stored(data: Mapping[str, Any]) -> Identity:
    return Identity(str(data["issuer"]), str(data["subject"]))


def _fail(message: Message, reason: str) -> Fail:
    return Fail(message, reason, is_guess=False)


def _text(claims: Mapping[str, Any], name: str, longest: int = 1024) -> str:
    value = claims.get(name)
    return value if isinstance(value, str) and len(value.encode("utf-8", "replace")) <= longest else ""


def _email(claims: Mapping[str, Any]) -> str:
    """Return the address that the provider has seen to be his; any other is none."""
    email = _text(claims, "email", _LONGEST_EMAIL)
    return email if claims.get("email_verified") is True and "@" in email and email.isprintable() else ""
