"""The steps of OAuth 1.0a below Special:OAuth: initiate, authorize, authenticate, token, identify (RFC 5849 §2; spec extensions §3.4).

The app's own requests are signed and answered as ``raw`` text or JSON; the user is asked on a page. Must not judge a signature: that is
``sessions/oauth_signature.py``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from wikigate.accounts.apps import App, Apps
from wikigate.accounts.consumer_registration import GRANTS_OF_MINE
from wikigate.accounts.consumers import IDENTITY_GRANTS, Consumers, Registered, tells_private
from wikigate.accounts.request_tokens import OUT_OF_BAND, RequestToken, RequestTokenRefused, RequestTokens
from wikigate.auth.consumer_changes import ConsumerChanges
from wikigate.primitives.errors import ApiError, WikigateError, api_error
from wikigate.primitives.message import Message, PlainText
from wikigate.primitives.timestamps import ts14
from wikigate.sessions.oauth import OAuthSource
from wikigate.sessions.oauth_signature import METHODS, SignatureRefused
from wikigate.web.conversation_form import caller_of
from wikigate.web.frame import Frame, redirect
from wikigate.web.links import page_url
from wikigate.web.page import PageParts
from wikigate.web.visit import Visit
from wikigate.wire.http import Response
from wikigate.wire.oauth1 import SCHEME

if TYPE_CHECKING:
    from wikigate.accounts.user import Account

_TITLE: Final = Message("oauth")
_ERROR: Final = Message("mwoauth-error")
_NO_STORE: Final = (("Cache-Control", "no-cache, no-store, max-age=0, must-revalidate"), ("Pragma", "no-cache"))
_IDENTITY_SECONDS: Final = 100
_CONFIRMED: Final = {"oauth_callback_confirmed": "true"}
"""Stands in the answers of ``initiate``, and in the text of ``token`` too."""
_LOGIN_WARNING: Final = "mwoauth-named-account-required-reason"
_SIGNED: Final = frozenset({"initiate", "token", "identify"})
_ASKED: Final = frozenset({"authorize", "authenticate"})
STEPS: Final = _SIGNED | _ASKED


class _Refused(WikigateError):  # noqa: N818  the name says what happened
    """A signed step that fails: the message."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.key)
        self.message = message


