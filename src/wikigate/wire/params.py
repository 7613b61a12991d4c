"""The declaration of an API parameter: data that coercion, help, ``paraminfo``, the sandbox and the tests all read.

Semantics of each type: spec framework §4. A ``Param`` names itself without its module's prefix.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from wikigate.primitives.message import Message

TypeName = Literal[
    "string", "text", "password", "boolean", "integer", "limit", "timestamp", "expiry",
    "namespace", "user", "title", "upload", "raw", "enum", "submodule",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Param:
    """One declared parameter.

    ``values`` are the allowed values of an ``enum`` or, with a ``group`` of modules, their names, which the registry fills in.
    ``all_specifier`` is the value that stands for all (``*``) or empty. ``token_type`` names the token that the framework
    itself checks (``csrf``, ``login``, …). ``enforce_range`` makes an integer outside its range an error instead of a warning.
    ``deprecated`` marks the parameter, ``deprecated_values`` some of its values. ``sensitive`` values never reach a log.
    ``strict`` makes unknown values of a multi enum an error. ``help`` are the messages that explain it, empty for the one whose key is
    derived from the module, ``apihelp-<module>-param-<name>``. ``value_help`` says that each value is explained too, by a message whose
    key is that of the parameter with ``-paramvalue-`` for ``-param-`` and the value behind it, unless the mapping has another; None: not.
    """

    name: str
    type: TypeName = "string"
    default: Any = None
    required: bool = False
    multi: bool = False
    sensitive: bool = False
    deprecated: bool = False
    values: tuple[str, ...] = ()
    group: str = ""
    deprecated_values: frozenset[str] = frozenset()
    internal_values: frozenset[str] = frozenset()
    all_specifier: str = ""
    allow_duplicates: bool = False
    strict: bool = False
    min: int | None = None
    max: int | None = None
    high_max: int | None = None
    enforce_range: bool = False
    max_bytes: int | None = None
    max_chars: int | None = None
    limit: int = 50
    high_limit: int = 500
    subtypes: tuple[str, ...] = ()
    must_exist: bool | None = None
    token_type: str = ""
    submodule_prefix: str = ""
    help: tuple[Message, ...] = ()
    value_help: Mapping[str, Message] | None = None


@dataclass(frozen=True, slots=True)
class Timestamp:
    """What a ``timestamp`` or ``expiry`` parameter was coerced to: seconds, or None for infinity."""

    seconds: float | None
