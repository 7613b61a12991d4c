"""Keys that PHP takes for integers."""

from __future__ import annotations

import pytest

from wikigate.wire.phpkey import is_index


@pytest.mark.parametrize(
    ("key", "expected"),
    [("0", True), ("-1", True), ("42", True), ("01", False), ("-0", False), ("", False), ("-", False), ("٣", False),
     ("9223372036854775807", True), ("9223372036854775808", False), ("1" * 30, False)],
)  # fmt: skip
def test_php_takes_canonical_decimals_for_integers(key: str, expected: bool) -> None:
    assert is_index(key) is expected
