"""``action=login`` with a code for every reason: one request (1.12 to 1.15.2) or the handshake (1.15.3 to 1.26).

Spec legacy §3.3 to §3.5 in its order of decisions; missions M31, M35 to M37, M40. Accounts, throttles, blocks and audit are those of
today's login, which does the judging; here its reasons get their old names. Must not: let somebody in whom today's login would not let
in, above all nobody without a second step that his account asks for, and nobody for being logged in already (rule 2).
"""

from __future__ import annotations

import hmac
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from wikigate.actions.action import Example, Module
from wikigate.actions.authforms import caller_of, put_hint
from wikigate.actions.blockinfo import block_details
from wikigate.actions.cross_site import refuse_cross_site
from wikigate.auth.bot_login import BotPass
from wikigate.auth.fields import load_all
from wikigate.auth.outcome import Fail, Pass
from wikigate.auth.throttle import Refusal
from wikigate.primitives.message import Duration, Message
from wikigate.primitives.secrets import constant_time_equal
from wikigate.sessions.session import SessionLost
from wikigate.wire.params import Param
from wikigate.wire.result import Map

if TYPE_CHECKING:
    from wikigate.accounts.blocks import Block
    from wikigate.accounts.user import Account
    from wikigate.actions.call import Call
    from wikigate.actions.services import Services
    from wikigate.auth.back_off import BackOff
    from wikigate.auth.throttle import Throttle
    from wikigate.primitives.names import NameRules
    from wikigate.wire.dialect import Dialect

_TOKEN_DIGITS: Final = 32
_RETURN_URL: Final = "null:"
_CREATE_BLOCKED: Final = "Your IP address is blocked from account creation"
# Why a flow failed, as its audit has it, and what that was called; directories' own reasons among them.
_RESULTS: Final = {
    "no-such-user": "NotExists",
    "no-such-directory-user": "NotExists",
    "autocreate-off": "NotExists",
    "autocreate-no-right": "NotExists",
    "autocreate-impossible-name": "Illegal",
    "autocreate-blocked": "CreateBlocked",
    "wrong-password": "WrongPass",
    "account-gone": "WrongPass",
    "locked": "WrongPass",
    "no-primary": "WrongPass",
    "blocked": "Blocked",
}
_REFUSED: Final = "wrongpassword"


