"""Every language says everything that English says, with the same parameters, links and tags, and the forms that its grammar asks for."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import wikigate
from wikigate.i18n.language import NAMES, plural_forms
from wikigate.i18n.template import Choice, Template, parse

FOLDER = Path(wikigate.__file__).parent / "i18n" / "messages"
ENGLISH: dict[str, str] = json.loads((FOLDER / "en.json").read_text("utf-8"))
OTHERS = {file.stem: json.loads(file.read_text("utf-8")) for file in sorted(FOLDER.glob("*.json")) if file.stem != "en"}
# What the issue of languages asks for.
WANTED = {"ar", "de", "es", "fr", "it", "ja", "pt", "ru", "zh-hans"}
# What a number chooses: it may be left out where the language has one form.
_CHOSEN_BY = re.compile(r"\{\{(?:PLURAL|GENDER):(\$[1-9])")


def _choices(template: Template) -> Iterator[Choice]:
    for node in template:
        if isinstance(node, Choice):
            yield node
            for form in node.forms:
                yield from _choices(form)


def _parameters(text: str) -> set[str]:
    return set(re.findall(r"\$[1-9]", text))


def _markup(text: str) -> Counter[str]:
    """Return the tags with what stands in those of code, and the targets of links."""
    tags = re.findall(r"<(?:kbd|var|samp|code)>.*?</|</?[a-z]+>", text)
    return Counter([*tags, *re.findall(r"\[\[([^\]|]*)", text), *re.findall(r"\[(https?:[^ \]]*)", text)])


def test_the_languages_that_were_promised_are_there() -> None:
    assert set(OTHERS) >= WANTED
    assert set(OTHERS) <= set(NAMES)


@pytest.mark.parametrize("code", OTHERS)
def test_m21_a_language_says_everything(code: str) -> None:
    assert not set(ENGLISH) - set(OTHERS[code])


@pytest.mark.parametrize("code", OTHERS)
def test_a_language_keeps_nothing_that_english_has_not(code: str) -> None:
    """``scripts/messages.py`` drops what is left over."""
    assert not set(OTHERS[code]) - set(ENGLISH)


@pytest.mark.parametrize("code", OTHERS)
def test_a_language_is_written_as_agreed(code: str) -> None:
    text = json.dumps(dict(sorted(OTHERS[code].items())), ensure_ascii=False, indent="\t") + "\n"
    assert (FOLDER / f"{code}.json").read_text("utf-8") == text


@pytest.mark.parametrize("code", OTHERS)
def test_parameters_are_those_of_english(code: str) -> None:
    wrong = {}
    for key, text in ENGLISH.items():
        own = _parameters(OTHERS[code][key])
        may_miss = set(_CHOSEN_BY.findall(text)) if plural_forms(code) == 1 else set()
        if not _parameters(text) - may_miss <= own <= _parameters(text):
            wrong[key] = OTHERS[code][key]
    assert not wrong


@pytest.mark.parametrize("code", OTHERS)
def test_markup_and_links_are_those_of_english(code: str) -> None:
    wrong = {key: OTHERS[code][key] for key, text in ENGLISH.items() if _markup(text) != _markup(OTHERS[code][key])}
    assert not wrong


@pytest.mark.parametrize("code", OTHERS)
def test_lines_and_the_name_of_the_wiki_are_kept(code: str) -> None:
    own = OTHERS[code]
    wrong = {
        key: own[key]
        for key, text in ENGLISH.items()
        if text.count("\n") != own[key].count("\n") or ("{{SITENAME}}" in text) != ("{{SITENAME}}" in own[key])
    }
    assert not wrong


@pytest.mark.parametrize("code", ["en", *OTHERS])
def test_a_number_chooses_among_all_forms_that_the_language_has(code: str) -> None:
    texts = ENGLISH if code == "en" else OTHERS[code]
    wrong = {
        key: text
        for key, text in texts.items()
        for choice in _choices(parse(text))
        if choice.kind == "PLURAL" and len(choice.forms) != plural_forms(code)
    }
    assert not wrong


@pytest.mark.parametrize("code", OTHERS)
def test_nothing_was_left_in_english(code: str) -> None:
    """Sentences of some length differ in every language; names, codes and short words may coincide."""
    same = {key for key, text in ENGLISH.items() if OTHERS[code][key] == text and len(text.split()) > 4}
    assert not same
