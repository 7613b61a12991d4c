"""``action=checktoken``: whether a token is still good (spec core §3)."""

from __future__ import annotations

from typing import Final

from wikigate.actions.action import Example, Module
from wikigate.actions.call import Call
from wikigate.actions.csrf import TOKEN_TYPES, check_token
from wikigate.actions.services import Services
from wikigate.primitives.errors import Issue
from wikigate.primitives.message import message
from wikigate.primitives.timestamps import iso8601
from wikigate.wire.params import Param
from wikigate.wire.result import Map
from wikigate.wire.tokens import SUFFIX, token_time

# How a token ends whose plus sign was read as a space.
_SPOILT: Final = SUFFIX.replace("+", " ")


class CheckTokenAction:
    """Judges a token without using it."""

    module = Module(
        "checktoken",
        params=(
            Param("type", "enum", required=True, values=tuple(sorted(TOKEN_TYPES))),
            Param("token", required=True, sensitive=True),
            Param("maxtokenage", "integer"),
        ),
        classname=r"MediaWiki\Api\ApiCheckToken",
        examples=(Example("action=checktoken&type=csrf&token=123ABC", "apihelp-checktoken-example-simple"),),
        help_urls=("https://www.mediawiki.org/wiki/Special:MyLanguage/API:Checktoken",),
    )

    def run(self, call: Call, services: Services) -> None:  # noqa: ARG002  what it needs, csrf.py asks of the call
        """Add ``checktoken``: ``result`` is valid, expired or invalid; ``generated`` is there whenever the token tells its time."""
        kind, token, max_age = call.args["type"], call.args["token"], call.args["maxtokenage"]
        if token.endswith(_SPOILT):
            call.warn(Issue(message("apiwarn-checktoken-percentencoding")))
        if check_token(call, kind, token, max_age=max_age):
            result = "valid"
        elif max_age is not None and check_token(call, kind, token):
            result = "expired"
        else:
            result = "invalid"
        node = Map({"result": result})
        moment = token_time(token)
        if moment is not None:
            node["generated"] = iso8601(moment)
        call.add("checktoken", node)
