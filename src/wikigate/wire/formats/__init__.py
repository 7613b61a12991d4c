"""The output formats, one file each; ``FORMATS`` lists the built-ins in MediaWiki's order, in which errors name them."""

from __future__ import annotations

from wikigate.wire.formats.base import OutputFormat
from wikigate.wire.formats.html import HtmlFormat
from wikigate.wire.formats.json import JsonFormat
from wikigate.wire.formats.none import NoneFormat
from wikigate.wire.formats.php import PhpFormat
from wikigate.wire.formats.raw import RawFormat
from wikigate.wire.formats.xml import XmlFormat

FORMATS: tuple[OutputFormat, ...] = (
    JsonFormat(),
    HtmlFormat(JsonFormat()),
    PhpFormat(),
    HtmlFormat(PhpFormat()),
    XmlFormat(),
    HtmlFormat(XmlFormat()),
    HtmlFormat(RawFormat()),
    NoneFormat(),
)
