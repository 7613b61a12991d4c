"""Whatever is sent to ``api.php``, an answer in the asked format comes back.

A code of MediaWiki's or a clear 4xx, never a 500, never a traceback.

Security E8–E10, reliability T2, T3, T5, T6, T10 in small: generated requests go through the WSGI callable of a whole wiki.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from urllib.parse import quote_from_bytes
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wikigate.testing.transport import Answer
from wikigate.testing.wiki import TestWiki

NAMES = [
    "action", "format", "formatversion", "errorformat", "errorlang", "uselang", "assert", "assertuser", "maxlag", "maxage", "smaxage",
    "requestid", "curtimestamp", "servedby", "responselanginfo", "origin", "callback", "utf8", "ascii", "wrappedhtml", "meta", "list",
    "prop", "type", "uiprop", "siprop", "ususers", "usprop", "amirequestsfor", "amimessageformat", "lgname", "lgpassword", "lgdomain",
    "lgtoken", "username", "password", "rememberMe", "loginreturnurl", "logincontinue", "logintoken", "loginrequests",
    "loginmessageformat", "loginmergerequestfields", "loginpreservestate", "token", "modules", "helpformat", "maxtokenage",
    "username[]", "lgname[x]", "a.b", "x", "",
]  # fmt: skip
VALUES = [
    "login", "clientlogin", "logout", "query", "help", "paraminfo", "checktoken", "tokens|userinfo|siteinfo", "userinfo", "users",
    "authmanagerinfo", "json", "xml", "php", "none", "jsonfm", "xmlfm", "phpfm", "rawfm", "1", "2", "latest", "raw", "plaintext", "html",
    "*",
    "**", "|", "\x1f", "\x1fa|b\x1fc", "+\\", "qqx", "login-continue", "http://example.org/", "javascript:alert(1)", "user", "bot", "anon",
    "Alice", "alice@bot", "0", "-1", "99999999999999999999999", "127.0.0.1", "a" * 300, "a" * 5000, "<script>alert(1)</script>",
    '"><svg onload=alert(1)>', "\x00", "\u202eevil", "e\u0301" * 50, "\U0001f600", "]]>", "=\u0338", "main", "query+tokens",
]  # fmt: skip

raw_values = st.one_of(
    st.sampled_from(VALUES).map(str.encode),
    st.binary(max_size=40),
    st.text(max_size=20).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.lists(st.sampled_from(["a", "", "login", "csrf", "\x1f"]), max_size=60).map(
        lambda items: "|".join(items).encode()
    ),
)
raw_names = st.one_of(st.sampled_from(NAMES).map(str.encode), st.binary(max_size=12))
pairs = st.lists(st.tuples(raw_names, raw_values), max_size=14)
headers = st.fixed_dictionaries(
    {},
    optional={
        "Cookie": st.one_of(
            st.sampled_from([
                "wikigate_session=" + "v" * 71, "wikigate_session=../../etc/passwd", "wikigateUserID=1; wikigateToken=" + "0" * 32, "=;;=",
                "wikigate_BPsession=" + "0" * 32, 'a="b; c"', "wikigateUserID=999999999999999999999; wikigateUserName=%FF",
            ]),
            st.binary(max_size=60).map(lambda data: data.decode("latin-1").replace("\n", "").replace("\r", "")),
        ),
        "Content-Type": st.sampled_from(
            ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data", "text/plain", ""]
        ),
        "Origin": st.sampled_from(["https://evil.example", "null", "a b"]),
        "If-None-Match": st.just("*"),
        "Treat-as-Untrusted": st.just("1"),
        "Authorization": st.sampled_from(["Bearer x", "Basic eDp5", "OAuth x"]),
    },
)  # fmt: skip


def encode(parameters: list[tuple[bytes, bytes]]) -> str:
    return "&".join(f"{quote_from_bytes(name)}={quote_from_bytes(value)}" for name, value in parameters)


@pytest.fixture(scope="module")
def wiki() -> Iterator[TestWiki]:
    with TestWiki() as wiki:
        wiki.create_user("Alice", "correct horse battery")
        yield wiki


def check(answer: Answer) -> None:
    """Hold an answer to what its own headers say."""
    assert answer.status in {200, 301, 304, 400, 403, 405, 413, 415, 431}, (answer.status, answer.body[:300])
    assert b"Traceback" not in answer.body
    assert b"internal_api_error" not in answer.body
    kind = (answer.header("Content-Type") or "").partition(";")[0]
    if answer.status == 304 or not answer.body:
        return
    if kind in {"application/json", "text/mediawiki-api-prettyprint-wrapped"}:
        assert isinstance(json.loads(answer.body), dict)
    elif kind == "text/xml":
        assert ET.fromstring(answer.body).tag.rpartition("}")[2] == "api"
    elif kind == "text/html":
        assert not re.search(rb"<script>alert|<svg onload", answer.body)
    else:
        assert kind in {"text/javascript", "application/vnd.php.serialized", "text/plain"}


@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    method=st.sampled_from(["GET", "POST", "HEAD", "PUT", "OPTIONS", "DELETE", "TRACE"]),
    query=pairs,
    body=pairs,
    sent=headers,
)
def test_any_request_gets_an_answer_in_the_asked_format(
    wiki: TestWiki, method: str, query: list[tuple[bytes, bytes]], body: list[tuple[bytes, bytes]], sent: dict[str, str]
) -> None:
    """E8, T10."""
    data = encode(body).encode() if method == "POST" else b""
    extra = {"Content-Type": "application/x-www-form-urlencoded"} if method == "POST" else {}
    check(wiki.send(method, f"/w/api.php?{encode(query)}", extra | sent, data))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.binary(max_size=400),
    kind=st.sampled_from(["multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "application/json"]),
)
def test_any_body_is_read_or_refused(wiki: TestWiki, body: bytes, kind: str) -> None:
    """E8."""
    check(wiki.send("POST", "/w/api.php?action=query&meta=userinfo&format=json", {"Content-Type": kind}, body))


def test_a_login_with_odd_fields_logs_nothing_that_was_sent(wiki: TestWiki, caplog: pytest.LogCaptureFixture) -> None:
    """H5, R12: not on the way to a failure either."""
    caplog.set_level(logging.DEBUG)
    token = wiki.token("login")
    for form in (
        {
            "action": "clientlogin",
            "username": "Alice",
            "password": "canary-1",
            "loginreturnurl": "http://e/",
            "logintoken": "canary-2",
        },
        {
            "action": "clientlogin",
            "username": "Alice",
            "password": "canary-1",
            "loginreturnurl": "http://e/",
            "logintoken": token,
        },
        {"action": "login", "lgname": "Alice", "lgpassword": "canary-1", "lgtoken": token},
        {"action": "login", "lgname[]": "Alice", "lgpassword": "canary-1", "lgtoken": "canary-3"},
    ):
        wiki.post(form)
    assert "canary" not in caplog.text


def test_array_syntax_for_a_scalar_is_no_exception(wiki: TestWiki) -> None:
    """S12, R44: MediaWiki answers internal_api_error_TypeError here."""
    answer = wiki.post(
        {
            "action": "clientlogin",
            "username[]": "Alice",
            "password": "x",
            "loginreturnurl": "http://e/",
            "logintoken": wiki.token("login"),
        }
    )
    assert answer["clientlogin"]["messagecode"] == "authmanager-authn-no-primary"


def test_more_than_a_thousand_parameters_are_refused_by_name(wiki: TestWiki) -> None:
    """E10, S13, T3: nothing is cut off silently."""
    answer = wiki.send(
        "POST",
        "/w/api.php?action=query&format=json",
        {"Content-Type": "application/x-www-form-urlencoded"},
        b"&".join(b"a%d=1" % n for n in range(10_000)),
    )
    assert json.loads(answer.body)["error"]["code"] == "toomanyparams"


def test_a_body_beyond_the_limit_is_refused_and_says_the_limit(wiki: TestWiki) -> None:
    """E10, T2."""
    answer = wiki.send(
        "POST",
        "/w/api.php?action=login&format=json",
        {"Content-Type": "application/x-www-form-urlencoded"},
        b"a" * (1024 * 1024 + 1),
    )
    assert answer.status == 413
    assert json.loads(answer.body)["error"]["code"] == "http-contenttoolarge"


def test_a_list_of_a_hundred_thousand_values_is_refused(wiki: TestWiki) -> None:
    """E9, T3."""
    answer = wiki.get({"action": "query", "meta": "userinfo", "uiprop": "|".join(["groups"] * 100_000)})
    assert answer["error"]["code"] == "toomanyvalues"


@pytest.mark.parametrize(
    "name",
    [
        "x" * 300,
        "\u202eAlice",
        "127.0.0.1",
        "",
        " ",
        "#",
        "Alice\x00",
        "User:",
        "~2026-1",
        "a" * 1_000_000,
        "e\u0301" * 1000,
    ],
)
def test_an_impossible_name_fails_like_any_other(wiki: TestWiki, name: str) -> None:
    """T6, S21: and no name is cut to fit."""
    answer = wiki.post(
        {
            "action": "clientlogin",
            "username": name,
            "password": "x",
            "loginreturnurl": "http://e/",
            "logintoken": wiki.token("login"),
        }
    )
    assert answer.get("clientlogin", {}).get("status") == "FAIL" or answer["error"]["code"] == "http-contenttoolarge"
