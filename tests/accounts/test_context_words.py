"""Words too near to an account to make its password (security A5)."""

import pytest

from wikigate.accounts.context_words import is_made_of, site_words


def test_a_wiki_is_called_by_its_name_and_its_host():
    assert site_words("Test Wiki", "https://en.owls.example.org:8443", ("Strix",)) == (
        "Test Wiki", "en", "owls", "example", "Strix",
    )  # fmt: skip
    assert site_words("Test Wiki", "") == ("Test Wiki",)
    assert site_words("Test Wiki", "http://[") == ("Test Wiki",)


@pytest.mark.parametrize(
    ("password", "made"),
    [
        ("testwiki2026", True),
        ("TEST-wiki-2026", True),
        ("2026wiki", True),
        ("ｔｅｓｔｗｉｋｉ1", True),
        ("my test wiki has owls in it", False),
        ("correct horse battery", False),
        ("twit", False),
        ("", False),
    ],
)
def test_what_is_left_without_the_words_counts(password, made):
    assert is_made_of(password, ("Test Wiki", "of", "")) is made
