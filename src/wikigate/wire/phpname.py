"""How PHP spells the names of submitted variables: visible on the wire, so ours are spelled the same (spec framework §2).

Leading blanks go; ``.``, blanks and an unclosed ``[`` become ``_``; ``name[…]`` makes an array. A name that is empty then, or that
the spelling turned into a ``__Host-`` or ``__Secure-`` name, is dropped.
"""

from __future__ import annotations

_TO_UNDERSCORE = str.maketrans(" .", "__")
_TO_UNDERSCORE_UNCLOSED = str.maketrans(" .[", "___")
_PREFIXES = ("__Host-", "__Secure-")


def mangle(name: str) -> tuple[str, bool]:
    """Return the name as PHP registers it and whether it names an array; the empty name means: drop the variable."""
    name = name.partition("\0")[0].lstrip(" ")
    head, bracket, tail = name.partition("[")
    is_array = bool(bracket) and "]" in tail
    if not head:
        return "", False
    mangled = name.translate(_TO_UNDERSCORE_UNCLOSED) if bracket and not is_array else head.translate(_TO_UNDERSCORE)
    if mangled.startswith(_PREFIXES) and not name.startswith(_PREFIXES):
        return "", False
    return mangled, is_array