class OAuth1Steps:
    """Takes the steps; a part of Special:OAuth."""

    def __init__(
        self,
        parts: PageParts,
        consumers: Consumers,
        apps: Apps,
        changes: ConsumerChanges,
        tokens: RequestTokens,
        *,
        source: OAuthSource,
    ) -> None:
        self._changes = changes
        self._holder = source.holder
        self._services = parts.services
        self._frame: Frame = parts.frame
        self._consumers = consumers
        self._apps = apps
        self._tokens = tokens
        self._signatures = source.signatures

    def get(self, visit: Visit) -> Response:
        """Take a signed step, or ask the user."""
        return self._signed(visit) if visit.subpage in _SIGNED else self._question(visit)

    def post(self, visit: Visit) -> Response:
        """Take a signed step, or the user's answer. Raises ``ApiError``: ``badtoken``."""
        return self._signed(visit) if visit.subpage in _SIGNED else self._answer(visit)

    # -- the app's own requests -------------------------------------------------------------------------------------------

    def _signed(self, visit: Visit) -> Response:
        as_json = visit.text("format") == "json" or visit.subpage == "identify"
        try:
            step = {"initiate": self._initiate, "token": self._token, "identify": self._identify}[visit.subpage]
            return step(visit, as_json=as_json)
        except SignatureRefused as refused:
            message = Message("mwoauth-oauth-exception", (str(refused),))
        except RequestTokenRefused as refused:
            message = Message(str(refused))
        except _Refused as refused:
            message = refused.message
        except ApiError as refused:
            message = refused.issues[0].message
        return self.refuse(visit, message, as_json=as_json)

    def refuse(self, visit: Visit, message: Message, *, as_json: bool) -> Response:
        """Return a refusal as programs read it."""
        text = self._services.catalog.plain(message, visit.language)
        if as_json:
            return _answer("application/json", _json({"error": message.key, "message": text}))
        return _answer("text/plain;charset=UTF-8", f"Error: {text}")

    def _initiate(self, visit: Visit, *, as_json: bool) -> Response:
        oauth = self._signatures.read(_header(visit), visit.request)
        app, found = self._app(oauth["oauth_consumer_key"])
        self._check_address(visit, found)
        self._judge(visit, oauth, found, mark="", secrets=("",))
        made = self._tokens.begin(app, oauth.get("oauth_callback", ""))
        return _pair(made.token, made.secret, _CONFIRMED, as_json=as_json)

    def _token(self, visit: Visit, *, as_json: bool) -> Response:
        oauth = self._signatures.read(_header(visit), visit.request)
        app, found = self._app(oauth["oauth_consumer_key"])
        self._check_address(visit, found)
        asked = self._tokens.find(oauth.get("oauth_token", ""), app.key)
        self._judge(visit, oauth, found, mark=asked.token, secrets=(asked.secret,))
        token, secret = self._tokens.redeem(asked, oauth.get("oauth_verifier", ""))
        # Whoever signs with an RSA key needs no secret; a consumer that has one may sign with the secret all the same.
        signed_by_key = oauth["oauth_signature_method"] == METHODS[1]
        shown = "__unused__" if signed_by_key else self._consumers.secrets(secret)[0]
        return _pair(token, shown, {} if as_json else _CONFIRMED, as_json=as_json)

    def _identify(self, visit: Visit, *, as_json: bool) -> Response:  # noqa: ARG002  a JWT either way
        oauth = self._signatures.read(_header(visit), visit.request)
        found = self._consumers.signed(oauth["oauth_consumer_key"], oauth.get("oauth_token", ""))
        if found is None or found.consumer.oauth_version != 1:
            raise SignatureRefused("Invalid consumer")
        given = found.acceptance
        if given is None or (given.expires is not None and given.expires <= visit.now):
            raise _Refused(Message("mwoauthdatastore-access-token-not-found"))
        self._judge(visit, oauth, found, mark=str(given.id), secrets=self._consumers.secrets(given.secret))
        self._check_address(visit, found)
        account = self._holder(found.consumer, given)
        claims = self._claims(visit, account, found, given.grants, oauth.get("oauth_nonce", ""))
        secret = self._consumers.secrets(found.consumer.secret)[0]
        return _answer("application/json", self._consumers.tokens.identity(claims, secret))

    def _judge(
        self, visit: Visit, oauth: dict[str, str], found: Registered, *, mark: str, secrets: tuple[str, ...]
    ) -> None:
        # A request token's secret is the same under each of the server's keys.
        several = secrets * len(self._consumers.secrets("")) if len(secrets) == 1 else secrets
        self._signatures.judge(visit.request, visit.now, oauth, found.consumer, mark=mark, secrets=several)

    @staticmethod
    def _check_address(visit: Visit, found: Registered) -> None:
        if not found.consumer.allows(visit.request.address):
            raise _Refused(Message("mwoauthdatastore-bad-source-ip"))

    def _app(self, key: str) -> tuple[App, Registered]:
        app, found = self._apps.find(key), self._consumers.signed(key, "")
        if app is None or found is None or app.oauth_version != 1:
            raise SignatureRefused("Invalid consumer")
        if app.owner_only:
            raise _Refused(Message("mwoauthserver-consumer-owner-only", (app.name,)))
        return app, found

    def _claims(
        self, visit: Visit, account: Account, found: Registered, grants: tuple[str, ...], nonce: str
    ) -> dict[str, Any]:
        performer = self._services.performers.for_account(account)
        now = int(visit.now)
        verified = account.email_authenticated is not None
        claims: dict[str, Any] = {
            "iss": self._consumers.tokens.issuer,
            "aud": found.consumer.key,
            "exp": now + _IDENTITY_SECONDS,
            "iat": now,
            "sub": str(account.id),
        }
        if self._services.blocks.hidden((account.id,)):
            # Of an account that a block hides nothing else is told.
            return {**claims, "blocked": True, "nonce": nonce}
        claims |= {
            "username": account.name,
            "editcount": account.edit_count,
            "email_verified": verified,
            "confirmed_email": verified,
            "blocked": self._services.performers.block_of(performer) is not None,
            "registered": ts14(account.registration) if account.registration is not None else None,
            "groups": list(performer.groups),
            "rights": list(self._services.rights.ordered(performer.groups)),
            "grants": list(grants),
            "nonce": nonce,
        }
        if tells_private(self._services.rights, grants):
            claims |= {"realname": account.real_name, "email": account.email if verified else ""}
        return claims

    # -- the user ---------------------------------------------------------------------------------------------------------

    def _question(self, visit: Visit) -> Response:
        site = self._services.site
        token, key = _named(visit)
        account = visit.session.account
        if account is None:
            query = urlencode({"oauth_token": token, "oauth_consumer_key": key})
            back = f"Special:OAuth/{visit.subpage}"
            login = page_url(site, "Special:UserLogin", returnto=back, returntoquery=query, warning=_LOGIN_WARNING)
            return redirect(login)
        try:
            app, asked = self._asked(visit, account)
        except _Refused as refused:
            return self._frame.tell(visit, _ERROR, refused.message, status=400)
        known = self._apps.given_to(app, account.id)
        silent = visit.subpage == "authenticate" and set(app.grants) - {"basic"} <= IDENTITY_GRANTS
        if silent and known is not None and set(app.grants) <= set(known[1]):
            return self._send_back(visit, app, asked, known[0])
        return self._frame.draw(
            visit,
            "approve.html",
            _TITLE,
            sends_on=True,
            app=app.name,
            description=app.description,
            account=account.name,
            grants=app.grants,
            callback=asked.callback if asked.callback != OUT_OF_BAND else app.callback,
            action=page_url(site, f"Special:OAuth/{visit.subpage}"),
            hidden={
                "wpEditToken": visit.token(),
                "wpaction": "accept",
                "oauth_version": "1",
                "consumerKey": app.key,
                "requestToken": asked.token,
            },
        )

    def _answer(self, visit: Visit) -> Response:
        account = visit.session.account
        if account is None or not visit.session.can_change_user:
            return self._frame.tell(visit, _TITLE, Message("mwoauth-bad-request-invalid-action"), status=400)
        if not visit.checks_out(visit.text("wpEditToken")):
            raise api_error("sessionfailure")
        try:
            app, asked = self._asked(visit, account)
        except _Refused as refused:
            return self._frame.tell(visit, _ERROR, refused.message, status=400)
        if "accept" not in visit.form:
            return self._frame.tell(visit, _TITLE, Message("mwoauth-form-cancelled"))
        if not visit.user.can(GRANTS_OF_MINE):
            raise api_error("badaccess-group0", code="permissiondenied", http_status=403)
        by = caller_of(visit)
        return self._send_back(visit, app, asked, self._changes.give(by, app, account, app.grants))

    def _asked(self, visit: Visit, account: Account) -> tuple[App, RequestToken]:
        """Return the app that asks and what it asks with. Raises ``_Refused``."""
        token, key = _named(visit)
        app = self._apps.find(key or self._tokens.app_of(token))
        if app is None or not visit.session.can_change_user:
            raise _Refused(Message("mwoauthserver-bad-consumer-key"))
        if app.oauth_version != 1:
            raise _Refused(Message("mwoauthserver-bad-consumer-version"))
        if not app.usable_by(account.id):
            raise _Refused(Message("mwoauthserver-bad-consumer", (PlainText(app.name),)))
        if app.owner_only:
            raise _Refused(Message("mwoauthserver-consumer-owner-only", (PlainText(app.name),)))
        try:
            return app, self._tokens.find(token, app.key)
        except RequestTokenRefused as refused:
            raise _Refused(Message(str(refused))) from None

    def _send_back(self, visit: Visit, app: App, asked: RequestToken, acceptance: int) -> Response:
        verifier = self._tokens.agree(asked, acceptance)
        callback = asked.callback if asked.callback != OUT_OF_BAND else app.callback
        if callback == OUT_OF_BAND:
            return self._frame.tell(visit, _TITLE, Message("mwoauth-verified", (verifier, asked.token)))
        joint = "&" if "?" in callback else "?"
        return redirect(f"{callback}{joint}{urlencode({'oauth_verifier': verifier, 'oauth_token': asked.token})}")


def _named(visit: Visit) -> tuple[str, str]:
    """Return the request token and the consumer's key, by the names of the form or else of the app's link; the key may be left out."""
    token = visit.text("requestToken") or visit.text("oauth_token")
    return token, visit.text("consumerKey") or visit.text("oauth_consumer_key")


def _header(visit: Visit) -> str:
    """Return the header; its scheme alone where the parameters stand in the address or the form, as in MediaWiki's own samples."""
    header = visit.request.header("authorization")
    return header if header.startswith(SCHEME) else SCHEME


def _pair(token: str, secret: str, more: dict[str, str], *, as_json: bool) -> Response:
    if as_json:
        return _answer("application/json", _json({"key": token, "secret": secret, **more}))
    return _answer("text/plain;charset=UTF-8", urlencode({"oauth_token": token, "oauth_token_secret": secret, **more}))


def _json(body: dict[str, str]) -> str:
    return json.dumps(body, separators=(",", ":"))


def _answer(kind: str, body: str) -> Response:
    headers = [*_NO_STORE, ("Content-Type", kind), ("X-Content-Type-Options", "nosniff")]
    return Response(200, headers, body.encode())
