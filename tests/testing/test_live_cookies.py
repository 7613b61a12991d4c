"""Cookies of the real MediaWiki as they are written down: what its clock alone repeats is no word of its own."""

from __future__ import annotations

from tests.conformance.live import each_once

NAME = "my_wikiUserID=16; expires=⟦date⟧; Max-Age=2592000; path=/; HttpOnly"
GONE = "my_wikiUserID=deleted; expires=⟦date⟧; Max-Age=0; path=/; HttpOnly"
OTHER = "my_wiki_session=⟦session:1⟧; path=/; HttpOnly"


def test_a_cookie_that_is_set_again_a_second_later_is_written_down_once() -> None:
    assert each_once([OTHER, NAME, OTHER, NAME]) == (OTHER, NAME)


def test_a_cookie_that_is_set_after_it_was_deleted_stays() -> None:
    assert each_once([NAME, GONE, NAME]) == (NAME, GONE, NAME)
