"""What a replay tells: nothing about an equal answer, one line for each place that differs."""

from __future__ import annotations

import json

import pytest

from wikigate.testing.recorder import Recorder
from wikigate.testing.recording import Exchange, Expected, Recording, Step
from wikigate.testing.replay import Comparison, Difference, Player, Rule
from wikigate.testing.template import Bindings
from wikigate.testing.texts import Texts
from wikigate.testing.transport import Answer, WsgiTransport

NOW = 1795221473.0
TEXTS = Texts({"en": {"needs": "Set $1 first.", "stale": "Too late.", "help": "See $1 for help."}})
BASE = "http://127.0.0.1:8155"


def answer(
    body: str, *headers: tuple[str, str], content_type: str = "application/json; charset=utf-8", status: int = 200
) -> Answer:
    return Answer(status, (("Content-Type", content_type), *headers), body.encode())


ANSWERS = [
    answer('{"login":{"result":"Failed","reason":"Too late."}}'),
    answer('{"error":{"code":"x","info":"Set lgtoken first.","*":"See http://127.0.0.1:8155/w/api.php for help."}}'),
    answer('{"query":{"tokens":{"logintoken":"' + "a1" * 20 + '+\\\\"}},"curtimestamp":"2026-11-21T00:29:00Z"}'),
    answer("{}", ("Set-Cookie", f"my_wiki_session={'0v' * 16}; path=/; HttpOnly")),
    answer(
        "{}",
        ("Set-Cookie", "my_wikiUserID=4; expires=Mon, 21 Dec 2026 00:37:53 GMT; Max-Age=2592000; path=/; HttpOnly"),
        ("Set-Cookie", "my_wiki_session=deleted; expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; path=/; HttpOnly"),
    ),
    answer(
        '<?xml version="1.0"?><api><error code="x" info="Too late." xml:space="preserve">See http://h/w/api.php for help.</error></api>',
        content_type="text/xml; charset=utf-8",
    ),
    answer(
        'a:1:{s:5:"error";a:1:{s:4:"info";s:9:"Too late.";}}',
        content_type="application/vnd.php.serialized; charset=utf-8",
    ),
    answer("", ("X-Request-Id", "ab" * 12), content_type="text/plain; charset=utf-8", status=405),
]


def recorded(given: Answer) -> Expected:
    out = Recorder(TEXTS, (BASE,)).response(given, "plain", "wikitext")
    return Expected(out.get("status", 200), out["headers"], tuple(out["cookies"]), out["body"])


def places(expected: Expected, given: Answer) -> list[str]:
    return [place for place, *_ in Comparison(Bindings({"server": BASE}), TEXTS, NOW).differences(expected, given)]


@pytest.mark.parametrize("given", ANSWERS)
def test_what_was_recorded_equals_what_was_answered(given):
    assert places(recorded(given), given) == []


@pytest.mark.parametrize("given", ANSWERS)
def test_a_recording_holds_no_prose(given):
    assert not {"Too late", "first", "for help"} & {
        words for words in ("Too late", "first", "for help") if words in repr(recorded(given))
    }


