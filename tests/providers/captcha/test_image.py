"""The picture of a word (spec extensions §2.1)."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from wikigate.providers.captcha.image import Picture


@pytest.fixture
def picture():
    return Picture("/w/index.php")


def test_the_word_is_right_in_any_case_and_nothing_else(picture, challenges, session):
    challenge = challenges.make(session, "login")
    word = picture.word(challenge)
    assert picture.is_right(challenge, word)
    assert picture.is_right(challenge, f" {word.upper()}\n")
    for wrong in ("", word[:-1], word + "x", word[::-1], "\ud800"):
        assert not picture.is_right(challenge, wrong)


def test_words_differ_and_use_every_letter(picture, challenges, session):
    words = [picture.word(challenges.make(session, "login")) for _ in range(500)]
    assert len(set(words)) == 500
    assert set("".join(words)) == set("abcdefhkmnprstuvwxyz234578")


def test_it_is_a_png_that_stays_the_same(picture, challenges, session):
    challenge = challenges.make(session, "login")
    drawn = picture.draw(challenge)
    assert Image.open(BytesIO(drawn)).size == (240, 80)
    assert picture.draw(challenge) is drawn
    assert picture.draw(challenges.make(session, "login")) != drawn
