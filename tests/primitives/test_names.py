"""User names (M07; security B6): ``recorded_user_names.json`` holds what the real MediaWiki 1.43 answered to ``list=users``."""

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikigate.primitives.names import NameRules

RECORDED = json.loads(Path(__file__).with_name("recorded_user_names.json").read_text())
RULES = NameRules(namespaces=NameRules().namespaces | {"oracle", "oracle talk"})


@pytest.mark.parametrize(("spelling", "name", "creatable"), RECORDED, ids=[ascii(row[0])[:40] for row in RECORDED])
def test_reads_names_as_mediawiki_does(spelling, name, creatable):
    found = RULES.canonicalise(unicodedata.normalize("NFC", spelling))
    assert found == name
    # “MediaWiki default” stands in the recordings as an account of its own, which says nothing about who may make it.
    assert (found is not None and RULES.is_creatable(found)) == creatable


@pytest.mark.parametrize(
    "spelling",
    [
        "core Space", "_core_Space", "\u200ecore Space", "\u00a0core Space", "User:_core Space", "Core_Space",
        " Core  Space ", "User:Core Space", "user:core Space", "_Core_Space_", "Core\u200e Space",
        "Core\u00a0Space",
    ],
)  # fmt: skip
def test_every_spelling_is_one_name(spelling):
    """Core §14, recorded at login; security B6."""
    assert RULES.canonicalise(spelling) == "Core Space"


def test_inner_case_makes_another_name():
    assert RULES.canonicalise("CORE SPACE") == "CORE SPACE"


@pytest.mark.parametrize(
    "name", ["MediaWiki default", "Maintenance script", "Redirect fixer", "System messenger", "DNSBL"]
)
def test_reserved_names_are_valid_but_nobody_uses_them(name):
    assert RULES.is_valid(name)
    assert not RULES.is_usable(name)
    assert not RULES.is_creatable(name)


def test_names_of_temporary_accounts_are_kept():
    assert RULES.is_valid("~2026-1")
    assert not RULES.is_usable("~2026-1")
    with_them = NameRules(has_temporary=True)
    assert (with_them.is_usable("~2026-1"), with_them.is_creatable("~2026-1")) == (True, False)
    assert NameRules(temporary_prefix="").is_creatable("~2026-1")


@pytest.mark.parametrize("name", ["Core@app", "A=b", "A:b"])
def test_some_names_log_in_but_are_not_made_any_more(name):
    assert RULES.is_usable(name)
    assert not RULES.is_creatable(name)


def test_length_counts_bytes():
    assert RULES.is_creatable("É" + "é" * 116)  # 234 bytes
    assert not RULES.is_creatable("É" + "é" * 117)
    assert RULES.is_usable("É" + "é" * 126)
    assert RULES.canonicalise("é" * 128) is None
    assert RULES.canonicalise("A" * 256) is None
    assert RULES.canonicalise("A" * 255) == "A" * 255


def test_what_is_not_canonical_is_not_valid():
    for name in ("core", "Core_Space", "Core  Space", " Core", "User:Core", ""):
        assert not RULES.is_valid(name)


@given(st.text(max_size=40))
def test_canonicalising_is_final_and_never_raises(text):
    """E8: nothing that a client may send raises."""
    name = RULES.canonicalise(unicodedata.normalize("NFC", text))
    if name is not None:
        assert RULES.is_valid(name)
        assert RULES.canonicalise(name) == name


@given(st.text(alphabet="ABab .'-_:/#&;~é\u200e\u00a09", min_size=1, max_size=12))
def test_the_short_way_answers_as_the_long_one(text):
    long_way = RULES.title(text)
    expected = long_way if long_way is not None and RULES.is_valid(long_way) else None
    assert RULES.canonicalise(text) == expected


@pytest.mark.parametrize("text", ["\ud800", "A\ud800b", "User:\udfff"])
def test_broken_text_is_no_name(text):
    assert RULES.canonicalise(text) is None
    assert not RULES.is_valid(text)
