"""What a recorded string lets pass and what it binds."""

from __future__ import annotations

import pytest

from wikigate.testing.template import Bindings, mark_message, mismatch
from wikigate.testing.texts import Texts

TEXTS = Texts({"en": {"missing": "Set $1 now.", "other": "Something else.", "left": "a|b⟩ $1"}})
TOKEN = "0" * 32 + "6b00e5d2"


def wrong(template: str, actual: str, bindings: Bindings | None = None) -> str | None:
    return mismatch(template, actual, bindings or Bindings(), TEXTS)


def test_a_value_bound_by_an_answer_is_sent_in_a_request():
    bindings = Bindings()
    assert wrong("⟦token:1⟧+\\", f"{TOKEN}+\\", bindings) is None
    assert bindings.fill("lgtoken=⟦token:1⟧%2B%5C") == f"lgtoken={TOKEN}%2B%5C"


def test_a_value_never_seen_names_itself():
    with pytest.raises(KeyError, match="token:7"):
        Bindings().fill("⟦token:7⟧")


def test_a_session_id_keeps_its_name_and_shares_it_with_no_other():
    bindings = Bindings()
    first, second = "a" * 32, "b" * 32
    assert wrong("⟦session:1⟧", first, bindings) is None
    assert wrong("⟦session:1⟧", second, bindings) == f"session:1 is {second}, not {first} as before"
    assert wrong("⟦session:2⟧", first, bindings) == "session:2 has the value of session:1"


def test_a_token_may_be_new_each_time():
    bindings = Bindings()
    assert wrong("⟦token:1⟧", TOKEN, bindings) is None
    assert wrong("⟦token:1⟧", "1" * 40, bindings) is None
    assert bindings.fill("⟦token:1⟧") == "1" * 40


@pytest.mark.parametrize(
    ("template", "actual"), [("⟦token:1⟧", "abc"), ("⟦time⟧", "2026-11-21"), ("x=⟦number⟧", "y=1"), ("plain", "Plain")]
)
def test_what_does_not_look_like_its_type_or_its_letters_differs(template, actual):
    assert wrong(template, actual) == "differs"


def test_a_message_is_compared_by_key_and_by_the_parameters_that_both_sides_show():
    assert wrong("⟨missing|1=lgtoken|2=unseen⟩", "Set lgtoken now.") is None
    assert wrong("⟨missing|1=lgtoken⟩", "Set token now.") == "$1 is 'token'"
    assert wrong("⟨missing⟩", "Something else.") == "is other"
    assert wrong("⟨missing⟩", "Prose.") == "no known message"
    assert wrong("⟨absent/missing⟩", "Set x now.") is None


def test_a_parameter_may_hold_a_value_mark():
    assert wrong("⟨missing|1=⟦number⟧⟩", "Set 42 now.") is None


def test_several_messages_stand_on_lines_of_their_own():
    assert wrong("⟨missing|1=a⟩\n⟨other⟩", "Set a now.\nSomething else.") is None


def test_every_character_of_a_parameter_survives_its_mark():
    mark = mark_message(("left",), {1: "x|y⟩\\z"}, "plain")
    assert wrong(mark, "a|b⟩ x|y⟩\\z") is None


def test_the_servers_own_address_must_be_the_one_spoken_to():
    bindings = Bindings({"server": "http://127.0.0.1:1"})
    assert wrong("⟦server⟧/w", "http://127.0.0.1:1/w", bindings) is None
    assert wrong("⟦server⟧/w", "http://localhost/w", bindings) == "the server is called http://localhost"


@pytest.mark.parametrize(("asked", "word"), [("28−10 =", "18"), ("3+9 =", "12"), ("7−8 =", "-1"), ("100+0 =", "100")])
def test_a_captcha_s_sum_is_bound_and_solved(asked, word):
    bindings = Bindings()
    assert wrong("⟦sum:1⟧", asked, bindings) is None
    assert bindings.fill("captchaWord=⟦solved:1⟧") == f"captchaWord={word}"
    assert bindings.fill("⟦solved:last⟧") == word
