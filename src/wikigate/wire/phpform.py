"""The submitted parameters of one request, as PHP and MediaWiki read them (spec framework §2).

The body wins over the query string, the last duplicate wins within each, names are spelled as PHP spells them, and only ``&``
separates. Promises never to raise anything but ``ApiError``, whatever the bytes, and to do nothing for a plain ASCII request that
splitting does not do already. Must not judge a value: types belong to ``coerce.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_to_bytes

from wikigate.primitives.errors import ApiError, api_error
from wikigate.primitives.message import Num
from wikigate.wire.http import Request
from wikigate.wire.multipart_form import Part, read_multipart
from wikigate.wire.phpname import mangle
from wikigate.wire.unicode import clean_text, decode_repairing

_SEPARATOR = "\x1f"
_URLENCODED = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"


class ArrayValue:
    """PHP's array syntax was used (``name[]=…``); what stood in it is of no use to any parameter of ours."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<array>"


ARRAY: Final = ArrayValue()


class Repaired(str):
    """A value whose bytes were no UTF-8; the text is the repaired one."""

    __slots__ = ()


Value = str | ArrayValue


@dataclass(frozen=True, slots=True)
class FormLimits:
    """``max_params``: parameters of query string and body together; one more is refused with ``toomanyparams``."""

    max_params: int = 1000


class Form:
    """The submitted parameters: text as it was sent, percent-decoded, valid Unicode, not yet normalised.

    ``query`` and ``body`` map a name to its last value; ``uploads`` names what came as a file and is therefore no value.
    ``used`` collects the names that somebody read: whatever is left over is told to the caller as unrecognised.
    """

    __slots__ = ("body", "query", "uploads", "used")

    def __init__(
        self,
        query: dict[str, Value] | None = None,
        body: dict[str, Value] | None = None,
        uploads: frozenset[str] = frozenset(),
    ) -> None:
        self.query: dict[str, Value] = {} if query is None else query
        self.body: dict[str, Value] = {} if body is None else body
        self.uploads = uploads
        self.used: set[str] = set()

    @classmethod
    def of_query(cls, request: Request, limits: FormLimits | None = None) -> Form:
        """Read the query string alone, and of it no more than the limit: enough to print a refusal in the format asked for."""
        query: dict[str, Value] = {}
        most = (limits or FormLimits()).max_params
        _read_pairs("&".join(request.query.split("&", most)[:most]), query, in_query=True)
        return cls(query)

    def get(self, name: str) -> Value | None:
        """Return a value as it was sent and mark the name as used; None where it is absent."""
        self.used.add(name)
        value = self.body.get(name)
        return self.query.get(name) if value is None else value

    def text(self, name: str) -> str | None:
        """Return a cleaned-up value and mark the name as used; None where it is absent or an array."""
        cleaned = self.clean(name)
        return None if cleaned is None else cleaned[0]

    def clean(self, name: str) -> tuple[str, bool] | None:
        """Return a cleaned-up value with whether the clean-up changed it (warning ``badutf8``); None where absent or an array.

        A value that begins with U+001F keeps that separator; its pieces are cleaned up one by one.
        """
        value = self.get(name)
        if not isinstance(value, str):
            return None
        if value.isascii() and value.isprintable():
            return value, isinstance(value, Repaired)
        pieces = value.split(_SEPARATOR) if value.startswith(_SEPARATOR) else [value]
        cleaned = _SEPARATOR.join(map(clean_text, pieces))
        return cleaned, isinstance(value, Repaired) or cleaned != value

    def in_query(self, name: str) -> bool:
        """Whether the query string has the name, whatever the body has."""
        return name in self.query

    def names(self) -> list[str]:
        """Return every submitted name once: those of the body, then those of the query string."""
        if not self.body:
            return list(self.query)
        return [*self.body, *(name for name in self.query if name not in self.body)]

    def lacks(self, names: frozenset[str]) -> bool:
        """Whether none of the names was submitted; one step whatever their number."""
        return names.isdisjoint(self.query) and (not self.body or names.isdisjoint(self.body))

    def unused(self) -> list[str]:
        """Return the names that nobody read, in the order of ``names``."""
        used = self.used
        if not self.body and used.issuperset(self.query):
            return []
        return [name for name in self.names() if name not in used]

    def __contains__(self, name: object) -> bool:
        return name in self.body or name in self.query


def parse_form(request: Request, limits: FormLimits) -> Form:
    """Read a request's parameters.

    Raises ``ApiError`` ``toomanyparams`` beyond ``limits.max_params``. A body left unread because of its length (``oversized``)
    is the dispatcher's to refuse: it knows the limit.
    """
    text = request.query
    budget = limits.max_params
    query: dict[str, Value] = {}
    if text:
        budget -= text.count("&") + 1
        if budget < 0:
            raise _too_many(limits)
        _read_pairs(text, query, in_query=True)
    if request.method != "POST" or not request.body:
        return Form(query)
    content_type = request.header("content-type")
    kind = content_type.partition(";")[0].strip().lower()
    if kind == _URLENCODED:
        budget -= request.body.count(b"&") + 1
        if budget < 0:
            raise _too_many(limits)
        body: dict[str, Value] = {}
        _read_pairs(request.body.decode("latin-1"), body, in_query=False)
        return Form(query, body)
    if kind == _MULTIPART:
        parts = read_multipart(content_type, request.body, budget)
        if parts is None:
            raise _too_many(limits)
        return _form_of_parts(query, parts)
    return Form(query)


def _too_many(limits: FormLimits) -> ApiError:
    return api_error("wikigate-toomanyparams", Num(limits.max_params), code="toomanyparams", module="main")


def _read_pairs(text: str, into: dict[str, Value], *, in_query: bool) -> None:
    """Read ``name=value&…``; every character of ``text`` stands for one byte."""
    is_ascii = text.isascii()
    plain = is_ascii and "%" not in text and "+" not in text
    for pair in text.split("&"):
        name, _, value = pair.partition("=")
        if not (is_ascii and name.isidentifier()):
            name, is_array = mangle(decode_name(name))
            if not name:
                continue
            if is_array:
                into[name] = ARRAY
                continue
        if plain or (is_ascii and "%" not in value and "+" not in value):
            into[name] = value
        else:
            into[name] = _text_of(bytes_of(value), in_query=in_query)


def bytes_of(text: str) -> bytes:
    """Return the bytes that a name or a value of a query string stands for."""
    if "+" in text:
        text = text.replace("+", " ")
    try:
        return unquote_to_bytes(text.encode("latin-1"))
    except UnicodeEncodeError:
        return unquote_to_bytes(text.encode("utf-8", "surrogatepass"))


def decode_name(name: str) -> str:
    """Return a name of a query string as text."""
    return decode_repairing(bytes_of(name))


def _text_of(data: bytes, *, in_query: bool) -> str:
    """Decode a value; of bytes that are no UTF-8 the query string's are taken as windows-1252, the body's become U+FFFD."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return Repaired(data.decode("windows-1252", "ignore") if in_query else decode_repairing(data))


def _form_of_parts(query: dict[str, Value], parts: list[Part]) -> Form:
    body: dict[str, Value] = {}
    uploads: set[str] = set()
    for part in parts:
        name, is_array = mangle(decode_repairing(part.name))
        if not name:
            continue
        if part.is_file:
            uploads.add(name)
        elif is_array:
            body[name] = ARRAY
        else:
            body[name] = _text_of(part.data, in_query=False)
    return Form(query, body, frozenset(uploads))
