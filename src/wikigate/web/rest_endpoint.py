"""``rest.php``: the OAuth 2 endpoints of MediaWiki's OAuth extension (spec extensions §3.5; RFC 6749, RFC 7636, RFC 6750).

Answers are JSON in that extension's shapes; the authorization endpoint sends browsers on. Must not decide anything about an app or a
token: that is ``accounts/apps.py``.
"""

from __future__ import annotations

import base64
import binascii
import logging
import re
from typing import Any, Final
from urllib.parse import quote_plus, unquote_plus, urlencode, urlsplit

from wikigate.accounts.apps import App, AppRefused, Apps, Tokens
from wikigate.accounts.consumers import IDENTITY_GRANTS, Consumers, tells_private
from wikigate.actions.request_id import HEADER, request_id
from wikigate.actions.services import Services
from wikigate.primitives.errors import ApiError, StoreUnavailable
from wikigate.primitives.message import Message
from wikigate.primitives.timestamps import ts14
from wikigate.sessions.oauth import bearer, carries_oauth
from wikigate.web.client_api import ClientApi
from wikigate.web.frame import Frame, redirect
from wikigate.web.links import page_url
from wikigate.web.page_language import PageLanguage
from wikigate.web.rest_answer import PRIVATE, answer, refuse
from wikigate.web.visit import Visit
from wikigate.wire.http import Request, Response
from wikigate.wire.phpform import Form, FormLimits, parse_form

_LOG: Final = logging.getLogger("wikigate.rest")
_UNKEPT: Final = ("Cache-Control", "private,no-cache,s-maxage=0")
_FRESH: Final = (("Pragma", "no-cache"), ("Cache-Control", "no-store"))
_DENIED: Final = "The resource owner or authorization server denied the request."
_RESOURCE: Final = "/oauth2/resource/"
_BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]+")
_FORM: Final = "application/x-www-form-urlencoded"
_CHALLENGES: Final = frozenset({"", "plain", "S256"})
_FLOWS: Final = ("authorization_code", "client_credentials", "refresh_token")
APPROVED: Final = "oauth2.approved"
"""Where a session keeps what its user has just agreed to; taken out when the code is made."""


