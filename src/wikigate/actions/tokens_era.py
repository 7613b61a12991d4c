"""``action=tokens``: the tokens of 1.20 to 1.36 (spec legacy §7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wikigate.actions.action import Example, Module
from wikigate.actions.edit_token import edit_token
from wikigate.actions.era_errors import said
from wikigate.primitives.errors import Issue
from wikigate.wire.params import Param
from wikigate.wire.result import Map

if TYPE_CHECKING:
    from wikigate.actions.call import Call
    from wikigate.actions.services import Services

_TYPES = ("edit", "delete", "protect", "move", "block", "unblock", "email", "import", "watch", "patrol", "options")


class EraTokensAction:
    """Hands out tokens that are all the same."""

    module = Module(
        "tokens",
        params=(Param("type", "enum", default="edit", multi=True, values=_TYPES),),
        classname="ApiTokens",
        examples=(Example("action=tokens&type=edit", "apihelp-tokens-example-edit"),),
    )

    def run(self, call: Call, services: Services) -> None:  # noqa: ARG002  what it needs, the call has
        """Add ``tokens``."""
        if call.dialect.tokens_deprecated:
            text = "action=tokens is going away. Use action=query&meta=tokens."
            call.warn(Issue(said(text), "deprecation"))
        call.add("tokens", Map({f"{kind}token": edit_token(call) for kind in call.args["type"]}))
