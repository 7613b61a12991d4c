"""The contract of the authentication providers: when each method is called, how often, and what happens next.

Three kinds, asked in this order (spec extensions §0.1)::

    PreCheck    may this attempt be made at all?     every one, before any credential is looked at
    Primary     whose credentials are these?         one after the other until one does not abstain
    Secondary   may this user come in?               every one, once the local account is known

A provider is one object of one wiki, made at start, shared by all threads: what belongs to an attempt lives in ``attempt.memory``.
Every method runs in a request's own thread, with no database transaction open; it may block, and must not begin a transaction and
then hash or ask another server inside it. No provider calls another.

``id`` is unique among the wiki's providers and never changes: flows in progress refer to it. Order is the configuration's.

Failing closed: whatever a method raises is logged and counts as ``Fail``; so does an answer that its kind may not give. ``ApiError``
and ``StoreUnavailable`` reach the caller as errors, and end the attempt as well. Nothing that goes wrong lets anybody in.

``needs`` is called whenever somebody asks what can be filled in: it must be cheap, must not depend on an attempt, and may be called
any number of times; after a restart it is told what it has kept of the attempt (``Inquiry.memory``). Two providers may ask for the same
need id: it is shown once, and each of them finds it filled.

``ended`` is called exactly once for each attempt on every provider that was asked in it, and on the checks behind one that refused: with
the ``Pass`` of the whole login after the session has been given to the user, with the ``Fail`` that ended it, or with ``Fail`` of the key
``authmanager-authn-not-in-progress`` when a new attempt takes the place of an unfinished one. What it raises takes the login back. An
attempt that is merely left lying, or loses a race against another request in the same session, ends without a word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, runtime_checkable

from wikigate.auth.attempt import Attempt, Caller, Inquiry
from wikigate.auth.fields import Filled, Need
from wikigate.auth.outcome import CheckOutcome, Fail, Pass, PrimaryOutcome, Question, SecondaryOutcome

if TYPE_CHECKING:
    from wikigate.accounts.user import Account
    from wikigate.primitives.message import Message
    from wikigate.sessions.session import Session


class PreCheck(Protocol):
    """A check before any credential is looked at: throttle, captcha."""

    @property
    def id(self) -> str:
        """Unique, permanent."""
        ...

    def needs(self, inquiry: Inquiry, /) -> tuple[Need, ...]:
        """Say what this check would have filled in."""
        ...

    def check(self, attempt: Attempt, /) -> CheckOutcome:
        """Let the attempt pass (None) or end it. Called once at the beginning, and again when a restarted flow gets new credentials."""
        ...

    def paused(self, attempt: Attempt, outcome: Question, user: Account | None, /) -> None:
        """Hear that a request that ``check`` let pass has come to a question, so that the attempt stays open.

        ``user`` is the account once a primary has vouched for it: the credentials were right. Called at most once for each ``check``;
        not when the attempt ended in the same request.
        """
        ...

    def ended(self, attempt: Attempt, outcome: Pass | Fail, /) -> None:
        """Hear how the attempt ended."""
        ...


class Primary(Protocol):
    """One way of proving who one is: password, OpenID Connect, LDAP."""

    @property
    def id(self) -> str:
        """Unique, permanent."""
        ...

    @property
    def accounts(self) -> Literal["none", "create", "link"]:
        """What it can do about accounts: nothing, be the credential of a new one, or link an outside identity to one."""
        ...

    def canonical_name(self, typed: str, /) -> str | None:
        """Bring a name as typed into this provider's canonical form; None where it can be nobody's. Pure and cheap."""
        ...

    def needs(self, inquiry: Inquiry, /) -> tuple[Need, ...]:
        """Say what this provider would have filled in; empty where it has no part in the stage."""
        ...

    def begin(self, attempt: Attempt, /) -> PrimaryOutcome:
        """Judge the credentials.

        ``Abstain`` where none of them is this provider's: the next is asked. ``Pass``, ``Fail`` and ``Restart`` decide. After ``Ui`` or
        ``Redirect`` the next request goes to ``resume`` of this provider. Called at most once an attempt; again after a ``Restart``.
        """
        ...

    def resume(self, attempt: Attempt, /) -> PrimaryOutcome:
        """Go on with what was answered; needs that were not properly filled are not in ``attempt.filled``. As ``begin`` otherwise."""
        ...

    def ended(self, attempt: Attempt, outcome: Pass | Fail, /) -> None:
        """Hear how the attempt ended."""
        ...


class Secondary(Protocol):
    """A condition on top of the credentials: block, second factor, password to be changed."""

    @property
    def id(self) -> str:
        """Unique, permanent."""
        ...

    @property
    def takes_links(self) -> bool:
        """Whether it offers to link identities proven before (``attempt.links``); decides the words of a ``Restart``."""
        ...

    def needs(self, inquiry: Inquiry, /) -> tuple[Need, ...]:
        """Say what this provider would have filled in at the very beginning; seldom anything."""
        ...

    def begin(self, attempt: Attempt, user: Account, /) -> SecondaryOutcome:
        """Judge whether the user may come in. ``Pass`` and ``Abstain`` go on to the next; called once an attempt."""
        ...

    def resume(self, attempt: Attempt, user: Account, /) -> SecondaryOutcome:
        """Go on with what was answered to this provider's own question; the account has been read anew.

        Asked once more in the same request where what its ``Pass.spend`` was to use up had gone in between.
        """
        ...

    def ended(self, attempt: Attempt, outcome: Pass | Fail, /) -> None:
        """Hear how the attempt ended."""
        ...


Change: TypeAlias = Callable[[], object]
"""Stores a credential that was judged."""


@runtime_checkable
class Keeper(Protocol):
    """A primary or secondary that keeps credentials which their owner may change or remove; not every one does."""

    def change(self, user: Account, filled: Filled, source: str, /) -> Change | tuple[Message, ...] | None:
        """Judge what is to take the credential's place: how to store it, what is wrong with it, None where it is another's business.

        What is returned to store it is called once, within the transaction that notes the change in the audit; whatever is slow is done
        before. Who keeps credentials elsewhere may have stored it by then, and returns an empty tuple. ``source``: whose request it is,
        for fair hashing. Raises ``ApiError`` ``ratelimited``.
        """
        ...

    def remove(self, user: Account, need_id: str, /) -> bool:
        """Remove the credential that a need of the stage ``remove`` names; False where it is another's business.

        Called within the transaction that notes it in the audit: be quick.
        """
        ...


@runtime_checkable
class Awaiting(Protocol):
    """A provider that knows the answer to its own ``Redirect`` by what the browser's address brings; not every one does.

    Anybody can make somebody's browser follow a link to a page that goes on with a login. Where the provider that waits does not know the
    answer for its own, the page leaves the attempt as it is: it still waits. Without this, a link ends it.
    """

    def awaits(self, attempt: Attempt, brought: Mapping[str, str], /) -> bool:
        """Whether this is the answer to the question put in an attempt. Uses nothing up: ``resume`` follows, and judges.

        ``brought``: the address's parameters. Called for pages alone; what it raises counts as no.
        """
        ...


@runtime_checkable
class Renewing(Protocol):
    """A check whose question can be put anew by itself: a captcha that cannot be read."""

    def renew(self, caller: Caller, /) -> str | None:
        """Return the id of another question for whatever this caller does next; None where there were too many."""
        ...


@runtime_checkable
class Parting(Protocol):
    """A primary whose users are logged in elsewhere too, where they may want to log out as well; not every one is."""

    def farewell(self, session: Session, back_to: str, /) -> str:
        """Return where the browser of a session that is about to end goes next; empty where nowhere.

        ``back_to``: the full address to which it shall come back. Called before the session ends, for pages alone. Raises nothing.
        """
        ...


Verdict: TypeAlias = Literal["right", "wrong"] | int
"""What a code is; a number: too many were wrong, and none is judged for so many seconds."""


@runtime_checkable
class CodeJudge(Protocol):
    """A condition whose codes may be judged outside of a login too, by the same rules: the second factor."""

    def protects(self, user_id: int, /) -> bool:
        """Whether an account has a factor."""
        ...

    def judge(self, user_id: int, code: str, now: float, /) -> Verdict:
        """Judge a code and use it up; a wrong one, an empty one too, takes a place in the account's windows."""
        ...


class AutoCreation(Protocol):
    """What to do when a primary vouches for a name that has no account here."""

    def create(self, attempt: Attempt, name: str, /) -> Account | Fail:
        """Create the account and return it, or say why not. Called at most once a request."""
        ...
