"""Needs as JSON: what was asked in one request must be known in the next (spec core §7.4).

Promises: what ``store_needs`` wrote, ``restore_needs`` reads to equal values; anything else raises ``ValueError``, ``TypeError``,
``KeyError`` or ``IndexError`` and nothing worse. Needs hold no answers, so no secret can come in.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, get_args

from wikigate.auth.fields import Field, FieldType, Need, Required
from wikigate.primitives.message import Duration, ListParam, Message, Num, Param, PlainText

_FIELD_TYPES: Final = frozenset(get_args(FieldType))
_LIST_TYPES: Final = frozenset({"comma", "text", "bullets", "block"})
_REQUIRED: Final = frozenset(get_args(Required))


def store_needs(needs: Iterable[Need]) -> list[Any]:
    """Write needs as plain lists and maps."""
    return [
        {
            "id": need.id,
            "required": need.required,
            "provider": need.provider and store_message(need.provider),
            "account": need.account and store_message(need.account),
            "metadata": dict(need.metadata),
            "fields": [_store_field(one) for one in need.fields],
        }
        for need in needs
    ]


def restore_needs(stored: Any) -> tuple[Need, ...]:
    """Read needs."""
    return tuple(
        Need(
            _text(one["id"]),
            tuple(map(_restore_field, one["fields"])),
            _one_of(one["required"], _REQUIRED),
            one["provider"] and restore_message(one["provider"]),
            one["account"] and restore_message(one["account"]),
            dict(one["metadata"]),
        )
        for one in stored
    )


def store_message(message: Message) -> list[Any]:
    """Write a message: its key, then its parameters."""
    return [message.key, *map(_store_param, message.params)]


def restore_message(stored: Any) -> Message:
    """Read a message."""
    return Message(_text(stored[0]), tuple(map(_restore_param, stored[1:])))


def _store_field(one: Field) -> dict[str, Any]:
    return {
        "name": one.name,
        "type": one.type,
        "label": store_message(one.label),
        "help": store_message(one.help),
        "optional": one.optional,
        "sensitive": one.sensitive,
        "value": one.value,
        "options": {key: store_message(label) for key, label in one.options.items()},
        "implied": one.implied,
        "alias": one.alias,
    }


def _restore_field(stored: Any) -> Field:
    return Field(
        _text(stored["name"]),
        _one_of(stored["type"], _FIELD_TYPES),
        restore_message(stored["label"]),
        restore_message(stored["help"]),
        stored["optional"] is True,
        stored["sensitive"] is True,
        None if stored["value"] is None else _text(stored["value"]),
        {_text(key): restore_message(label) for key, label in stored["options"].items()},
        None if stored["implied"] is None else _text(stored["implied"]),
        _text(stored["alias"]),
    )


def _store_param(param: Param) -> Any:
    if isinstance(param, PlainText):
        return {"plaintext": param.text}
    if isinstance(param, Num):
        return {"num": param.value}
    if isinstance(param, Duration):
        return {"duration": param.seconds}
    if isinstance(param, ListParam):
        return {"list": [_store_param(item) for item in param.items], "type": param.type}
    if isinstance(param, Message):
        return {"message": store_message(param)}
    return param


def _restore_param(stored: Any) -> Param:
    if isinstance(stored, (str, int, float)):
        return stored
    [kind, *_] = stored
    value = stored[kind]
    match kind:
        case "plaintext":
            return PlainText(_text(value))
        case "num":
            return Num(value)
        case "duration":
            return Duration(int(value))
        case "list":
            return ListParam(tuple(map(_restore_param, value)), _one_of(stored["type"], _LIST_TYPES))
        case "message":
            return restore_message(value)
        case _:
            raise ValueError(f"no kind of parameter: {kind}")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("text expected")
    return value


def _one_of(value: Any, allowed: frozenset[Any]) -> Any:
    if value not in allowed:
        raise ValueError(f"unexpected: {value}")
    return value
