r"""What an authentication step asks for, and what was answered: MediaWiki's authentication requests as values.

A ``Need`` is one such request (spec core §8, extensions §0.2): an id that clients know, who asks, and the fields. ``Need.load`` turns what
was submitted into a ``Filled`` need or drops it whole and silently, by MediaWiki's rules: a missing field looks the same as “nobody was
asked”. Promises: what was answered shows in no ``repr``. Must not: know a request, a session, or how anything is printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

from wikigate.primitives.message import ListParam, Message

FieldType = Literal["string", "password", "select", "checkbox", "multiselect", "button", "hidden", "null"]
Required = Literal["required", "optional", "primary-required"]
Answer: TypeAlias = "str | bool | tuple[str, ...]"
"""Text for most fields, True or False for a checkbox or button, the chosen keys for a multiselect."""

_PRESSABLE: Final = frozenset({"checkbox", "button"})
_SEPARATOR: Final = "\x1f"


def raw_message(text: str) -> Message:
    """Make a message of text that is in no catalogue: a class name, a user name, an answer of somebody else's server."""
    return Message("rawmessage", (text,))


def all_of(messages: Sequence[Message]) -> Message:
    """Make one message of several: itself where there is one, else a list of them (spec core §7.2)."""
    return messages[0] if len(messages) == 1 else Message("rawmessage", (ListParam(tuple(messages), "bullets"),))


def within(messages: Sequence[Message]) -> Message:
    """Make one message of several as ``all_of`` does, to stand inside a sentence."""
    return messages[0] if len(messages) == 1 else Message("rawmessage", (ListParam(tuple(messages), "block"),))


NOTHING: Final = Message("rawmessage", ())
"""A description that is not known yet: shown as nothing, in the raw format as one parameter that is null."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field; ``options`` maps the keys of a select or multiselect to their labels, ``value`` is what it holds beforehand.

    ``optional``: it may be empty (a checkbox or button: unset). ``sensitive``: it must be POSTed, never logged, never stored.
    ``implied``: what it stands for where it is absent; None drops its need, as nearly everywhere. ``alias``: another name under which it
    is taken, shown nowhere. A field of type ``null`` is display only.
    """

    name: str
    type: FieldType
    label: Message
    help: Message
    optional: bool = False
    sensitive: bool = False
    value: str | None = None
    options: Mapping[str, Message] = field(default_factory=dict)
    implied: str | None = None
    alias: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """One authentication request.

    ``id`` is MediaWiki's class name, for buttons with ``:name`` behind it. ``required``: a primary's own needs are
    ``primary-required``, as one of several ways in. ``provider`` and ``account`` describe the credential to people; left out they
    are the class name and the id, as MediaWiki has it.
    """

    id: str
    fields: tuple[Field, ...] = ()
    required: Required = "required"
    provider: Message | None = None
    account: Message | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)

    @property
    def provider_text(self) -> Message:
        """Who asks."""
        return self.provider or raw_message(self.id.partition(":")[0])

    @property
    def account_text(self) -> Message:
        """Which credential is meant."""
        return self.account or raw_message(self.id)

    def load(self, submitted: Mapping[str, str | Literal[True]]) -> Filled | None:
        """Take this need's fields out of what was submitted; None drops the need.

        ``True`` stands for a checkbox that a caller ticks by itself. The rules: a need without fields to fill never loads; an absent
        checkbox or button is False, any other absent field drops the need even if optional, an absent multiselect is empty; what is
        empty must be optional; what is outside the options drops the need (spec extensions §0.2).
        """
        asked = [f for f in self.fields if f.type != "null"]
        values: dict[str, Answer] = {}
        for one in asked:
            value = _value(one, submitted)
            if value is None or (not value and not one.optional):
                return None
            values[one.name] = value
        return Filled(self, values) if asked else None


@dataclass(frozen=True, slots=True)
class Filled:
    """A need and what was answered to it, by field name."""

    need: Need
    values: Mapping[str, Answer] = field(repr=False)

    def text(self, name: str) -> str:
        """Return a field's text; empty where it has none."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    def harmless(self) -> dict[str, Answer]:
        """Return the answers that may be stored: all but those of sensitive fields."""
        kept = {f.name for f in self.need.fields if not f.sensitive and f.type != "password"}
        return {name: value for name, value in self.values.items() if name in kept}


def load_all(needs: Iterable[Need], submitted: Mapping[str, str | Literal[True]]) -> tuple[Filled, ...]:
    """Load every need that what was submitted fills."""
    return tuple(filled for need in needs if (filled := need.load(submitted)) is not None)


def _value(one: Field, submitted: Mapping[str, str | Literal[True]]) -> Answer | None:
    value = submitted.get(one.name)
    if one.type in _PRESSABLE:
        # An image button sends the coordinates of the click instead of its own name.
        return value is not None or f"{one.name}_x" in submitted
    if one.type == "multiselect":
        chosen = _split(value) if isinstance(value, str) else ()
        return chosen if all(key in one.options for key in chosen) else None
    if value is None:
        value = submitted.get(one.alias, one.implied) if one.alias else one.implied
    if not isinstance(value, str):
        return None
    if one.type == "select" and value and value not in one.options:
        return None
    return value


def _split(value: str) -> tuple[str, ...]:
    pieces = value[1:].split(_SEPARATOR) if value.startswith(_SEPARATOR) else value.split("|")
    return tuple(piece for piece in pieces if piece)
