"""Whole conversations with the real MediaWiki and its OAuth extension, played against Wikigate (M13; extensions §3.2 to §3.5).

84 exchanges: 21 of oauth1_three_legged, 42 of oauth2_flows, 21 of oauth2_owner_only. What the real wiki made (keys, secrets, tokens, codes)
is ours in the answers and in the requests that follow; OAuth 1.0a's requests are signed anew for that reason. Compared are status,
headers that a client acts on, and bodies; what differs is named in ``DECLARED`` with its reason.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Collection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from wikigate.accounts.consumer_registration import NewConsumer
from wikigate.testing.clock import ManualClock
from wikigate.testing.transport import Answer
from wikigate.testing.wiki import TestWiki

from .conftest import FORM
from .signing import Signer

RECORDED = json.loads(Path(__file__).with_name("recorded_conversations.json").read_text("utf-8"))
SERVER: str = RECORDED["server"]
REGISTERED = 1795219643
BEGUN = 1795221170
PASSWORD = "AdminPass12345!"
GROUPS = ("bureaucrat", "interface-admin", "sysop")
_OTHER_RIGHTS = re.compile("skipcaptcha|oathauth-.*|mwoauth[a-z]+")  # as the wiki gives them to its groups
FRESH = re.compile(
    r"client_key|secret|access_token|refresh_token|key|oauth_token|oauth_token_secret|oauth_verifier|code"
)
COMPARED = ("content-type", "cache-control", "pragma", "www-authenticate", "allow", "mediawiki-api-error")

WORDS = "the text of a message is ours; its key is what programs read"
OTHERS = "the grant “oath” is OATHAuth's, which this wiki has not switched on"
KEPT = "no shared cache keeps what a token tells of its user, whoever that is"
CHALLENGE = "RFC 6750 §3 asks for it with every 401"
NO_FLOW = "an owner-only client has no flow with a browser: refused before anybody is asked"
DECLARED: dict[str, dict[str, str]] = {
    "oauth1_three_legged": {
        "8 body.message": WORDS,
        "14 body.message": WORDS, "15 body.message": WORDS, "19 body.message": WORDS,
    },
    "oauth2_owner_only": {
        "4 body.messageTranslations.en": OTHERS, "18 www-authenticate": CHALLENGE, "19 www-authenticate": CHALLENGE,
    },
    "oauth2_flows": {"3 cache-control": KEPT, "31 status": NO_FLOW, "31 location": NO_FLOW},
}  # fmt: skip
"""Which part of which exchange is not as recorded, and why. Besides: grants are a list, where PHP leaves gaps in one it took parts out of
and sends an object; and what a code or refresh token used twice does is ours, see ``order``."""


class Conversation:
    """One recording, played: what the wiki answers, with the recorded names of what it made."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.steps: list[dict[str, Any]] = RECORDED["recordings"][name]["steps"]
        self.ours: dict[str, str] = {}
        self.secrets: dict[str, str] = {}
        self.token = ""
        self.found: dict[str, dict[str, str]] = {}

    def play(self) -> None:
        clock = ManualClock(float(REGISTERED))
        with TestWiki(
            {"site": {"server": SERVER, "wiki_id": "my_wiki", "article_path": "/w/index.php/$1"}}, clock=clock
        ) as wiki:
            self.wiki = wiki
            self.admin = wiki.create_user("Admin", PASSWORD, groups=GROUPS)
            tables = wiki.wiki.database.tables
            with wiki.wiki.database.write() as connection:
                mail = {"user_email": "admin@example.org", "user_email_authenticated": "20261121000800"}
                connection.execute(tables.user.update().values(user_editcount=1, **mail))
            clock.move(BEGUN - REGISTERED)
            self.admin = wiki.wiki.services.directory.by_id(self.admin.id) or self.admin
            assert wiki.wiki.oauth is not None
            self.registration = wiki.wiki.oauth.registration
            self.browser = wiki.browser()
            self.browser.log_in("Admin", PASSWORD)
            getattr(self, f"prepare_{self.name}")()
            for step in self.order():
                self.before(step)
                answer = self.send(step)
                self.learn(step, answer)
                self.found[step["note"]] = self.differences(step, answer)

    # -- what was there before --------------------------------------------------------------------------------------------

    def prepare_oauth1_three_legged(self) -> None:
        callback = "http://127.0.0.1:9/cb"
        made = self.registration.create_app(
            self.admin,
            "Three",
            oauth_version=1,
            callback=callback,
            callback_is_prefix=True,
            grants=["editpage", "createeditmovepage"],
        )
        own = self.registration.create_owner_only(self.admin, "OwnerOne", oauth_version=1)
        self.know("a9efa9720f193053e43390e2a7036bd7", made)
        self.know("474dcbc4e96e3becd4e9dda268454eb5", own)

    def prepare_oauth2_owner_only(self) -> None:
        """Nothing was."""

    def prepare_oauth2_flows(self) -> None:
        """What the clients of the other recording registered, and the operator's decisions."""
        before = RECORDED["recordings"]["oauth2_owner_only"]["steps"][:4]
        for step in before:
            self.learn(step, self.send(step))

    def know(self, key: str, made: NewConsumer) -> None:
        self.ours[key] = made.consumer_key
        self.secrets[made.consumer_key] = made.consumer_secret

    def order(self) -> list[dict[str, Any]]:
        """Return the steps. A code and a refresh token used twice end what came of them here, so these two come last of theirs."""
        if self.name != "oauth2_flows":
            return self.steps
        steps = list(self.steps)
        return [*steps[:18], steps[19], steps[21], steps[22], steps[20], steps[18], *steps[23:]]

    def before(self, step: dict[str, Any]) -> None:
        """What an operator did in between."""
        if step["note"] == "20 consumer disabled":
            self.registration.decide(self.ours["a9efa9720f193053e43390e2a7036bd7"], "disable")
        if step["note"] == "1 client_credentials (machine)":
            for key in ("e849307561a53a98c30f1d6951c7cb17", "e5cbbf2ba7cb43633bb34f2cb42a784a"):
                self.registration.decide(self.ours[key], "approve")
            self.registration.decide(self.ours["3b7e5dadddbb3f4d9b375f285d8895c5"], "approve")

    # -- sending ----------------------------------------------------------------------------------------------------------

    def spelled(self, text: str) -> str:
        """Put what our wiki made in the place of what the real one made."""
        for theirs, ours in self.ours.items():
            text = text.replace(theirs, ours)
        return text

    def send(self, step: dict[str, Any]) -> Answer:
        target, headers, body = self.spelled(step["target"]), {}, b""
        if "form" in step:
            values = {name: self.spelled(value) for name, value in step["form"].items()}
            if "wpEditToken" in values:
                values["wpEditToken"] = self.token
            headers, body = dict(FORM), urlencode(values).encode()
        if "json" in step:
            headers, body = {"Content-Type": "application/json"}, json.dumps(step["json"]).encode()
        if "authorization" in step:
            headers["Authorization"] = self.authorization(step, target)
        sender = self.browser if step.get("cookies") else self.wiki.browser()
        return sender.send(step["method"], target, headers, body)

    def authorization(self, step: dict[str, Any], target: str) -> str:
        header: str = step["authorization"]
        if not header.startswith("OAuth "):
            scheme, _, text = header.partition(" ")
            if scheme == "Basic":
                return f"Basic {base64.b64encode(self.spelled(base64.b64decode(text).decode()).encode()).decode()}"
            known = self.ours.get(text)
            if known is None and len(text) > 200:  # a token with a letter changed
                known = next(ours for theirs, ours in self.ours.items() if theirs[:200] == text[:200])[:-4] + "AAAA"
            return f"{scheme} {known or text}" if text else header
        given = {name: parse_qs(f"x={value}")["x"][0] for name, value in re.findall(r'(\w+)="([^"]*)"', header)}
        token = self.spelled(given.get("oauth_token", ""))
        key = self.spelled(given["oauth_consumer_key"])
        moment = int(self.wiki.clock.now())
        signer = Signer(key, self.secrets.get(key, ""), token, self.secrets.get(token, ""), moment)
        changes: dict[str, str | None] = {
            name: self.spelled(value)
            for name, value in given.items()
            if name in {"oauth_callback", "oauth_verifier", "oauth_nonce"}
        }
        if not token:
            changes["oauth_token"] = None
        if "bad signature" in step["note"] or step["note"].startswith("17 "):
            changes["oauth_signature"] = "AAAA"
        path, _, query = target.partition("?")
        return signer.header(step["method"], SERVER + path, query, **changes)["Authorization"]

    def learn(self, step: dict[str, Any], answer: Answer) -> None:
        """Note what our wiki made in the place of what the real one made."""
        if found := re.search(rb'name="wpEditToken" value="([^"]+)"', answer.body):
            self.token = found[1].decode()
        theirs, ours = step["body"], _tree(answer.body)
        if isinstance(theirs, dict) and isinstance(ours, dict):
            pairs = {name: (value, ours.get(name)) for name, value in theirs.items()}
        elif isinstance(theirs, str) and theirs.startswith("oauth_token="):
            pairs = {
                name: (value[0], parse_qs(str(ours)).get(name, [""])[0]) for name, value in parse_qs(theirs).items()
            }
        else:
            pairs = {}
        location = step["headers"].get("location", "")
        if location.startswith("http://127.0.0.1:9/"):
            came = parse_qs(urlsplit(dict(answer.headers).get("Location", "")).query)
            pairs |= {
                name: (value[0], came.get(name, [""])[0]) for name, value in parse_qs(urlsplit(location).query).items()
            }
        for name, (recorded, made) in pairs.items():
            if FRESH.fullmatch(name) and recorded and made and isinstance(recorded, str) and isinstance(made, str):
                self.ours[recorded] = made
        for token, secret in (("key", "secret"), ("oauth_token", "oauth_token_secret")):
            if token in pairs and secret in pairs:
                self.secrets[str(pairs[token][1])] = str(pairs[secret][1])

    # -- comparing --------------------------------------------------------------------------------------------------------

    def differences(self, step: dict[str, Any], answer: Answer) -> dict[str, str]:
        sent = {name.lower(): value for name, value in answer.headers}
        recorded: dict[str, Any] = {"status": step["status"]}
        ours: dict[str, Any] = {"status": answer.status}
        for name in COMPARED:
            recorded[name], ours[name] = (_plain(one.get(name, "")) for one in (step["headers"], sent))
        if step["status"] in {302, 307} or not step["body"]:  # pages for people look different
            recorded = {name: recorded[name] for name in ("status",)}
        recorded["location"], ours["location"] = (
            _place(self.spelled(step["headers"].get("location", ""))),
            _place(sent.get("location", "")),
        )
        if step["body"]:
            recorded |= _parts(json.loads(self.spelled(json.dumps(_known(step["body"], set(self.ours))))))
            ours |= _parts(_known(_tree(answer.body), set(self.ours.values())))
        names = recorded if not step["body"] else recorded | ours
        return {
            name: f"{recorded.get(name)!r} → {ours.get(name)!r}"
            for name in names
            if recorded.get(name) != ours.get(name)
        }


