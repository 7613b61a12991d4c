"""PHP's spelling of names (spec framework §2, transcripts T105, T116)."""

import pytest

from wikigate.wire.phpname import mangle


@pytest.mark.parametrize(
    ("sent", "registered"),
    [
        ("action", ("action", False)),
        ("Action", ("Action", False)),
        ("a.b c", ("a_b_c", False)),
        ("  a", ("a", False)),
        ("a[b", ("a_b", False)),
        ("a[b.c", ("a_b_c", False)),
        ("a[]", ("a", True)),
        ("a.b[c.d]", ("a_b", True)),
        ("x[y][z]", ("x", True)),
        ("a]b", ("a]b", False)),
        ("[a]", ("", False)),
        ("", ("", False)),
        (" ", ("", False)),
        ("a\0b", ("a", False)),
        ("_", ("_", False)),
        ("é", ("é", False)),
        ("..Host-session", ("", False)),
        ("__Host-session", ("__Host-session", False)),
        ("._Secure-x", ("", False)),
    ],
)
def test_a_name_is_spelled_as_php_registers_it(sent: str, registered: tuple[str, bool]) -> None:
    assert mangle(sent) == registered
