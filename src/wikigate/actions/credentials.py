"""``changeauthenticationdata``, ``removeauthenticationdata``, ``linkaccount``, ``unlinkaccount`` (spec core §10, mission M10).

Whoever changes a credential has logged in with one a short while ago (``reauthenticate``): the old password is not asked for.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal

from wikigate.actions.action import Example, Module
from wikigate.actions.authforms import Wording, caller_of, conversation_params, fill, put_answer
from wikigate.actions.return_url import check_beginning
from wikigate.auth.flow import FlowAnswer
from wikigate.auth.outcome import Fail
from wikigate.primitives.errors import ApiError, Issue
from wikigate.primitives.message import Message
from wikigate.wire.params import Param
from wikigate.wire.result import Map

if TYPE_CHECKING:
    from wikigate.accounts.user import Account
    from wikigate.actions.call import Call
    from wikigate.actions.services import Services

_CANNOT_LINK: Final = FlowAnswer(Fail(Message("userlogin-cannot-link"), "no-provider", is_guess=False))
_HELP: Final = ("https://www.mediawiki.org/wiki/Special:MyLanguage/API:Manage_authentication_data",)
_REQUEST: Final = Param("request", required=True)


class ChangeAuthenticationDataAction:
    """Changes a credential of the caller: his password."""

    module = Module(
        "changeauthenticationdata",
        prefix="changeauth",
        params=(replace(_REQUEST, help=(Message("api-help-authmanagerhelper-request", ("change",)),)),),
        must_be_posted=True,
        write=True,
        token="csrf",  # noqa: S106  a token's type
        dynamic="change",
        classname=r"MediaWiki\Api\ApiChangeAuthenticationData",
        examples=(
            Example(
                "action=changeauthenticationdata&changeauthrequest=MediaWiki%5CAuth%5CPasswordAuthenticationRequest"
                "&password=ExamplePassword&retype=ExamplePassword&changeauthtoken=123ABC",
                "apihelp-changeauthenticationdata-example-password",
            ),
        ),
        help_urls=_HELP,
    )

    def run(self, call: Call, services: Services) -> None:
        """Add ``changeauthenticationdata``. Raises ``ApiError``: see ``_account``; ``badrequest``, ``badretype``, the policy's codes."""
        account = _account(call, services, "apierror-mustbeloggedin-changeauthenticationdata", "ChangeCredentials")
        caller, wanted = caller_of(call), call.args["request"]
        needs = services.credentials.offered("change", services.flow.needs("change", caller, account.name))
        filled = fill(call.form, needs, (wanted,))
        wrong = services.credentials.change(caller, account, filled[0]) if len(filled) == 1 else None
        if wrong is None:
            raise call.error("apierror-changeauth-norequest", code="badrequest")
        if wrong:
            raise ApiError(*(Issue(message) for message in wrong), module=call.path)
        call.forget_user()
        call.add("changeauthenticationdata", Map({"status": "success"}))


class RemoveAuthenticationDataAction:
    """Removes a credential of the caller; as ``unlinkaccount``, an outside identity's."""

    def __init__(self, *, unlink: bool = False) -> None:
        self._stage: Final[Literal["remove", "unlink"]] = "unlink" if unlink else "remove"
        self._operation: Final = "UnlinkAccount" if unlink else "RemoveCredentials"
        name = "unlinkaccount" if unlink else "removeauthenticationdata"
        self.module: Final = Module(
            name,
            params=(replace(_REQUEST, help=(Message("api-help-authmanagerhelper-request", (self._stage,)),)),),
            must_be_posted=True,
            write=True,
            token="csrf",  # noqa: S106  a token's type
            classname=r"MediaWiki\Api\ApiRemoveAuthenticationData",
            examples=(
                Example(
                    f"action={name}&request=FooAuthenticationRequest&token=123ABC", f"apihelp-{name}-example-simple"
                ),
            ),
            help_urls=_HELP,
        )

    def run(self, call: Call, services: Services) -> None:
        """Add the module's node. Raises ``ApiError``: see ``_account``; ``badrequest``."""
        account = _account(call, services, "apierror-mustbeloggedin-removeauth", self._operation)
        caller, wanted = caller_of(call), call.args["request"]
        listed = services.credentials.offered(self._stage, services.flow.needs(self._stage, caller, account.name))
        is_listed = sum(need.id == wanted for need in listed) == 1
        if not is_listed or not services.credentials.remove(caller, account, wanted):
            raise call.error("apierror-changeauth-norequest", code="badrequest")
        call.add(self.module.name, Map({"status": "success"}))


class LinkAccountAction:
    """Links an outside identity to the caller's account."""

    module = Module(
        "linkaccount",
        prefix="link",
        params=tuple(param for param in conversation_params("link") if param.name != "preservestate"),
        must_be_posted=True,
        write=True,
        read=False,
        token="csrf",  # noqa: S106  a token's type
        dynamic="link",
        classname=r"MediaWiki\Api\ApiLinkAccount",
        examples=(
            Example(
                "action=linkaccount&provider=Example&linkreturnurl=http://example.org/&linktoken=123ABC",
                "apihelp-linkaccount-example-link",
            ),
        ),
        help_urls=("https://www.mediawiki.org/wiki/Special:MyLanguage/API:Linkaccount",),
        notes=(Message("api-help-authmanager-general-usage", ("link", "csrf")),),
    )

    def run(self, call: Call, services: Services) -> None:
        """Add ``linkaccount``. Raises ``ApiError``: see ``_account``; ``missingparam``, ``badurl_linkreturnurl``."""
        _named(call, "apierror-mustbeloggedin-linkaccounts")
        check_beginning(call, services)
        _fresh(call, services, "LinkAccounts")
        answer = self._converse(call, services) if services.linking.providers.can_link else _CANNOT_LINK
        node = Map()
        wording = Wording(call, call.args["messageformat"])
        put_answer(node, answer, wording, merge=call.args["mergerequestfields"])
        node.pop("username", None)
        call.add("linkaccount", node)

    @staticmethod
    def _converse(call: Call, services: Services) -> FlowAnswer:
        args, linking, caller = call.args, services.linking, caller_of(call)
        if args["continue"]:
            return linking.resume(caller, fill(call.form, linking.pending(caller), args["requests"]))
        filled = fill(call.form, linking.needs("link", caller, call.user.name), args["requests"])
        return linking.begin(caller, filled, return_url=args["returnurl"])


def _account(call: Call, services: Services, visitor_key: str, operation: str) -> Account:
    """Return whose credentials are meant.

    Raises ``ApiError``: ``notloggedin``, ``permissiondenied``, ``reauthenticate``, ``cannotreauthenticate``.
    """
    account = _named(call, visitor_key)
    _fresh(call, services, operation)
    return account


def _named(call: Call, visitor_key: str) -> Account:
    account = call.user.account
    if account is None or account.is_temp:
        raise call.error(visitor_key, code="notloggedin")
    if not call.user.can("editmyprivateinfo"):
        raise call.error("apierror-permissiondenied", Message("action-editmyprivateinfo"))
    return account


def _fresh(call: Call, services: Services, operation: str) -> None:
    """Insist on a login that is fresh enough (spec core §8.3)."""
    status = services.flow.reauth.status(call.session, operation, call.now)
    if status == "reauth":
        raise call.error("apierror-reauthenticate")
    if status == "fail":
        raise call.error("apierror-cannotreauthenticate")
