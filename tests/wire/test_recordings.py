"""What may stand in a recording: facts and keys, nobody else's sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from wikigate.testing.recording import load

from .fixture import fixture
from .play import recordings

_MARKS = re.compile(r"⟦[^⟧]*⟧|⟨(?:[^⟩\\]|\\.)*⟩")
_SENTENCE = re.compile(r"(?:[A-Za-z',;]+ ){5}")
# Sentences that are the wire itself: the refusal of a strange origin, which the API's documentation of CORS prints.
_ALLOWED = {"'origin' parameter does not match Origin header\n"}


def _strings(node: Any) -> Iterator[str]:
    match node:
        case dict():
            for value in node.values():
                yield from _strings(value)
        case list():
            for value in node:
                yield from _strings(value)
        case str():
            yield node


@pytest.mark.parametrize("recording", list(recordings()), ids=lambda recording: recording.name)
def test_a_recorded_body_holds_no_sentences(recording):
    bodies = [text for step in recording.steps for text in _strings(dict(step.response.body))]
    assert [text for text in bodies if _SENTENCE.search(_MARKS.sub("", text)) and text not in _ALLOWED] == []


def test_every_recording_names_a_wiki_that_exists():
    assert [recording.name for recording in recordings() if fixture(recording.fixture).accounts == ()] == []


def test_headers_said_once_hold_for_every_step_but_those_that_say_otherwise(tmp_path):
    path = tmp_path / "r.json"
    path.write_text(
        '{"title": "", "fixture": "core", "headers": {"Vary": "Cookie"}, "steps": ['
        '{"name": "a", "request": {}, "response": {}},'
        '{"name": "b", "request": {}, "response": {"headers": {"Vary": null, "Expires": "0"}}}]}'
    )
    first, second = load(path, tmp_path).steps
    assert (first.response.headers, second.response.headers) == ({"Vary": "Cookie"}, {"Vary": None, "Expires": "0"})
