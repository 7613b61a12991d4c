"""``action=query&meta=oath``: whether an account has a second factor (spec extensions §1.4).

For programs that may ask it of everybody (right ``oathauth-api-all``) and for people who look into a case (``oathauth-verify-user``), who
give a reason, which is noted. Nobody has either right until it is given (security C20). Names that are nobody's have none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wikigate.actions.account_meant import ANY_USER, account_meant
from wikigate.actions.action import Example, Module
from wikigate.auth.audit import AuditEvent
from wikigate.auth.provider import CodeJudge
from wikigate.primitives.message import Message
from wikigate.wire.params import Param
from wikigate.wire.result import Map

if TYPE_CHECKING:
    from wikigate.accounts.user import Account
    from wikigate.actions.call import Call
    from wikigate.actions.services import Services


class OathAction:
    """Tells whether somebody has a second factor, and nothing else of it."""

    module = Module(
        "oath",
        "meta",
        prefix="oath",
        params=(Param("user", "user", subtypes=ANY_USER), Param("reason")),
        internal=True,
        classname=r"MediaWiki\Extension\OATHAuth\Api\Module\ApiQueryOATH",
        examples=(
            Example("action=query&meta=oath", "apihelp-query+oath-example-1"),
            Example("action=query&meta=oath&oathuser=Example", "apihelp-query+oath-example-2"),
        ),
    )

    def run(self, call: Call, services: Services) -> None:
        """Add ``query.oath.enabled``. Raises ``ApiError``: ``permissiondenied``, ``noreason``, ``baduser``."""
        user = call.user
        for_programs = user.can("oathauth-api-all")
        if not for_programs and not user.can("oathauth-verify-user"):
            raise call.error("apierror-permissiondenied", Message("action-oathauth-api-all"))
        if not for_programs and not call.args["reason"]:
            raise call.error("apierror-missingparam", "reason", code="noreason")
        account = account_meant(call, services)
        if not for_programs:
            _note(call, services, account, call.args["reason"])
        judge = services.flow.providers.by_id.get("second-factor")
        enabled = account is not None and isinstance(judge, CodeJudge) and judge.protects(account.id)
        call.query()["oath"] = Map({"enabled": enabled}, bc_bools=("enabled",))


def _note(call: Call, services: Services, account: Account | None, reason: str) -> None:
    services.audit.record(
        AuditEvent(
            "factor.verify",
            call.now,
            call.request.address,
            call.request_id,
            account.id if account else 0,
            account.name if account else "",
            {"by": call.user.name, "reason": reason[:255]},
        )
    )
