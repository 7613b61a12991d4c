"""What people typed, made harmless inside a filter (RFC 4515 §3) and inside a DN (RFC 4514 §2.4). Pure."""

from __future__ import annotations

from typing import Final

_FILTER: Final = {ord(c): f"\\{ord(c):02x}" for c in "\\*()\x00"}
_DN: Final = {ord(c): f"\\{ord(c):02x}" for c in '\\,+"<>;=#\x00'}


def in_filter(text: str) -> str:
    """Escape a value for a filter: it matches itself, and no wildcard is left."""
    return text.translate(_FILTER)


def in_dn(text: str) -> str:
    """Escape a value for a DN: it stays one value of one attribute. Spaces at the ends count too."""
    inner = text.strip(" ")
    before = len(text) - len(text.lstrip(" "))
    after = len(text) - before - len(inner)
    return "\\20" * before + inner.translate(_DN) + "\\20" * after
