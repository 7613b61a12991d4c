"""``action=login``: one request; bot passwords first, then the main account if it needs no further step.

Spec core §5 in its order; mission M02 to M04.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal

from wikigate.actions.action import Example, Module
from wikigate.actions.authforms import caller_of, message_code, put_hint, put_wait
from wikigate.actions.csrf import issue_token, judge_login_token
from wikigate.auth.bot_login import BotPass
from wikigate.auth.fields import load_all
from wikigate.auth.outcome import Fail, Pass
from wikigate.primitives.message import Message, PlainText
from wikigate.sessions.session import SessionLost
from wikigate.wire.coerce import must_post
from wikigate.wire.params import Param
from wikigate.wire.result import Map

if TYPE_CHECKING:
    from wikigate.accounts.user import Account
    from wikigate.actions.call import Call
    from wikigate.actions.services import Services

_MODULE: Final = Module(
    "login",
    prefix="lg",
    params=(
        Param("name"),
        Param("password", "password", sensitive=True),
        Param("domain"),
        Param("token", sensitive=True, help=(Message("api-help-param-token", ("login",)),)),
    ),
    must_be_posted=True,
    write=True,
    read=False,
    classname=r"MediaWiki\Api\ApiLogin",
    examples=(Example("action=login&lgname=user&lgpassword=password&lgtoken=123ABC", "apihelp-login-example-login"),),
    help_urls=("https://www.mediawiki.org/wiki/Special:MyLanguage/API:Login",),
)
_RETURN_URL: Final = "null:"
"""Where nobody can be sent: this module takes no further step."""


class LoginAction:
    """Logs in at once or not at all; on a wiki without bot passwords the module itself is deprecated."""

    def __init__(self, *, bot_passwords: bool = True) -> None:
        self.module = _MODULE if bot_passwords else replace(_MODULE, deprecated=True)

    def run(self, call: Call, services: Services) -> None:
        """Add ``login``. Raises ``ApiError``: ``mustpostparams``, ``ratelimited``."""
        if not call.same_origin:
            self._tell(call, "Aborted", Message("api-login-fail-sameorigin"))
            return
        self._refuse_query(call)
        session = call.session
        services.sessions.persist(session)
        if not session.can_change_user:
            kind = services.catalog.plain(session.description, "en")
            self._tell(call, "Aborted", Message("api-login-fail-badsessionprovider", (kind,)))
            return
        token = call.args["token"]
        if token in {None, "", "0"}:
            self._need_token(call)
            return
        judgement = judge_login_token(call, token)
        if judgement == "lost" and not call.dialect.lost_fails:
            self._need_token(call)
        elif judgement == "lost":
            self._tell(call, "Failed", Message("authpage-cannot-login-continue"), "sessionlost")
        elif judgement == "wrong":
            call.add("login", Map({"result": "WrongToken"}))
        elif not self._bot_login(call, services):
            self._main_login(call, services)

    @staticmethod
    def _refuse_query(call: Call) -> None:
        """Refuse secrets in the query string; to 1.28 they were taken, at last with a warning (spec legacy §3)."""
        dialect = call.dialect
        if not dialect.secrets_in_query:
            must_post(call.form, "lgpassword", "lgtoken")
        elif dialect.warns_of_query:
            found = [name for name in ("lgpassword", "lgtoken") if call.form.in_query(name)]
            if found:
                call.deprecate(Message("apierror-mustpostparams", (", ".join(found), len(found))), "login-in-query")

    # -- the two ways in --------------------------------------------------------------------------------------------------

    def _bot_login(self, call: Call, services: Services) -> bool:
        """Try a bot password; False where there is none or its failure is kept quiet."""
        name, password = call.args["name"] or "", call.args["password"] or ""
        outcome = services.bot_login.log_in(caller_of(call), name, password)
        if isinstance(outcome, BotPass):
            self._begin_bot_session(call, services, outcome)
        elif outcome is None or outcome.message is None:
            return False
        else:
            put_wait(call, outcome.retry_after)
            self._tell(call, "Failed", outcome.message)
        return True

    def _begin_bot_session(self, call: Call, services: Services, granted: BotPass) -> None:
        tell = partial(services.bot_login.begun, caller_of(call), granted)
        try:
            services.sessions.log_in_bot(call.session, granted.account, granted.bot, telling=tell)
        except SessionLost:  # the account was locked this very moment
            self._tell(call, "Failed", Message("botpasswords-locked"))
        else:
            self._succeed(call, granted.account)

    def _main_login(self, call: Call, services: Services) -> None:
        """Log in to the main account, if name, password and domain are all it takes."""
        caller, args = caller_of(call), call.args
        fields = {"username": args["name"], "password": args["password"], "domain": args["domain"], "rememberMe": True}
        submitted = {name: value for name, value in fields.items() if value is not None}
        filled = load_all(services.flow.needs("login", caller), submitted)
        answer = services.flow.begin(caller, filled, return_url=_RETURN_URL)
        put_hint(call, answer)
        has_bots = services.bot_login.enabled
        if isinstance(answer.outcome, Pass) and answer.account is not None:
            advice = "apiwarn-deprecation-login-botpw" if has_bots else "apiwarn-deprecation-login-nobotpw"
            call.deprecate(Message(advice), "main-account-login")
            self._succeed(call, answer.account)
        elif isinstance(answer.outcome, Fail):
            self._tell(call, "Failed", self._reason(call, answer.outcome))
        else:
            self._tell(
                call, "Aborted", Message("api-login-fail-aborted" if has_bots else "api-login-fail-aborted-nobotpw")
            )

    # -- the answers ------------------------------------------------------------------------------------------------------

    @staticmethod
    def _need_token(call: Call) -> None:
        token = issue_token(call, "login")
        call.deprecate(Message("apiwarn-deprecation-login-token"), "action=login&!lgtoken")
        told: dict[str, Any] = {"result": "NeedToken", "token": token}
        if call.dialect.handshake_fields:
            prefix, ident, _ = call.services.sessions.told(call.session)
            told |= {"cookieprefix": prefix, "sessionid": ident}
        call.add("login", Map(told))

    @staticmethod
    def _succeed(call: Call, account: Account) -> None:
        call.forget_user()
        told: dict[str, Any] = {"result": "Success", "lguserid": account.id, "lgusername": account.name}
        if call.dialect.session_fields:
            prefix, ident, credential = call.services.sessions.told(call.session)
            told |= {"lgtoken": credential, "cookieprefix": prefix, "sessionid": ident}
        call.add("login", Map(told))

    @staticmethod
    def _reason(call: Call, fail: Fail) -> Message:
        """Return why a login failed; before 1.31 an unknown name was told from a wrong password (spec legacy §3.6)."""
        if call.dialect.old_texts and fail.reason == "blocked":
            return Message("wikigate-said", (PlainText("This user is blocked. Login not allowed."),))
        if call.dialect.names_unknown:
            if fail.reason == "no-such-user":
                return Message("authmanager-authn-no-primary")
            if fail.reason == "wrong-password":
                return Message("wikigate-said", (PlainText("Incorrect password entered.\nPlease try again."),))
        return fail.message

    @staticmethod
    def _tell(call: Call, result: Literal["Failed", "Aborted"], reason: Message, code: str = "") -> None:
        node = call.errors.message_node(reason, code or message_code(reason))
        call.add("login", Map({"result": result, "reason": node}))
