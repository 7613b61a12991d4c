"""What ``Texts`` recognises: the mirror of rendering."""

from __future__ import annotations

import pytest

from wikigate.testing.texts import Texts

MESSAGES = {
    "missing": "The <var>$1</var> parameter must be set, see [[Help:API|the help]].",
    "values": "Unrecognized {{PLURAL:$3|value|values}} for parameter <var>$1</var>: $2",
    "wait": "Too many attempts.\nWait $1.",
    "site": "Welcome to {{SITENAME}}, [https://example.org/ reader]!",
    "nothing": "$1",
}


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts({"en": MESSAGES})


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("plain", 'The "lgtoken" parameter must be set, see [[Help:API|the help]].'),
        ("wikitext", "The <var>lgtoken</var> parameter must be set, see [[Help:API|the help]]."),
        ("html", 'The <var>lgtoken</var> parameter must be set, see <a href="/x" title="y">the help</a>.'),
    ],
)
def test_a_message_is_known_in_each_form_with_its_parameters(texts, form, text):
    (found,) = texts.find(text, form)
    assert (found.key, dict(found.params)) == ("missing", {1: "lgtoken"})


@pytest.mark.parametrize(
    ("form", "text"), [("plain", "a <var>"), ("html", 'The "x" parameter must be set, see the help.')]
)
def test_a_text_in_another_forms_markup_is_not_known(texts, form, text):
    assert texts.find(text, form) == ()


def test_plain_text_has_its_white_space_collapsed_and_wikitext_keeps_it(texts):
    assert texts.find("Too many attempts. Wait 5 minutes.", "plain")[0].params == {1: "5 minutes"}
    assert texts.find("Too many attempts.\nWait 5 minutes.", "wikitext")[0].params == {1: "5 minutes"}
    assert texts.find("Too many attempts. Wait 5 minutes.", "wikitext") == ()


@pytest.mark.parametrize(
    "text", ['Unrecognized value for parameter "type": x', 'Unrecognized values for parameter "type": x, y']
)
def test_every_form_of_a_plural_is_known(texts, text):
    assert [found.key for found in texts.find(text)] == ["values"]


def test_an_empty_last_parameter_is_known_though_its_blank_is_gone(texts):
    assert dict(texts.find('Unrecognized value for parameter "type":')[0].params) == {1: "type", 2: ""}


def test_a_message_that_says_nothing_of_its_own_is_never_found(texts):
    assert texts.find("anything at all") == ()


def test_the_surest_message_comes_first():
    texts = Texts({"en": {"loose": "Error: $1", "exact": "Error: no such user"}})
    assert [found.key for found in texts.find("Error: no such user")] == ["exact", "loose"]


def test_two_texts_in_one_language_each_keep_their_key():
    texts = Texts({"en": {"a": "Log in"}, "de": {"a": "Anmelden"}})
    assert texts.find("Anmelden")[0].key == texts.find("Log in")[0].key == "a"
