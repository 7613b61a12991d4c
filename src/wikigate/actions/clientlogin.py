"""``action=clientlogin``: the interactive login (spec core §7, mission M05 to M07)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wikigate.actions.action import Example, Module
from wikigate.actions.authforms import Wording, caller_of, conversation_params, fill, put_answer, put_hint
from wikigate.actions.return_url import check_beginning
from wikigate.auth.flow import FlowAnswer
from wikigate.auth.outcome import Fail, Pass
from wikigate.primitives.message import Message
from wikigate.wire.result import Map

if TYPE_CHECKING:
    from wikigate.actions.call import Call
    from wikigate.actions.services import Services

_CANNOT: Final = FlowAnswer(Fail(Message("userlogin-cannot-login"), "session-cannot-change", is_guess=False))


class ClientLoginAction:
    """Begins a login, or goes on with the one in progress, and says what comes next."""

    module = Module(
        "clientlogin",
        prefix="login",
        params=conversation_params("login"),
        must_be_posted=True,
        write=True,
        read=False,
        token="login",  # noqa: S106  a token's type
        dynamic="login",
        classname=r"MediaWiki\Api\ApiClientLogin",
        examples=(
            Example(
                "action=clientlogin&username=Example&password=ExamplePassword&loginreturnurl=http://example.org/&logintoken=123ABC",
                "apihelp-clientlogin-example-login",
            ),
            Example(
                "action=clientlogin&logincontinue=1&OATHToken=987654&logintoken=123ABC",
                "apihelp-clientlogin-example-login2",
            ),
        ),
        help_urls=("https://www.mediawiki.org/wiki/Special:MyLanguage/API:Login",),
        notes=(Message("api-help-authmanager-general-usage", ("login", "login")),),
    )

    def run(self, call: Call, services: Services) -> None:
        """Add ``clientlogin``. Raises ``ApiError``: ``missingparam``, ``badurl_loginreturnurl``, ``mustpostparams``, ``ratelimited``."""
        args = call.args
        check_beginning(call, services)
        answer = self._converse(call, services) if call.session.can_change_user else _CANNOT
        if isinstance(answer.outcome, Pass):
            call.forget_user()
        node = Map()
        put_answer(node, answer, Wording(call, args["messageformat"]), merge=args["mergerequestfields"])
        put_hint(call, answer)
        call.add("clientlogin", node)

    @staticmethod
    def _converse(call: Call, services: Services) -> FlowAnswer:
        args, flow, caller = call.args, services.flow, caller_of(call)
        if args["continue"]:
            return flow.resume(caller, fill(call.form, flow.pending(caller), args["requests"]))
        filled = fill(call.form, flow.needs("login", caller), args["requests"])
        return flow.begin(caller, filled, return_url=args["returnurl"], preserve=args["preservestate"])
