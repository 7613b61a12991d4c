r"""``action=query&meta=tokens``: tokens for what needs one (spec core §3).

Promises: only ``login`` and ``createaccount`` make the caller hold a session; for a visitor every other type is ``+\\`` and costs nothing.
No right is needed, so that a private wiki can be logged in to.
"""

from __future__ import annotations

from wikigate.actions.action import Example, Module
from wikigate.actions.call import Call
from wikigate.actions.csrf import TOKEN_TYPES, issue_token
from wikigate.actions.services import Services
from wikigate.primitives.errors import Issue
from wikigate.primitives.message import message
from wikigate.wire.params import Param
from wikigate.wire.result import Map


class TokensAction:
    """Hands tokens out."""

    module = Module(
        "tokens",
        "meta",
        params=(
            Param("type", "enum", default="csrf", multi=True, values=tuple(sorted(TOKEN_TYPES)), all_specifier="*"),
        ),
        read=False,
        classname=r"MediaWiki\Api\ApiQueryTokens",
        examples=(
            Example("action=query&meta=tokens", "apihelp-query+tokens-example-simple"),
            Example("action=query&meta=tokens&type=watch|patrol", "apihelp-query+tokens-example-types"),
        ),
        help_urls=("https://www.mediawiki.org/wiki/Special:MyLanguage/API:Tokens",),
    )

    def run(self, call: Call, services: Services) -> None:  # noqa: ARG002  what it needs, csrf.py asks of the call
        """Add ``query.tokens`` in the order asked for; nothing but a warning where the same-origin policy is not applied."""
        if not call.same_origin:
            call.warn(Issue(message("apiwarn-tokens-origin")))
            return
        call.query()["tokens"] = Map({f"{kind}token": issue_token(call, kind) for kind in call.args["type"]})
