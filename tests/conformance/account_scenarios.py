"""Conversations about accounts that nobody had recorded: see ``scenarios.py``."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from wikigate.testing.recording import Exchange, Expected, Recording, Step

_JSON = {"format": "json", "formatversion": "2"}
_SESSION = {"Cookie": "my_wiki_session=⟦session:last⟧"}


def scenarios() -> Iterator[Recording]:
    """Return every scenario."""
    for name, title, steps in (
        ("warned-and-refused", "an error after warnings: which comes first, in every form", _warned()),
        ("refused-values", "parameters inside of refusals, raw", _refused()),
        ("common-passwords", "which passwords are common, and which only look so", _common()),
        ("verdicts", "validatepassword: what a verdict's parts are called in XML", _verdicts()),
    ):
        yield Recording(f"live/{name}", title, "core", tuple(steps))


def _post(name: str, **params: str) -> Step:
    return Step(name, Exchange("POST", form=_JSON | params), Expected())


def _get(name: str, **params: str) -> Step:
    return Step(name, Exchange(query=urlencode(_JSON | params)), Expected())


def _warned() -> Iterator[Step]:
    for form in ("bc", "plaintext", "raw"):
        for format_ in ("json", "xml"):
            shown = {"errorformat": form, "format": format_}
            if format_ == "xml":
                shown["formatversion"] = "1"
            asked = {"action": "query", "meta": "tokens|authmanagerinfo", "type": "nope", "amirequestsfor": "nope"}
            yield _get(f"query {form} {format_}", **asked, **shown)
            given = {"action": "validatepassword", "password": "\0aaa", "user": "CoreUser"}
            yield _post(f"validatepassword {form} {format_}", **given, **shown)


def _refused() -> Iterator[Step]:
    for number, name in enumerate(("a_", "_a", "a__b", "mailto:a", "a!!b", "a#b", "-a")):
        yield _get(f"unknown {number}", action="query", errorformat="raw", **{name: "1"})
    token = Step(
        "login token",
        Exchange(query=urlencode(_JSON | {"action": "query", "meta": "tokens", "type": "login"})),
        Expected(),
    )
    for url in ("x", "[x]", "javascript:x"):
        yield token
        form = _JSON | {
            "action": "clientlogin",
            "logintoken": "⟦token:last⟧+\\",
            "loginreturnurl": url,
            "errorformat": "raw",
        }
        yield Step(f"return to {url}", Exchange("POST", headers=_SESSION, form=form), Expected())


def _common() -> Iterator[Step]:
    for number, password in enumerate((
        "user", "foobar", "password", "PASSWORD", "11223344", "q1w2e3r4t5", "a" * 12, "a" * 13, " " * 8, "Login123", "GUEST123",
        "12345678910", "wikiwiki", "basketba",
    )):  # fmt: skip
        yield _post(f"password {number}", action="validatepassword", password=password)


def _verdicts() -> Iterator[Step]:
    for form in ("bc", "plaintext", "raw"):
        for password in ("Lab ne", "short"):
            shown = {"errorformat": form, "format": "xml", "formatversion": "1"}
            yield _post(f"{password} {form}", action="validatepassword", password=password, user="Lab new", **shown)
