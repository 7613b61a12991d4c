"""From bytes to text, and the clean-up that every text passes on its way in and out: NFC, and nothing that XML could not carry.

C0 controls other than TAB, LF and CR, lone surrogates and the noncharacters U+FFFE and U+FFFF become U+FFFD (spec framework §2).
Promises linear work whatever the text: the standard normalisation alone takes quadratic time over long runs of combining marks
in the wrong order (spec security T6).
"""

from __future__ import annotations

import codecs
import re
from unicodedata import combining, is_normalized, normalize

REPLACEMENT = "\ufffd"
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REPAIR = "wikigate-one-per-sequence"
_CONTINUATION = range(0x80, 0xC0)
# Lead bytes with the number of continuation bytes that they promise, the lengths that Unicode has given up included.
_CONTINUATIONS = (
    (range(0xC0, 0xE0), 1),
    (range(0xE0, 0xF0), 2),
    (range(0xF0, 0xF8), 3),
    (range(0xF8, 0xFC), 4),
    (range(0xFC, 0xFE), 5),
)
# Below this many characters the quadratic worst case costs less than sorting runs in Python.
_SHORT = 256


def decode_repairing(data: bytes) -> str:
    """Decode UTF-8; every malformed sequence, its continuation bytes included, becomes one U+FFFD, as MediaWiki repairs it."""
    return data.decode("utf-8", _REPAIR)


def clean_text(text: str) -> str:
    """Return the text in NFC with everything forbidden replaced; the same object where nothing had to change."""
    if text.isascii():
        return text if text.isprintable() else _FORBIDDEN.sub(REPLACEMENT, text)
    text = _FORBIDDEN.sub(REPLACEMENT, text)
    if is_normalized("NFC", text):
        return text
    return normalize("NFC", text if len(text) < _SHORT else _in_canonical_order(text))


def _in_canonical_order(text: str) -> str:
    """Sort every run of combining marks by class, so that normalising has nothing left to move."""
    out: list[str] = []
    run: list[str] = []
    for character in text:
        if combining(character):
            run.append(character)
            continue
        if run:
            run.sort(key=combining)
            out += run
            run.clear()
        out.append(character)
    run.sort(key=combining)
    out += run
    return "".join(out)


def _repair(error: UnicodeError) -> tuple[str, int]:
    """Skip a lead byte with as many continuation bytes as it promises, however wrong they are."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    data, at = error.object, error.start
    promised = next((count for lead, count in _CONTINUATIONS if data[at] in lead), 0)
    end = at + 1
    while end <= at + promised and end < len(data) and data[end] in _CONTINUATION:
        end += 1
    return REPLACEMENT, end


codecs.register_error(_REPAIR, _repair)
