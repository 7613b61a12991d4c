"""The output formats, one file each; ``FORMATS`` lists the built-ins in the order of the documentation."""

from __future__ import annotations

from wikigate.wire.formats.json import JsonFormat

FORMATS = (JsonFormat(),)
