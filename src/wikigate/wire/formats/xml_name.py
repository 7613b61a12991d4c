"""XML element and attribute names for any key at all (spec framework §5.4)."""

from __future__ import annotations

import re
from functools import lru_cache

# XML 1.0 (fifth edition) §2.3 without ":", which namespaces need, and without "_" in front, which marks a mangled name.
_START = (
    "A-Za-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff"
    "\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_INSIDE = _START + "_\\-.0-9\xb7\u0300-\u036f\u203f-\u2040"
_NAME = re.compile(f"[{_START}][{_INSIDE}]*")
_ILLEGAL = re.compile(f"[^{_INSIDE}]")


@lru_cache(maxsize=4096)
def xml_name(key: str) -> str:
    """Return the key if it is a legal name, else ``_`` and the key with every illegal character as ``.HEX.``."""
    if not key:
        return "_"
    if _NAME.fullmatch(key):
        return key
    return "_" + _ILLEGAL.sub(lambda found: f".{ord(found[0]):X}.", key.replace(".", ".2E."))
