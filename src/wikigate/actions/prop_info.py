"""``action=query&prop=info``: what there is to say of pages that are all missing, and the edit token that old clients ask for here.

Only the dialects up to 1.36 had ``intoken`` (spec legacy §7); a wiki without pages has nothing else to tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wikigate.actions.action import Example, Module
from wikigate.actions.edit_token import edit_token
from wikigate.actions.era_errors import said
from wikigate.primitives.errors import Issue
from wikigate.primitives.timestamps import iso8601
from wikigate.wire.params import Param
from wikigate.wire.result import Map

if TYPE_CHECKING:
    from wikigate.actions.call import Call
    from wikigate.actions.services import Services

_TOKENS = ("edit", "delete", "protect", "move", "block", "unblock", "email", "import", "watch")


class InfoAction:
    """Adds to each page what the era said of it."""

    module = Module(
        "info",
        "prop",
        prefix="in",
        params=(
            Param(
                "prop", "enum", multi=True, values=("protection", "talkid", "watched", "subjectid", "url", "readable")
            ),
            Param("token", "enum", multi=True, values=_TOKENS),
        ),
        classname="ApiQueryInfo",
        examples=(Example("action=query&prop=info&titles=Main%20Page", "apihelp-query+info-example-simple"),),
    )

    def run(self, call: Call, services: Services) -> None:
        """Add to ``query.pages``."""
        dialect, pages = call.dialect, call.query().get("pages")
        if call.args["token"] and dialect.tokens_deprecated:
            call.warn(Issue(said("The parameter intoken is going away. Use action=query&meta=tokens."), "deprecation"))
        language = services.site.language
        facts = {
            "contentmodel": "wikitext",
            "pagelanguage": language,
            "pagelanguagehtmlcode": language,
            "pagelanguagedir": "ltr",
        }
        for page in (pages or {}).values():
            if not isinstance(page, Map):
                continue
            page |= {name: facts[name] for name in dialect.content_fields}
            if call.args["token"]:
                if dialect.start_timestamp:
                    page["starttimestamp"] = iso8601(call.now)
                for kind in call.args["token"]:
                    page[f"{kind}token"] = edit_token(call)
