"""PBKDF2's back ends: exact, and the quickest one chosen."""

import hashlib

import pytest
from cryptography.exceptions import UnsupportedAlgorithm

from wikigate.accounts.passwords import derivation
from wikigate.accounts.passwords.derivation import (
    CANDIDATES,
    DIGEST_SIZES,
    by_cryptography,
    by_hashlib,
    fastest,
    pbkdf2,
)

# section 11: password, salt and rounds of PBKDF2-HMAC-SHA256, and the 64 bytes derived
RFC_7914 = {
    (b"passwd", b"salt", 1): "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
    "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783",
    (b"Password", b"NaCl", 80000): "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56"
    "a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d",
}


class Ticks:
    """A timer that moves on only when a candidate says so."""

    now = 0

    def __call__(self):
        return self.now


def costing(ticks, cost):
    def candidate(*arguments):
        ticks.now += cost
        return by_hashlib(*arguments)

    return candidate


@pytest.mark.parametrize("candidate", CANDIDATES)
@pytest.mark.parametrize(("password", "salt", "rounds"), RFC_7914)
def test_the_vectors_of_the_standard_hold_in_every_back_end(candidate, password, salt, rounds):
    expected = bytes.fromhex(RFC_7914[password, salt, rounds])
    assert candidate("sha256", password, salt, rounds, len(expected)) == expected


@pytest.mark.parametrize("algorithm", DIGEST_SIZES)
@pytest.mark.parametrize("length", [1, 31, 64, 65, 130])
@pytest.mark.parametrize("password", [b"", b"x", b"x" * 200])
def test_the_back_ends_agree_to_the_bit(algorithm, length, password):
    answers = {candidate(algorithm, password, b"salt", 3, length) for candidate in CANDIDATES}
    assert len(answers) == 1
    assert len(answers.pop()) == length


@pytest.mark.parametrize("algorithm", DIGEST_SIZES)
def test_the_quickest_back_end_is_chosen_whatever_its_place(algorithm):
    ticks = Ticks()
    slow, quick = costing(ticks, 9), costing(ticks, 4)
    assert fastest(algorithm, (slow, quick), ticks) is quick
    assert fastest(algorithm, (quick, slow), ticks) is quick


def test_a_back_end_that_computes_wrongly_stops_the_program():
    def wrong(*arguments):
        return by_hashlib(*arguments)[::-1]

    with pytest.raises(RuntimeError, match="wrong answer in wrong"):
        fastest("sha512", (by_hashlib, wrong))


def test_a_back_end_that_refuses_the_work_is_passed_over():
    def refuses(*arguments):
        raise UnsupportedAlgorithm("not here")

    assert fastest("sha512", (refuses, by_cryptography)) is by_cryptography
    with pytest.raises(RuntimeError, match="no library"):
        fastest("sha512", (refuses,))


def test_the_choice_is_made_once_for_each_digest(monkeypatch):
    calls = []

    def counted(algorithm):
        calls.append(algorithm)
        return by_hashlib

    monkeypatch.setattr(derivation, "_chosen", derivation.cache(counted))
    for _ in range(3):
        assert pbkdf2("sha512", b"x", b"y", 1, 64) == hashlib.pbkdf2_hmac("sha512", b"x", b"y", 1, 64)
        pbkdf2("sha256", b"x", b"y", 1, 32)
    assert calls == ["sha512", "sha256"]
