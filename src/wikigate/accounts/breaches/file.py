"""A list of breached passwords in a file: SHA-1 fingerprints in order, one a line, as they are published for download.

Promises: nothing leaves the machine; the file is never loaded: each question reads some thirty pieces of it, by bisection, whatever its
size. It may be replaced by another file of the same name at any time.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from wikigate.accounts.breaches.base import BreachListUnavailable, split_line
from wikigate.primitives.errors import ConfigError

_DIGITS: Final = 40
_HEXADECIMAL: Final = frozenset(b"0123456789ABCDEF")
# The end of one line and the whole of the next are always in it: 40 digits, a colon, a count, a line end.
_PIECE: Final = 160


class BreachFile:
    """Finds fingerprints in a sorted file. Raises ``ConfigError`` where it cannot be read or is no such list."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with path.open("rb") as file:
                first = file.readline(_PIECE)
        except OSError as error:
            raise ConfigError(f"The list of breached passwords {path} cannot be read ({error.strerror}).") from error
        if not _is_line(first):
            raise ConfigError(
                f"{path} is no list of breached passwords; each line has 40 hexadecimal digits, perhaps a colon and a count, in order."
            )

    def count(self, fingerprint: str) -> int:
        """See ``BreachList``."""
        try:
            with self._path.open("rb", buffering=0) as file:
                return _bisect(file.fileno(), os.fstat(file.fileno()).st_size, fingerprint.encode("ascii"))
        except (OSError, ValueError) as error:
            raise BreachListUnavailable(f"the list cannot be read ({type(error).__name__})") from error


def _bisect(file: int, size: int, wanted: bytes) -> int:
    low, high = 0, size  # the line that is looked for begins at or after low, and before high
    while low < high:
        middle = (low + high) // 2
        start, line = _line_from(file, middle)
        if start >= high or not line:
            high = middle
            continue
        found, count = split_line(line)
        if found == wanted:
            return count
        if found < wanted:
            low = start + len(line)
        else:
            high = middle
    return 0


def _line_from(file: int, offset: int) -> tuple[int, bytes]:
    """Return where the first line that begins at or after an offset begins, and it with its end; empty at the end of the file."""
    start = max(offset - 1, 0)
    piece = os.pread(file, _PIECE, start)
    if offset:
        skipped, end, piece = piece.partition(b"\n")
        start += len(skipped) + len(end)
    line, end, _ = piece.partition(b"\n")
    return start, line + end


def _is_line(line: bytes) -> bool:
    try:
        digits, _ = split_line(line)
    except ValueError:
        return False
    return len(digits) == _DIGITS and _HEXADECIMAL.issuperset(digits)
