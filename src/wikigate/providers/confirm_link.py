r"""After a login or the making of an account, the offer to link identities that were proven before it (spec core §7.5).

As MediaWiki's ConfirmLinkSecondaryAuthenticationProvider: somebody proved an outside identity that no account goes with, then logged in
otherwise, or made an account whose credential is another. The account's owner says which identities are
linked, and none is without his word (security G6). An offer's data name ``issuer`` and ``subject``.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from wikigate.accounts.identities import Identities, Identity
from wikigate.accounts.user import Account
from wikigate.auth.attempt import Attempt, Inquiry
from wikigate.auth.audit import Audit
from wikigate.auth.fields import Field, Need, raw_message
from wikigate.auth.outcome import Abstain, Fail, LinkOffer, Pass, SecondaryOutcome, Ui
from wikigate.primitives.message import Message

_ID: Final = r"MediaWiki\Auth\ConfirmLinkAuthenticationRequest"
_FIELD: Final = "confirmedLinkIDs"
_ASKED: Final = Message("authprovider-confirmlink-message")


class ConfirmLink:
    """Asks which identities to link; satisfies ``Secondary``."""

    id = "confirm-link"
    takes_links = True

    def __init__(self, identities: Identities, audit: Audit) -> None:
        self._identities = identities
        self._audit = audit

    def needs(self, _inquiry: Inquiry, /) -> tuple[Need, ...]:
        """Ask for nothing at the beginning."""
        return ()

    def begin(self, attempt: Attempt, _user: Account, /) -> SecondaryOutcome:
        """Ask where there is anything to link."""
        offers = [offer for offer in attempt.links if self._identities.find(_identity(offer)) is None]
        if not offers:
            return Abstain()
        options = {offer.id: offer.label for offer in offers}
        field = Field(
            _FIELD,
            "multiselect",
            Message("authprovider-confirmlink-request-label"),
            raw_message(""),
            optional=True,
            options=options,
        )
        return Ui((Need(f"{_ID}:{'|'.join(options)}", (field,)),), _ASKED)

    def resume(self, attempt: Attempt, user: Account, /) -> SecondaryOutcome:
        """Keep in mind what was chosen; it is linked once the login has come to its end."""
        answers = [one.values.get(_FIELD) for one in attempt.filled.values()]
        chosen = {key for answer in answers if isinstance(answer, tuple) for key in answer}
        attempt.memory.update(chosen=sorted(chosen), user=user.id, name=user.name)
        return Pass()

    def ended(self, attempt: Attempt, outcome: Pass | Fail, /) -> None:
        """Link what was chosen, or nothing, after an attempt that passed; one that was taken meanwhile is left."""
        chosen = attempt.memory.get("chosen", ())
        if not chosen or not isinstance(outcome, Pass):
            return
        account = Account(attempt.memory["user"], attempt.memory["name"])
        for offer in attempt.links:
            if offer.id in chosen:
                identity = _identity(offer)
                tell = partial(self._audit.changed, attempt.caller, "account.linked", account, issuer=identity.issuer)
                self._identities.link(identity, account.id, telling=tell)


def _identity(offer: LinkOffer) -> Identity:
    return Identity(str(offer.data["issuer"]), str(offer.data["subject"]))
