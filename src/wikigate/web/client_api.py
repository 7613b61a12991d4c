"""``rest.php/oauth2/client``: a user's own OAuth 2 clients over REST (spec extensions §3.2; recorded in oauth2_owner_only).

A body counts only as ``application/json``: no form of another site's page can send that without being asked first (security E5).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from wikigate.accounts.consumer_registration import (
    FIRST_VERSION,
    FLOWS,
    PROPOSE,
    SEE_HIDDEN,
    UPDATE,
    ConsumerRefused,
    ConsumerRegistration,
    NewConsumer,
)
from wikigate.accounts.consumers import IDENTITY_GRANTS, Consumers, Entry
from wikigate.accounts.user import Account
from wikigate.actions.services import Services
from wikigate.auth.consumer_changes import ConsumerChanges
from wikigate.primitives.timestamps import parse_ts14
from wikigate.web.conversation_form import caller_of
from wikigate.web.rest_answer import PRIVATE, answer, refuse
from wikigate.web.visit import Visit
from wikigate.wire.http import Response
from wikigate.wire.unicode import clean_text

_PATH: Final = re.compile(r"/oauth2/client/([0-9a-f]{32})/reset_secret")
_DEFAULT_FLOWS: Final = FLOWS[:2]
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
        account, method, path = visit.session.account, visit.request.method, visit.request.path_info
        if account is None or not visit.user.is_named:
            return refuse(403, "rest-permission-denied")
        if renewed := _PATH.fullmatch(path):
            return self._renew(visit, account, renewed[1]) if method == "POST" else refuse(405, "rest-wrong-method")
        if method == "POST":
            return self._register(visit, account)
        return self._list(visit, account) if method in {"GET", "HEAD"} else refuse(405, "rest-wrong-method")

    def _register(self, visit: Visit, account: Account) -> Response:
        asked = _body(visit)
        if asked is None:
            return refuse(415, "rest-unsupported-content-type")
        if not visit.user.can(PROPOSE):
            return refuse(403, "rest-permission-denied")
        if not account.email or account.email_authenticated is None or asked.get("email") != account.email:
            return answer(400, {"message": "email_mismatched", "httpCode": 400, "httpReason": "Bad Request"})
        scopes, flows = asked.get("scopes") or [], asked.get("grant_types") or list(_DEFAULT_FLOWS)
        known = ("#default", *sorted(IDENTITY_GRANTS), *(grant.name for grant in self._services.rights.grants))
        for name, given, allowed in (("scopes", scopes, known), ("grant_types", flows, FLOWS)):
            if not isinstance(given, list) or (wrong := [one for one in given if one not in allowed]):
                return _bad(name, str(wrong[0] if isinstance(given, list) else given), allowed)
        scopes = [scope for scope in scopes if scope != known[0]]
        name, description, callback = (_text(asked.get(part)) for part in ("name", "description", "callback_url"))
        version = _text(asked.get("version")) or FIRST_VERSION
        make = partial(
            self._registration.create_app,
            account,
            name,
            oauth_version=2,
            callback=callback,
            grants=scopes,
            flows=flows,
            description=description,
            confidential=asked.get("is_confidential") is not False,
            callback_is_prefix=asked.get("callback_is_prefix") is True,
            approved=False,
            version=version,
        )
        if asked.get("owner_only") is True:
            make = partial(
                self._registration.create_owner_only,
                account,
                name,
                oauth_version=2,
                grants=scopes,
                description=description,
                version=version,
            )
        try:
            made = self._changes.register(caller_of(visit), account, make)
        except ConsumerRefused as refused:
            return answer(400, {"message": str(refused), "httpCode": 400, "httpReason": "Bad Request"})
        return _own(_shown(made))

    def _renew(self, visit: Visit, account: Account, key: str) -> Response:
        if _body(visit) is None:
            return refuse(415, "rest-unsupported-content-type")
        if not visit.user.can(UPDATE):
            return refuse(403, "rest-permission-denied")
        try:
            made = self._changes.reset_secret(caller_of(visit), account, key)
        except ConsumerRefused as refused:
            return answer(400, {"message": str(refused), "httpCode": 400, "httpReason": "Bad Request"})
        return refuse(404, "rest-nonexistent-client") if made is None else _own(_shown(made))

    def _list(self, visit: Visit, account: Account) -> Response:
        wanted = visit.text("oauth_version")
        entries = self._consumers.entries(account.id, hidden=visit.user.can(SEE_HIDDEN))
        found = [entry for entry in entries if wanted in {"", str(entry.oauth_version)}]
        first, count = _number(visit.text("offset"), 0), min(_number(visit.text("limit"), 25), 100)
        shown = [_entry(entry) for entry in found[first : first + count]]
        return _own({"clients": shown, "total": len(found)})


def _number(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else default  # noqa: PLR2004  a million


def _body(visit: Visit) -> dict[str, Any] | None:
    """Return the JSON object of a request; None for any other body."""
    if visit.request.header("content-type").partition(";")[0].strip().lower() != "application/json":
        return None
    try:
        found = json.loads(visit.request.body or b"{}")
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _text(value: Any) -> str:
    """Return a text or a number of a JSON body, without what UTF-8 cannot spell; empty for anything else."""
    return clean_text(str(value or "")) if isinstance(value, str | int | float) else ""


def _shown(made: NewConsumer) -> dict[str, str]:
    shown = {"name": made.name, "client_key": made.consumer_key, "secret": made.consumer_secret}
    return {**shown, "access_token": made.access_token} if made.access_token else shown


def _entry(entry: Entry) -> dict[str, Any]:
    moment = int(parse_ts14(entry.registered) or 0)
    stamp = entry.registered
    day = (
        f"{stamp[8:10]}:{stamp[10:12]}, {int(stamp[6:8])} {_MONTHS[int(stamp[4:6]) - 1]} {stamp[:4]}" if moment else ""
    )
    return {
        "email": entry.email,
        "name": entry.name,
        "version": entry.version,
        "callback_url": entry.callback,
        "description": entry.description,
        "client_key": entry.key,
        "owner_only": entry.owner_only,
        "stage": entry.stage,
        "oauth_version": entry.oauth_version,
        "registration_formatted": day,
        "allowed_grants": list(entry.flows),
        "scopes": list(entry.grants),
    }


def _own(body: dict[str, Any]) -> Response:
    return answer(200, body, PRIVATE)


def _bad(name: str, value: str, allowed: Sequence[str]) -> Response:
    there = f"{', '.join(allowed[:-1])} and {allowed[-1]}"
    said = f'Invalid request body: Invalid value "{value}" for parameter "{name}". Allowed values are {there}.'
    body = {
        "error": "parameter-validation-failed", "name": name, "value": value, "failureCode": "badvalue", "failureData": [],
        "errorKey": "rest-body-validation-error", "messageTranslations": {"en": said}, "httpCode": 400, "httpReason": "Bad Request",
    }  # fmt: skip
    return answer(400, body)
