"""The wiki's own questions (spec extensions §2.1)."""

from __future__ import annotations

import pytest

from wikigate.auth.captcha_settings import CaptchaSettings, QuestionSettings
from wikigate.providers.captcha.questions import Questions

ASKED = (QuestionSettings("Capital of <b>France</b>?", ("Paris", "Lutetia")), QuestionSettings("2+2?", ("4", "four")))


def of(challenges, session, question):
    """A challenge that asks this question."""
    made = (challenges.make(session, "login") for _ in range(100))
    return next(one for one in made if Questions(ASKED).question(one) == question)


@pytest.mark.parametrize(
    ("word", "good"),
    [
        ("Paris", True),
        ("  pARIS\n", True),
        ("lutetia", True),
        ("4", False),
        ("", False),
        ("Pari", False),
        ("\ud800", False),
    ],
)
def test_one_of_its_answers_is_right_in_any_case(challenges, session, word, good):
    challenge = of(challenges, session, "Capital of <b>France</b>?")
    assert Questions(ASKED).is_right(challenge, word) == good


@pytest.mark.parametrize(
    ("word", "good"), [("04", True), ("4.0", True), ("+4", True), ("4e0", True), ("4.5", False), ("-4", False)]
)
def test_a_number_is_right_in_any_spelling(challenges, session, word, good):
    assert Questions(ASKED).is_right(of(challenges, session, "2+2?"), word) == good


def test_each_question_has_its_own_answers(challenges, session):
    assert Questions(ASKED).is_right(of(challenges, session, "2+2?"), "FOUR")


@pytest.mark.parametrize(("question", "answers"), [("", ("x",)), ("x", ()), ("x", ("y", " "))])
def test_a_question_that_nobody_can_answer_is_refused(question, answers):
    with pytest.raises(ValueError, match="a question needs"):
        QuestionSettings(question, answers)


def test_questions_are_needed_where_they_are_asked():
    with pytest.raises(ValueError, match="need “questions”"):
        CaptchaSettings(kind="questions")
