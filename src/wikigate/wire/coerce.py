"""From submitted text to the values of a module's declared parameters (spec framework §4).

Promises that the first *declared* parameter that fails decides the error, that warnings come in the same order, and that the work of
a request is proportional to what was submitted: everything about the declarations is worked out when a ``ParamSet`` is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from wikigate.primitives.errors import ApiError, Issue, api_error
from wikigate.primitives.message import ListParam, Message, Num, PlainText
from wikigate.wire.param_types import NAMESPACES, NEVER_EMPTY, VALIDATORS, Bound, CoerceContext, bad_parameters
from wikigate.wire.params import Param
from wikigate.wire.phpform import Form

__all__ = [
    "CoerceContext",
    "ParamSet",
    "coerce",
    "must_post",
    "require_at_least_one",
    "require_at_most_one",
    "require_only_one",
]

_SEPARATOR = "\x1f"


class ParamSet:
    """The parameters of one module, compiled; made at start and shared by all threads.

    ``path`` is the module path that errors and warnings name, ``prefix`` stands before every name on the wire. ``group`` is the
    query group of a submodule (``meta``, ``list``, ``prop``): deprecations name it. ``names`` are the names on the wire.
    """

    __slots__ = ("_bound", "_by_wire_name", "_defaults", "_list_defaults", "_required", "names", "path", "prefix")

    def __init__(self, path: str, prefix: str, params: Iterable[Param], *, group: str = "meta") -> None:
        self.path = path
        self.prefix = prefix
        feature = _feature(path, group)
        self._bound = tuple(_bind(param, index, path, prefix, feature) for index, param in enumerate(params))
        self._by_wire_name = {bound.wire_name: bound for bound in self._bound}
        self._required = frozenset(bound.wire_name for bound in self._bound if bound.param.required)
        self._defaults = {bound.param.name: _default(bound.param) for bound in self._bound}
        self._list_defaults = tuple(name for name, value in self._defaults.items() if isinstance(value, list))
        self.names = frozenset(self._by_wire_name)

    def defaults(self) -> dict[str, Any]:
        """Return what the parameters are when nothing is submitted; the caller's to keep."""
        values = self._defaults.copy()
        for name in self._list_defaults:
            values[name] = values[name].copy()
        return values

    def submitted(self, form: Form) -> list[Bound]:
        """Return the parameters to look at in order of declaration: what was submitted, and what is required."""
        known = self._by_wire_name
        names = self.names.intersection(form.query)
        if form.body or form.uploads:
            names |= self.names.intersection(form.body) | self.names.intersection(form.uploads)
        if self._required:
            names |= self._required
        found = [known[name] for name in names]
        if len(found) > 1:
            found.sort(key=_index)
        return found


def coerce(params: ParamSet, form: Form, context: CoerceContext) -> dict[str, Any]:
    """Return the module's parameters by unprefixed name: what is absent has its default, None where there is none.

    Raises ``ApiError`` with the code of the first declared parameter that fails. Lists are the caller's to keep.
    """
    values = params.defaults()
    for bound in params.submitted(form):
        raw = form.get(bound.wire_name)
        if raw in bound.plain and raw.__class__ is str:
            # One of the declared values and nothing else, as it nearly always is.
            values[bound.param.name] = [raw] if bound.param.multi else raw
            continue
        value = _read(bound, form, context)
        if value is not None:
            values[bound.param.name] = value
    return values


def require_at_least_one(params: ParamSet, args: Mapping[str, Any], *names: str) -> None:
    """Raise ``missingparam`` unless one of the parameters is given; the empty string counts, False and None do not."""
    if not _given(args, names):
        wire_names = tuple(params.prefix + name for name in names)
        raise bad_parameters("apierror-missingparam-at-least-one-of", "missingparam", wire_names, params.path)


def require_only_one(params: ParamSet, args: Mapping[str, Any], *names: str) -> None:
    """Raise ``missingparam`` when none of the parameters is given, ``invalidparammix`` when more than one is."""
    if not _given(args, names):
        wire_names = tuple(params.prefix + name for name in names)
        raise bad_parameters("apierror-missingparam-one-of", "missingparam", wire_names, params.path)
    require_at_most_one(params, args, *names)


def require_at_most_one(params: ParamSet, args: Mapping[str, Any], *names: str) -> None:
    """Raise ``invalidparammix`` when more than one of the parameters is given."""
    given = _given(args, names)
    if len(given) > 1:
        wire_names = tuple(params.prefix + name for name in given)
        raise bad_parameters("apierror-invalidparammix", "invalidparammix", wire_names, params.path)


def must_post(form: Form, *wire_names: str) -> None:
    """Raise ``mustpostparams`` naming those of the parameters that the query string has, whatever the body has (§2.1)."""
    found = [name for name in wire_names if form.in_query(name)]
    if found:
        raise api_error("apierror-mustpostparams", ", ".join(found), len(found))


