"""``action=webauthn``: register a security key or passkey by a program, and ask for one (spec extensions §1.6).

Registering needs the right ``oathauth-enable`` and a login that is fresh enough (operation ``OATHManage``); what it does is in
``auth/key_registration.py``, as for Special:AccountSecurity.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wikigate.accounts.factors import FactorRefused
from wikigate.accounts.webauthn import WebAuthnRefused
from wikigate.actions.action import Example, Module
from wikigate.actions.authforms import caller_of
from wikigate.actions.csrf import check_token
from wikigate.primitives.message import Message, PlainText
from wikigate.sessions.session import SessionLost
from wikigate.wire.coerce import must_post
from wikigate.wire.params import Param
from wikigate.wire.result import Map

if TYPE_CHECKING:
    from wikigate.accounts.user import Account
    from wikigate.actions.call import Call
    from wikigate.actions.services import Services
    from wikigate.auth.key_registration import KeyRegistration


class WebAuthnAction:
    """Registers security keys."""

    module = Module(
        "webauthn",
        params=(
            Param("func", "enum", required=True, values=("getAuthInfo", "getRegisterInfo", "register")),
            Param("passkeyMode", "boolean"),
            Param("credential", "text"),
            Param("friendlyname"),
            Param("token", sensitive=True),
        ),
        internal=True,
        classname=r"MediaWiki\Extension\OATHAuth\Api\Module\WebAuthn",
        examples=(Example("action=webauthn&func=getRegisterInfo", "apihelp-webauthn-example-1"),),
    )

    def run(self, call: Call, services: Services) -> None:
        """Add ``webauthn``.

        Raises ``ApiError``: ``mustbeloggedin``, ``permissiondenied``, ``reauthenticate``, ``cannotreauthenticate``, ``mustbeposted``,
        ``mustpostparams``, ``missingparam``, ``badtoken``, and for what cannot be registered ``webauthn-error-registration-failed``.
        """
        account = call.user.account
        if account is None or account.is_temp:
            raise call.error("apierror-mustbeloggedin", Message("action-oathauth-enable"))
        status = services.flow.reauth.status(call.session, "OATHManage", call.now)
        if status != "ok":
            raise call.error("apierror-reauthenticate" if status == "reauth" else "apierror-cannotreauthenticate")
        keys, registration = services.security_keys, services.key_registration
        if not call.user.can("oathauth-enable") or keys is None or registration is None:
            raise call.error("apierror-permissiondenied", Message("action-oathauth-enable"))
        match call.args["func"]:
            case "getAuthInfo":
                call.add("webauthn", Map({"auth_info": keys.ask(keys.of(account.id)).options}))
            case "getRegisterInfo":
                self._ask(call, registration, account)
            case _:
                self._register(call, registration, account)

    @staticmethod
    def _ask(call: Call, keys: KeyRegistration, account: Account) -> None:
        try:
            options = keys.begin(caller_of(call), account, passkey=call.args["passkeyMode"])
        except FactorRefused as refusal:
            raise call.error("webauthn-error-registration-failed") from refusal
        call.add("webauthn", Map({"register_info": options}))

    @staticmethod
    def _register(call: Call, keys: KeyRegistration, account: Account) -> None:
        token, answer = call.args["token"], call.args["credential"]
        if call.request.method != "POST":
            raise call.error("apierror-mustbeposted", PlainText("webauthn"))
        must_post(call.form, "token", "credential")
        for name, value in (("token", token), ("credential", answer)):
            if not value:
                raise call.error("paramvalidator-missingparam", PlainText(name), code="missingparam")
        if not check_token(call, "csrf", token):
            raise call.error("apierror-badtoken")
        try:
            keys.finish(caller_of(call), account, answer, call.args["friendlyname"] or "")
        except (WebAuthnRefused, FactorRefused, SessionLost) as refusal:
            raise call.error("webauthn-error-registration-failed") from refusal
        call.add("webauthn", Map({"success": True}))
