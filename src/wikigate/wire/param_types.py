"""What one value of each parameter type may be (spec framework §4).

A validator takes one text and returns the value, or raises ``ApiError`` with MediaWiki's code. It knows neither whether the parameter
has several values nor where the text came from: that is ``coerce.py``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from wikigate.primitives.errors import ApiError, Issue, api_error
from wikigate.primitives.message import ListParam, Message, Num, PlainText
from wikigate.primitives.message import Param as MessageParam
from wikigate.wire.moments import INFINITE, parse_expiry, parse_timestamp
from wikigate.wire.params import Param, Timestamp


class CoerceContext(Protocol):
    """What coercion may ask of the request that it works for."""

    def warn(self, module_path: str, issue: Issue) -> None:
        """Add a warning under a module path."""
        ...

    def high_limits(self) -> bool:
        """Whether the caller has the right ``apihighlimits``; asked only where it makes a difference."""
        ...

    def now(self) -> float:
        """Return the moment of the request in seconds."""
        ...

    def canonical_user(self, text: str, subtypes: tuple[str, ...]) -> str | None:
        """Normalise a user name; None when it can be nobody's."""
        ...

    def limit_max(self, module_path: str, value: int) -> None:
        """Note what ``max`` came to."""
        ...


Validator = Callable[["Bound", str, CoerceContext], Any]


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """A declared parameter in its module, with everything that can be worked out at start.

    ``wire_name`` is the prefixed name that callers use; ``feature`` names it in deprecations; ``allowed`` are the values of an enum,
    ``plain`` those of them that are taken as they stand, without a warning or another reading.
    """

    param: Param
    wire_name: str
    module: str
    index: int
    feature: str
    validate: Validator
    allowed: frozenset[str]
    values: tuple[str, ...]
    plain: frozenset[str]

    def message(self, kind: str, *params: MessageParam) -> Message:
        """Build a message of the parameter's own: its name comes first."""
        return Message(f"paramvalidator-{kind}", (PlainText(self.wire_name), *params))

    def failure(
        self, kind: str, *params: MessageParam, code: str = "", data: Mapping[str, Any] | None = None
    ) -> ApiError:
        """Build the error of this parameter; its code is the kind unless given."""
        return ApiError(Issue(self.message(kind, *params), code or kind, data or {}), module=self.module)

    def deprecated(self, kind: str, value: str, feature: str) -> Issue:
        """Build the warning that the parameter, or this value of it, is on its way out."""
        return Issue(self.message(kind, PlainText(value)), "deprecation", {"feature": feature})


_INTEGER = re.compile(r"[+-]?[0-9]+")
_INT64 = 2**63
_MOST_DIGITS = 4000  # Python refuses to read longer numbers; far beyond int64 anyway
_NOT_IN_A_TITLE = re.compile(r"[<>\[\]{}|\x00-\x1f\x7f\ufffd]")
_MAX_TITLE_BYTES = 255


def _string(bound: Bound, value: str, context: CoerceContext) -> str:
    param = bound.param
    del context
    if param.max_bytes is not None and (size := len(value.encode())) > param.max_bytes:
        raise _too_long(bound, "maxbytes", value, param.max_bytes, size)
    if param.max_chars is not None and len(value) > param.max_chars:
        raise _too_long(bound, "maxchars", value, param.max_chars, len(value))
    return value


def _too_long(bound: Bound, kind: str, value: str, most: int, size: int) -> ApiError:
    data = {"maxbytes": bound.param.max_bytes, "maxchars": bound.param.max_chars}
    return bound.failure(kind, PlainText(value), Num(most), Num(size), data=data)


def _raw(bound: Bound, value: str, context: CoerceContext) -> str:
    del bound, context
    return value


def _read_integer(bound: Bound, value: str) -> int:
    if _INTEGER.fullmatch(value) and len(value) < _MOST_DIGITS:
        number = int(value)
        if -_INT64 <= number < _INT64:
            return number
    raise bound.failure("badinteger", PlainText(value))


def _integer(bound: Bound, value: str, context: CoerceContext) -> int:
    return _in_range(bound, value, context, least=bound.param.min, most=bound.param.max)


def _limit(bound: Bound, value: str, context: CoerceContext) -> int:
    param = bound.param
    most = param.max if param.max is not None else param.high_limit
    if value == "max":
        if param.high_max is not None and param.high_max > most and context.high_limits():
            most = param.high_max
        context.limit_max(bound.module, most)
        return most
    return _in_range(bound, value, context, least=param.min or 0, most=most)


