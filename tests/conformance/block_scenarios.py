"""Conversations with whoever is blocked: what he is told, what follows him, where he is kept out; see ``scenarios.py``.

Who asks comes from one of three addresses: ``_HERE``, to which the fixtures' blocks of an address, of the range around it and the automatic
one belong, ``_NEAR``, which only the range holds, and ``_AWAY``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode

from wikigate.testing.recording import Exchange, Expected, Recording, Step

_JSON = {"format": "json", "formatversion": "2"}
_PASSWORD = "CorePass12345!"
_SESSION = "my_wiki_session=⟦session:last⟧"
_TOKEN = "⟦token:last⟧+\\"
_HERE, _NEAR, _AWAY = "2001:db8::7", "2001:db8::8", "192.0.2.9"
_IDS = {"CoreUser": 4, "CoreAdmin": 5, "CoreBlocked": 8, "CoreThr": 14, "CoreHash": 16}


def scenarios() -> Iterator[Recording]:
    """Return every scenario."""
    yield Recording("live/blocks-met", "who is blocked, and what follows him", "core-blocks-met", tuple(_met()))
    yield Recording("live/blocks-shut-out", "where blocks disable logins", "core-blocks-shut-out", tuple(_shut_out()))


def _get(name: str, source: str, cookie: str = "", **params: str) -> Step:
    return Step(name, Exchange(query=urlencode(_JSON | params), headers=_headers(source, cookie)), Expected())


def _post(name: str, source: str, cookie: str = "", **params: str) -> Step:
    return Step(name, Exchange("POST", headers=_headers(source, cookie), form=_JSON | params), Expected())


def _headers(source: str, cookie: str) -> dict[str, str]:
    return {"X-Forwarded-For": source} | ({"Cookie": cookie} if cookie else {})


def _jar(name: str) -> str:
    return f"{_SESSION}; my_wikiUserID={_IDS[name]}; my_wikiUserName={name}"


def _info(name: str, source: str, cookie: str = "", **more: str) -> Step:
    asked = {"action": "query", "meta": "userinfo", "uiprop": "blockinfo|cancreateaccount", **more}
    return _get(name, source, cookie, **asked)


def _log_in(source: str, name: str, password: str = _PASSWORD) -> Iterator[Step]:
    yield _get("login token", source, action="query", meta="tokens", type="login")
    yield _post(
        f"login {name} from {source}", source, _SESSION, action="clientlogin", username=name, password=password,
        logintoken=_TOKEN, loginreturnurl="http://example.org/",
    )  # fmt: skip


def _met() -> Iterator[Step]:
    for name in ("CoreBlocked", "CoreHash", "CoreThr"):
        yield from _log_in(_AWAY, name)
        for form in ("bc", "raw"):
            yield _info(f"{name} {form}", _AWAY, _jar(name), errorformat=form)
    yield from _log_in(_AWAY, "CoreBlocked")
    yield _info("CoreBlocked away", _AWAY, _jar("CoreBlocked"))
    carried = "my_wikiBlockID=1%21⟦mac:last⟧"
    yield _info("his browser, away", _AWAY, carried)
    yield _info("his browser, near", _NEAR, carried)
    yield _info("visitor near", _NEAR)
    yield _info("visitor here", _HERE)
    yield _info("visitor here, in XML", _HERE, format="xml", formatversion="1")
    for name, password in {"CoreUser": _PASSWORD, "CoreAdmin": "CoreAdmin12345!"}.items():
        yield from _log_in(_HERE, name, password)
        yield _info(f"{name} here", _HERE, _jar(name))
    forged = "my_wikiBlockID=1%21" + "0" * 128
    yield _info("forged", _AWAY, forged)
    yield _get("forged, token", _AWAY, forged, action="query", meta="tokens", type="login")
    names = {
        "action": "query",
        "list": "users",
        "ususers": "CoreLast|CoreHash|Core Nobody",
        "usprop": "blockinfo|cancreate",
    }
    yield _get("users", _AWAY, **names)


def _shut_out() -> Iterator[Step]:
    for name in ("CoreBlocked", "CoreHash", "CoreUser"):
        for source in (_AWAY, _HERE):
            yield from _log_in(source, name)
            if name != "CoreBlocked":
                yield _info(f"{name} from {source}", source, _jar(name), uiprop="blockinfo|rights")
    yield from _log_in(_AWAY, "CoreUser")
    yield _info("from another address", _HERE, _jar("CoreUser"), uiprop="rights")
    yield _info("from the first again", _AWAY, _jar("CoreUser"), uiprop="rights")
    yield replace(_info("wrong password", _AWAY), request=_wrong())


def _wrong() -> Exchange:
    form = {"action": "clientlogin", "username": "CoreBlocked", "password": "wrong", "logintoken": _TOKEN}
    return Exchange(
        "POST", headers=_headers(_AWAY, _SESSION), form=_JSON | form | {"loginreturnurl": "http://example.org/"}
    )