class EraLoginAction:
    """Logs in by name and password and says in one word why not.

    ``throttle`` counts names that can be nobody's, which today's login does not; ``back_off`` is the delay of 1.12 and 1.13, asked only in
    a dialect that has it. ``hide_existence``: ``WrongPass`` in place of ``NotExists``.
    """

    def __init__(
        self, dialect: Dialect, *, throttle: Throttle, back_off: BackOff, rules: NameRules, hide_existence: bool = False
    ) -> None:
        self._dialect = dialect
        self._throttle = throttle
        self._back_off = back_off
        self._rules = rules
        self._hide_existence = hide_existence
        token = (Param("token", sensitive=True),)
        self.module = Module(
            "login",
            prefix="lg",
            params=(Param("name"), Param("password", "password", sensitive=True), Param("domain"), *token),
            must_be_posted=True,
            write=True,
            read=False,
            classname="ApiLogin",
            examples=(Example("action=login&lgname=user&lgpassword=password", "apihelp-login-example-login"),),
            help_urls=("https://www.mediawiki.org/wiki/Special:MyLanguage/API:Login",),
        )

    def run(self, call: Call, services: Services) -> None:
        """Add ``login``. Raises ``ApiError``: ``crosssite``, ``ratelimited``."""
        dialect = self._dialect
        refuse_cross_site(call)
        if not call.same_origin and dialect.callback_aborts:
            why = "when using a callback" if dialect.usage == "none" else "when the same-origin policy is not applied"
            call.add("login", Map({"result": "Aborted", "reason": f"Cannot log in {why}"}))
            return
        address, name = call.request.address, call.args["name"] or ""
        if dialect.back_off and (wait := self._back_off.left(address)):
            sentence = self._sentence(wait)
            call.add("login", Map({"result": "NeedToWait", "details": sentence, "wait": wait}))
            return
        services.sessions.persist(call.session)
        if not name:
            self._fail(call, "NoName")
        elif dialect.login_token == "none" or self._has_token(call, services):  # noqa: S105  the name of a way
            self._judge(call, services, name)

    # -- the order of decisions -------------------------------------------------------------------------------------------

    def _has_token(self, call: Call, services: Services) -> bool:
        """Whether the session's token came; otherwise it is told, or that it is wrong, which counts as a guess."""
        token, session = call.args["token"] or "", call.session
        secrets = session.secrets("login")
        if not token or not session.known:
            fields: dict[str, Any] = {"result": "NeedToken", "token": _digits(session.secret("login"))}
            if self._dialect.handshake_fields:
                prefix, ident, _ = services.sessions.told(session)
                fields |= {"cookieprefix": prefix, "sessionid": ident}
            call.add("login", Map(fields))
            return False
        given = token.encode("utf-8", "replace")
        if any(constant_time_equal(_digits(secret).encode(), given) for secret in secrets):
            return True
        if self._may_guess(call):
            call.add("login", Map({"result": "WrongToken"}))
        return False

    def _judge(self, call: Call, services: Services, name: str) -> None:
        if self._bot_login(call, services, name):
            return
        canonical = self._rules.canonicalise(name)
        if canonical is None or not self._rules.is_usable(canonical):
            if self._may_guess(call):
                self._fail(call, "Illegal")
        elif not call.args["password"]:
            if self._may_guess(call):
                known = services.directory.by_name(canonical) is not None
                self._fail(call, "EmptyPass" if known or self._hide_existence else "NotExists")
        else:
            self._main_login(call, services, canonical)

    def _may_guess(self, call: Call) -> bool:
        """Count an attempt that today's login would not be asked about; False where it is one too many."""
        place = self._throttle.reserve(call.request.address, (call.args["name"],))
        if isinstance(place, Refusal):
            call.add("login", Map({"result": "Throttled", "wait": place.seconds}))
            return False
        self._throttle.count(place)
        return True

    def _bot_login(self, call: Call, services: Services, name: str) -> bool:
        """Try a bot password; False where there is none or its failure is kept quiet."""
        outcome = services.bot_login.log_in(caller_of(call), name, call.args["password"] or "")
        if isinstance(outcome, BotPass):
            tell = partial(services.bot_login.begun, caller_of(call), outcome)
            try:
                services.sessions.log_in_bot(call.session, outcome.account, outcome.bot, telling=tell)
            except SessionLost:  # the account was locked this very moment
                self._fail(call, "WrongPass")
            else:
                self._succeed(call, services, outcome.account)
            return True
        if outcome is None or outcome.message is None:
            return False
        self._tell(call, services, Fail(outcome.message, outcome.reason))
        return True

    def _main_login(self, call: Call, services: Services, canonical: str) -> None:
        caller, args = caller_of(call), call.args
        is_new = self._dialect.back_off and services.directory.by_name(canonical) is None
        fields = {"username": args["name"], "password": args["password"], "domain": args["domain"], "rememberMe": True}
        submitted = {name: value for name, value in fields.items() if value is not None}
        filled = load_all(services.flow.needs("login", caller), submitted)
        answer = services.flow.begin(caller, filled, return_url=_RETURN_URL)
        put_hint(call, answer)
        if isinstance(answer.outcome, Pass) and answer.account is not None:
            self._succeed(call, services, answer.account, is_new=is_new)
        elif isinstance(answer.outcome, Fail):
            self._tell(call, services, answer.outcome, canonical)
        else:
            message = Message("api-login-fail-aborted")
            call.add("login", Map({"result": "Aborted", "reason": services.catalog.plain(message, "en")}))

    # -- the answers ------------------------------------------------------------------------------------------------------

    def _succeed(self, call: Call, services: Services, account: Account, *, is_new: bool = False) -> None:
        call.forget_user()
        # The oldest releases gave a new account's number as text.
        ident = str(account.id) if self._dialect.text_ids or is_new else account.id
        told = Map({"result": "Success", "lguserid": ident, "lgusername": account.name})
        if self._dialect.session_fields:
            prefix, session_id, token = services.sessions.told(call.session)
            told |= {"lgtoken": token, "cookieprefix": prefix, "sessionid": session_id}
        call.add("login", told)

    def _tell(self, call: Call, services: Services, fail: Fail, canonical: str = "") -> None:
        """Say why today's login failed in the words of the era."""
        if fail.reason == "throttled":
            spans = [param.seconds for param in fail.message.params if isinstance(param, Duration)]
            call.add("login", Map({"result": "Throttled", "wait": spans[0] if spans else 0}))
            return
        result = self._result(services, fail, canonical)
        if result == "Aborted":
            call.add("login", Map({"result": result, "reason": services.catalog.plain(fail.message, "en")}))
        elif result == "CreateBlocked":
            call.add("login", Map({"result": result, "details": _CREATE_BLOCKED, **self._block(call, call.user.block)}))
        elif result == "Blocked":
            account = services.directory.by_name(canonical)
            block = services.blocks.find(account, call.request.address, exempt=False) if account else None
            call.add("login", Map({"result": result, **self._block(call, block)}))
        else:
            self._fail(call, result)

    def _result(self, services: Services, fail: Fail, canonical: str) -> str:
        result = _RESULTS.get(fail.reason, "Aborted")
        missing = {"Blocked": not self._dialect.blocked, "CreateBlocked": not self._dialect.create_blocked}
        if missing.get(result):
            return "Aborted"
        if result == "NotExists" or (result == "Aborted" and fail.message.key == _REFUSED):
            # An outside source that says no: of somebody who has an account here it is his password that is wrong.
            if self._hide_existence or services.directory.by_name(canonical) is not None:
                return "WrongPass"
            return result if result == "NotExists" else "WrongPluginPass"
        return result

    def _block(self, call: Call, block: Block | None) -> dict[str, Any]:
        """Tell of a block what the era told: nothing before 1.26."""
        if block is None or not self._dialect.block_fields:
            return {}
        details = block_details(block, call)
        return {name: details[name] for name in self._dialect.block_details if name in details}

    def _fail(self, call: Call, result: str) -> None:
        told: dict[str, Any] = {"result": result}
        if self._dialect.back_off:
            wait = self._back_off.fail(call.request.address)
            told |= {
                "wait": wait,
                "details": self._sentence(wait if self._dialect.back_off_exact else self._back_off.first),
            }
        call.add("login", Map(told))

    @staticmethod
    def _sentence(wait: int) -> str:
        return f"Please wait {wait} seconds before next log-in attempt"


def _digits(secret: bytes) -> str:
    """Make the handshake's token: 32 digits, the same for the whole session."""
    return hmac.digest(secret, b"handshake", "sha256").hex()[:_TOKEN_DIGITS]
