"""Requests that a program signed for the real MediaWiki, sent to Wikigate: the signatures verify and the answers are the same.

31 exchanges of oauth1_owner_only (M13; extensions §3.3). A token of the recorded session is none of ours: where a request carries one, it
is fetched anew and the request signed anew.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from wikigate.testing.clock import ManualClock
from wikigate.testing.wiki import TestWiki

from .conftest import FORM, PATH
from .signing import Signer

RECORDED = json.loads(Path(__file__).with_name("recorded_owner_only.json").read_text("utf-8"))
STEPS: list[dict[str, Any]] = RECORDED["steps"]
TOKENS = {"token": "csrf", "changeauthtoken": "csrf", "logintoken": "login"}
GRANTS = ["basic", "editpage", "createeditmovepage"]
SHOWN = {"consumer": RECORDED["consumer_secret"], "access": RECORDED["access_secret"]}


def moment_of(step: dict[str, Any]) -> int | None:
    found = re.search(r'oauth_timestamp="(\d+)"', step["authorization"])
    return int(found[1]) if found and "old timestamp" not in step["note"] else None


@pytest.fixture(scope="module")
def wiki() -> Iterator[TestWiki]:
    """The wiki that the program spoke to: the same consumer with the same secrets."""
    start = moment_of(STEPS[0])
    assert start is not None
    with TestWiki({"site": {"server": RECORDED["server"]}}, clock=ManualClock(float(start))) as wiki:
        admin = wiki.create_user("Admin", "AdminPass12345!", groups=("bureaucrat", "interface-admin", "sysop"))
        oauth = wiki.wiki.oauth
        assert oauth is not None
        consumers, registration = oauth.consumers, oauth.registration
        registration.create_owner_only(admin, "recorded", oauth_version=1, grants=GRANTS)
        tables = wiki.wiki.database.tables
        with wiki.wiki.database.write() as connection:
            key = {"oarc_consumer_key": RECORDED["consumer_key"], "oarc_secret_key": "consumer"}
            connection.execute(tables.oauth_registered_consumer.update().values(**key))
            token = {"oaac_access_token": RECORDED["access_token"], "oaac_access_secret": "access"}
            connection.execute(tables.oauth_accepted_consumer.update().values(**token))
        # What users are shown is made of what is stored under a key that the recording does not tell.
        consumers.secrets = lambda stored: (SHOWN[stored],)  # type: ignore[method-assign]
        yield wiki


def without(tree: Any) -> Any:
    """Leave out what is no fact of OAuth."""
    if isinstance(tree, dict):
        return {name: without(value) for name, value in tree.items() if name not in {"docref", "*", "batchcomplete"}}
    return [one for one in map(without, tree) if one != "skipcaptcha"] if isinstance(tree, list) else tree


def shape(body: Any) -> Any:
    query = body.get("query", {})
    if "tokens" in query:
        return {"query": {"tokens": sorted(query["tokens"])}}
    if "authmanagerinfo" in query:
        return {"query": {"authmanagerinfo": {"canauthenticatenow": query["authmanagerinfo"]["canauthenticatenow"]}}}
    body.get("clientlogin", {}).pop("message", None)
    if "error" in body and body["error"]["code"] in {"permissiondenied", "assertnameduserfailed"}:
        body["error"].pop("info")
    return without(body)


@pytest.mark.parametrize("step", STEPS, ids=[step["note"] for step in STEPS])
def test_a_recorded_request_is_answered_as_recorded(wiki: TestWiki, step: dict[str, Any]) -> None:
    moment = moment_of(step)
    if moment is not None:
        wiki.clock.move(moment - wiki.clock.now())
    elif "old timestamp" in step["note"]:
        ours = re.search(r", ours (\d+)", str(step["body"]))
        assert ours is not None
        wiki.clock.move(int(ours[1]) - wiki.clock.now())
    form, header = step.get("form", ""), step["authorization"]
    pairs = parse_qsl(form, keep_blank_values=True)
    if any(name in TOKENS and value != "+\\" for name, value in pairs):
        signer = Signer(
            RECORDED["consumer_key"],
            SHOWN["consumer"],
            RECORDED["access_token"],
            SHOWN["access"],
            int(wiki.clock.now()),
        )
        query = urlencode({"action": "query", "meta": "tokens", "type": "csrf|login", "format": "json"})
        address = RECORDED["server"] + PATH
        answer = wiki.browser().send("GET", f"{PATH}?{query}", signer.header("GET", address, query))
        fetched = json.loads(answer.body)["query"]["tokens"]
        form = urlencode(
            [(name, fetched[f"{TOKENS[name]}token"] if name in TOKENS else value) for name, value in pairs]
        )
        header = signer.header("POST", address, form=form)["Authorization"]
    target = f"{PATH}?{step['query']}" if step["query"] else PATH
    headers = {"Authorization": header, **(FORM if form else {})}
    answer = wiki.browser().send(step["method"], target, headers, form.encode())
    assert dict(answer.headers).get("MediaWiki-API-Error") == step.get("error")
    assert shape(json.loads(answer.body)) == shape(json.loads(json.dumps(step["body"])))
