"""The ``Cookie`` header as PHP reads it: the first of two cookies of one name wins, names are spelled as PHP spells variables.

Promises never to raise, whatever the header says: what cannot be read is not there (spec security T5).
"""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from wikigate.wire.phpname import mangle

_BLANKS = " \t\n\v\f\r"


def parse_cookies(header: str) -> dict[str, str]:
    """Return cookies by name, values percent-decoded (``+`` stays); bytes that are no UTF-8 become U+FFFD, arrays are left out."""
    cookies: dict[str, str] = {}
    is_ascii = header.isascii()
    for piece in header.split(";"):
        name, _, value = piece.partition("=")
        name = name.lstrip(_BLANKS)
        if not (is_ascii and name.isidentifier()):
            name, is_array = mangle(_bytes_of(name).decode("utf-8", "replace"))
            if not name or is_array:
                continue
        if name in cookies:
            continue
        if "%" in value or not is_ascii:
            value = unquote_to_bytes(_bytes_of(value)).decode("utf-8", "replace")
        cookies[name] = value
    return cookies


def _bytes_of(text: str) -> bytes:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
