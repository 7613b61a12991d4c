"""A sorted file of fingerprints, searched and never loaded (security A4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikigate.accounts.breaches.base import BreachListUnavailable, fingerprint_of
from wikigate.accounts.breaches.file import BreachFile
from wikigate.primitives.errors import ConfigError

LISTED = {fingerprint_of(f"password {number}"): number + 1 for number in range(300)}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "breached.txt"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [True, False])
def test_finds_each_and_nothing_else(path, end, last):
    text = end.join(f"{digits}:{count}" for digits, count in sorted(LISTED.items()))
    path.write_bytes((text + (end if last else "")).encode())
    breaches = BreachFile(path)
    assert {digits: breaches.count(digits) for digits in LISTED} == LISTED
    assert [breaches.count(fingerprint_of(f"other {number}")) for number in range(300)] == [0] * 300
    assert (breaches.count("0" * 40), breaches.count("F" * 40)) == (0, 0)


def test_lines_without_a_count_and_in_lower_case_are_good(path):
    path.write_text("".join(f"{digits.lower()}\n" for digits in sorted(LISTED)))
    assert {BreachFile(path).count(digits) for digits in LISTED} == {1}


@given(st.sets(st.integers(0, 16**6), min_size=1, max_size=40), st.integers(0, 16**6))
def test_any_list_gives_what_is_on_it(tmp_path_factory, numbers, other):
    path = tmp_path_factory.mktemp("breaches") / "list"
    path.write_text("".join(f"{number:040X}:{number + 1}\n" for number in sorted(numbers)))
    breaches = BreachFile(path)
    assert all(breaches.count(f"{number:040X}") == number + 1 for number in numbers)
    assert breaches.count(f"{other:040X}") == (other + 1 if other in numbers else 0)


@pytest.mark.parametrize("text", ["", "password\n", "A" * 39 + "\n", "A" * 40 + ":x\n", "G" * 40 + "\n"])
def test_another_file_is_refused_at_start(path, text):
    path.write_text(text)
    with pytest.raises(ConfigError, match="is no list of breached passwords"):
        BreachFile(path)


def test_a_missing_file_is_refused_at_start_and_later_not_available(path):
    with pytest.raises(ConfigError, match="cannot be read"):
        BreachFile(path)
    path.write_text("A" * 40 + "\n")
    breaches = BreachFile(path)
    path.unlink()
    with pytest.raises(BreachListUnavailable):
        breaches.count("A" * 40)