def _given(args: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    return [name for name in names if args[name] is not None and args[name] is not False]


def _index(bound: Bound) -> int:
    return bound.index


def _feature(path: str, group: str) -> str:
    """Spell the module as deprecations name it: ``action=query&meta=tokens&``."""
    if path == "main":
        return ""
    action, _, submodule = path.partition("+")
    return f"action={action}&{group}={submodule}&" if submodule else f"action={action}&"


def _bind(param: Param, index: int, path: str, prefix: str, feature: str) -> Bound:
    wire_name = prefix + param.name
    values = param.values or (NAMESPACES if param.type == "namespace" else ())
    validate = VALIDATORS[param.type]
    allowed = frozenset(values)
    takes_plain = param.type in {"enum", "submodule"} and not param.deprecated and not param.allow_duplicates
    plain = frozenset(
        value for value in allowed - param.deprecated_values if value and value.isprintable() and value.isascii()
    )
    return Bound(
        param,
        wire_name,
        path,
        index,
        feature + wire_name,
        validate,
        allowed,
        values,
        plain if takes_plain else frozenset(),
    )


def _default(param: Param) -> Any:
    default = param.default
    if param.type == "boolean":
        return False
    if param.multi and default is not None:
        return _split(default, -1) if isinstance(default, str) else list(default)
    return default


def _split(value: str, most: int) -> list[str]:
    """Split a multi-value; what lies beyond ``most`` separators stays in one piece."""
    if value in {"", _SEPARATOR}:
        return []
    if value.startswith(_SEPARATOR):
        return value[1:].split(_SEPARATOR, most)
    return value.split("|", most)


def _read(bound: Bound, form: Form, context: CoerceContext) -> Any:
    param = bound.param
    if param.type == "boolean":
        return isinstance(form.get(bound.wire_name), str)
    if param.type == "upload" and bound.wire_name in form.uploads:
        return True
    value = _text(bound, form, context)
    if value is None:
        if param.required:
            raise bound.failure("missingparam")
        return None
    if param.deprecated:
        context.warn(bound.module, bound.deprecated("param-deprecated", value, bound.feature))
    if param.multi:
        return _read_many(bound, value, context)
    if value.startswith(_SEPARATOR):
        raise bound.failure("notmulti", PlainText(value), code="badvalue")
    if not value and param.required and param.type in NEVER_EMPTY:
        raise bound.failure("missingparam", PlainText(""))
    return bound.validate(bound, value, context)


def _text(bound: Bound, form: Form, context: CoerceContext) -> str | None:
    """Return what was submitted, cleaned up unless the type is raw; None where it is absent or an array."""
    name = bound.wire_name
    raw = form.get(name)
    if isinstance(raw, str):
        if bound.param.type == "raw":
            return raw
        warn_of_repair(form, name, bound.module, context)
        return form.text(name)
    if raw is not None:
        context.warn("main", Issue(Message("apiwarn-unsupportedarray", (name,)), "unsupportedarray"))
    return None


def warn_of_repair(form: Form, name: str, module: str, context: CoerceContext) -> None:
    """Warn where the clean-up changed a text before it was used."""
    cleaned = form.clean(name)
    if cleaned is not None and cleaned[1]:
        context.warn(module, Issue(Message("apiwarn-badutf8", (name,)), "badutf8"))


def _read_many(bound: Bound, value: str, context: CoerceContext) -> list[Any]:
    param = bound.param
    low, high = param.limit, max(param.limit, param.high_limit)
    texts = _split(value, high)
    if bound.plain.issuperset(texts) and len(texts) <= low:
        return list(dict.fromkeys(texts))
    if param.all_specifier and texts == [param.all_specifier] and bound.values:
        return list(bound.values)
    if len(texts) > low:
        most = high if high > low and context.high_limits() else low
        if len(texts) > most:
            data = {"parameter": bound.wire_name, "limit": most, "lowlimit": low, "highlimit": high}
            raise bound.failure("toomanyvalues", Num(most), data=data)
    good: list[Any] = []
    unknown: list[str] = []
    for text in texts:
        try:
            good.append(bound.validate(bound, text, context))
        except ApiError as error:
            if param.strict or error.issues[0].code != "badvalue":
                raise
            unknown.append(text)
    if unknown:
        shown = ListParam(tuple(PlainText(text) for text in unknown), "comma")
        message = bound.message("unrecognizedvalues", PlainText(value), shown, Num(len(unknown)))
        context.warn(bound.module, Issue(message, "unrecognizedvalues", {"values": unknown}))
    return good if param.allow_duplicates else list(dict.fromkeys(good))
