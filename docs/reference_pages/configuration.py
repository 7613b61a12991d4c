"""The page of every setting, made of the settings classes: their fields, types, defaults and docstrings."""

from __future__ import annotations

import json
import re
import types
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from reference_pages.markdown import MADE, cell, markdown, page
from wikigate.accounts.passwords.settings import PROFILES, PasswordSettings
from wikigate.config import WikiSettings
from wikigate.web.settings import ServerSettings

_NAMED = re.compile(r"(?:^|(?<=[.;] ))((?:``\w+``(?:, | and )?)+): ")
_CITATION = re.compile(r" \((?:spec|security|core|framework) [^)]*\)")
_LONG = 60
_TYPE_WORDS = {str: "string", int: "integer", float: "number", bool: "boolean"}


class UndocumentedError(Exception):
    """A setting without a text, or a text without a setting."""


@dataclass(frozen=True)
class Setting:
    """One key of a settings class: what it takes, what holds without it, what it is for."""

    name: str
    type: str
    default: str
    text: str


def described(cls: type) -> tuple[str, dict[str, str]]:
    """Take a settings class's docstring apart: its first paragraph, and the text of each ``name``.

    Raises ``UndocumentedError`` where the names are not exactly the fields.
    """
    summary, _, body = (cls.__doc__ or "").partition("\n\n")
    body = " ".join(body.partition("\n\n    Raises")[0].split())
    found = list(_NAMED.finditer(body))
    texts: dict[str, str] = {}
    for place, match in enumerate(found):
        end = found[place + 1].start() if place + 1 < len(found) else len(body)
        text = body[match.end() : end].strip().rstrip(".;") + "."
        names = re.findall(r"``(\w+)``", match[1])
        for name in names:
            texts[name] = text[0].upper() + text[1:]
    known = {field.name for field in fields(cls)}
    if missing := known - texts.keys():
        raise UndocumentedError(f"{cls.__name__}: no text for {', '.join(sorted(missing))}")
    if extra := texts.keys() - known:
        raise UndocumentedError(f"{cls.__name__}: texts for {', '.join(sorted(extra))}, which are no fields")
    return _CITATION.sub("", " ".join(summary.split())), texts


def settings_of(cls: type) -> list[Setting]:
    """List the keys of a settings class in order, without those that are tables of their own."""
    _, texts = described(cls)
    hints = get_type_hints(cls)
    return [
        Setting(field.name, _type_words(hints[field.name]), _default(field), texts[field.name])
        for field in fields(cls)
        if _table_class(hints[field.name]) is None
    ]


def _tables_below(cls: type, where: str) -> Iterator[tuple[str, type, str, Any]]:
    """Yield heading, class, text and default of each table below one, depth first; the text is empty where several share it."""
    _, texts = described(cls)
    hints = get_type_hints(cls)
    shared = {text for text, times in Counter(texts.values()).items() if times > 1}
    for field in fields(cls):
        below = _table_class(hints[field.name])
        if below is None:
            continue
        place = f"{where}.{field.name}" if where else field.name
        many = get_origin(hints[field.name]) is tuple
        text = texts[field.name]
        yield (
            f"[[{place}]]" if many else f"[{place}]",
            below,
            "" if text in shared else text,
            _value(field) if many else (),
        )
        yield from _tables_below(below, place)


def _table_class(wanted: Any) -> type | None:
    for candidate in (wanted, *(get_args(wanted) if get_origin(wanted) in {tuple, Union, types.UnionType} else ())):
        if isinstance(candidate, type) and is_dataclass(candidate):
            return candidate
    return None


def _type_words(wanted: Any) -> str:
    origin, arguments = get_origin(wanted), get_args(wanted)
    if wanted in _TYPE_WORDS:
        return _TYPE_WORDS[wanted]
    if origin is Literal:
        return " or ".join(f"`{json.dumps(value)}`" for value in arguments)
    if origin is tuple or origin in {list, frozenset}:
        return f"array of {_plural(_type_words(arguments[0]))}"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return f"table of {_plural(_type_words(arguments[1]))}"
    if origin in {Union, types.UnionType}:
        return " or ".join(_type_words(argument) for argument in arguments if argument is not type(None))
    raise UndocumentedError(f"no word for the type {wanted}")


