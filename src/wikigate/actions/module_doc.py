"""What there is to say about a module, worked out of its declaration: the one source of ``paraminfo`` and ``help``.

Everything here is keys and values; texts come when somebody asks for them in a language. Keys are MediaWiki's (spec framework §11).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wikigate.i18n.markup import escape_wikitext
from wikigate.primitives.errors import api_error
from wikigate.primitives.message import Message

if TYPE_CHECKING:
    from wikigate.actions.action import Module
    from wikigate.actions.registry import ActionRegistry
    from wikigate.wire.params import Param

_DIGITS: Final = re.compile("([0-9]+)")


@dataclass(frozen=True, slots=True)
class ValueDoc:
    """One allowed value of a parameter: ``path`` of the module it names, or empty; ``text`` explains it, where anything does."""

    value: str
    path: str = ""
    text: Message | None = None
    internal: bool = False
    deprecated: bool = False


@dataclass(frozen=True, slots=True)
class ParamDoc:
    """One parameter.

    ``wire_name`` bears the prefix. ``values`` stand in the order in which they are explained, ``sorted_values`` in that of lists.
    """

    index: int
    wire_name: str
    param: Param
    texts: tuple[Message, ...]
    values: tuple[ValueDoc, ...]
    sorted_values: tuple[ValueDoc, ...]


@dataclass(frozen=True, slots=True)
class ModuleDoc:
    """One module.

    ``texts`` are its summary, its extended description and its notes; ``dynamic`` tells where further parameters come from.
    ``submodules`` are the paths of the modules below it, group by group.
    """

    module: Module
    texts: tuple[Message, ...]
    params: tuple[ParamDoc, ...]
    examples: tuple[tuple[str, Message], ...]
    dynamic: Message | None
    submodules: tuple[str, ...]

    @property
    def heading(self) -> str:
        """``action=login (lg)``."""
        module = self.module
        prefix = f" ({module.prefix})" if module.prefix else ""
        return f"{module.group}={module.name}{prefix}"


class Documentation:
    """The documentation of every module that is registered, made as it is first asked for; shared by all threads."""

    def __init__(self, registry: ActionRegistry) -> None:
        self._registry = registry
        self._docs: dict[str, ModuleDoc] = {}

    def of(self, path: str) -> ModuleDoc | None:
        """Return the documentation of the module at a path; None where there is none."""
        doc = self._docs.get(path)
        if doc is None:
            module = self._registry.find(path)
            if module is not None:
                doc = self._docs[path] = self.describe(module)
        return doc

    def find(self, path: str) -> ModuleDoc:
        """Return the documentation of the module that a caller names; a blank does for the plus sign that it was on its way.

        Raises ``ApiError`` ``badmodule`` where there is none.
        """
        doc, above = self.of("main") or self.describe(self._registry.main), "main"
        names = path.split("+")
        if len(names) == 1:
            names = path.split(" ")
        for depth, name in enumerate(names if path != "main" else (), 1):
            if not doc.submodules:
                raise api_error("apierror-badmodule-nosubmodules", above, code="badmodule")
            below = "+".join(names[:depth])
            child = self.of(below) if below in doc.submodules else None
            if child is None:
                raise api_error("apierror-badmodule-badsubmodule", above, escape_wikitext(name), code="badmodule")
            doc, above = child, below
        return doc

    def describe(self, module: Module) -> ModuleDoc:
        """Return the documentation of a module, registered or not."""
        key = f"apihelp-{module.path}"
        own = (module.prefix, module.name, module.path)
        texts = (Message(f"{key}-summary", own), Message(f"{key}-extended-description", own))
        notes = (Message(note.key, (*own, *note.params)) for note in module.notes)
        dynamic = Message("api-help-authmanagerhelper-additional-params", (module.dynamic, *own))
        groups = [p.group for p in module.params if p.type == "submodule" and not p.submodule_prefix]
        return ModuleDoc(
            module,
            (*texts, *notes),
            tuple(self._param(module, param, index) for index, param in enumerate(module.all_params, 1)),
            tuple((example.query, _appended(example.message, own)) for example in module.examples),
            dynamic if module.dynamic else None,
            tuple(member.path for group in groups for member in self._registry.members(group).values()),
        )

    def _param(self, module: Module, param: Param, index: int) -> ParamDoc:
        own = (module.prefix, param.name, module.name, module.path)
        texts = param.help or (Message(f"apihelp-{module.path}-param-{param.name}"),)
        if param.token_type and not param.help:
            texts = (Message("api-help-param-token", (param.token_type,)),)
        named = param.type == "submodule"
        members = self._registry.members(param.group) if named else {}
        values = tuple(_value(param, value, texts[0].key, own, members) for value in param.values)
        in_lists = tuple(sorted(values, key=lambda value: (value.deprecated, value.internal, _natural(value.value))))
        return ParamDoc(
            index,
            module.prefix + param.name,
            param,
            tuple(_appended(text, own) for text in texts),
            in_lists if named else values,
            in_lists,
        )


def _value(param: Param, value: str, key: str, own: tuple[str, ...], members: Mapping[str, Module]) -> ValueDoc:
    member = members.get(value)
    if member is not None:
        text = Message(f"apihelp-{member.path}-summary", (member.prefix, member.name, member.path))
        return ValueDoc(value, member.path, text, internal=member.internal, deprecated=member.deprecated)
    explained: Message | None = None
    if param.value_help is not None:
        known = param.value_help.get(value) or Message(f"{key.replace('-param-', '-paramvalue-', 1)}-{value}")
        explained = Message(known.key, (*known.params, *own, value))
    return ValueDoc(
        value, text=explained, internal=value in param.internal_values, deprecated=value in param.deprecated_values
    )


def _appended(text: str | Message, own: tuple[str, ...]) -> Message:
    return Message(text, own) if isinstance(text, str) else Message(text.key, (*text.params, *own))


def _natural(text: str) -> list[tuple[bool, int, str]]:
    """Order digits in a name by their value, before letters."""
    parts = _DIGITS.split(text)
    return [(not part.isdigit(), int(part) if part.isdigit() else 0, part.lower()) for part in parts if part]
