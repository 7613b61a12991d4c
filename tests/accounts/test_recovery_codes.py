"""Recovery codes (security C7, C9, C15)."""

from __future__ import annotations

import json
import os

import pytest

from wikigate.accounts.directory import Directory
from wikigate.accounts.factor_form import KEYS, SealedForm, WikiForm
from wikigate.accounts.factor_notices import FactorNotices
from wikigate.accounts.factors import FactorRefused, Factors
from wikigate.accounts.recovery_codes import CODES, KIND, RecoveryCodes, codes_of, new_codes
from wikigate.primitives.names import NameRules
from wikigate.primitives.seal import Seal
from wikigate.primitives.secrets import KeyRing
from wikigate.store import schema
from wikigate.store.engine import Database

FIRST, SECOND = "ABCDEFGHIJKLMNOP", "QRSTUVWXYZ234567"
OURS = SealedForm(Seal(KeyRing([b"k" * 16]), os.urandom))
OLD, LATER = WikiForm(os.urandom), WikiForm(os.urandom, separate=True)


@pytest.fixture
def database(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'wiki.sqlite'}")
    schema.create(database)
    yield database
    database.close()


class Kept:
    """The factors of account 1, in a database of some form."""

    def __init__(self, database, clock, form):
        directory = Directory(database, clock, NameRules(), os.urandom)
        self.factors = Factors(database, directory, clock, form, FactorNotices(directory, None))
        self.codes = RecoveryCodes(self.factors, os.urandom)
        self.now = clock.now()

    def put(self, data, kind="totp"):
        ident = self.factors.insert(1, kind, data)
        return next(one for one in self.factors.of(1) if one.id == ident)

    def accepts(self, factor, typed):
        use = self.codes.find(factor, typed, self.now)
        return use is not None and use()

    def data(self, kind="totp"):
        return [dict(one.data) for one in self.factors.of(1) if one.kind == kind]


@pytest.fixture(params=[OURS, OLD, LATER], ids=["ours", "1.43", "later"])
def kept(request, database, clock):
    return Kept(database, clock, request.param)


@pytest.fixture
def alice(kept):
    return kept.put({"secret": "S", CODES: [FIRST, SECOND]})


def test_c7_a_code_is_good_once_and_the_others_stay(kept, alice):
    assert kept.accepts(alice, FIRST)
    [data] = kept.data()
    assert (data["secret"], data[CODES]) == ("S", [SECOND])
    assert not kept.accepts(kept.factors.of(1)[0], FIRST)


def test_c7_whoever_read_an_older_row_burns_his_code_all_the_same_and_the_same_one_never_again(kept, alice):
    assert kept.accepts(alice, FIRST)
    assert not kept.accepts(alice, FIRST)
    assert kept.accepts(alice, SECOND)
    assert kept.data()[0][CODES] == []


def test_c8_finding_a_code_burns_nothing(kept, alice):
    assert kept.codes.find(alice, FIRST, kept.now) is not None
    assert kept.data()[0][CODES] == [FIRST, SECOND]


def test_a_code_is_burnt_together_with_the_letter_about_it_or_not_at_all(kept, alice, monkeypatch):
    def fail(*_):
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr(FactorNotices, "code_used", fail)
        with pytest.raises(ZeroDivisionError):
            kept.accepts(alice, FIRST)
    assert kept.data()[0][CODES] == [FIRST, SECOND]
    assert kept.accepts(alice, FIRST)


@pytest.mark.parametrize("typed", [FIRST.lower(), "abcd-efgh ijkl mnop", f" {FIRST}\n"])
def test_c15_case_spaces_and_dashes_do_not_matter(kept, alice, typed):
    assert kept.accepts(alice, typed)


@pytest.mark.parametrize("typed", ["", "-" * 16, FIRST[:-1], FIRST + "A", "ü" * 16, "\ud800", FIRST + SECOND])
def test_anything_else_is_wrong(kept, alice, typed):
    assert not kept.accepts(alice, typed)


