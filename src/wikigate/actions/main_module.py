"""The main module: the parameters that every call takes, whatever its action (spec framework §3).

Their order is that of MediaWiki's declaration and decides which of several wrong parameters is reported.
"""

from __future__ import annotations

from wikigate.actions.action import Example, Module
from wikigate.wire.params import Param

MAIN = Module(
    "main",
    params=(
        Param("action", "submodule", default="help", group="action"),
        Param("format", "submodule", default="jsonfm", group="format"),
        Param("maxlag", "integer"),
        Param("smaxage", "integer", default=0, min=0),
        Param("maxage", "integer", default=0, min=0),
        Param("assert", "enum", values=("anon", "user", "bot")),
        Param("assertuser", "user", subtypes=("name", "temp")),
        Param("requestid"),
        Param("servedby", "boolean"),
        Param("curtimestamp", "boolean"),
        Param("responselanginfo", "boolean"),
        Param("origin"),
        Param("uselang", default="user"),
        Param("variant"),
        Param(
            "errorformat",
            "enum",
            default="bc",
            values=("plaintext", "wikitext", "html", "raw", "none", "bc"),
            value_help={},
        ),
        Param("errorlang", default="uselang"),
        Param("errorsuselocal", "boolean"),
    ),
    read=False,
    classname=r"MediaWiki\Api\ApiMain",
    examples=(
        Example("action=help", "apihelp-help-example-main"),
        Example("action=help&recursivesubmodules=1", "apihelp-help-example-recursive"),
    ),
)
