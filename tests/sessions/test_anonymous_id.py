"""The visitor's id: shape, seal, life."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikigate.primitives.secrets import KeyRing
from wikigate.sessions.anonymous_id import AnonymousIds

CORE = "0123456789abcdefghijklmnopqrstuv"
IDS = AnonymousIds(KeyRing([b"k" * 32]), 3600)
NOW = 1_795_221_151.7


def test_id_is_71_characters_of_0_to_v_and_reads_back():
    """Performance §5: [0-9a-v], under 100 characters."""
    text = IDS.spell(CORE, NOW, had_login_token=True)
    assert len(text) == 73
    assert set(text) <= set(CORE)
    mark = IDS.read(text)
    assert (mark.core, mark.stamped, mark.had_login_token) == (CORE, 1_795_221_151, True)


@given(position=st.integers(0, 72), digit=st.sampled_from(CORE))
def test_any_other_character_breaks_the_seal(position, digit):
    """D2, D3: core, stamp, flag and seal are all bound."""
    text = IDS.spell(CORE, NOW, had_login_token=False)
    changed = text[:position] + digit + text[position + 1 :]
    assert (IDS.read(changed) is not None) is (changed == text)


@pytest.mark.parametrize("text", ["", "a" * 73, "A" * 73, "é" * 73, "0" * 72 + "\n", "_" * 73, "+" * 73])
def test_what_we_did_not_make_is_not_read(text):
    assert IDS.read(text) is None


@pytest.mark.parametrize(("age", "alive"), [(0, True), (3599, True), (3600, False), (-200, True), (-400, False)])
def test_id_lives_from_its_stamp_for_the_lifetime(age, alive):
    mark = IDS.read(IDS.spell(CORE, 10_000_000, had_login_token=False))
    assert IDS.is_live(mark, 10_000_000 + age) is alive


def test_older_keys_verify_the_newest_seals():
    """H4."""
    old, new = b"o" * 32, b"n" * 32
    text = AnonymousIds(KeyRing([old]), 3600).spell(CORE, NOW, had_login_token=False)
    assert AnonymousIds(KeyRing([new, old]), 3600).read(text).core == CORE
    assert AnonymousIds(KeyRing([new]), 3600).read(text) is None
    rotated = AnonymousIds(KeyRing([new, old]), 3600).spell(CORE, NOW, had_login_token=False)
    assert AnonymousIds(KeyRing([new]), 3600).read(rotated).core == CORE


def test_repr_keeps_the_core():
    assert CORE not in repr(IDS.read(IDS.spell(CORE, NOW, had_login_token=False)))
