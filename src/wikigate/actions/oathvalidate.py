"""``action=oathvalidate``: whether a code of somebody's second factor is right (spec extensions §1.4).

For programs that keep their own logins and leave the second step to this wiki (right ``oathauth-api-all``, given to nobody until
somebody gives it). A right code is used up, a wrong one counts in the account's windows: this is the same judgement as at a login
(security C3, C11).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from wikigate.actions.account_meant import ANY_USER, account_meant
from wikigate.actions.action import Example, Module
from wikigate.actions.authforms import put_wait
from wikigate.auth.provider import CodeJudge
from wikigate.primitives.message import Message
from wikigate.wire.params import Param
from wikigate.wire.result import Map

if TYPE_CHECKING:
    from wikigate.actions.call import Call
    from wikigate.actions.services import Services


class OathValidateAction:
    """Judges a code and uses it up."""

    module = Module(
        "oathvalidate",
        params=(Param("user", "user", subtypes=ANY_USER), Param("data", required=True)),
        must_be_posted=True,
        token="csrf",  # noqa: S106  the kind of token
        internal=True,
        classname=r"MediaWiki\Extension\OATHAuth\Api\Module\ApiOATHValidate",
        examples=(
            Example('action=oathvalidate&data={"token":"123456"}&token=123ABC', "apihelp-oathvalidate-example-1"),
            Example(
                'action=oathvalidate&user=Example&data={"token":"123456"}&token=123ABC',
                "apihelp-oathvalidate-example-3",
            ),
        ),
    )

    def run(self, call: Call, services: Services) -> None:
        """Add ``oathvalidate``: ``enabled``, ``valid``. Raises ``ApiError``: ``permissiondenied``, ``ratelimited``."""
        if not call.user.can("oathauth-api-all"):
            raise call.error("apierror-permissiondenied", Message("action-oathauth-api-all"))
        account = account_meant(call, services)
        judge = services.flow.providers.by_id.get("second-factor")
        enabled = valid = False
        if account is not None and isinstance(judge, CodeJudge) and judge.protects(account.id):
            enabled = True
            verdict = judge.judge(account.id, _code(call.args["data"]), call.now)
            if isinstance(verdict, int):
                put_wait(call, verdict)
                raise call.error("apierror-ratelimited", code="ratelimited")
            valid = verdict == "right"
        call.add("oathvalidate", Map({"enabled": enabled, "valid": valid}, bc_bools=("enabled", "valid")))


def _code(data: str) -> str:
    """Take the code out of the JSON object that carries it; empty where there is none."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return ""
    code = found.get("token") if isinstance(found, dict) else None
    return code if isinstance(code, str) else ""
