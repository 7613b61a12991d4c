"""Conversations about temporary passwords and their mails; see ``scenarios.py``."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from wikigate.testing.recording import Exchange, Expected, Recording, Step

_JSON = {"format": "json", "formatversion": "2"}
_SESSION = {"Cookie": "my_wiki_session=⟦session:last⟧"}
_TOKEN = "⟦token:last⟧+\\"
_TEMPORARY = "TempPass123xyz"
_OWN = "CorePass12345!"
_NEW = "Str0ngPassw0rd!"


def scenarios() -> Iterator[Recording]:
    """Return every scenario."""
    for name, title, steps in (
        ("temporary-password", "a temporary password: in each kind of login, and the forced change", _forced()),
        ("temporary-password-left", "a temporary password that its owner does not need", _left()),
        ("forgotten-password", "resetpassword: whom it does not serve", _forgotten()),
    ):
        yield Recording(f"live/{name}", title, "core", tuple(steps))


def _token(kind: str = "login", *, new: bool = False) -> Step:
    query = urlencode(_JSON | {"action": "query", "meta": "tokens", "type": kind})
    return Step(f"{kind} token", Exchange(query=query, headers={} if new else _SESSION), Expected())


def _post(name: str, **params: str) -> Step:
    return Step(name, Exchange("POST", headers=_SESSION, form=_JSON | params), Expected())


def _asked(name: str, stage: str) -> Step:
    query = urlencode(_JSON | {"action": "query", "meta": "authmanagerinfo", "amirequestsfor": stage})
    return Step(name, Exchange(query=query, headers=_SESSION), Expected())


def _try(name: str, password: str, **more: str) -> list[Step]:
    given = {"username": "CoreTemp", "password": password, "loginreturnurl": "http://example.org/"}
    return [_token(new=True), _post(name, action="clientlogin", logintoken=_TOKEN, **given, **more)]


def _go_on(name: str, **given: str) -> list[Step]:
    return [_token(), _post(name, action="clientlogin", logincontinue="1", logintoken=_TOKEN, **given)]


def _forced() -> Iterator[Step]:
    yield _token(new=True)
    yield _post("by action=login", action="login", lgname="CoreTemp", lgpassword=_TEMPORARY, lgtoken=_TOKEN)
    yield from _try("with another case", _TEMPORARY.lower())
    yield from _try("with a blank", f"{_TEMPORARY} ")
    yield from _try("raw", _TEMPORARY, loginmessageformat="raw")
    yield from _try("html, merged", _TEMPORARY, loginmessageformat="html", loginmergerequestfields="1")
    yield _asked("what is asked", "login-continue")
    for name, given in {
        "nothing": {},
        "one password": {"password": _NEW},
        "two passwords": {"password": _NEW, "retype": "another0Password"},
        "a short one": {"password": "a", "retype": "a"},
        "the name": {"password": "CoreTemp", "retype": "CoreTemp"},
        "a button that is not there": {"skipReset": "1"},
        "a new password": {"password": _NEW, "retype": _NEW},
    }.items():
        yield from _go_on(name, **given)
    yield from _try("the temporary one again", _TEMPORARY)
    yield from _try("the old one", _OWN)
    yield from _try("the new one", _NEW)


def _left() -> Iterator[Step]:
    yield from _try("his own password", _OWN)
    yield from _try("the temporary one, still", _TEMPORARY)


def _reset(name: str, **params: str) -> Step:
    return Step(name, Exchange("POST", form=_JSON | {"action": "resetpassword"} | params), Expected())


def _forgotten() -> Iterator[Step]:
    for name, given in {
        "nobody": {},
        "an unknown name": {"user": "Nobody at all"},
        "an impossible name": {"user": "A#b"},
        "an address of the network": {"user": "127.0.0.1"},
        "somebody without a mail address": {"user": "CoreUser"},
        "an unknown mail address": {"email": "nobody@example.org"},
        "no mail address": {"email": "nobody"},
        "both": {"user": "CoreUser", "email": "nobody@example.org"},
    }.items():
        yield _reset(name, token="+\\", **given)
    yield _reset("without a token", user="CoreUser")
    yield _reset("with a wrong token", user="CoreUser", token="0+\\")
