"""``action=webauthn``: register a security key or passkey by a program, and ask for one (spec extensions §1.6).

Registering needs the right ``oathauth-enable``, which nobody has until it is given, and a login that is fresh enough (operation
``OATHManage``); it ends every other session of the account, and is noted (security C13, D6). A challenge lies in the session and is
good for one answer, five minutes long (security C17).
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from wikigate.accounts.factors import FactorRefused
from wikigate.accounts.security_keys import KIND, Question, SecurityKeys
from wikigate.accounts.webauthn import WebAuthnRefused
from wikigate.actions.action import Example, Module
from wikigate.actions.csrf import check_token
from wikigate.auth.audit import AuditEvent
from wikigate.primitives.message import Message, PlainText
from wikigate.wire.coerce import must_post
from wikigate.wire.params import Param
from wikigate.wire.result import Map

if TYPE_CHECKING:
    from wikigate.accounts.user import Account
    from wikigate.actions.call import Call
    from wikigate.actions.services import Services

_KEPT: Final = "webauthn"
_LIFETIME: Final = 300
_MOST_NAME: Final = 255


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
        keys = services.security_keys
        if not call.user.can("oathauth-enable") or keys is None:
            raise call.error("apierror-permissiondenied", Message("action-oathauth-enable"))
        match call.args["func"]:
            case "getAuthInfo":
                call.add("webauthn", Map({"auth_info": keys.ask(keys.of(account.id)).options}))
            case "getRegisterInfo":
                self._ask(call, keys, account)
            case _:
                self._register(call, services, keys, account)

    @staticmethod
    def _ask(call: Call, keys: SecurityKeys, account: Account) -> None:
        try:
            question = keys.begin(account, passkey=call.args["passkeyMode"])
        except FactorRefused as refusal:
            raise call.error("webauthn-error-registration-failed") from refusal
        kept = {**asdict(question), "options": "", "since": call.now, "passkey": call.args["passkeyMode"]}
        call.session.set(_KEPT, kept)
        call.add("webauthn", Map({"register_info": question.options}))

    @staticmethod
    def _register(call: Call, services: Services, keys: SecurityKeys, account: Account) -> None:
        token, answer = call.args["token"], call.args["credential"]
        if call.request.method != "POST":
            raise call.error("apierror-mustbeposted", PlainText("webauthn"))
        must_post(call.form, "token", "credential")
        for name, value in (("token", token), ("credential", answer)):
            if not value:
                raise call.error("paramvalidator-missingparam", PlainText(name), code="missingparam")
        if not check_token(call, "csrf", token):
            raise call.error("apierror-badtoken")
        kept: Any = call.session.take(_KEPT)
        services.sessions.save(call.session)
        name = (call.args["friendlyname"] or "").strip()[:_MOST_NAME]
        try:
            if not isinstance(kept, dict) or call.now - kept["since"] > _LIFETIME:
                raise WebAuthnRefused("no registration is in progress")  # noqa: TRY301  as any other refusal
            question = Question("", kept["challenge"], kept["handle"])
            ident = keys.register(account, answer, question, name=name, passkey=kept["passkey"])
        except (WebAuthnRefused, FactorRefused) as refusal:
            raise call.error("webauthn-error-registration-failed") from refusal
        services.credentials.keep_session(call.session, account)
        details = {"kind": KIND, "factor": ident}
        event = AuditEvent(
            "factor.add", call.now, call.request.address, call.request_id, account.id, account.name, details
        )
        services.audit.record(event)
        call.add("webauthn", Map({"success": True}))
