"""``action=query&list=users``: whether names are somebody's, and what there is to know of these accounts (spec core §17).

Accounts are read together; whose name was suppressed does not exist for whoever may not see such names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wikigate.actions.action import Example, Module
from wikigate.actions.blockinfo import block_details
from wikigate.actions.central_ids import central_ids
from wikigate.actions.group_nodes import groups_node, implicit_groups_node, memberships_node, rights_node
from wikigate.primitives.errors import Issue
from wikigate.primitives.message import Message
from wikigate.primitives.timestamps import iso8601
from wikigate.wire.coerce import require_at_most_one
from wikigate.wire.params import Param
from wikigate.wire.result import List, Map

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wikigate.accounts.user import Account
    from wikigate.actions.call import Call
    from wikigate.actions.services import Services

_PROPS: Final = (
    "blockinfo", "groups", "groupmemberships", "implicitgroups", "rights", "editcount", "registration", "emailable", "gender", "centralids",
    "cancreate",
)  # fmt: skip
_PREFERENCES: Final = frozenset({"emailable", "gender"})


class UsersAction:
    """Tells of accounts by name or number."""

    module = Module(
        "users",
        "list",
        prefix="us",
        params=(
            Param("prop", "enum", multi=True, values=_PROPS, value_help={}),
            Param("attachedwiki"),
            Param("users", multi=True),
            Param("userids", "integer", multi=True),
        ),
        cache="public",
        classname=r"MediaWiki\Api\ApiQueryUsers",
        examples=(
            Example(
                "action=query&list=users&ususers=Example&usprop=groups|editcount|gender",
                "apihelp-query+users-example-simple",
            ),
        ),
        help_urls=("https://www.mediawiki.org/wiki/Special:MyLanguage/API:Users",),
    )

    def run(self, call: Call, services: Services) -> None:
        """Add ``query.users``: what can be no name first, then one entry for each name or number, in the order asked for.

        Raises ``ApiError`` ``invalidparammix`` for names and numbers at once.
        """
        require_at_most_one(services.registry.param_set(self.module), call.args, "users", "userids")
        entries = List((), "user")
        tell = _Teller(call, services)
        if call.args["userids"] is not None:
            accounts = services.directory.by_ids(number for number in call.args["userids"] if number > 0)
            tell.learn_hidden(accounts)
            for number in call.args["userids"]:
                account = accounts.get(number)
                entries.append(tell.account(account) if account else Map({"userid": number, "missing": True}))
        else:
            self._by_name(call.args["users"] or (), entries, tell, services)
        call.query()["users"] = entries

    @staticmethod
    def _by_name(texts: Iterable[str], entries: List, tell: _Teller, services: Services) -> None:
        names: list[str] = []
        for text in texts:
            name = services.directory.rules.canonicalise(text)
            if name is None:
                entries.append(Map({"name": text, "invalid": True}))
            else:
                names.append(name)
        accounts = services.directory.by_names(dict.fromkeys(names))
        taken = frozenset(accounts)
        tell.learn_hidden(accounts)
        for name in names:
            account = accounts.get(name)
            entries.append(tell.account(account) if account else tell.missing(name, taken=name in taken))


class _Teller:
    """Makes the entries of one answer."""

    def __init__(self, call: Call, services: Services) -> None:
        self._call = call
        self._services = services
        self._wanted = frozenset(call.args["prop"] or ())
        self._hidden: set[int] = set()

    def learn_hidden(self, accounts: dict[Any, Account]) -> None:
        """Take out of the accounts what the caller may not see, and remember what is hidden from others."""
        if not accounts:
            return
        hidden = self._services.blocks.hidden(account.id for account in accounts.values())
        if hidden and not self._call.user.can("hideuser"):
            for key in [key for key, account in accounts.items() if account.id in hidden]:
                del accounts[key]
        self._hidden = hidden

    def missing(self, name: str, *, taken: bool) -> Map:
        """Tell of a name that nobody has; whether somebody may take it. ``taken``: somebody has it whom the caller may not see."""
        node = Map({"name": name, "missing": True})
        if "cancreate" in self._wanted:
            key = "userexists" if taken else "noname"
            creatable = not taken and self._services.directory.rules.is_creatable(name)
            node["cancreate"] = creatable
            if not creatable:
                node["cancreateerror"] = self._call.errors.issues([Issue(Message(key))])
        return node

    def account(self, account: Account) -> Map:
        """Tell of an account, the properties in the order of the wire."""
        wanted, services = self._wanted, self._services
        node = Map({"userid": account.id, "name": account.name})
        if account.is_locked and not account.email:
            node["systemuser"] = True
        if "editcount" in wanted:
            node["editcount"] = account.edit_count
        if "registration" in wanted:
            node["registration"] = None if account.registration is None else iso8601(account.registration)
        self._groups(node, account)
        if account.id in self._hidden:
            node["hidden"] = True
        if "blockinfo" in wanted:
            block = services.blocks.find(account)
            if block is not None:
                node.update(block_details(block, self._call))
        if wanted & _PREFERENCES:
            self._preferences(node, account)
        if "centralids" in wanted:
            node.update(central_ids(account.id, services.site, self._call.args["attachedwiki"]))
        return node

    def _groups(self, node: Map, account: Account) -> None:
        wanted, services = self._wanted, self._services
        groups = services.rights.effective_groups(account)
        if "groups" in wanted:
            node["groups"] = groups_node(groups)
        if "groupmemberships" in wanted:
            node["groupmemberships"] = memberships_node(account)
        if "implicitgroups" in wanted:
            node["implicitgroups"] = implicit_groups_node(groups, services.rights)
        if "rights" in wanted:
            node["rights"] = rights_node(services.performers.for_account(account).ordered_rights)

    def _preferences(self, node: Map, account: Account) -> None:
        own: dict[str, Any] = self._services.directory.properties(account.id)
        if "emailable" in self._wanted:
            confirmed = bool(account.email) and account.email_authenticated is not None
            node["emailable"] = confirmed and own.get("disablemail", "0") in {"", "0"}
        if "gender" in self._wanted:
            node["gender"] = own.get("gender") or "unknown"
