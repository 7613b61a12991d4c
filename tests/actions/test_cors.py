"""Same-origin protection and CORS (spec framework §9; T402–T414, T769–T771)."""

from __future__ import annotations

import pytest

from wikigate.actions.cors import CorsRules, is_same_origin
from wikigate.wire.http import Request
from wikigate.wire.phpform import FormLimits, parse_form

RULES = CorsRules(["a.example.org", "*.example.net"], ["bad.example.net"])
EXPOSED = (
    "Access-Control-Expose-Headers",
    "MediaWiki-API-Error, Retry-After, X-Database-Lag, MediaWiki-Login-Suppressed",
)


def answer(query: str, method: str = "GET", **headers: str):
    request = Request(method, "/w/api.php", query, {name.replace("_", "-"): value for name, value in headers.items()})
    return RULES.answer(request, parse_form(request, FormLimits()))


def same_origin(query: str, **headers: str) -> bool:
    request = Request("GET", "/w/api.php", query, {name.replace("_", "-"): value for name, value in headers.items()})
    return is_same_origin(request, parse_form(request, FormLimits()))


def test_without_origin_parameter_there_are_no_cors_headers() -> None:
    result = answer("action=query", origin="https://a.example.org")
    assert (result.headers, result.refused) == ((), False)


def test_any_origin_may_read_an_anonymous_answer() -> None:
    """E4: and never with credentials."""
    assert answer("origin=*").headers == (
        ("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Credentials", "false"), EXPOSED,
    )  # fmt: skip


def test_a_listed_origin_may_read_with_credentials() -> None:
    """E4."""
    result = answer("origin=https://a.example.org", origin="https://a.example.org")
    assert result.headers == (
        ("Access-Control-Allow-Origin", "https://a.example.org"), ("Access-Control-Allow-Credentials", "true"),
        ("Timing-Allow-Origin", "https://a.example.org"), EXPOSED,
    )  # fmt: skip
    assert result.names_origin


@pytest.mark.parametrize(
    "origin",
    [
        "https://bad.example.net",
        "https://other.example.org",
        "https://a.example.org:8080",
        "https://a.example.org.evil.test",
        "null",
        "ftp://a.example.org",
    ],
)
def test_an_unlisted_origin_is_told_so_and_served(origin: str) -> None:
    result = answer(f"origin={origin}", origin=origin)
    assert (result.headers, result.refused) == ((("MediaWiki-CORS-Rejection", "Origin mismatch"),), False)


@pytest.mark.parametrize(
    ("parameter", "header"),
    [
        ("https://a.example.org", ""),
        ("https://a.example.org", "https://b.example.org"),
        ("https://a.example.org", "https://a.example.org https://b.example.org"),
    ],
)
def test_a_parameter_that_the_header_does_not_bear_out_is_refused(parameter: str, header: str) -> None:
    """E4, T408, T409; two origins in one header are no browser's (T769)."""
    assert answer(f"origin={parameter}", origin=header).refused


def test_a_preflight_allows_the_known_headers() -> None:
    result = answer(
        "origin=*",
        "OPTIONS",
        access_control_request_method="POST",
        access_control_request_headers="authorization, Content-Type",
    )
    assert ("Access-Control-Allow-Methods", "POST, GET, HEAD") in result.headers
    assert ("Access-Control-Allow-Headers", "authorization, Content-Type") in result.headers
    assert EXPOSED not in result.headers


def test_a_preflight_with_an_unknown_header_gets_nothing() -> None:
    result = answer(
        "origin=*", "OPTIONS", access_control_request_method="POST", access_control_request_headers="x-evil"
    )
    assert result.headers == (("MediaWiki-CORS-Rejection", "Unsupported header requested in preflight"),)


@pytest.mark.parametrize(
    ("query", "headers", "expected"),
    [
        ("action=query", {}, True),
        ("origin=https://a.example.org", {}, True),
        ("origin=*", {}, False),
        ("callback=f", {}, False),
        ("callback=", {}, False),
        ("action=query", {"treat_as_untrusted": "0"}, False),
    ],
)
def test_login_is_suppressed_where_the_answer_could_be_read_by_another_page(
    query: str, headers: dict[str, str], expected: bool
) -> None:
    """E4, E5."""
    assert same_origin(query, **headers) is expected
