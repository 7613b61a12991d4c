"""The ``Cookie`` header as PHP reads it: the first of two cookies of one name wins, names are spelled as PHP spells variables.

A name that is anywhere used as an array has no text, wherever else it stands.

Promises never to raise, whatever the header says: what cannot be read is not there (spec security T5).
"""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from wikigate.wire.phpname import mangle
from wikigate.wire.unicode import decode_repairing

_BLANKS = " \t\n\v\f\r"


def parse_cookies(header: str) -> dict[str, str]:
    """Return cookies by name, values percent-decoded (``+`` stays); bytes that are no UTF-8 become U+FFFD, arrays are left out."""
    cookies: dict[str, str] = {}
    arrays: set[str] = set()
    is_ascii = header.isascii()
    for piece in header.split(";"):
        name, _, value = piece.partition("=")
        name = name.lstrip(_BLANKS)
        if not (is_ascii and name.isidentifier()):
            name, is_array = mangle(decode_repairing(_bytes_of(name)))
            if is_array:
                arrays.add(name)
            if not name or is_array:
                continue
        if name in cookies:
            continue
        if "%" in value or not is_ascii:
            value = decode_repairing(unquote_to_bytes(_bytes_of(value)))
        cookies[name] = value
    for name in arrays:
        cookies.pop(name, None)
    return cookies


def _bytes_of(text: str) -> bytes:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
