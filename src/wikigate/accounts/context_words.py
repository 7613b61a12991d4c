"""Words that are too near to an account to make its password: the wiki's name and address, the user's name, his e-mail address.

NIST SP 800-63B-4 §3.1.1.2 and ASVS 6.1.2, 6.2.11 (security A5). A long phrase that happens to hold such a word is as good as without it;
so a password is refused only if what is left of it without these words is short.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

_SHORTEST_WORD: Final = 4
_MUST_BE_LEFT: Final = 8
_NOT_WORD: Final = re.compile(r"[\W_]+")


def site_words(site_name: str, server: str, further: Iterable[str] = ()) -> tuple[str, ...]:
    """Return what a wiki is called: its name, its host's labels, and words that the operator adds."""
    try:
        host = urlsplit(server).hostname or ""
    except ValueError:
        host = ""
    return (site_name, *host.split(".")[:-1], *further)


def is_made_of(password: str, texts: Iterable[str]) -> bool:
    """Whether so little is left of a password without the words of ``texts`` that it could be guessed from them."""
    plain = _plain(password)
    # The longest first: a word within another must not take its middle away.
    words = sorted({word for text in texts for word in _words(text)}, key=len, reverse=True)
    rest = plain
    for word in words:
        rest = rest.replace(word, "")
    return rest != plain and len(rest) < _MUST_BE_LEFT


def _words(text: str) -> Iterable[str]:
    """Return the whole of a text and each of its parts, where they are long enough to mean something."""
    parts = _NOT_WORD.split(unicodedata.normalize("NFKC", text).casefold())
    return [word for word in ("".join(parts), *parts) if len(word) >= _SHORTEST_WORD]


def _plain(text: str) -> str:
    return _NOT_WORD.sub("", unicodedata.normalize("NFKC", text).casefold())
