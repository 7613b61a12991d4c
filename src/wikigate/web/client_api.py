"""``rest.php/oauth2/client``: a user's own OAuth 2 clients over REST (spec extensions §3.2; recorded in oauth2_owner_only).

A body counts only as ``application/json``: no form of another site's page can send that without being asked first (security E5).
"""

from __future__ import annotations

import json
import re
from functools import partial
from typing import Any, Final

from wikigate.accounts.consumer_fields import FLOWS, ConsumerRefused
from wikigate.accounts.consumer_registration import (
    EVERY_WIKI,
    FIRST_VERSION,
    MANAGE,
    PROPOSE,
    SEE_HIDDEN,
    UPDATE,
    ConsumerRegistration,
    NewConsumer,
)
from wikigate.accounts.consumers import IDENTITY_GRANTS, Consumers, Entry
from wikigate.accounts.user import Account
from wikigate.actions.services import Services
from wikigate.auth.consumer_changes import ConsumerChanges
from wikigate.primitives.errors import WikigateError
from wikigate.primitives.message import Message, PlainText
from wikigate.primitives.timestamps import parse_ts14
from wikigate.web.conversation_form import caller_of
from wikigate.web.rest_answer import PRIVATE, answer, refuse, tell
from wikigate.web.rest_parameters import BadParameter, boolean, choices, one_of, required, whole_number
from wikigate.web.visit import Visit
from wikigate.wire.http import Response
from wikigate.wire.unicode import clean_text

_PATH: Final = re.compile(r"/oauth2/client/([^/]+)/reset_secret")
_PAGE: Final = 25
_LARGEST_PAGE: Final = 100
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip


class ClientApi:
    """Registers, lists and renews clients; a part of ``rest.php``."""

    def __init__(
        self, services: Services, consumers: Consumers, registration: ConsumerRegistration, changes: ConsumerChanges
    ) -> None:
        self._changes = changes
        self._services = services
        self._consumers = consumers
        self._registration = registration

    @staticmethod
    def owns(path: str) -> bool:
        """Whether a path is one of these."""
        return path == "/oauth2/client" or _PATH.fullmatch(path) is not None

    def answer(self, visit: Visit) -> Response:
        """Answer a request to one of these paths."""
        method, path = visit.request.method, visit.request.path_info
        renewed = _PATH.fullmatch(path)
        if method not in (("POST",) if renewed else ("GET", "HEAD", "POST")):
            return refuse(405, "rest-wrong-method", ("Allow", "POST" if renewed else "GET, HEAD, POST"))
        if not visit.user.can("read"):
            return refuse(403, "rest-read-denied")
        try:
            if method != "POST":
                return self._list(visit)
            asked = _body(visit)
            return self._renew(visit, renewed[1]) if renewed else self._register(visit, asked)
        except BadParameter as bad:
            return bad.answer()
        except ConsumerRefused as refused:
            return answer(400, {"message": refused.code, "httpCode": 400, "httpReason": "Bad Request"})
        except _NoJson as no_json:
            return refuse(no_json.status, str(no_json))

    def _register(self, visit: Visit, asked: dict[str, Any]) -> Response:
        required(asked, "name", "description", "email", "is_confidential", "grant_types", "scopes")
        known = ("#default", *sorted(IDENTITY_GRANTS), *(grant.name for grant in self._services.rights.grants))
        scopes = [scope for scope in choices(asked, "scopes", known) if scope != known[0]]
        flows = choices(asked, "grant_types", FLOWS)
        confidential, own = boolean(asked, "is_confidential"), boolean(asked, "owner_only")
        is_prefix = boolean(asked, "callback_is_prefix")
        name, description, callback = (_text(asked.get(part)) for part in ("name", "description", "callback_url"))
        version = _text(asked.get("version")) or FIRST_VERSION
        wiki = _text(asked.get("wiki")) or EVERY_WIKI
        if asked.get("owner_only") is False and not callback:
            return self._told(400, Message("mwoauth-error-missing-callback-url-non-owner"))
        account = self._account(visit)
        if not visit.user.can(PROPOSE):
            raise ConsumerRefused("you may not register consumers", "permission_denied")
        if not account.email or account.email_authenticated is None:
            raise ConsumerRefused("your e-mail address is not confirmed", "email_not_confirmed")
        if asked["email"] != account.email:
            raise ConsumerRefused("the e-mail address is not your account's", "email_mismatched")
        if not flows:
            raise ConsumerRefused("an app of OAuth 2 has a grant type", "invalid_field_oauth2GrantTypes")
        make = partial(
            self._registration.create_app,
            account,
            name,
            oauth_version=2,
            callback=callback,
            grants=scopes,
            flows=flows,
            description=description,
            confidential=confidential,
            callback_is_prefix=is_prefix,
            wiki=wiki,
            approved=False,
            sure=False,
            version=version,
        )
        if own:
            make = partial(
                self._registration.create_owner_only,
                account,
                name,
                oauth_version=2,
                grants=scopes,
                description=description,
                wiki=wiki,
                version=version,
            )
        return _own(_shown(self._changes.register(caller_of(visit), account, make)))

    def _renew(self, visit: Visit, key: str) -> Response:
        entry = self._consumers.entry(key)
        account = visit.session.account
        if entry is None:
            return self._told(400, Message("mwoauth-invalid-consumer-key"))
        if entry.hidden:
            return self._told(401, Message("mwoauth-consumer-deleted-error"))
        if account is None or entry.owner_id != account.id:
            return self._told(400, Message("mwoauth-consumer-user-mismatch"))
        if not visit.user.can(UPDATE):
            raise ConsumerRefused("you may not change consumers", "permission_denied")
        made = self._changes.reset_secret(caller_of(visit), account, key)
        return self._told(400, Message("mwoauth-invalid-consumer-key")) if made is None else _own(_shown(made))

    def _list(self, visit: Visit) -> Response:
        first = whole_number(visit.text("offset"), "offset", 0)
        count = min(whole_number(visit.text("limit"), "limit", _PAGE), _LARGEST_PAGE)
        wanted = one_of(visit.text("oauth_version"), "oauth_version", ("1", "2"), "2")
        account = visit.session.account
        if account is None or not visit.user.is_named:
            return self._told(404, Message("rest-nonexistent-user", (PlainText(visit.user.name),)))
        entries = self._consumers.entries(account.id, hidden=visit.user.can(SEE_HIDDEN))
        found = [entry for entry in entries if wanted == str(entry.oauth_version)]
        with_email = visit.user.can(MANAGE)
        shown = [_entry(entry, with_email=with_email) for entry in found[first : first + count]]
        return _own({"clients": shown, "total": len(found)})

    @staticmethod
    def _account(visit: Visit) -> Account:
        """Return who asks. Raises ``ConsumerRefused`` for a visitor."""
        account = visit.session.account
        if account is None or not visit.user.is_named:
            raise ConsumerRefused("you are not logged in", "not_logged_in")
        return account

    def _told(self, status: int, said: Message) -> Response:
        return tell(status, said.key, self._services.catalog.plain(said, "en"))


