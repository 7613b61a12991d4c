"""Whose second factors ``oathvalidate`` and ``meta=oath`` are asked about (spec extensions §1.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from wikigate.accounts.user import Account
    from wikigate.actions.call import Call
    from wikigate.actions.services import Services

ANY_USER: Final = ("name", "ip", "temp", "cidr", "interwiki")
"""What MediaWiki lets stand in a parameter that names a user, where nothing else is said."""


def account_meant(call: Call, services: Services) -> Account | None:
    """Return the account that ``user`` names, or the caller's; None where nobody has it.

    Raises ``ApiError`` ``invaliduser`` for what can be nobody's name, an address of the network for example.
    """
    name = call.args["user"]
    if name is None:
        return services.directory.by_name(call.user.name)
    if services.directory.rules.canonicalise(name) is None:
        raise call.error("noname")
    return services.directory.by_name(name)
