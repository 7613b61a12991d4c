"""A query string as PHP writes it again once it has read it (spec framework §5.6): the links on the pages of the formats for people.

What was given twice is there once, in its first place with its last value; names are spelled as PHP registers them, numbers count anew,
and everything that could be escaped is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote_plus

from wikigate.wire.phpform import bytes_of, decode_name
from wikigate.wire.phpkey import is_index
from wikigate.wire.phpname import mangle

_SUBSCRIPT: Final = re.compile(r"\[([^\]]*)\]")
# As deep as PHP reads.
_DEEPEST: Final = 64


class _Array(dict[str, "bytes | _Array"]):
    """An array of PHP, which remembers the number that an item without a key gets: looking for it each time would be quadratic."""

    following = 0

    def put(self, key: str, item: bytes | _Array) -> None:
        key = key or str(self.following)
        if is_index(key):
            self.following = max(self.following, int(key) + 1)
        self[key] = item


def rewrite(query: str, name: str, value: str) -> str:
    """Return a query string with one parameter replaced, or put behind where it is missing; ``title`` is the page's own and left out."""
    given = _Array()
    for pair in query.split("&") if query else ():
        label, _, text = pair.partition("=")
        _put(given, decode_name(label), bytes_of(text))
    given.pop("title", None)
    given[name] = value.encode()
    written: list[str] = []
    numbered = 0
    for key, item in given.items():
        shown = key
        if is_index(key):
            shown, numbered = str(numbered), numbered + 1
        written += _write(shown, item)
    return "&".join(written)


def _put(given: _Array, label: str, text: bytes) -> None:
    name, is_array = mangle(label)
    if not name:
        return
    path = [name]
    if is_array:
        position = label.index("[")
        while len(path) <= _DEEPEST and (found := _SUBSCRIPT.match(label, position)) is not None:
            path.append(found[1])
            position = found.end()
    room = given
    for step in path[:-1]:
        below = room.get(step) if step else None
        if not isinstance(below, _Array):
            below = _Array()
            room.put(step, below)
        room = below
    room.put(path[-1], text)


def _write(name: str, item: bytes | _Array) -> Iterator[str]:
    if isinstance(item, _Array):
        for key, below in item.items():
            yield from _write(f"{name}[{key}]", below)
    else:
        yield f"{_escape(name)}={_escape(item)}"


def _escape(text: str | bytes) -> str:
    return quote_plus(text).replace("~", "%7E")
