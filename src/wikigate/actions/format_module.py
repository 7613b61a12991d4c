"""What an output format is to the documentation: a module of the group ``format`` (spec framework §5.1, §11).

Formats know nothing of modules; their parameters stand in ``wire/formats/``, what else is said of them stands here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from wikigate.actions.action import Example, Module
from wikigate.primitives.message import Message
from wikigate.wire.formats.base import OutputFormat
from wikigate.wire.params import Param

_HELP_URLS: Final = ("https://www.mediawiki.org/wiki/Special:MyLanguage/API:Data_formats",)
# MediaWiki prints the annotated tree by the class that prints JSON.
_CLASS_NAMES: Final = {"raw": "Json"}


def format_module(output: OutputFormat) -> Module:
    """Return the declaration of an output format; the parameters of an ``…fm`` are explained as those of the format that it shows."""
    base = output.name.removesuffix("fm")
    return Module(
        output.name,
        "format",
        params=tuple(_explained(param, base) for param in output.params),
        classname=rf"MediaWiki\Api\ApiFormat{_CLASS_NAMES.get(base, base.capitalize())}",
        examples=(
            Example(
                f"action=query&meta=siteinfo&siprop=namespaces&format={output.name}",
                Message("apihelp-format-example-generic", (base.upper(),)),
            ),
        ),
        help_urls=_HELP_URLS,
    )


def _explained(param: Param, base: str) -> Param:
    key = "apihelp-format-param-wrappedhtml" if param.name == "wrappedhtml" else f"apihelp-{base}-param-{param.name}"
    return replace(param, help=(Message(key),))
