"""Special:AccountSecurity: a user's own second factors; enrolled, renamed and removed here (spec extensions §1.2, §1.6; security C13).

Names of actions and inputs are those of MediaWiki's Special:OATHManage (``action=enable&module=totp``). What is done is in
``auth/factor_changes.py`` and ``auth/key_registration.py``. Who looks at this page has logged in a short while ago; an
authenticator app is removed by a code besides. Keys need a browser's scripts (``static/security_keys.js``), nothing else does.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from wikigate.accounts.factors import FactorRefused
from wikigate.accounts.security_keys import KIND as KEY
from wikigate.accounts.totp import KIND as TOTP
from wikigate.accounts.webauthn import WebAuthnRefused
from wikigate.auth.factor_changes import FactorChanges
from wikigate.auth.provider import CodeJudge
from wikigate.primitives.errors import api_error
from wikigate.primitives.message import Message, PlainText
from wikigate.primitives.timestamps import iso8601
from wikigate.sessions.session import SessionLost
from wikigate.web.conversation_form import caller_of
from wikigate.web.frame import redirect
from wikigate.web.fresh_page import FreshPage
from wikigate.web.links import page_url
from wikigate.web.qr_code import qr_code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wikigate.accounts.factors import Factor
    from wikigate.accounts.user import Account
    from wikigate.auth.key_registration import KeyRegistration
    from wikigate.web.page import PageParts
    from wikigate.web.visit import Visit
    from wikigate.wire.http import Response

_LOG: Final = logging.getLogger("wikigate.pages")

NAME: Final = "AccountSecurity"
ALIASES: Final = ("OATHManage", "ManageTwo-factorauthentication")
"""What other versions of MediaWiki call the page, as addresses are compared: without spaces and underscores."""

_TITLE: Final = Message("accountsecurity")
_RIGHT: Final = "oathauth-enable"
# Where the form is that a deed was sent from.
_FORMS: Final = {
    "totp": ("enable", "totp"),
    "webauthn": ("enable", "webauthn"),
    "rename": ("manage", ""),
    "remove": ("manage", ""),
}
_DONE: Final = frozenset({"added", "renamed", "removed"})
_LONGEST: Final = 16


class AccountSecurityPage(FreshPage):
    """Lists the factors, and leads to the form of each change."""

    name = NAME
    operation = "OATHManage"
    kept = ("deed", "factor", "name", "passkey")

    def __init__(self, parts: PageParts, changes: FactorChanges) -> None:
        super().__init__(parts)
        self._changes = changes
        judge = parts.providers.by_id.get("second-factor")
        self._judge: CodeJudge | None = judge if isinstance(judge, CodeJudge) else None
        self._keys: KeyRegistration | None = parts.services.key_registration

    # -- what is shown ----------------------------------------------------------------------------------------------------

    def show(self, visit: Visit, owner: Account) -> Response:
        """Show the list, or the form that is asked for."""
        wanted = (visit.text("action"), visit.text("module"))
        if visit.typed_before:
            wanted = _FORMS.get(visit.text("deed"), wanted)
        match wanted:
            case ("enable", "totp"):
                return self._offer_app(visit, owner)
            case ("enable", "webauthn") if self._keys is not None:
                return self._offer_key(visit, owner, self._keys)
            case ("manage", _) if factor := self._named(visit, owner):
                return self._one(visit, factor)
        return self._list(visit, owner)

    def _list(
        self, visit: Visit, owner: Account, *, codes: Sequence[str] = (), error: Message | None = None
    ) -> Response:
        factors = [one for one in self._changes.of(owner) if one.kind in {TOTP, KEY}]
        done = visit.text("done")
        return self._draw(
            visit,
            "account_security.html",
            _TITLE,
            error=error,
            said=self.words(visit, f"wikigate-factors-{done}") if done in _DONE else "",
            codes=codes,
            factors=[
                (
                    self._called(visit, one),
                    self.words(visit, f"oathauth-auth-switch-module-{one.kind}"),
                    "" if one.created is None else iso8601(one.created),
                    self.url(action="manage", factor=str(one.id)),
                )
                for one in factors
            ],
            left=self._changes.codes_left(owner),
            ways=self._ways() if visit.user.can(_RIGHT) else {},
        )

    def _ways(self) -> dict[str, str]:
        """Return the ways to a new factor, by the message that names each."""
        found = {"wikigate-factors-add-totp": self.url(action="enable", module="totp")}
        if self._keys is not None:
            key = {"action": "enable", "module": "webauthn"}
            found["wikigate-factors-add-webauthn"] = self.url(**key)
            found["wikigate-factors-add-passkey"] = self.url(**key, passkey="1")
        return found

    def _offer_app(self, visit: Visit, owner: Account, *, error: Message | None = None) -> Response:
        self._may_enrol(visit)
        offer = self._changes.offer_app(visit.session, owner)
        secret = " ".join(offer.secret[at : at + 4] for at in range(0, len(offer.secret), 4))
        title = Message("wikigate-factors-add-totp")
        name = visit.text("name")
        return self._draw(
            visit, "enrol_app.html", title, error=error, secret=secret, picture=qr_code(offer.uri), called=name
        )

    def _offer_key(
        self, visit: Visit, owner: Account, keys: KeyRegistration, *, error: Message | None = None
    ) -> Response:
        self._may_enrol(visit)
        passkey = bool(visit.text("passkey"))
        title = Message("wikigate-factors-add-passkey" if passkey else "wikigate-factors-add-webauthn")
        try:
            options = keys.begin(caller_of(visit), owner, passkey=passkey)
        except FactorRefused as refusal:
            return self._list(visit, owner, error=_refused(refusal))
        return self._draw(
            visit, "enrol_key.html", title, error=error, options=options, passkey=passkey, named=visit.text("name")
        )

    def _one(self, visit: Visit, factor: Factor, *, error: Message | None = None) -> Response:
        called = self._called(visit, factor)
        return self._draw(
            visit,
            "factor.html",
            Message("wikigate-factors-one", (PlainText(called),)),
            error=error,
            factor=factor.id,
            called=called,
            named=visit.text("name") or called,
            asks=factor.kind == TOTP,
        )

    # -- what is done -----------------------------------------------------------------------------------------------------

    def do(self, visit: Visit, owner: Account) -> Response:
        """Add, rename or remove a factor, or make new recovery codes. Raises ``ApiError``: ``permissiondenied``, ``sessionfailure``."""
        try:
            match visit.text("deed"):
                case "totp":
                    return self._add_app(visit, owner)
                case "webauthn" if self._keys is not None:
                    return self._add_key(visit, owner, self._keys)
                case "codes":
                    return self._list(visit, owner, codes=self._changes.renew_codes(caller_of(visit), owner))
                case "rename" if factor := self._named(visit, owner):
                    return self._rename(visit, owner, factor)
                case "remove" if factor := self._named(visit, owner):
                    return self._remove(visit, owner, factor)
        except FactorRefused as refusal:
            return self._list(visit, owner, error=_refused(refusal))
        except SessionLost as lost:
            raise api_error("sessionfailure", http_status=403) from lost
        return self._list(visit, owner, error=Message("wikigate-factors-gone"))

    def _add_app(self, visit: Visit, owner: Account) -> Response:
        self._may_enrol(visit)
        added = self._changes.confirm_app(caller_of(visit), owner, visit.text("token"), visit.text("name"))
        if added is None:
            return self._offer_app(visit, owner, error=Message("oathauth-failedtovalidateoath"))
        return self._list(visit, owner, codes=added.codes) if added.codes else redirect(self.url(done="added"))

    def _add_key(self, visit: Visit, owner: Account, keys: KeyRegistration) -> Response:
        self._may_enrol(visit)
        try:
            keys.finish(caller_of(visit), owner, visit.text("credential"), visit.text("name"))
        except WebAuthnRefused as refusal:
            _LOG.info("a security key of account %d is not registered: %s", owner.id, refusal)
            return self._offer_key(visit, owner, keys, error=Message("webauthn-error-registration-failed"))
        return redirect(self.url(done="added"))

    def _rename(self, visit: Visit, owner: Account, factor: Factor) -> Response:
        if not visit.text("name").strip():
            return self._one(visit, factor, error=Message("wikigate-factors-no-name"))
        if not self._changes.rename(owner, factor.id, visit.text("name")):
            return self._list(visit, owner, error=Message("wikigate-factors-gone"))
        return redirect(self.url(done="renamed"))

    def _remove(self, visit: Visit, owner: Account, factor: Factor) -> Response:
        wrong = self._wrong_code(visit, owner) if factor.kind == TOTP else None
        if wrong is not None:
            return self._one(visit, factor, error=wrong)
        if not self._changes.remove(caller_of(visit), owner, factor.id):
            return self._list(visit, owner, error=Message("wikigate-factors-gone"))
        return redirect(self.url(done="removed"))

    def _wrong_code(self, visit: Visit, owner: Account) -> Message | None:
        """Judge the code that an app is removed by, by the rules of a login; None where it is right."""
        if self._judge is None:
            return Message("oathauth-login-failed")
        verdict = self._judge.judge(owner.id, visit.text("token"), visit.now)
        if verdict == "right":
            return None
        if verdict == "wrong":
            return Message("oathauth-login-failed")
        return Message("oathauth-throttled")

    # -- parts ------------------------------------------------------------------------------------------------------------

    @staticmethod
    def _may_enrol(visit: Visit) -> None:
        if not visit.user.can(_RIGHT):
            raise api_error("badaccess-group0", code="permissiondenied", http_status=403)

    def _named(self, visit: Visit, owner: Account) -> Factor | None:
        """Return the factor that is meant."""
        number = visit.text("factor")
        known = number.isascii() and number.isdigit() and len(number) < _LONGEST
        return self._changes.find(owner, int(number)) if known else None

    def _called(self, visit: Visit, factor: Factor) -> str:
        return factor.name or self.words(visit, "wikigate-factors-nameless", factor.id)

    def _draw(
        self,
        visit: Visit,
        template: str,
        title: Message,
        *,
        error: Message | None,
        **context: Any,
    ) -> Response:
        return self._frame.draw(
            visit,
            template,
            title,
            status=400 if error else 200,
            error=visit.words(error) if error else "",
            action=self.url(),
            token=visit.token(),
            **context,
        )


class OtherName:
    """Another name of the page: leads there, with whatever was asked."""

    def __init__(self, parts: PageParts) -> None:
        self._site = parts.services.site

    def get(self, visit: Visit) -> Response:
        """Lead on."""
        asked = {name: text for name in ("action", "module") if (text := visit.text(name))}
        return redirect(page_url(self._site, f"Special:{NAME}", **asked))

    def post(self, visit: Visit) -> Response:
        """Lead on: no form is sent here."""
        return self.get(visit)


def _refused(refusal: FactorRefused) -> Message:
    return Message("rawmessage", (PlainText(str(refusal)),))
