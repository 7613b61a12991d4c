"""``action=createaccount``: an account is made, step by step (spec core §9, mission M16)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from wikigate.actions.action import Example, Module
from wikigate.actions.authforms import Wording, caller_of, conversation_params, fill, put_answer, put_hint
from wikigate.actions.creation_permission import creation_refusal
from wikigate.actions.return_url import check_beginning
from wikigate.auth.flow import FlowAnswer
from wikigate.auth.outcome import Fail
from wikigate.primitives.message import Message
from wikigate.wire.result import Map

if TYPE_CHECKING:
    from wikigate.actions.call import Call
    from wikigate.actions.services import Services

_CANNOT: Final = FlowAnswer(Fail(Message("userlogin-cannot-create"), "no-provider", is_guess=False))


class CreateAccountAction:
    """Begins to make an account, or goes on with the one in the making; nobody is logged in by it."""

    module = Module(
        "createaccount",
        prefix="create",
        params=conversation_params("create", Message("apihelp-createaccount-param-preservestate")),
        must_be_posted=True,
        write=True,
        read=False,
        token="createaccount",  # noqa: S106  a token's type
        dynamic="create",
        classname=r"MediaWiki\Api\ApiAMCreateAccount",
        examples=(
            Example(
                "action=createaccount&username=Example&password=ExamplePassword&retype=ExamplePassword"
                "&createreturnurl=http://example.org/&createtoken=123ABC",
                "apihelp-createaccount-example-create",
            ),
        ),
        help_urls=("https://www.mediawiki.org/wiki/Special:MyLanguage/API:Account_creation",),
        notes=(Message("api-help-authmanager-general-usage", ("create", "createaccount")),),
    )

    def run(self, call: Call, services: Services) -> None:
        """Add ``createaccount``. Raises ``ApiError``: ``missingparam``, ``badurl_createreturnurl``, ``mustpostparams``, ``ratelimited``."""
        check_beginning(call, services)
        answer = self._converse(call, services) if services.flow.providers.can_create else _CANNOT
        node = Map()
        wording = Wording(call, call.args["messageformat"])
        put_answer(node, answer, wording, merge=call.args["mergerequestfields"])
        put_hint(call, answer)
        call.add("createaccount", node)

    @staticmethod
    def _converse(call: Call, services: Services) -> FlowAnswer:
        args, creation, caller = call.args, services.creation, caller_of(call)
        permission = partial(creation_refusal, call)
        if args["continue"]:
            return creation.resume(caller, fill(call.form, creation.pending(caller), args["requests"]), permission)
        user = call.user.name if call.user.is_registered else None
        filled = fill(call.form, services.flow.needs("create", caller, user), args["requests"])
        return creation.begin(caller, filled, permission, return_url=args["returnurl"], preserve=args["preservestate"])