@pytest.mark.parametrize("codes", [None, "", [], [""], [1, None], ["ü" * 16], {"a": 1}, 5])
def test_a_row_without_codes_accepts_nothing(kept, codes):
    for factor in (kept.put({CODES: codes}), kept.put({KEYS: codes}, KIND)):
        assert not kept.accepts(factor, "")
        assert not kept.accepts(factor, FIRST)


def test_a_very_old_row_has_them_as_one_text(kept):
    factor = kept.put({"secret": "S", CODES: f"{FIRST},{SECOND}"})
    assert kept.accepts(factor, SECOND)
    assert kept.data()[0][CODES] == [FIRST]


def test_a_row_of_their_own_may_say_until_when_they_are_good(kept):
    past, future = "20200101000000", "20990101000000"
    factor = kept.put({KEYS: [[FIRST, {"expiry": past}], [SECOND, {"expiry": future, "initial": True}]]}, KIND)
    assert not kept.accepts(factor, FIRST)
    assert kept.accepts(factor, SECOND)
    assert kept.data(KIND)[0][KEYS] == [[FIRST, {"expiry": past}]]


@pytest.mark.parametrize(
    "known", ["soon", {"expiry": "soon"}, {"expiry": 1}, {"expiry": "20201399000000"}, {"expiry": "²"}]
)
def test_a_code_whose_end_is_over_or_cannot_be_read_is_wrong(kept, known):
    assert not kept.accepts(kept.put({KEYS: [[FIRST, known]]}, KIND), FIRST)


def test_new_ones_are_ten_of_80_bits_where_a_wiki_reads_them_and_of_120_where_they_are_hashed():
    for strong, length in ((False, 16), (True, 24)):
        codes = new_codes(os.urandom, strong=strong)
        assert [len(code) for code in codes] == [length] * 10
        assert len(set(codes)) == 10


def test_a_new_set_voids_every_older_one(kept, alice):
    first = kept.codes.renew(1)
    assert not kept.accepts(alice, FIRST)
    second = kept.codes.renew(1)
    assert kept.codes.left(1) == 10
    for code, good in ((first[0], False), (second[0], True), (second[0], False), (second[9].lower(), True)):
        assert any(kept.accepts(one, code) for one in kept.factors.of(1)) == good
    assert kept.codes.left(1) == 8


def test_c9_a_row_of_ours_holds_no_code_but_a_wiki_s_own_does(database, clock):
    ours, later = Kept(database, clock, OURS), Kept(database, clock, LATER)
    ours.put({"secret": "S"})
    codes = ours.codes.renew(1)
    [row] = ours.data(KIND)
    assert len(row[KEYS]) == 10
    assert not any(code in json.dumps(row) for code in codes)
    assert all(len(one) == len("sha256:") + 64 for one in row[KEYS])
    codes = later.codes.renew(1)
    [row] = (one for one in later.data(KIND) if codes_of(one) == codes)
    assert (row["version"], row["format"]) == (1, "unencrypted")


def test_who_has_no_factor_gets_none(kept):
    with pytest.raises(FactorRefused):
        kept.codes.renew(1)
    kept.put({KEYS: [FIRST]}, KIND)
    with pytest.raises(FactorRefused):
        kept.codes.renew(1)


def test_in_1_43_they_lie_beside_an_app_s_secret_and_nowhere_else(database, clock):
    kept = Kept(database, clock, OLD)
    kept.put({"friendlyName": "blue"}, "webauthn")
    with pytest.raises(FactorRefused):
        kept.codes.renew(1)
    kept.put({"secret": "S"})
    codes = kept.codes.renew(1)
    assert kept.data() == [{"secret": "S", CODES: codes}]


def test_with_the_last_factor_they_are_gone_too(database, clock):
    kept = Kept(database, clock, OURS)
    app, key = kept.put({"secret": "S"}), kept.put({"friendlyName": "blue"}, "webauthn")
    kept.codes.renew(1)
    kept.factors.remove(app)
    assert kept.codes.left(1) == 10
    kept.factors.remove(key)
    assert kept.factors.of(1) == ()
