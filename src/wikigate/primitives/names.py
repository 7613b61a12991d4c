"""User names: which spellings mean the same, and which names there may be (spec core §14).

``NameRules`` holds what differs from wiki to wiki; its defaults are MediaWiki's for English. Everything here is pure and refuses by
default: whatever is not plainly a name is None or False, and nothing a client may send raises.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from html.entities import html5
from typing import Final

from wikigate.primitives.addresses import parse_address

# Letters first, so it is no address; nothing that normalising, namespaces or titles could touch.
_PLAIN: Final = re.compile(r"[A-Z][A-Za-z0-9.'-]*(?: [A-Za-z0-9.'-]+)*")
_DIRECTION_MARKS: Final = re.compile("[\u200e\u200f\u202a-\u202e]+")
_SPACES: Final = re.compile("[ _\u00a0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_REFERENCE: Final = re.compile("&([A-Za-z0-9]+);")
# What no title may hold: control characters, brackets and the like, percent-encodings, references that nothing decodes.
_ILLEGAL: Final = re.compile(
    "[\x00-\x1f\x7f#<>\\[\\]{}|\ufffd\ud800-\udfff]|%[0-9A-Fa-f]{2}|&[A-Za-z0-9\u0080-\U0010ffff]+;"
)
_UNSEEN: Final = re.compile("[\u0080-\u009f\u00a0\u2000-\u200f\u2028-\u202f\u3000\ue000-\uf8ff]")
_LIKE_IPV4: Final = re.compile(r"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.(?:xxx|[0-9]{1,3})")
_LIKE_IPV4_RANGE: Final = re.compile(r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}\s*-\s*(?:[0-9]{1,3}\.){3}[0-9]{1,3}")

_NAMESPACES: Final = frozenset(
    {
        "media", "special", "talk", "user talk", "project", "project talk", "file", "file talk", "image", "image talk", "mediawiki",
        "mediawiki talk", "template", "template talk", "help", "help talk", "category", "category talk",
    }
)  # fmt: skip
_RESERVED: Final = frozenset(
    {
        "MediaWiki default", "Conversion script", "Maintenance script", "Template namespace initialisation script", "ScriptImporter",
        "Delete page script", "Move page script", "Command line script", "Unknown user", "Redirect fixer", "System messenger",
        "Proxy blocker", "DNSBL", "MediaWiki spam cleanup", "MediaWiki automatic change",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NameRules:
    """The rules of one wiki.

    ``user_namespaces``: what may stand before a name with a colon, in lower case. ``namespaces``: what before a colon makes it a page of
    another kind, in lower case (interwiki prefixes too). ``reserved``: names that nobody may use. ``invalid_characters``: what no new
    name may hold (``$wgInvalidUsernameCharacters``). ``max_bytes``: of any name; ``max_new_bytes``: of a new one.
    ``temporary_prefix``: begins the names of temporary accounts, which nobody else may use; empty: there are none. ``has_temporary``:
    whether there may be such accounts.
    """

    user_namespaces: frozenset[str] = frozenset({"user"})
    namespaces: frozenset[str] = _NAMESPACES
    reserved: frozenset[str] = _RESERVED
    invalid_characters: str = "@:>="
    max_bytes: int = 255
    max_new_bytes: int = 235
    temporary_prefix: str = "~"
    has_temporary: bool = False

    def canonicalise(self, text: str) -> str | None:
        """Return the one spelling of a name; None for what cannot be a name at all. ``text`` is in NFC."""
        if _PLAIN.fullmatch(text) and len(text) <= self.max_bytes:
            return text
        name = self.title(text)
        return name if name is not None and self.is_valid(name) else None

    def is_valid(self, name: str) -> bool:
        """Whether a canonical name may stand for a user."""
        if _PLAIN.fullmatch(name):
            return len(name) <= self.max_bytes
        return (
            name != ""
            and "/" not in name
            and not _UNSEEN.search(name)
            and len(name.encode("utf-8", "replace")) <= self.max_bytes
            and not _looks_like_address(name)
            and name == _up_case(name)
            and self._title_text(name) == name
        )

    def is_usable(self, name: str) -> bool:
        """Whether there may be an account of this canonical name to be used: valid, not reserved (measured: a temporary one's too)."""
        return self.is_valid(name) and name not in self.reserved and (self.has_temporary or not self.is_temporary(name))

    def is_creatable(self, name: str) -> bool:
        """Whether a new account may have this canonical name."""
        return (
            self.is_usable(name)
            and not self.is_temporary(name)
            and len(name.encode()) <= self.max_new_bytes
            and not any(character in name for character in self.invalid_characters)
        )

    def is_temporary(self, name: str) -> bool:
        """Whether the name is kept for temporary accounts."""
        return bool(self.temporary_prefix) and name.startswith(self.temporary_prefix)

    def title(self, text: str) -> str | None:
        """Read a text as the title of a user's page, as MediaWiki does; the title without its namespace, None for what is none."""
        if "#" in text:
            return None
        key = _clean(_up_case(text))
        if key is None or key.startswith(":"):
            return None
        # Again: what stood first may have been a blank, a direction mark or a character reference.
        key = _up_case(key)
        prefix, colon, rest = key.partition(":")
        if colon:
            prefix = prefix.rstrip().lower()
            if prefix in self.user_namespaces:
                key = _up_case(rest.strip())
            elif prefix in self.namespaces:
                return None
        return _up_case(key) if _is_title(key) else None

    def _title_text(self, name: str) -> str | None:
        """Read a name as the title of any page: unless it comes out the same, it could be taken for another page."""
        key = _clean(name)
        if key is None or not _is_title(key):
            return None
        prefix, colon, _ = key.partition(":")
        if colon and prefix.rstrip().lower() in self.namespaces | self.user_namespaces:
            return None
        return key


def _clean(text: str) -> str | None:
    """Decode character references, drop direction marks, make any run of blanks and underscores one space; None for broken text."""
    if "&" in text:
        text = _REFERENCE.sub(_decoded, text)
    if not text.isascii():
        text = _DIRECTION_MARKS.sub("", unicodedata.normalize("NFC", text))
    text = _SPACES.sub(" ", text).strip(" ")
    return text or None


def _decoded(reference: re.Match[str]) -> str:
    return html5.get(reference[1] + ";", reference[0])


def _is_title(key: str) -> bool:
    return (
        key != ""
        and not key.startswith(":")
        and not _ILLEGAL.search(key)
        and "~~~" not in key
        and key not in {".", ".."}
        and len(key.encode()) <= 255  # noqa: PLR2004  bytes of a title column
    )


def _up_case(name: str) -> str:
    """Write the first letter as at the head of a title; the rest stays (``ß`` becomes ``Ss``, ``ǆ`` becomes ``ǅ``)."""
    return name[:1].title() + name[1:]


def _looks_like_address(name: str) -> bool:
    if _LIKE_IPV4.fullmatch(name) or _LIKE_IPV4_RANGE.fullmatch(name):
        return True
    return ":" in name and parse_address(name) is not None