def _in_range(bound: Bound, value: str, context: CoerceContext, *, least: int | None, most: int | None) -> int:
    """Clamp a number with a warning, or refuse it where the declaration says so."""
    number = _read_integer(bound, value)
    if (least is None or number >= least) and (most is None or number <= most):
        return number
    param = bound.param
    current = most
    if (
        most is not None
        and number > most
        and param.high_max is not None
        and param.high_max > most
        and context.high_limits()
    ):
        current = param.high_max
        if number <= current:
            return number
    highest = param.high_max if param.high_max is not None else most
    data = {"min": least, "curmax": current, "max": most, "highmax": highest}
    kind = "minmax" if least is not None and current is not None else ("min" if least is not None else "max")
    bounds = (Num("" if least is None else least), Num("" if current is None else current))
    if param.enforce_range:
        raise bound.failure(f"outofrange-{kind}", PlainText(value), *bounds, code="outofrange", data=data)
    context.warn(
        bound.module, Issue(bound.message(f"outofrange-{kind}", PlainText(value), *bounds), "outofrange", data)
    )
    if least is not None and number < least:
        return least
    return current if current is not None else number


def _enum(bound: Bound, value: str, context: CoerceContext) -> str:
    if value not in bound.allowed:
        kind = "badvalue-enummulti" if bound.param.multi else "badvalue-enumnotmulti"
        allowed = ListParam(tuple(PlainText(known) for known in bound.values), "text")
        raise bound.failure(kind, PlainText(value), allowed, Num(len(bound.values)), code="badvalue")
    if value in bound.param.deprecated_values:
        context.warn(bound.module, bound.deprecated("deprecated-value", value, f"{bound.feature}={value}"))
    return value


def _timestamp(bound: Bound, value: str, context: CoerceContext) -> Timestamp:
    if value in {"", "0"}:
        issue = Issue(bound.message("unclearnowtimestamp", PlainText(value)), "unclearnowtimestamp")
        context.warn(bound.module, issue)
        value = "now"
    seconds = parse_timestamp(value, context.now())
    if seconds is None:
        raise bound.failure("badtimestamp", PlainText(value))
    return Timestamp(seconds)


def _expiry(bound: Bound, value: str, context: CoerceContext) -> Timestamp:
    if value in INFINITE:
        return Timestamp(None)
    now = context.now()
    seconds = parse_expiry(value, now)
    if seconds is None:
        raise bound.failure("badexpiry", PlainText(value))
    if seconds < now:
        raise bound.failure("badexpiry-past", PlainText(value))
    return Timestamp(seconds)


def _namespace(bound: Bound, value: str, context: CoerceContext) -> int:
    number = str(int(value)) if _INTEGER.fullmatch(value) and len(value) < _MOST_DIGITS else value
    return int(_enum(bound, number, context))


def _user(bound: Bound, value: str, context: CoerceContext) -> str:
    name = context.canonical_user(value, bound.param.subtypes)
    if name is None:
        raise bound.failure("baduser", PlainText(value))
    return name


def _title(bound: Bound, value: str, context: CoerceContext) -> str:
    del context
    title = " ".join(value.partition("#")[0].replace("_", " ").split())
    if not title or _NOT_IN_A_TITLE.search(title) or len(title.encode()) > _MAX_TITLE_BYTES:
        raise bound.failure("badtitle", PlainText(value))
    return title[0].upper() + title[1:]


def _upload(bound: Bound, value: str, context: CoerceContext) -> None:
    del value, context
    raise bound.failure("badupload-notupload", PlainText(""), code="badupload", data={"code": "notupload"})


VALIDATORS: Final[Mapping[str, Validator]] = {
    "string": _string,
    "text": _string,
    "password": _string,
    "raw": _raw,
    "integer": _integer,
    "limit": _limit,
    "enum": _enum,
    "submodule": _enum,
    "timestamp": _timestamp,
    "expiry": _expiry,
    "namespace": _namespace,
    "user": _user,
    "title": _title,
    "upload": _upload,
    "boolean": _raw,
}
# Types whose required parameters must not be empty either.
NEVER_EMPTY: Final = frozenset({"string", "text", "password"})
NAMESPACES: Final = tuple(map(str, range(16)))


def bad_parameters(key: str, code: str, names: tuple[str, ...], module: str) -> ApiError:
    """Build the error of several parameters that do not go together; names are wire names."""
    shown = ListParam(tuple(f"<var>{name}</var>" for name in names), "text")
    return api_error(key, shown, len(names), code=code, module=module)
