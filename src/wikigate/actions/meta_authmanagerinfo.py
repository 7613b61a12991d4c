"""``meta=authmanagerinfo``: what a login, a new account or a change of credentials asks for (spec core §8, mission M11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast, get_args

from wikigate.actions.action import Example, Module
from wikigate.actions.authforms import MERGE_FIELDS, MESSAGE_FORMAT, Wording, caller_of, put_needs
from wikigate.auth.attempt import Stage
from wikigate.wire.params import Param
from wikigate.wire.result import Map

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wikigate.actions.call import Call
    from wikigate.actions.services import Services
    from wikigate.auth.fields import Need
    from wikigate.auth.flow_state import Preserved

_STAGES: Final = frozenset(get_args(Stage))
_REQUESTS_FOR: Final = (
    "login", "login-continue", "create", "create-continue", "link", "link-continue", "change", "remove", "unlink",
)  # fmt: skip

_BEGINNINGS: Final = frozenset({"login", "create"})


class AuthManagerInfoAction:
    """Tells what can be filled in, and whether logging in, creating accounts and linking are possible."""

    module = Module(
        "authmanagerinfo",
        "meta",
        prefix="ami",
        params=(
            Param("securitysensitiveoperation"),
            Param("requestsfor", "enum", values=_REQUESTS_FOR),
            MERGE_FIELDS,
            MESSAGE_FORMAT,
        ),
        read=False,
        classname=r"MediaWiki\Api\ApiQueryAuthManagerInfo",
        examples=(
            Example(
                "action=query&meta=authmanagerinfo&amirequestsfor=login", "apihelp-query+authmanagerinfo-example-login"
            ),
            Example(
                "action=query&meta=authmanagerinfo&amirequestsfor=login&amimergerequestfields=1",
                "apihelp-query+authmanagerinfo-example-login-merged",
            ),
            Example(
                "action=query&meta=authmanagerinfo&amisecuritysensitiveoperation=foo",
                "apihelp-query+authmanagerinfo-example-securitysensitiveoperation",
            ),
        ),
        help_urls=("https://www.mediawiki.org/wiki/Special:MyLanguage/API:Authmanagerinfo",),
    )

    def __init__(self) -> None:
        # What was last shown for a purpose, format and merging, in the wiki's own language, with the needs that it shows.
        self._shown: dict[tuple[str, str, bool], tuple[Sequence[Need], Map]] = {}

    def run(self, call: Call, services: Services) -> None:
        """Add ``query.authmanagerinfo``."""
        flow, args = services.flow, call.args
        node = Map(
            {
                "canauthenticatenow": call.session.can_change_user,
                "cancreateaccounts": flow.providers.can_create,
                "canlinkaccounts": flow.providers.can_link,
            }
        )
        operation = args["securitysensitiveoperation"]
        if operation is not None:
            node["securitysensitiveoperationstatus"] = flow.reauth.status(call.session, operation, call.now)
        purpose = args["requestsfor"]
        if purpose is not None:
            put_preserved(node, flow.preserved(call.session), purpose)
            node.update(self._form(call, services, purpose))
        call.query()["authmanagerinfo"] = node

    def _form(self, call: Call, services: Services, purpose: str) -> Map:
        """Return the form for a purpose; it is drawn anew only where something else is to be filled in than the last time."""
        needs = self._needs(call, services, purpose)
        merge: bool = call.args["mergerequestfields"]
        key = (purpose, call.args["messageformat"], merge)
        is_usual = purpose in _BEGINNINGS and call.language == services.site.language
        if is_usual and (known := self._shown.get(key)) is not None and known[0] == needs:
            return known[1]
        form = Map()
        put_needs(form, needs, Wording(call, call.args["messageformat"]), merge=merge)
        if is_usual:
            form["requests"].settle()
            self._shown[key] = (needs, form)
        return form

    @staticmethod
    def _needs(call: Call, services: Services, purpose: str) -> Sequence[Need]:
        """Return what can be filled in for a purpose; nothing for a conversation that is not in progress."""
        caller = caller_of(call)
        if purpose == "login-continue":
            return services.flow.pending(caller)
        if purpose == "create-continue":
            return services.creation.pending(caller)
        if purpose == "link-continue":
            return services.linking.pending(caller)
        if purpose not in _STAGES:
            return ()
        stage = cast("Stage", purpose)
        user = None
        if stage != "login" and call.user.is_registered:
            user = call.user.name
        return services.flow.needs(stage, caller, user)


def put_preserved(node: Map, preserved: Preserved, purpose: str) -> None:
    """Write whether a FAIL or RESTART before has left something that serves this purpose (spec core §7.5)."""
    create = preserved.create if purpose == "create" else None
    node["haspreservedstate"] = create is not None or (purpose in {"login", "create"} and bool(preserved.links))
    node["hasprimarypreservedstate"] = create is not None
    node["preservedusername"] = preserved.create.user if preserved.create else ""
