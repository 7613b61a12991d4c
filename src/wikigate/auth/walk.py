"""The one loop: providers are asked one after the other until one of them settles the matter.

::

    checks  ──→  primaries, until one passes  ──→  the local account  ──→  secondaries  ──→  Pass

It does not matter where the walk starts: at the first check, or at the provider whose question has been answered. Promises: ``Pass`` comes
out only at the far end; whatever a provider raises or wrongly answers is a ``Fail``; ``ended`` reaches every provider that was asked,
once. Must not: touch the session or store anything.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, cast

from wikigate.auth.attempt import Attempt, Caller, Draft, Stage
from wikigate.auth.fields import Filled
from wikigate.auth.flow_state import FlowState
from wikigate.auth.outcome import (
    PRIMARY_OUTCOMES,
    SECONDARY_OUTCOMES,
    Abstain,
    Fail,
    Outcome,
    Pass,
    Question,
    Redirect,
    Restart,
    Ui,
)
from wikigate.auth.provider import AutoCreation, Awaiting, PreCheck, Primary, Secondary
from wikigate.auth.registry import Provider, Providers
from wikigate.primitives.errors import ApiError, StoreUnavailable
from wikigate.primitives.message import Message

if TYPE_CHECKING:
    from wikigate.accounts.directory import Directory
    from wikigate.accounts.user import Account

_LOG: Final = logging.getLogger("wikigate.auth")

NO_PRIMARY: Final = Message("authmanager-authn-no-primary")
WRONG_PASSWORD: Final = Message("wrongpassword")

Settled: TypeAlias = "Pass | Fail | Ui | Redirect | Restart"


@dataclass(slots=True)
class Run:
    """One request's way through an attempt.

    ``given``: what was answered in this request. ``asked``: id of the provider asked last, at the start of the one to resume.
    ``account``: who has been vouched for. ``admitted``: the checks that let this very request pass. ``draft``: see ``Attempt``.
    ``spend``: see ``Pass``; ``spender``: id of the provider whose it is.
    """

    caller: Caller
    state: FlowState
    given: tuple[Filled, ...] = ()
    resumed: bool = False
    asked: str = ""
    account: Account | None = None
    admitted: list[PreCheck] = field(default_factory=list)
    draft: Draft | None = None
    spend: Callable[[], bool] | None = None
    spender: str = ""


@dataclass(frozen=True, slots=True)
class _Step:
    kind: Literal["check", "primary", "secondary"]
    provider: Provider


class Walk:
    """The loop over one wiki's providers; shared by all threads.

    ``stage``: ``login``, where a primary vouches for an account that there is, ``create``, where it takes part in a new one, or ``link``,
    where it takes up an outside identity of the one that is logged in.
    ``no_primary``: what is said where none of them decides.
    """

    def __init__(
        self,
        providers: Providers,
        directory: Directory,
        auto_creation: AutoCreation,
        *,
        stage: Stage = "login",
        no_primary: Message = NO_PRIMARY,
    ) -> None:
        self._stage = stage
        self._no_primary = no_primary
        primaries = [one for one in providers.primaries if stage == "login" or one.accounts != "none"]
        self._providers = providers
        self._directory = directory
        self._auto_creation = auto_creation
        checks, secondaries = providers.checks, providers.secondaries
        if stage == "link":
            # Whoever links an identity is logged in, and nothing is judged but what the identity's own provider says.
            checks, primaries, secondaries = (), [one for one in primaries if one.accounts == "link"], ()
        self._checks = tuple(checks)
        self._steps = (
            *(_Step("check", check) for check in checks),
            *(_Step("primary", primary) for primary in primaries),
            *(_Step("secondary", secondary) for secondary in secondaries),
        )
        self._first_secondary = len(checks) + len(primaries)
        self._places = {step.provider.id: place for place, step in enumerate(self._steps)}

    def settle(self, run: Run) -> Settled:
        """Ask one provider after the other until one of them, or the end of the line, settles the matter.

        Raises ``ApiError`` and ``StoreUnavailable`` of providers as they are.
        """
        place = self._places[run.asked] if run.asked else 0
        if run.state.user_id and not self._account_again(run):
            return Fail(WRONG_PASSWORD, "account-gone", run.state.user)
        while place < len(self._steps):
            if place >= self._first_secondary and run.account is None:
                return Fail(self._no_primary, "no-primary")
            outcome = self._ask(run, self._steps[place])
            if isinstance(outcome, Pass) and place < self._first_secondary:
                failure = self._find_account(run, outcome)
                if failure is not None:
                    return failure
                # At linking: the link itself, made if and only if this very request is the one that comes to the end.
                run.spend, run.spender = outcome.spend, run.asked
                place = self._first_secondary
            elif isinstance(outcome, (Pass, Abstain)):
                if isinstance(outcome, Pass) and outcome.spend is not None:
                    run.spend, run.spender = outcome.spend, run.asked
                place += 1
            else:
                return outcome
        if run.account is None:
            return Fail(self._no_primary, "no-primary")
        # A provider may have changed the account meanwhile: its password, and with it what its sessions are bound to.
        if run.resumed and not self._account_again(run):
            return Fail(WRONG_PASSWORD, "account-gone", run.state.user)
        return Pass(run.account.name)

    def pause(self, run: Run, outcome: Question) -> None:
        """Tell the checks that let this request pass that the attempt stays open."""
        admitted, run.admitted = run.admitted, []
        for check in admitted:
            try:
                check.paused(self.attempt(run, check, run.state.filled), outcome, run.account)
            except Exception:  # noqa: BLE001  a plug-in's fault; nobody is let in by it
                _LOG.exception("request %s: check %s failed at a pause", run.caller.request_id, check.id)

    def end(self, run: Run, outcome: Pass | Fail) -> list[Exception]:
        """Tell every provider that was asked how the attempt ended; return what went wrong in the telling."""
        seen, run.state.seen = run.state.seen, []
        faults: list[Exception] = []
        for ident in seen:
            provider = self._providers.by_id[ident]
            try:
                provider.ended(self.attempt(run, provider, run.state.filled), outcome)
            except Exception as fault:  # noqa: BLE001  the others must hear of the end too
                _LOG.exception("request %s: provider %s failed at the end", run.caller.request_id, ident)
                faults.append(fault)
        return faults

    def awaits(self, run: Run, brought: Mapping[str, str]) -> bool:
        """Whether what a browser's address brings may be the answer that the attempt waits for; see ``Awaiting``."""
        provider = self._providers.by_id.get(run.state.waiting)
        if not isinstance(provider, Awaiting):
            return True
        try:
            return provider.awaits(self.attempt(run, provider, ()), brought)
        except Exception:  # noqa: BLE001  fail closed (security H8)
            _LOG.exception("request %s: provider %s cannot tell an answer", run.caller.request_id, provider.id)
            return False

    def attempt(self, run: Run, provider: Provider | None, filled: Iterable[Filled]) -> Attempt:
        """Show the attempt to a provider."""
        state = run.state
        return Attempt(
            stage=self._stage,
            caller=run.caller,
            filled={one.need.id: one for one in filled},
            return_url=state.return_url,
            names=state.names,
            links=state.links,
            offer=state.offer,
            draft=run.draft,
            memory={} if provider is None else state.memory.setdefault(provider.id, {}),
            notes=state.notes,
        )

    def _ask(self, run: Run, step: _Step) -> Outcome:
        """Ask one provider, and take anything but a proper answer for a failure."""
        provider = step.provider
        resumed = run.asked == provider.id
        run.asked = provider.id
        if provider.id not in run.state.seen:
            run.state.seen.append(provider.id)
        attempt = self.attempt(run, provider, run.given if resumed else run.state.filled)
        try:
            if step.kind == "check":
                return self._check(run, cast("PreCheck", provider), attempt)
            if step.kind == "primary":
                primary = cast("Primary", provider)
                answer: Outcome = primary.resume(attempt) if resumed else primary.begin(attempt)
                # A new account's conversation has no other way in to fall back to.
                proper = _proper(answer, PRIMARY_OUTCOMES if self._stage == "login" else SECONDARY_OUTCOMES)
                return proper if self._stage == "link" else _unspent(proper)
            secondary, account = cast("Secondary", provider), cast("Account", run.account)
            answer = secondary.resume(attempt, account) if resumed else secondary.begin(attempt, account)
            return _proper(answer, SECONDARY_OUTCOMES) if resumed else _unspent(_proper(answer, SECONDARY_OUTCOMES))
        except (ApiError, StoreUnavailable):
            raise
        except Exception:  # noqa: BLE001  fail closed (security H8)
            _LOG.exception("request %s: provider %s failed", run.caller.request_id, provider.id)
            return Fail(self._no_primary, "provider-error")

    def _check(self, run: Run, check: PreCheck, attempt: Attempt) -> Outcome:
        refusal = check.check(attempt)
        if refusal is not None:
            # The checks behind this one count attempts too (spec extensions §2.3): they hear of the end all the same.
            behind = (one.id for one in self._checks if one.id not in run.state.seen)
            run.state.seen.extend(behind)
            return _proper(refusal, (Fail,))
        run.admitted.append(check)
        return Abstain()

    def _find_account(self, run: Run, vouched: Pass) -> Fail | None:
        """Find or make the account that a primary vouches for."""
        name = vouched.user
        if run.draft is not None:
            run.draft.is_new = vouched.is_new
        looked_for = name and self._stage == "login" and not vouched.is_new
        account = self._directory.by_name(name) if looked_for else None
        if account is None:
            made = self._make_account(run, name)
            if isinstance(made, Fail):
                return made
            account = made
        if account.is_locked:
            return Fail(WRONG_PASSWORD, "locked", account.name)
        run.account = account
        run.state.user_id, run.state.user = account.id, account.name
        return None

    def _make_account(self, run: Run, name: str) -> Account | Fail:
        try:
            if not name:
                raise TypeError("a primary that passes names the user")  # noqa: TRY301  a fault like any other
            return self._auto_creation.create(self.attempt(run, None, run.state.filled), name)
        except (ApiError, StoreUnavailable):
            raise
        except Exception:  # noqa: BLE001  fail closed (security H8)
            _LOG.exception("request %s: provider %s vouches in vain", run.caller.request_id, run.asked)
            return Fail(self._no_primary, "provider-error")

    def _account_again(self, run: Run) -> bool:
        """Read anew the account vouched for in an earlier request; False where nobody may come in by it any more (security N10)."""
        account = self._directory.by_id(run.state.user_id)
        if account is None or account.name != run.state.user or account.is_locked:
            return False
        run.account = account
        return True


def _proper(answer: object, allowed: tuple[type, ...]) -> Outcome:
    if not isinstance(answer, allowed):
        raise TypeError(f"no answer that this kind of provider may give: {type(answer).__name__}")
    return cast("Outcome", answer)


def _unspent(answer: Outcome) -> Outcome:
    if isinstance(answer, Pass) and answer.spend is not None:
        raise TypeError("only a secondary that is resumed has something to be used up, and a primary at linking")
    return answer
