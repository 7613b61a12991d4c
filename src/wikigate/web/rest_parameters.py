"""Parameters of ``rest.php`` that are not as they must be: the refusals of MediaWiki's REST interface (spec framework §13; recorded).

A fault of a body's parameter is told with its own key, one of the address with that of the fault. Must not decide what a parameter may be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from wikigate.primitives.errors import WikigateError
from wikigate.web.rest_answer import answer
from wikigate.wire.http import Response

_LONGEST_NUMBER: Final = 7


class BadParameter(WikigateError):  # noqa: N818  the name says what happened
    """A parameter that is refused: the code of its fault, what it is called, what was sent, and the sentence that programs match on."""

    def __init__(self, code: str, name: str, value: object, said: str, *, in_body: bool = True) -> None:
        super().__init__(code)
        self.code = code
        self.name = name
        self.value = value
        self.said = said
        self.in_body = in_body

    def answer(self) -> Response:
        """Return the refusal."""
        said = f"Invalid request body: {self.said}" if self.in_body else self.said
        return answer(
            400,
            {
                "error": "parameter-validation-failed",
                "name": self.name,
                "value": self.value,
                "failureCode": self.code,
                "failureData": [],
                "errorKey": "rest-body-validation-error" if self.in_body else self.code,
                "messageTranslations": {"en": said},
                "httpCode": 400,
                "httpReason": "Bad Request",
            },
        )


def required(asked: Mapping[str, Any], *names: str) -> None:
    """See that a body has parameters. Raises ``BadParameter`` for the first that is not there."""
    for name in names:
        if asked.get(name) is None:
            raise BadParameter("missingparam", name, None, f'The "{name}" parameter must be set.')


def boolean(asked: Mapping[str, Any], name: str) -> bool:
    """Return a boolean of a body; False where it is not there. Raises ``BadParameter``."""
    value = asked.get(name)
    if value is None or isinstance(value, bool):
        return bool(value)
    said = f'Invalid value "{value}" for boolean parameter "{name}".'
    raise BadParameter("badbool-type", name, value, said)


def choices(asked: Mapping[str, Any], name: str, allowed: Sequence[str]) -> list[str]:
    """Return the values of a body's parameter that may have several of a list; none where it is not there. Raises ``BadParameter``."""
    values = asked.get(name)
    if values is None:
        return []
    if not isinstance(values, list):
        said = f'The parameter "{name}" must be an array.'
        raise BadParameter("multivalue-must-be-array", name, values, said)
    if wrong := [one for one in values if one not in allowed]:
        there = f"{', '.join(allowed[:-1])} and {allowed[-1]}"
        said = f'Invalid value "{wrong[0]}" for parameter "{name}". Allowed values are {there}.'
        raise BadParameter("badvalue", name, str(wrong[0]), said)
    return list(dict.fromkeys(values))


def whole_number(text: str, name: str, default: int) -> int:
    """Return a number of the address; the default where it is not there. Raises ``BadParameter``."""
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < _LONGEST_NUMBER):
        said = f'Invalid value "{text}" for integer parameter "{name}".'
        raise BadParameter("badinteger", name, text, said, in_body=False)
    return int(text)


def one_of(text: str, name: str, allowed: Sequence[str], default: str) -> str:
    """Return a value of the address that is one of a list; the default where it is not there. Raises ``BadParameter``."""
    if text and text not in allowed:
        raise BadParameter("badvalue", name, text, f'Unrecognized value for parameter "{name}": {text}.', in_body=False)
    return text or default
