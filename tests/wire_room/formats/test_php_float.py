"""PHP's spelling of floats."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikigate.wire.formats.php_float import TEXT_DIGITS, php_float


@pytest.mark.parametrize(
    ("value", "spelled"),
    [
        (1.5, "1.5"), (2.0, "2"), (0.0, "0"), (-0.0, "-0"), (-12.5, "-12.5"), (0.1, "0.1"), (0.0001, "0.0001"),
        (0.00001, "1.0e-5"), (0.000012, "1.2e-5"), (1e15, "1000000000000000"), (1e20, "1.0e+20"), (1.25e20, "1.25e+20"),
        (1e100, "1.0e+100"), (123456789.125, "123456789.125"), (5e-324, "5.0e-324"),
    ],
)  # fmt: skip
def test_a_float_is_spelled_as_php_spells_it(value: float, spelled: str) -> None:
    assert php_float(value, "e") == spelled


@pytest.mark.parametrize(
    ("value", "spelled"),
    [
        (1e14, "1.0E+14"), (1e13, "10000000000000"), (123456789012345680.0, "1.2345678901235E+17"), (0.00001, "1.0E-5"),
        (0.1 + 0.2, "0.3"), (2.0, "2"), (-0.0, "-0"), (5e-324, "4.9406564584125E-324"), (12.5, "12.5"),
    ],
)  # fmt: skip
def test_text_goes_by_fourteen_digits(value: float, spelled: str) -> None:
    assert php_float(value, "E", TEXT_DIGITS) == spelled


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from("eE"))
def test_any_float_reads_back_as_itself(value: float, exponent: str) -> None:
    assert float(php_float(value, exponent)) == value
