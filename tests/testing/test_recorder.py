"""What the recorder makes of captchas: marks by which another server's are solved."""

from __future__ import annotations

import json

import pytest

from wikigate.testing.recorder import Recorder
from wikigate.testing.texts import Texts
from wikigate.testing.transport import Answer


@pytest.fixture
def recorder():
    return Recorder(Texts({"en": {}}))


def shown(recorder, info):
    """What is kept of an answer that asks for a captcha."""
    fields = {"captchaId": {"value": "4871670047767305362"}, "captchaInfo": {"value": info}}
    body = json.dumps({"fields": fields}).encode()
    answer = Answer(200, (("Content-Type", "application/json; charset=utf-8"),), body)
    kept = recorder.response(answer, "plain", "wikitext")["body"]["json"]["fields"]
    return kept["captchaId"]["value"], kept["captchaInfo"]["value"]


def test_the_id_and_the_sum_become_marks(recorder):
    assert shown(recorder, "31−0 =") == ("⟦captcha:1⟧", "⟦sum:1⟧")


@pytest.mark.parametrize(("word", "kept"), [("31", "⟦solved:1⟧"), ("99", "99")])
def test_the_right_answer_becomes_one_too(recorder, word, kept):
    shown(recorder, "31−0 =")
    form = recorder.form({"captchaId": "4871670047767305362", "captchaWord": word})
    assert form == {"captchaId": "⟦captcha:1⟧", "captchaWord": kept}


def test_a_picture_s_address_bears_the_id(recorder):
    where = "/w/index.php?title=Special:Captcha/image&wpCaptchaId="
    assert shown(recorder, f"{where}4871670047767305362")[1] == f"{where}⟦captcha:1⟧"


def test_a_question_stays_as_it_is(recorder):
    assert shown(recorder, "Capital of <b>France</b>?")[1] == "Capital of <b>France</b>?"