class RestEndpoint:
    """Answers requests to ``rest.php`` of one wiki."""

    def __init__(
        self,
        services: Services,
        frame: Frame,
        language: PageLanguage,
        consumers: Consumers,
        *,
        apps: Apps,
        clients: ClientApi,
    ) -> None:
        self._clients = clients
        self._services = services
        self._frame = frame
        self._language = language
        self._consumers = consumers
        self._apps = apps
        self._limits = FormLimits(max_params=services.api.max_params)

    def __call__(self, request: Request) -> Response:
        """Answer one request; never raises."""
        ident = request_id(self._services, request)
        response = self._answer(request, ident)
        response.headers.append((HEADER, ident))
        return response

    def _answer(self, request: Request, ident: str) -> Response:
        try:
            form = parse_form(request, self._limits)
            visit = Visit(
                request,
                form,
                self._services,
                request.path_info,
                self._language,
                special="OAuth",
                title="Special:OAuth",
                request_id=ident,
            )
            response = self._ask(visit)
            if visit.loaded_session is not None:
                self._services.sessions.commit(visit.loaded_session, response)
        except ApiError as error:
            return _error(403 if error.http_status == 200 else error.http_status, "rest-read-denied", error)  # noqa: PLR2004
        except StoreUnavailable as error:
            _LOG.error("request %s: rest: the database does not answer: %s", ident, error)
            return refuse(503, "dbunavailable")
        except Exception:  # noqa: BLE001  the last resort of spec security H8
            _LOG.exception("request %s: rest failed", ident)
            return refuse(500, "internal_error")
        return response

    def _ask(self, visit: Visit) -> Response:
        if self._clients.owns(visit.request.path_info):
            return self._clients.answer(visit)
        method = "GET" if visit.request.method == "HEAD" else visit.request.method
        match method, visit.request.path_info:
            case "GET", "/oauth2/authorize":
                return self._authorize(visit)
            case "POST", "/oauth2/access_token":
                return self._token(visit)
            case "GET", "/oauth2/resource/profile":
                return self._profile(visit)
            case "GET", "/oauth2/resource/scopes":
                return self._scopes(visit)
            case "GET", "/oauth2/jwks":
                return answer(200, self._consumers.tokens.keys.public())
            case "GET", path if path.startswith(_RESOURCE):
                return _no_resource(path.removeprefix(_RESOURCE))
            case _, "/oauth2/access_token":
                return _not_allowed("POST")
            case _, "/oauth2/authorize" | "/oauth2/resource/profile" | "/oauth2/resource/scopes" | "/oauth2/jwks":
                return _not_allowed("GET")
        return refuse(404, "rest-no-match")

    # -- the authorization endpoint (RFC 6749 §4.1.1) ---------------------------------------------------------------------

    def _authorize(self, visit: Visit) -> Response:
        method = visit.text("code_challenge_method")
        if visit.text("response_type") != "code" or not visit.text("client_id"):
            return self._tell(visit, Message("mwoauth-invalid-response-type"), 400)
        if method not in _CHALLENGES:
            return self._tell(visit, Message("mwoauth-invalid-challenge"), 400)
        account = visit.session.account
        if account is None:
            back = urlencode({"rest_url": f"{visit.request.path}?{visit.request.query}"})
            login = page_url(
                self._services.site, "Special:UserLogin", returnto="Special:OAuth/rest redirect", returntoquery=back
            )
            return redirect(login, status=307)
        app = self._apps.find(visit.text("client_id"))
        callback = visit.text("redirect_uri")
        # Nobody is sent to an address that is not the registered one, to the character (security F10).
        if app is None or app.oauth_version < 2 or callback not in {"", app.callback} or not app.callback:  # noqa: PLR2004  OAuth 2
            return self._tell(visit, Message("mwoauth-invalid-client"), 401)
        if "authorization_code" not in app.flows:
            return self._tell(visit, Message("mwoauth-invalid-response-type"), 400)
        challenge = visit.text("code_challenge")
        if (not challenge and not app.confidential) or (challenge and method != "S256"):
            return self._tell(visit, Message("mwoauth-invalid-challenge"), 400)
        if "approval_cancel" in visit.form:
            said = "User has rejected the request from client application"
            return self._send_back(
                visit, app, {"error": "unauthorized_client", "error_description": said, "message": said}
            )
        if not visit.session.can_change_user or not app.usable_by(account.id):
            return self._tell(visit, Message("mwoauth-invalid-client"), 401)
        scopes = _wanted(app, visit.text("scope"))
        acceptance = self._agreed(visit, app, account.id, scopes)
        if acceptance is None:
            return self._ask_user(visit, app, scopes)
        code = self._apps.issue_code(app, acceptance, account.id, scopes=scopes, callback=callback, challenge=challenge)
        return self._send_back(visit, app, {"code": code})

    def _agreed(self, visit: Visit, app: App, user_id: int, scopes: tuple[str, ...]) -> int | None:
        """Return the acceptance where the user has just agreed to these grants, or where nothing is asked but who he is."""
        known = self._apps.given_to(app, user_id)
        if known is None or not set(scopes) <= set(known[1]):
            return None
        if set(scopes) <= IDENTITY_GRANTS:
            return known[0]
        if "approval_pass" not in visit.form:
            return None
        return known[0] if visit.session.take(APPROVED) == [app.key, *scopes] else None

    def _ask_user(self, visit: Visit, app: App, scopes: tuple[str, ...]) -> Response:
        url = page_url(
            self._services.site,
            "Special:OAuth/approve",
            returnto=visit.request.path,
            returntoquery=visit.request.query,
            client_id=app.key,
            oauth_version="2",
            scope=" ".join(scopes),
        )
        return redirect(url, status=307)

    @staticmethod
    def _send_back(visit: Visit, app: App, answer: dict[str, str]) -> Response:
        if "state" in visit.form and "error" not in answer:
            answer["state"] = visit.text("state")
        joint = "&" if urlsplit(app.callback).query else "?"
        return redirect(f"{app.callback}{joint}{urlencode(answer, quote_via=quote_plus)}")

    def _tell(self, visit: Visit, said: Message, status: int) -> Response:
        return self._frame.tell(visit, Message("mwoauth-error"), said, status=status)

    # -- the token endpoint (RFC 6749 §3.2) -------------------------------------------------------------------------------

    def _token(self, visit: Visit) -> Response:
        kind = visit.request.header("content-type").partition(";")[0].strip().lower()
        if kind != _FORM and (kind or visit.request.body):
            return refuse(415, "rest-unsupported-content-type")
        try:
            return _fresh(self._tokens(visit))
        except AppRefused as refused:
            body = {"error": refused.error, "error_description": refused.description}
            if refused.hint:
                body["hint"] = refused.hint
            return answer(refused.status, {**body, "message": refused.description}, _UNKEPT)

    def _tokens(self, visit: Visit) -> Tokens:
        form = visit.form
        flow = "" if form.in_query("grant_type") else visit.text("grant_type")
        if flow not in _FLOWS:
            said = (
                f'Unrecognized value for parameter "grant_type": {flow}.'
                if flow
                else 'The "grant_type" parameter must be set.'
            )
            description = f"Invalid request: Invalid request body: {said}"
            raise AppRefused("invalid_request", description, "Check the `grant_type` parameter")
        app = self._apps.authenticated(*_credentials(visit), flow)
        match flow:
            case "authorization_code":
                verifier = _body(form, "code_verifier")
                return self._apps.exchange(
                    app, _body(form, "code"), callback=_body(form, "redirect_uri"), verifier=verifier
                )
            case "refresh_token":
                return self._apps.refresh(app, _body(form, "refresh_token"))
        return self._apps.credentials(app, tuple(_body(form, "scope").split()))

    # -- what a token tells of its user -----------------------------------------------------------------------------------

    def _profile(self, visit: Visit) -> Response:
        if refused := self._refused(visit):
            return refused
        session, user, account = visit.session, visit.user, visit.session.account
        private = tells_private(self._services.rights, session.grants)
        verified = account is not None and account.email_authenticated is not None
        if account is not None and self._services.blocks.hidden((account.id,)):
            # Of an account that a block hides nothing else is told.
            return answer(200, {"sub": str(account.id), "blocked": True}, PRIVATE)
        body: dict[str, Any] = {
            "sub": str(account.id if account else 0),
            "username": user.name,
            "editcount": account.edit_count if account else 0,
            "email_verified": verified,
            "confirmed_email": verified,
            "blocked": self._services.performers.block_of(user) is not None,
            "registered": ts14(account.registration) if account and account.registration is not None else False,
            "groups": list(user.groups),
            "rights": [right for right in self._services.rights.ordered(user.groups) if user.can(right)],
            "grants": list(session.grants),
        }
        if private and account is not None:
            body |= {"realname": account.real_name, "email": account.email if verified else ""}
        return answer(200, body, PRIVATE)

    def _scopes(self, visit: Visit) -> Response:
        """Tell what the app may ask its users for, which may be more than this one has given."""
        if refused := self._refused(visit):
            return refused
        found = self._consumers.borne(bearer(visit.request.header("authorization")))
        app = None if found is None else self._apps.find(found[0].consumer.key)
        return answer(200, {"scopes": list(app.grants if app else visit.session.grants)}, PRIVATE)

    def _refused(self, visit: Visit) -> Response | None:
        """Refuse a request that bears no good token (RFC 6750 §3.1)."""
        header = visit.request.header("authorization")
        if header.startswith("Bearer") and carries_oauth(header):
            try:
                if visit.session.source.name.endswith(r"OAuth\SessionProvider"):
                    return None
            except ApiError as error:
                _LOG.debug("a bearer token is refused: %s", error.issues[0].code)
        body = {"error": "access_denied", "error_description": _DENIED, "hint": _hint(header), "message": _DENIED}
        return answer(401, body, ("WWW-Authenticate", "Bearer"))


