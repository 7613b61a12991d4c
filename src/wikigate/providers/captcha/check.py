"""The check that asks for a captcha: for new accounts, and for logins that look like guessing (spec extensions §2, mission M08).

Promises what MediaWiki's clients see: a captcha that is missing or wrong at a login is told as a wrong password, so that nobody learns
what failed; at account creation it is told as what it is. Each captcha is one try; wrong ones are counted by address, whoever is logged
in there, while what is no captcha is not counted. An attempt that has passed it once is not asked again, whatever comes of it. A success
forgives the failures with a name, unless it took a captcha and nothing more: somebody is guessing then, and the next one takes another.
What an honest client needs to know is in ``Fail.hint``.

Must not: know how a captcha looks; that is its kind's (``kind.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from wikigate.auth.attempt import Attempt, Caller, Inquiry, Stage
from wikigate.auth.captcha_settings import CaptchaSettings
from wikigate.auth.fields import Need
from wikigate.auth.outcome import Fail, Pass, Question, Restart
from wikigate.auth.throttle import site_of
from wikigate.primitives.addresses import Networks
from wikigate.primitives.message import Message
from wikigate.primitives.names import NameRules
from wikigate.providers.captcha.bad_logins import BadLogins
from wikigate.providers.captcha.kind import NEED_ID, CaptchaStage, CaptchaTrouble, Kind, PuzzleKind
from wikigate.state.base import StateStore

if TYPE_CHECKING:
    from wikigate.accounts.rights import Rights
    from wikigate.accounts.user import Account

_PASSED: Final = "passed"
"""In the attempt: a captcha was solved, ``now`` in this request or ``before`` in an earlier one."""

_ASKED_FOR: Final = "captcha.name"
"""In the session: a name was given there with which too many logins have failed."""

_WRONG: Final[dict[CaptchaStage, Message]] = {
    "login": Message("wrongpassword"),
    "create": Message("captcha-createaccount-fail"),
}
_Who = Literal["ip", "newbie", "user"]
_LIMITS: Final[dict[_Who, int]] = {"ip": 15, "newbie": 15, "user": 30}
_WINDOW: Final = 60
"""Wrong captchas that are looked at in so many seconds (``badcaptcha`` of ``$wgRateLimits``); accounts have a limit of their own where
they ask for another captcha, not where one is judged."""


class Captcha:
    """Lets pass who has solved a captcha, where one is wanted; satisfies ``PreCheck``."""

    id = "captcha"

    def __init__(
        self,
        settings: CaptchaSettings,
        kind: Kind,
        store: StateStore,
        rights: Rights,
        *,
        rules: NameRules,
        name_cookie: str,
    ) -> None:
        self.kind = kind
        self._rules = rules
        self._name_cookie = name_cookie
        self._triggers = settings.triggers
        self._bypass = Networks(settings.bypass)
        self._bad_logins = BadLogins(settings, store)
        self._store = store
        self._rights = rights

    def needs(self, inquiry: Inquiry, /) -> tuple[Need, ...]:
        """Ask for a captcha where one is wanted, as far as can be told before a name is given."""
        caller, stage = inquiry.caller, _stage(inquiry.stage)
        if stage is None or inquiry.memory.get(_PASSED):
            return ()
        if stage == "create":
            wanted = self._is_wanted_for_account(caller)
        else:
            wanted = (
                self._triggers.loginattempt
                or self._bad_logins.from_address(caller.address)
                or caller.session.get(_ASKED_FOR) is not None
                or self._bad_logins.with_name(self._last_name(caller))
            )
        return (self.kind.need(caller, stage),) if wanted else ()

    def check(self, attempt: Attempt, /) -> Fail | None:
        """Insist on a solved captcha where one is wanted."""
        stage = _stage(attempt.stage)
        if stage is None or attempt.memory.get(_PASSED) or not self._is_wanted(attempt, stage):
            return None
        try:
            solved = self._is_solved(attempt, stage)
        except CaptchaTrouble as trouble:
            message = Message("captcha-error", (str(trouble),))
            return Fail(message, "captcha-trouble", is_guess=trouble.is_guess, hint="captcha")
        if not solved:
            return Fail(_WRONG[stage], "captcha", hint="captcha")
        attempt.memory[_PASSED] = "now"
        return None

    def paused(self, attempt: Attempt, outcome: Question, _user: Account | None, /) -> None:
        """Forgive the name where somebody has proven who he is; a question for more says nothing yet."""
        if attempt.stage == "login" and isinstance(outcome, Restart):
            self._forgive(attempt)
        if attempt.memory.get(_PASSED):
            attempt.memory[_PASSED] = "before"

    def ended(self, attempt: Attempt, outcome: Pass | Fail, /) -> None:
        """Count a failed login, forgive the name after a success."""
        if attempt.stage != "login":
            return
        if isinstance(outcome, Pass):
            self._forgive(attempt)
        elif outcome.is_guess:
            self._bad_logins.count(attempt.caller.address, attempt.names or ())

    def renew(self, caller: Caller) -> str | None:
        """Make another captcha for whatever action comes and return its id; each counts as a wrong one (security R79).

        None over the limit, and where the captchas are none that are made here.
        """
        if not isinstance(self.kind, PuzzleKind):
            return None
        if not self._can(caller, "noratelimit"):
            named: _Who = "user" if self._can(caller, "autoconfirmed") else "newbie"
            if self._take_place(caller, "ip" if caller.session.account is None else named) is None:
                return None
        return self.kind.challenges.make(caller.session, None).id

    # -- when it is wanted ------------------------------------------------------------------------------------------------

    def _is_wanted(self, attempt: Attempt, stage: CaptchaStage) -> bool:
        caller = attempt.caller
        if stage == "create":
            return self._is_wanted_for_account(caller)
        if self._bad_logins.with_name(attempt.names or ()):
            if caller.session.get(_ASKED_FOR) is None:
                caller.session.set(_ASKED_FOR, 1)
            return True
        return self._triggers.loginattempt or self._bad_logins.from_address(caller.address)

    def _last_name(self, caller: Caller) -> tuple[str, ...]:
        """Return who logged in last with this browser, as its cookie has it."""
        typed = caller.session.visit.cookie(self._name_cookie)
        name = self._rules.canonicalise(typed) if typed else None
        return () if name is None else (name,)

    def _is_wanted_for_account(self, caller: Caller) -> bool:
        return (
            self._triggers.createaccount and not self._can(caller, "skipcaptcha") and caller.address not in self._bypass
        )

    def _can(self, caller: Caller, right: str) -> bool:
        session = caller.session
        rights = self._rights.rights_of(self._rights.effective_groups(session.account))
        return right in rights and (session.allowed_rights is None or right in session.allowed_rights)

    def _forgive(self, attempt: Attempt) -> None:
        if attempt.memory.get(_PASSED) != "now":
            self._bad_logins.forgive(attempt.names or ())
        attempt.caller.session.remove(_ASKED_FOR)

    # -- whether it is solved ---------------------------------------------------------------------------------------------

    def _is_solved(self, attempt: Attempt, stage: CaptchaStage) -> bool:
        """Judge what was answered; over the limit nothing is right. Raises ``CaptchaTrouble``."""
        filled = attempt.filled.get(NEED_ID)
        if filled is None:
            return False
        caller = attempt.caller
        place = self._take_place(caller, "ip")
        if place is None:
            return False
        solved: bool | None = None
        try:
            solved = self.kind.is_solved(filled, caller, stage)
        except CaptchaTrouble as trouble:
            solved = False if trouble.is_guess else None
            raise
        finally:
            if solved is not False:
                self._store.refund(place)
        return solved is True

    def _take_place(self, caller: Caller, who: _Who) -> str | None:
        """Count a captcha as wrong beforehand and return the counter's key; None where there were too many."""
        account = caller.session.account
        whose = site_of(caller.address) if who == "ip" or account is None else str(account.id)
        key, limit = f"captcha:wrong:{who}:{whose}", _LIMITS[who]
        return None if self._store.increment(key, _WINDOW, limit) > limit else key


def _stage(stage: Stage) -> CaptchaStage | None:
    return stage if stage in {"login", "create"} else None
