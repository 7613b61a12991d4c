"""Conversations about captchas; see ``scenarios.py``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode

from wikigate.testing.recording import Exchange, Expected, Recording, Step

_PASSWORD = "CorePass12345!"
_JSON = {"format": "json", "formatversion": "2"}
_SESSION = {"Cookie": "my_wiki_session=⟦session:last⟧"}
_TOKEN = "⟦token:last⟧+\\"
_SOLVED = {"captchaId": "⟦captcha:last⟧", "captchaWord": "⟦solved:last⟧"}
_ID = {"captchaId": "⟦captcha:last⟧"}


def scenarios() -> Iterator[Recording]:
    """Return every scenario."""
    for name, title, wiki, steps in (
        ("captcha-login", "a captcha after three failures, solved, not solved, twice", "core-captcha", _login()),
        ("captcha-always", "a captcha at every login, in every form", "core-captcha-always", _always()),
        ("captcha-account", "a captcha for a new account, and who need none", "core-captcha", _account()),
        ("captcha-questions", "questions, after failures with one name", "core-captcha-questions", _questions()),
        ("captcha-counted", "what is no captcha, and how a number is spelled", "core-captcha", _counted()),
        ("captcha-forgiven", "whose failures a login forgives", "core-captcha-questions", _forgiven()),
    ):
        yield Recording(f"live/{name}", title, wiki, tuple(steps))


def _get(name: str, *, new: bool = False, **params: str) -> Step:
    """Ask, in the last session or in a new one."""
    return Step(name, Exchange(query=urlencode(_JSON | params), headers={} if new else _SESSION), Expected())


def _post(name: str, **params: str) -> Step:
    return Step(name, Exchange("POST", headers=_SESSION, form=_JSON | params), Expected())


def _asked(name: str, stage: str = "login", *, new: bool = False, **more: str) -> Step:
    return _get(name, new=new, action="query", meta="authmanagerinfo", amirequestsfor=stage, **more)


def _token(kind: str = "login", *, new: bool = False) -> Step:
    return _get(f"{kind} token", new=new, action="query", meta="tokens", type=kind)


def _try(name: str, username: str = "CoreUser", password: str = _PASSWORD, **more: str) -> list[Step]:
    given = {"username": username, "password": password, "loginreturnurl": "http://example.org/", "logintoken": _TOKEN}
    return [_token(), _post(name, action="clientlogin", **given, **more)]


def _create(name: str, username: str, **more: str) -> list[Step]:
    given = {"username": username, "password": _PASSWORD, "retype": _PASSWORD}
    given |= {"createreturnurl": "http://example.org/", "createtoken": _TOKEN}
    return [_token("createaccount"), _post(name, action="createaccount", **given, **more)]


def _login() -> Iterator[Step]:
    yield _token(new=True)
    yield _asked("before any failure")
    for number in (1, 2, 3):
        yield from _try(f"failure {number}", "CoreNobody", f"wrong {number}")
    yield _asked("after three")
    yield from _try("right password, no captcha")
    yield from _try("right password, no word", **_ID)
    yield _asked("another")
    yield from _try("right password, wrong captcha", **_ID, captchaWord="999")
    yield _asked("a third")


def _always() -> Iterator[Step]:
    yield _asked("asked of a visitor", new=True)
    yield from _try("solved", **_SOLVED)
    for form in ("raw", "html", "none", "wikitext"):
        yield _asked(form, new=True, amimessageformat=form)
        yield _asked(f"{form}, merged", amimessageformat=form, amimergerequestfields="1")
    yield _asked("xml", new=True, format="xml")
    yield _asked("formatversion 1", formatversion="1")
    yield _asked("for the wrong password", new=True)
    yield from _try("wrong password", password="wrong", **_SOLVED)
    yield from _try("the same captcha again", **_SOLVED)
    yield _asked("once more")
    yield _token()
    yield _post("action=login", action="login", lgname="CoreUser", lgpassword=_PASSWORD, lgtoken=_TOKEN, **_SOLVED)
    yield from _try("what action=login did not look at", **_SOLVED)


def _account() -> Iterator[Step]:
    yield _asked("asked of a visitor", "create", new=True)
    yield from _create("none", "Captcha New One")
    yield _get("limits", action="query", meta="userinfo", uiprop="ratelimits|theoreticalratelimits")
    yield _asked("asked again", "create")
    yield from _create("wrong", "Captcha New One", **_ID, captchaWord="x")
    yield _asked("raw", "create", amimessageformat="raw")
    yield from _create("other fields wrong, captcha right", "Captcha New One", **_SOLVED, email="nobody")
    yield _asked("a login's is none", "login")
    yield _token(new=True)
    given = {"username": "CoreAdmin", "password": "CoreAdmin12345!", "logintoken": _TOKEN}
    yield _post("log in as a sysop", action="clientlogin", loginreturnurl="http://example.org/", **given)
    sysop = {"Cookie": f"{_SESSION['Cookie']}; my_wikiUserID=5; my_wikiUserName=CoreAdmin"}
    for step in (
        *_create("nothing is asked of a sysop", "Captcha New Two"),
        _get("what a sysop may", action="query", meta="userinfo", uiprop="rights"),
    ):
        yield replace(step, request=replace(step.request, headers=sysop))


def _questions() -> Iterator[Step]:
    yield _token(new=True)
    for number in (1, 2, 3):
        yield from _try(f"failure {number}", password=f"wrong {number}")
    yield _asked("nothing is shown yet")
    yield from _try("right password, no captcha")
    yield _asked("now it is")
    yield from _try("wrong answer", **_ID, captchaWord="London")
    yield _asked("another")
    yield from _try("right answer", **_ID, captchaWord=" pARIS ")
    yield _asked("forgiven", new=True)


def _counted() -> Iterator[Step]:
    yield _asked("asked of a visitor", "create", new=True)
    for number in range(16):
        yield from _create(f"no captcha {number}", "Captcha Counted", captchaId=str(number), captchaWord="1")
    yield from _create("no word", "Captcha Counted", **_ID, captchaWord="")
    yield from _create("solved, spelled in another way", "Captcha Counted", **_ID, captchaWord=" +⟦solved:last⟧.0e0\n")
    yield from _create("solved again", "Captcha Counted Two", **_SOLVED)


def _forgiven() -> Iterator[Step]:
    name, password = "CoreAdmin", "CoreAdmin12345!"
    yield _token(new=True)
    for number in (1, 2):
        yield from _try(f"failure {number}", name, f"wrong {number}")
    yield from _try("forgiven", name, password)
    yield _token(new=True)
    for number in (3, 4, 5):
        yield from _try(f"failure {number}", name, f"wrong {number}")
    yield from _try("right password, no captcha", name, password)
    yield _asked("asked")
    yield from _try("solved, which forgives nobody", name, password, **_ID, captchaWord="Paris")
    yield _token(new=True)
    yield from _try("right password, no captcha, in another session", name, password)
    yield _asked("asked there")