def _hint(header: str) -> str:
    """Say what is wrong with the form of a bearer token; of one that is well-formed, no more than that it is not good (security F6)."""
    parts = header.removeprefix("Bearer").strip().split(".")
    if len(parts) != 3:  # noqa: PLR2004  header, claims, signature
        return "The JWT string must have two dots"
    if any(len(part) % 4 == 1 or not _BASE64URL.fullmatch(part) for part in parts):
        return "Error while decoding from Base64Url, invalid base64 characters detected"
    return "Access token could not be verified"


def _wanted(app: App, scope: str) -> tuple[str, ...]:
    """Return the grants that are asked for out of those that the app may ask for; all of them where none is named."""
    asked = scope.split()
    return tuple(grant for grant in app.grants if not asked or grant in asked or grant == "basic")


def _body(form: Form, name: str) -> str:
    """Return a parameter of the body: secrets and codes in an address would be logged on their way."""
    return "" if form.in_query(name) else form.text(name) or ""


def _credentials(visit: Visit) -> tuple[str, str]:
    """Return how the client proves itself: HTTP Basic or the body (RFC 6749 §2.3.1)."""
    scheme, _, encoded = visit.request.header("authorization").partition(" ")
    if scheme.lower() != "basic":
        return _body(visit.form, "client_id"), _body(visit.form, "client_secret")
    try:
        key, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return unquote_plus(key), unquote_plus(secret)


def _fresh(tokens: Tokens) -> Response:
    body: dict[str, Any] = {"token_type": "Bearer", "expires_in": tokens.seconds, "access_token": tokens.access}
    if tokens.refresh:
        body["refresh_token"] = tokens.refresh
    return answer(200, body, *_FRESH, kind="application/json; charset=UTF-8")


def _no_resource(kind: str) -> Response:
    said = {"en": f'Unrecognized value for parameter "type": {kind}.'}
    more = {"failureCode": "badvalue", "failureData": [], "errorKey": "badvalue", "messageTranslations": said}
    body = {"error": "parameter-validation-failed", "name": "type", "value": kind, **more}
    return answer(400, {**body, "httpCode": 400, "httpReason": "Bad Request"})


def _not_allowed(method: str) -> Response:
    return refuse(405, "rest-wrong-method", ("Allow", method))


def _error(status: int, key: str, error: ApiError) -> Response:
    return refuse(status, key, code=error.issues[0].code)
