"""From bytes to text, and the clean-up that every text passes on its way in and out: NFC, and nothing that XML could not carry.

C0 controls other than TAB, LF and CR, lone surrogates and the noncharacters U+FFFE and U+FFFF become U+FFFD (spec framework §2).
Promises linear work whatever the text: the standard normalisation alone takes quadratic time over long runs of combining marks
in the wrong order (spec security T6).
"""

from __future__ import annotations

import re
from unicodedata import combining, is_normalized, normalize

REPLACEMENT = "\ufffd"
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Sequences that no longer text can complete: too long for what they say, surrogates, beyond Unicode. Their lead bytes stand nowhere else.
_HOPELESS = re.compile(
    rb"[\xc0\xc1][\x80-\xbf]?|\xe0[\x80-\x9f][\x80-\xbf]?|\xed[\xa0-\xbf][\x80-\xbf]?|\xf0[\x80-\x8f][\x80-\xbf]{0,2}"
    rb"|\xf4[\x90-\xbf][\x80-\xbf]{0,2}|[\xf5-\xf7][\x80-\xbf]{0,3}|[\xf8-\xfb][\x80-\xbf]{0,4}|[\xfc\xfd][\x80-\xbf]{0,5}"
)
# Below this many characters the quadratic worst case costs less than sorting runs in Python.
_SHORT = 256


def decode_repairing(data: bytes) -> str:
    """Decode UTF-8; every malformed sequence, its continuation bytes included, becomes one U+FFFD, as MediaWiki repairs it."""
    return _HOPELESS.sub(b"\xff", data).decode("utf-8", "replace")


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
