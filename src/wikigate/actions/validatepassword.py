"""``action=validatepassword``: whether a password may be chosen (spec core §10, mission M16)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wikigate.accounts.policy import Owner
from wikigate.actions.action import Example, Module
from wikigate.primitives.errors import Issue
from wikigate.primitives.message import PlainText
from wikigate.wire.coerce import must_post
from wikigate.wire.params import Param
from wikigate.wire.result import Map

if TYPE_CHECKING:
    from wikigate.actions.call import Call
    from wikigate.actions.services import Services


class ValidatePasswordAction:
    """Judges a password by the wiki's policy; keeps and compares nothing.

    The list of breached passwords is not asked: everybody may call this, and would make the server send requests.
    """

    module = Module(
        "validatepassword",
        params=(
            Param("password", "password", required=True, sensitive=True),
            Param("user", "user", subtypes=("name", "id")),
            Param("email"),
            Param("realname"),
        ),
        must_be_posted=True,
        classname=r"MediaWiki\Api\ApiValidatePassword",
        examples=(
            Example("action=validatepassword&password=foobar", "apihelp-validatepassword-example-1"),
            Example("action=validatepassword&password=querty&user=Example", "apihelp-validatepassword-example-2"),
        ),
        help_urls=("https://www.mediawiki.org/wiki/Special:MyLanguage/API:Validatepassword",),
    )

    def run(self, call: Call, services: Services) -> None:
        """Add ``validatepassword``. Raises ``ApiError``: ``mustpostparams``, ``userexists``, ``baduser_user``."""
        must_post(call.form, "password")
        verdict = services.policy.check(_whose(call, services), call.args["password"])
        validity = "Good" if verdict.good else "Invalid" if verdict.fatal else "Change"
        node = Map({"validity": validity})
        if not verdict.good:
            # MediaWiki's own slip: only the old form calls them what they are.
            tag = "warning" if call.errors.format == "bc" else "error"
            node["validitymessages"] = call.errors.issues([Issue(message) for message in verdict.messages], tag)
        call.add("validatepassword", node)


def _whose(call: Call, services: Services) -> Owner:
    """Return whose password is meant: a new account's without groups, or the caller's own."""
    name: str | None = call.args["user"]
    email: str = call.args["email"] or ""
    if name is None:
        account = call.user.account
        return Owner(call.user.name, email=email) if account is None else Owner.of(account)
    if services.directory.by_name(name) is not None:
        raise call.error("userexists")
    if not services.directory.rules.is_creatable(name):
        raise call.error("apierror-baduser", PlainText("user"), PlainText(name), code="baduser_user")
    return Owner(name, email=email)
