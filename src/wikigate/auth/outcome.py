"""What a provider may answer: six frozen values, a closed union (MediaWiki's AuthenticationResponse, spec core §7.2).

A provider returns one of them, and nothing else of what it does has any effect on the conversation. Combinations that make no sense
cannot be built: whoever passes names the user, whoever asks says for what.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from wikigate.auth.fields import Need
from wikigate.primitives.message import Message


@dataclass(frozen=True, slots=True)
class Pass:
    """A primary vouches for ``user``, a name in its canonical form; whether that account exists is the flow's to find out.

    ``is_new``: it vouches for somebody who has no account: one is to be made, and one that already has the name is never his.
    A secondary passes with the name left empty: it has no objection. ``spend``, for a secondary's answer to what was just submitted:
    uses up what was shown, a code that is good once, and says whether it was still good. It is called within the transaction that gives
    the session, or that keeps the attempt for the next question, so that neither is without the other (security C8); it may only write
    to the wiki's own database. Where it says no, nothing is given, and the secondary is resumed once more with the same answer. A primary
    makes the link so that it vouches for at linking.
    """

    user: str = ""
    is_new: bool = False
    spend: Callable[[], bool] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Fail:
    """The attempt is over. ``message`` is for the caller and must be the same whichever half was wrong.

    ``reason`` and ``user`` are for the audit alone: why, in a word or two with dashes, and the *existing* account that the credentials
    named. ``hint`` is one word for clients that look for it, said in a header beside an answer that cannot say it: what else would be
    wanted, the same for every credential. ``is_guess`` is False where nothing that was sent has been judged (overload, a fault of ours):
    it counts against nobody. ``retry_after``: seconds before which it is no use to try again, 0 where that is not known.
    """

    message: Message
    reason: str = ""
    user: str = ""
    is_guess: bool = True
    hint: str = ""
    retry_after: int = 0


@dataclass(frozen=True, slots=True)
class Ui:
    """Ask the caller for more. The same provider is resumed with what he answers. ``retry_after``: see ``Fail``."""

    needs: tuple[Need, ...]
    message: Message
    kind: Literal["warning", "error"] = "warning"
    retry_after: int = 0


@dataclass(frozen=True, slots=True)
class Redirect:
    """Send the caller's browser to ``url``; ``needs`` is what he brings back. ``data`` is shown to API clients as it is."""

    needs: tuple[Need, ...]
    url: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LinkOffer:
    """A proven identity that may be linked to an account once its owner has logged in otherwise.

    ``id`` is the wire's id of the link, ``provider`` the id of the provider that proved it and will keep it, ``label`` names it to its
    owner, ``data`` is that provider's own (JSON).
    """

    id: str
    provider: str
    label: Message
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class CreateOffer:
    """A proven identity with which an account may be created without other credentials; ``user`` is the name it suggests."""

    provider: str
    user: str = ""
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Restart:
    """A primary is sure who this is, but no account here is his: log in otherwise, or create one (spec core §7.5).

    ``message`` None leaves the words to the flow, which knows whether linking is possible.
    """

    message: Message | None = None
    create: CreateOffer | None = None
    link: LinkOffer | None = None


@dataclass(frozen=True, slots=True)
class Abstain:
    """Nothing here is this provider's business."""


CheckOutcome: TypeAlias = "Fail | None"
PrimaryOutcome: TypeAlias = "Pass | Fail | Ui | Redirect | Restart | Abstain"
SecondaryOutcome: TypeAlias = "Pass | Fail | Ui | Redirect | Abstain"
Outcome: TypeAlias = PrimaryOutcome
Question: TypeAlias = "Ui | Redirect | Restart"
"""An outcome after which the attempt goes on."""

PRIMARY_OUTCOMES = (Pass, Fail, Ui, Redirect, Restart, Abstain)
SECONDARY_OUTCOMES = (Pass, Fail, Ui, Redirect, Abstain)
