"""PHP's ``serialize()`` format, read and written, for comparing ``format=php`` answers (spec framework §5.5).

An array whose keys are 0, 1, 2 … in order is a list, every other one a map with its keys as text; objects are refused.
"""

from __future__ import annotations

import re
from typing import Any

_SCALAR = re.compile(rb"(?:i:(?P<int>-?\d+)|b:(?P<bool>[01])|d:(?P<float>[^;]+)|(?P<null>N));")
_STRING = re.compile(rb's:(\d+):"')
_ARRAY = re.compile(rb"a:(\d+):\{")


def read_php(data: bytes) -> Any:
    """Read one serialised value; raises ``ValueError`` where the bytes are not exactly one."""
    value, end = _read(data, 0)
    if end != len(data):
        raise ValueError(f"{len(data) - end} bytes behind the serialised value")
    return value


def _read(data: bytes, at: int) -> tuple[Any, int]:
    if (scalar := _SCALAR.match(data, at)) is not None:
        return _scalar(scalar), scalar.end()
    if (string := _STRING.match(data, at)) is not None:
        end = string.end() + int(string[1])
        if data[end : end + 2] != b'";':
            raise ValueError(f"the string at byte {at} is not {int(string[1])} bytes long")
        return data[string.end() : end].decode(), end + 2
    if (array := _ARRAY.match(data, at)) is not None:
        at = array.end()
        items: dict[Any, Any] = {}
        for _ in range(int(array[1])):
            key, at = _read(data, at)
            items[key], at = _read(data, at)
        if data[at : at + 1] != b"}":
            raise ValueError(f"the array that ends at byte {at} has more items than it says")
        if list(items) == list(range(len(items))):
            return list(items.values()), at + 1
        return {str(key): value for key, value in items.items()}, at + 1
    raise ValueError(f"no serialised value at byte {at}")


def _scalar(found: re.Match[bytes]) -> Any:
    if found["int"] is not None:
        return int(found["int"])
    if found["bool"] is not None:
        return found["bool"] == b"1"
    return None if found["null"] is not None else float(found["float"])


def write_php(value: Any) -> bytes:
    """Write a value as ``serialize()`` does; map keys that are decimal integers become integers, as PHP's own do."""
    match value:
        case None:
            return b"N;"
        case bool():
            return b"b:%d;" % value
        case int():
            return b"i:%d;" % value
        case float():
            return b"d:%s;" % _float(value).encode()
        case str():
            data = value.encode()
            return b's:%d:"%s";' % (len(data), data)
        case list():
            return b"a:%d:{%s}" % (len(value), b"".join(write_php(i) + write_php(v) for i, v in enumerate(value)))
        case _:
            pairs = (write_php(_key(key)) + write_php(item) for key, item in value.items())
            return b"a:%d:{%s}" % (len(value), b"".join(pairs))


def _key(key: str) -> int | str:
    return int(key) if re.fullmatch(r"0|-?[1-9]\d*", key) else key


def _float(value: float) -> str:
    mantissa, _, exponent = repr(value).partition("e")
    if exponent:
        return f"{mantissa if '.' in mantissa else f'{mantissa}.0'}E{exponent}"
    return mantissa.removesuffix(".0")