def _plain(value: str) -> str:
    return re.sub(r"[\s;]+", " ", value).lower()


def _place(location: str) -> Any:
    """Return where a redirect leads: host and path, and what it carries; the wiki may name itself by path alone."""
    if not location:
        return ""
    parts = urlsplit(location.removeprefix(SERVER))
    query = parse_qs(parts.query)
    if "title" in query:
        query["title"] = [query["title"][0].replace(" ", "_")]
    inner = {name: _place("/?" + query.pop(name)[0]) for name in ("returntoquery",) if name in query}
    if "rest_url" in query:
        inner["rest_url"] = _place(query.pop("rest_url")[0])
    flat = {name: [value.replace("_", " ") for value in values] for name, values in query.items()}
    return parts.netloc, parts.path, flat, inner


def _tree(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode()


def _known(tree: Any, made: Collection[str]) -> Any:
    """Read tokens, and leave out what is no fact of OAuth; ``made``: what differs from wiki to wiki."""
    if isinstance(tree, dict) and tree and all(name.isdigit() for name in tree):
        return list(tree.values())
    if isinstance(tree, dict):
        return {
            name: "made"
            if FRESH.fullmatch(name) and value in made and not str(value).startswith("ey")
            else _known(value, made)
            for name, value in tree.items()
            if name not in {"docref", "batchcomplete"}
        }
    if isinstance(tree, list):
        return [one for one in (_known(one, made) for one in tree) if not _OTHER_RIGHTS.fullmatch(str(one))]
    if isinstance(tree, str) and re.fullmatch(r"[0-9a-f]{40}\+\\", tree):
        return "token"
    if isinstance(tree, str) and tree.startswith("ey") and tree.count(".") == 2:
        claims = [json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in tree.split(".")[:2]]
        for name in ("jti", "iat", "nbf", "exp"):
            claims[1].pop(name, None)
        return _known(claims, made)
    if isinstance(tree, str) and tree.startswith("oauth_token="):
        return sorted(parse_qs(tree))
    return tree


def _parts(tree: Any, at: str = "body") -> dict[str, Any]:
    if isinstance(tree, dict) and tree:
        return {name: value for key, part in tree.items() for name, value in _parts(part, f"{at}.{key}").items()}
    return {at: tree}


@pytest.fixture(scope="module")
def played() -> dict[str, dict[str, dict[str, str]]]:
    """Every recording, played once."""
    found = {}
    for name in RECORDED["recordings"]:
        conversation = Conversation(name)
        conversation.play()
        found[name] = conversation.found
    return found


STEPS = [(name, step["note"]) for name, recording in RECORDED["recordings"].items() for step in recording["steps"]]


def test_eighty_four_exchanges_are_played() -> None:
    """The number that the documents tell."""
    assert len(STEPS) == 84


@pytest.mark.parametrize(("name", "note"), STEPS)
def test_an_exchange_is_as_recorded_but_for_what_is_declared(played: dict[str, Any], name: str, note: str) -> None:
    number = note.partition(" ")[0]
    declared = {key.partition(" ")[2] for key in DECLARED[name] if key.partition(" ")[0] == number}
    differs = played[name][note]
    assert set(differs) == declared, differs