@pytest.mark.parametrize(
    ("first", "then", "expected"),
    [
        (ANSWERS[0], answer('{"login":{"reason":"Too late.","result":"Failed"}}'), ["body.login"]),
        (ANSWERS[0], answer('{"login":{"result":"Failed","reason":"Set a first."}}'), ["body.login.reason"]),
        (ANSWERS[0], answer('{"login":{"result":"Failed"},"x":1}'), ["body.x", "body.login.reason"]),
        (ANSWERS[0], answer('{"login": {"result":"Failed","reason":"Too late."}}'), ["body"]),
        (answer('{"a":1}'), answer('{"a":true}'), ["body.a"]),
        (answer('{"a":["x","y"]}'), answer('{"a":["y","x"]}'), ["body.a.0", "body.a.1"]),
        (answer('{"a":"\\u00e9"}'), answer('{"a":"é"}'), ["body escaped"]),
        (ANSWERS[7], answer("", ("X-Request-Id", "ab"), content_type="text/plain; charset=utf-8"), ["status", "header X-Request-Id"]),
        (ANSWERS[0], answer('{"login":{"result":"Failed","reason":"Too late."}}', ("Vary", "Cookie")), ["header Vary"]),
        (answer("{}", ("Vary", "Cookie")), answer("{}"), ["header Vary"]),
        (ANSWERS[3], answer("{}"), ["cookie my_wiki_session"]),
        (ANSWERS[3], answer("{}", ("Set-Cookie", f"my_wiki_session={'0v' * 16}; path=/")), ["cookie my_wiki_session"]),
        (
            ANSWERS[4],
            answer("{}", *reversed(ANSWERS[4].headers[1:])),
            ["cookie my_wikiUserID", "cookie my_wiki_session"],
        ),
        (
            ANSWERS[5],
            answer('<?xml version="1.0"?><api><error code="y" info="Too late." /></api>', content_type="text/xml; charset=utf-8"),
            ["body/api/error@xml:space", "body/api/error@code", "body/api/error.0"],
        ),
    ],
)  # fmt: skip
def test_every_place_that_differs_is_told(first, then, expected):
    assert places(recorded(first), then) == expected


def test_an_expiry_away_from_its_max_age_is_told():
    late = answer(
        "{}",
        ("Set-Cookie", "my_wikiUserID=4; expires=Mon, 21 Dec 2026 01:37:53 GMT; Max-Age=2592000; path=/; HttpOnly"),
    )
    (found,) = Comparison(Bindings(), TEXTS, NOW).differences(recorded(late), late)
    assert found[3] == "expires 2595600 s from now"


def conversation(environ, start_response):
    """Hands out a token and takes it back."""
    token = "b2" * 20
    sent = environ["wsgi.input"].read().decode()
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({"took": sent} if sent else {"token": f"{token}+\\"}, separators=(",", ":")).encode()]


def test_a_value_of_one_answer_is_sent_in_the_next_request():
    headers = {"Content-Type": "application/json"}
    steps = (
        Step("fetch", Exchange(), Expected(headers=headers, body={"json": {"token": "⟦token:1⟧+\\"}})),
        Step(
            "send",
            Exchange("POST", form={"t": "⟦token:1⟧+\\"}),
            Expected(headers=headers, body={"json": {"took": f"t={'b2' * 20}%2B%5C"}}),
        ),
        Step("lost", Exchange(query="⟦session:1⟧"), Expected()),
        Step("never played", Exchange(), Expected()),
    )
    player = Player(WsgiTransport(conversation), TEXTS, lambda: NOW, lambda _verb, _arguments: None)
    played = list(player.play(Recording("r", "", "", steps)))
    assert [(step.name, [str(d) for d in found]) for step, found in played] == [
        ("fetch", []),
        ("send", []),
        ("lost", ["r · lost · request: session:1 → never seen"]),
    ]


def test_a_change_to_the_wiki_is_made_before_its_step():
    changes: list[object] = []
    step = Step("later", Exchange(), Expected(), ({"advance": 2},))
    player = Player(
        WsgiTransport(conversation), TEXTS, lambda: NOW, lambda verb, arguments: changes.append((verb, arguments))
    )
    list(player.play(Recording("r", "", "", (step,))))
    assert changes == [("advance", 2)]


@pytest.mark.parametrize(
    ("rule", "covered"),
    [
        (Rule("core/*", "header Vary"), True),
        (Rule("core/*", "header *", step="2 *"), False),
        (Rule("core/*", "header Vary", actual="Origin"), False),
        (Rule("framework/*", "*"), False),
    ],
)
def test_a_rule_covers_the_differences_that_all_its_patterns_fit(rule, covered):
    assert rule.covers(Difference("core/logout", "1 fetch", "header Vary", "(absent)", "Cookie")) is covered
