"""Remembering right bot passwords: what is remembered, for whom, how much, and what is never kept."""

import pytest

from wikigate.accounts.passwords.verified_credentials import VerifiedCredentials

SECRET = "0123456789abcdefghijklmnopqrstuv"
COLUMN = ":pbkdf2:sha512:30000:64:c2FsdA==:aGFzaA=="


class Verifier:
    """A slow check that counts how often it was asked."""

    def __init__(self, answer=True):
        self.answer = answer
        self.asked = 0

    def __call__(self):
        self.asked += 1
        return self.answer


def test_a_right_password_is_checked_slowly_once():
    known, verify = VerifiedCredentials(), Verifier()
    assert all(known.check(COLUMN, SECRET, verify) for _ in range(5))
    assert known.check(COLUMN.encode(), SECRET, verify)
    assert verify.asked == 1


def test_a_wrong_password_is_checked_slowly_every_time():
    known, verify = VerifiedCredentials(), Verifier(answer=False)
    assert not any(known.check(COLUMN, SECRET, verify) for _ in range(3))
    assert verify.asked == 3
    assert len(known) == 0


@pytest.mark.parametrize(
    ("column", "password"),
    [
        (COLUMN + "A", SECRET),
        ("", SECRET),
        (COLUMN, SECRET[:-1] + "0"),
        (COLUMN, SECRET + "0"),
        (COLUMN + "0", SECRET[1:] + "v"),
        (COLUMN[:-1], COLUMN[-1] + SECRET),
    ],
)
def test_another_column_or_another_password_is_not_known(column, password):
    known, verify = VerifiedCredentials(), Verifier(answer=False)
    known.check(COLUMN, SECRET, lambda: True)
    assert not known.check(column, password, verify)
    assert verify.asked == 1


@pytest.mark.parametrize(
    "password", [SECRET[:-1], SECRET.upper(), SECRET[:-1] + "x", SECRET + "\n", SECRET[:-1] + "é", ""]
)
def test_a_password_that_was_not_generated_is_never_remembered(password):
    known, verify = VerifiedCredentials(), Verifier()
    assert known.check(COLUMN, password, verify)
    assert known.check(COLUMN, password, verify)
    assert verify.asked == 2
    assert len(known) == 0


def test_the_least_recently_used_is_forgotten_first():
    known, verify = VerifiedCredentials(capacity=2), Verifier()
    for column in ("a", "b", "a", "c"):
        known.check(column, SECRET, verify)
    assert len(known) == 2
    assert verify.asked == 3
    known.check("a", SECRET, verify)
    assert verify.asked == 3
    known.check("b", SECRET, verify)
    assert verify.asked == 4


def test_capacity_zero_switches_it_off():
    known, verify = VerifiedCredentials(capacity=0), Verifier()
    known.check(COLUMN, SECRET, verify)
    known.check(COLUMN, SECRET, verify)
    assert verify.asked == 2


def test_what_is_kept_is_neither_column_nor_password_and_differs_by_process():
    """H5: the marks depend on a key that each process draws for itself."""
    first, second = (VerifiedCredentials(random_bytes=lambda count, fill=fill: fill * count) for fill in (b"1", b"2"))
    for known in (first, second):
        known.check(COLUMN, SECRET, lambda: True)
    assert not set(first._seen) & set(second._seen)
    assert all(SECRET.encode() not in mark and COLUMN.encode() not in mark for mark in first._seen)


def test_what_the_slow_check_raises_passes_through_and_nothing_is_remembered():
    def refused():
        raise OverflowError("busy")

    known = VerifiedCredentials()
    with pytest.raises(OverflowError, match="busy"):
        known.check(COLUMN, SECRET, refused)
    assert len(known) == 0