def _plural(words: str) -> str:
    first, space, rest = words.partition(" ")
    if first.startswith("`"):
        return words
    return (
        f"{first.removesuffix('y') + 'ies' if first.endswith('y') and first != 'array' else first + 's'}{space}{rest}"
    )


def _value(field: Field[Any]) -> Any:
    return field.default_factory() if field.default_factory is not MISSING else field.default


def _default(field: Field[Any]) -> str:
    value = _value(field)
    return "required" if value is MISSING else toml(value)


def toml(value: Any) -> str:
    """Spell a default as the file would."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_toml_key(key)} = {toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, tuple | list | frozenset):
        items = sorted(value) if isinstance(value, frozenset) else value
        return "[" + ", ".join(toml(item) for item in items) + "]"
    if isinstance(value, int) and not isinstance(value, bool) and value >= 10_000:  # noqa: PLR2004  hard to read beyond
        return f"{value:_}"
    return json.dumps(value, ensure_ascii=False)


def _toml_key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else json.dumps(key)


def _table_section(heading: str, cls: type, text: str, default: tuple[Any, ...] = ()) -> Iterator[str]:
    summary, _ = described(cls)
    said = summary.lower().startswith(text.rstrip(".").lower())
    yield f"## `{heading}`"
    yield ""
    yield markdown(summary if said else f"{summary} {text}")
    yield ""
    keys = settings_of(cls)
    if keys:
        yield from _keys(keys)
    if cls is PasswordSettings:
        yield from _profiles()
    if default:
        yield "Default:"
        yield ""
        yield "```toml"
        for entry in default:
            yield heading
            yield from (f"{field.name} = {toml(getattr(entry, field.name))}" for field in fields(cls))
        yield "```"
        yield ""


def _profiles() -> Iterator[str]:
    yield "The profiles, and who recommends them:"
    yield ""
    yield "| profile | source |"
    yield "|---|---|"
    for name, profile in PROFILES.items():
        yield f"| `{name}` | {cell(markdown(profile.source))} |"
    yield ""


def _keys(keys: list[Setting]) -> Iterator[str]:
    yield "| key | type | default | meaning |"
    yield "|---|---|---|---|"
    long: list[Setting] = []
    for key in keys:
        shown = f"`{cell(key.default)}`" if key.default not in {"", "required"} else key.default or "none"
        if len(key.default) > _LONG:
            long.append(key)
            shown = "below"
        yield f"| `{key.name}` | {cell(key.type)} | {shown} | {cell(markdown(key.text))} |"
    yield ""
    for key in long:
        yield f"Default of `{key.name}`:"
        yield ""
        yield "```toml"
        yield from _broken(key)
        yield "```"
        yield ""


def _broken(key: Setting) -> Iterator[str]:
    """Spell a long default with one entry a line."""
    inner = key.default[1:-1]
    if key.default.startswith("{"):
        yield f"[{key.name}]"
        yield from re.split(r"(?<=[\]}]), (?=[^\]]*? = )", inner)
        return
    yield f"{key.name} = ["
    line = " "
    for item in inner.split(", "):
        if len(line) + len(item) > 110:  # noqa: PLR2004  characters of a readable line
            yield line
            line = " "
        line += f" {item},"
    yield line
    yield "]"


def configuration() -> str:
    """Write the page of every setting."""
    lines = [
        "# Configuration",
        "",
        MADE,
        "",
        "One TOML file, given with `--config FILE`. Every key may be left out. An unknown key, a value of the wrong type or a",
        "value that cannot work is refused at start with one sentence that names it. How to write the file, and which values",
        "may come from the environment instead, stands in [Configure Wikigate](../howto/configure.md).",
        "",
        *_table_section("[server]", ServerSettings, ""),
        "## One wiki, or several",
        "",
        "With one wiki, its tables stand at the top of the file: `[site]`, `[session]` and so on. With several, each has an id",
        "and the same tables below `[wikis.<id>]`, for example `[wikis.blue.site]`. What a wiki does not say, the tables at the",
        "top say for all.",
        "",
        "These keys stand at the top, or in `[wikis.<id>]` itself:",
        "",
        *_keys(settings_of(WikiSettings)),
    ]
    for heading, cls, text, default in _tables_below(WikiSettings, ""):
        lines += _table_section(heading, cls, text, default)
    return page(lines)