class _NoJson(WikigateError):  # noqa: N818  the name says what happened
    """A body that is no JSON object: the key of the refusal and its status."""

    def __init__(self, key: str, status: int) -> None:
        super().__init__(key)
        self.status = status


def _body(visit: Visit) -> dict[str, Any]:
    """Return the JSON object of a request. Raises ``_NoJson``."""
    if visit.request.header("content-type").partition(";")[0].strip().lower() != "application/json":
        raise _NoJson("rest-unsupported-content-type", 415)
    try:
        found = json.loads(visit.request.body or b"{}")
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise _NoJson("rest-json-body-parse-error", 400)
    return found


def _text(value: Any) -> str:
    """Return a text or a number of a JSON body, without what UTF-8 cannot spell; empty for anything else."""
    return clean_text(str(value or "")) if isinstance(value, str | int | float) else ""


def _shown(made: NewConsumer) -> dict[str, str]:
    shown = {"name": made.name, "client_key": made.consumer_key, "secret": made.consumer_secret}
    return {**shown, "access_token": made.access_token} if made.access_token else shown


def _entry(entry: Entry, *, with_email: bool) -> dict[str, Any]:
    """Return a consumer as the list shows it, to its owner; the e-mail address is for those who decide about consumers, as in MediaWiki."""
    moment = int(parse_ts14(entry.registered) or 0)
    stamp = entry.registered
    day = (
        f"{stamp[8:10]}:{stamp[10:12]}, {int(stamp[6:8])} {_MONTHS[int(stamp[4:6]) - 1]} {stamp[:4]}" if moment else ""
    )
    return {
        **({"email": entry.email} if with_email else {}),
        "name": entry.name,
        "version": entry.version,
        "callback_url": entry.callback,
        "description": entry.description,
        "client_key": entry.key,
        "owner_only": entry.owner_only,
        "stage": entry.stage,
        "oauth_version": entry.oauth_version,
        "registration_formatted": day,
        **({"allowed_grants": list(entry.flows)} if entry.oauth_version > 1 else {}),
        "scopes": list(entry.grants),
    }


def _own(body: dict[str, Any]) -> Response:
    return answer(200, body, PRIVATE)
