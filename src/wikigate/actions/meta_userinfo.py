"""``action=query&meta=userinfo``: who am I, and what may I (spec core §17).

The question that clients ask most, so it costs what its properties cost and nothing else: the name alone needs the session alone.
What there would be to say of pages (``latestcontrib``, ``unreadcount``, ``hasmsg``) is what a wiki without pages says.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from wikigate.actions.accept_language import accepted_languages
from wikigate.actions.action import Example, Module
from wikigate.actions.blockinfo import block_details
from wikigate.actions.central_ids import central_ids
from wikigate.actions.creation_permission import creation_issues
from wikigate.actions.default_options import default_options
from wikigate.actions.group_nodes import groups_node, implicit_groups_node, memberships_node, rights_node
from wikigate.actions.rate_limits import rate_limits
from wikigate.primitives.message import Message
from wikigate.primitives.timestamps import iso8601
from wikigate.wire.params import Param
from wikigate.wire.result import List, Map

if TYPE_CHECKING:
    from wikigate.actions.call import Call
    from wikigate.actions.services import Services

# Beyond this, ``unreadcount`` is told no more exactly.
_MOST_UNREAD: Final = 1000


_PROPS: Final = (
    "blockinfo", "hasmsg", "groups", "groupmemberships", "implicitgroups", "rights", "changeablegroups", "options", "editcount",
    "ratelimits", "theoreticalratelimits", "email", "realname", "acceptlang", "registrationdate", "unreadcount", "centralids",
    "latestcontrib", "cancreateaccount",
)  # fmt: skip


class UserInfoAction:
    """Tells the caller of himself."""

    module = Module(
        "userinfo",
        "meta",
        prefix="ui",
        params=(
            Param(
                "prop",
                "enum",
                multi=True,
                all_specifier="*",
                values=_PROPS,
                value_help={
                    "unreadcount": Message(
                        "apihelp-query+userinfo-paramvalue-prop-unreadcount", (_MOST_UNREAD - 1, f"{_MOST_UNREAD}+")
                    )
                },
            ),
            Param("attachedwiki"),
        ),
        classname=r"MediaWiki\Api\ApiQueryUserInfo",
        examples=(
            Example("action=query&meta=userinfo", "apihelp-query+userinfo-example-simple"),
            Example(
                "action=query&meta=userinfo&uiprop=blockinfo|groups|rights|hasmsg",
                "apihelp-query+userinfo-example-data",
            ),
        ),
        help_urls=("https://www.mediawiki.org/wiki/Special:MyLanguage/API:Userinfo",),
    )

    def run(self, call: Call, services: Services) -> None:
        """Add ``query.userinfo``: ``id``, ``name``, ``anon`` or ``temp`` where it holds, then the properties asked for."""
        user = call.user
        node = Map({"id": user.id, "name": user.name})
        if not user.is_registered:
            node["anon"] = True
        elif user.is_temp:
            node["temp"] = True
        wanted = call.args["prop"]
        if wanted:
            for name, add in _PROPERTIES:
                if name in wanted:
                    add(node, call, services)
        call.query()["userinfo"] = node


def _blockinfo(node: Map, call: Call, _services: Services) -> None:
    block = call.user.block
    if block is not None:
        node.update(block_details(block, call))


def _hasmsg(node: Map, _call: Call, _services: Services) -> None:
    node["messages"] = False


def _groups(node: Map, call: Call, _services: Services) -> None:
    node["groups"] = groups_node(call.user.groups)


def _groupmemberships(node: Map, call: Call, _services: Services) -> None:
    node["groupmemberships"] = memberships_node(call.user.account)


def _implicitgroups(node: Map, call: Call, services: Services) -> None:
    node["implicitgroups"] = implicit_groups_node(call.user.groups, services.rights)


def _rights(node: Map, call: Call, _services: Services) -> None:
    node["rights"] = rights_node(call.user.ordered_rights)


def _changeablegroups(node: Map, call: Call, _services: Services) -> None:
    groups = call.user.changeable_groups
    kinds = {"add": groups.add, "remove": groups.remove, "add-self": groups.add_self, "remove-self": groups.remove_self}
    node["changeablegroups"] = Map((name, List(names, "g")) for name, names in kinds.items())


def _options(node: Map, call: Call, services: Services) -> None:
    options: dict[str, Any] = default_options(services.site.language)
    if call.user.account is not None:
        options |= services.directory.properties(call.user.account.id)
    node["options"] = Map(options, bc_bools=options)


def _editcount(node: Map, call: Call, _services: Services) -> None:
    node["editcount"] = call.user.account.edit_count if call.user.account else 0


def _ratelimits(node: Map, call: Call, services: Services) -> None:
    node["ratelimits"] = rate_limits(call.user, services.extensions, theoretical=False)


def _theoreticalratelimits(node: Map, call: Call, services: Services) -> None:
    node["theoreticalratelimits"] = rate_limits(call.user, services.extensions, theoretical=True)


def _realname(node: Map, call: Call, _services: Services) -> None:
    node["realname"] = call.user.account.real_name if call.user.account else ""


def _email(node: Map, call: Call, _services: Services) -> None:
    if not call.user.can("viewmyprivateinfo"):
        return
    account = call.user.account
    node["email"] = account.email if account else ""
    if account is not None and account.email_authenticated is not None:
        node["emailauthenticated"] = iso8601(account.email_authenticated)


def _registrationdate(node: Map, call: Call, _services: Services) -> None:
    account = call.user.account
    if account is not None:
        node["registrationdate"] = None if account.registration is None else iso8601(account.registration)


def _acceptlang(node: Map, call: Call, _services: Services) -> None:
    languages = accepted_languages(call.request.header("accept-language"))
    node["acceptlang"] = List((Map({"q": q, "code": code}, content="code") for code, q in languages), "lang")


def _unreadcount(node: Map, _call: Call, _services: Services) -> None:
    node["unreadcount"] = 0


def _centralids(node: Map, call: Call, services: Services) -> None:
    node.update(central_ids(call.user.id, services.site, call.args["attachedwiki"]))


def _cancreateaccount(node: Map, call: Call, _services: Services) -> None:
    issues = creation_issues(call)
    node["cancreateaccount"] = not issues
    if issues:
        node["cancreateaccounterror"] = call.errors.issues(issues)


# In the order of the answer. A wiki without pages knows of no contribution: ``latestcontrib`` is left out, as for somebody who made none.
_PROPERTIES: Final[tuple[tuple[str, Callable[[Map, Call, Services], None]], ...]] = (
    ("blockinfo", _blockinfo),
    ("hasmsg", _hasmsg),
    ("groups", _groups),
    ("groupmemberships", _groupmemberships),
    ("implicitgroups", _implicitgroups),
    ("rights", _rights),
    ("changeablegroups", _changeablegroups),
    ("options", _options),
    ("editcount", _editcount),
    ("ratelimits", _ratelimits),
    ("theoreticalratelimits", _theoreticalratelimits),
    ("realname", _realname),
    ("email", _email),
    ("registrationdate", _registrationdate),
    ("acceptlang", _acceptlang),
    ("unreadcount", _unreadcount),
    ("centralids", _centralids),
    ("cancreateaccount", _cancreateaccount),
)
