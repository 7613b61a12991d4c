"""Wikigate on a real wiki's own database: what one of them makes, the other takes (issue “First light”, point 6; M02, M03, M32)."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from ..wire.fixture import fill, fixture  # noqa: TID252  both suites assume the same wikis
from . import reference_wiki, wikigate_server
from .conftest import Reference
from .visitor import Visitor
from .wikigate_server import WikigateServer

PASSWORD = "CorePass12345!"
LEGACY = ":B:1a2b3c4d:7854c4d80d7d08f21597c0807bc58fa8"  # of PASSWORD, as MediaWiki stored passwords before 1.24


@dataclass(frozen=True, slots=True)
class Pair:
    """A wiki and the Wikigate that works on its file."""

    wiki: str
    gate: WikigateServer
    database: str

    def visit(self, side: str) -> Visitor:
        """Return a new visitor of ``wiki`` or ``gate``."""
        return Visitor(self.wiki if side == "wiki" else self.gate.base)

    def stored(self, name: str) -> str:
        """Return the password column of an account."""
        with closing(sqlite3.connect(self.database, timeout=30)) as connection:
            (value,) = connection.execute('SELECT user_password FROM "user" WHERE user_name = ?', (name,)).fetchone()
        return str(value)


@pytest.fixture(scope="module")
def pair(reference: Reference, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    if not reference.database:
        pytest.skip("needs the running wiki's file; name it in WIKIGATE_ORACLE_DATABASE")
    wanted = fixture("core")
    with closing(sqlite3.connect(reference.database, timeout=30)) as connection:
        fill(connection, wanted, time.time())
    config = {
        "site": {"wiki_id": "my_wiki"},
        "session": {"token_version": "1"},
        "passwords": {"profile": "mediawiki"},
    }
    with wikigate_server.serving(tmp_path_factory.mktemp("pair"), config, database=Path(reference.database)) as gate:
        yield Pair(reference.base, gate, reference.database)


@pytest.mark.parametrize("side", ["wiki", "gate"])
@pytest.mark.parametrize(
    ("name", "password"), [("CoreUser", PASSWORD), ("Core Space", PASSWORD), ("Admin", "AdminPass12345!")]
)
def test_an_account_of_the_wiki_logs_in_on_both(pair, side, name, password):
    visitor = pair.visit(side)
    assert visitor.clientlogin(name, password) == {"status": "PASS", "username": name}
    assert visitor.name() == name


@pytest.mark.parametrize("side", ["wiki", "gate"])
def test_a_bot_password_of_the_wiki_logs_in_on_both(pair, side):
    visitor = pair.visit(side)
    said = visitor.login("CoreUser@core", "81s7dqo393ledr3r3s0gpg82u4mt6ovs")
    assert said == {"result": "Success", "lguserid": 4, "lgusername": "CoreUser"}
    assert visitor.name() == "CoreUser"


def test_an_account_made_by_the_wiki_logs_in_on_wikigate(pair):
    creator = pair.visit("wiki")
    answer = creator.post(
        action="createaccount", username="Made by the wiki", password="Str0ngPassw0rd!", retype="Str0ngPassw0rd!",
        createtoken=creator.token("createaccount"), createreturnurl="http://example.org/",
    )  # fmt: skip
    assert answer["createaccount"]["status"] == "PASS", answer
    assert pair.visit("gate").clientlogin("Made by the wiki", "Str0ngPassw0rd!")["status"] == "PASS"


def test_an_account_made_by_wikigate_logs_in_on_the_wiki(pair):
    made = pair.gate.run("user", "create", "Made by Wikigate", "--password-stdin", stdin="Str0ngPassw0rd!\n")
    assert made.returncode == 0, made.stderr
    visitor = pair.visit("wiki")
    assert visitor.clientlogin("Made by Wikigate", "Str0ngPassw0rd!") == {
        "status": "PASS",
        "username": "Made by Wikigate",
    }
    assert visitor.name() == "Made by Wikigate"


def test_groups_given_by_wikigate_are_rights_on_the_wiki(pair):
    made = pair.gate.run("user", "create", "Botty", "--group", "bot", "--password-stdin", stdin="Str0ngPassw0rd!\n")
    assert made.returncode == 0, made.stderr
    visitor = pair.visit("wiki")
    visitor.clientlogin("Botty", "Str0ngPassw0rd!")
    assert "error" not in visitor.get(action="query", **{"assert": "bot"})


def test_a_password_changed_by_wikigate_is_the_wikis_password(pair):
    changed = pair.gate.run("user", "password", "CoreLogout", "--password-stdin", stdin="An0therPassw0rd!\n")
    assert changed.returncode == 0, changed.stderr
    assert pair.visit("wiki").clientlogin("CoreLogout", PASSWORD)["status"] == "FAIL"
    assert pair.visit("wiki").clientlogin("CoreLogout", "An0therPassw0rd!")["status"] == "PASS"


def test_a_password_changed_by_wikigate_asks_for_new_bot_passwords(pair):
    changed = pair.gate.run("user", "password", "CoreReset", "--password-stdin", stdin="An0therPassw0rd!\n")
    assert changed.returncode == 0, changed.stderr
    secret = "5c85v61fknt35v4811691ot7b71i75f8"
    answers = [pair.visit(side).login("CoreReset@r1", secret) for side in ("wiki", "gate")]
    assert [answer["result"] for answer in answers] == ["Failed", "Failed"]


def test_a_bot_password_made_by_wikigate_logs_in_on_the_wiki(pair):
    made = pair.gate.run(
        "bot-password", "create", "CoreUser", "fresh", "--grant", "basic", "--grant", "editpage", "--json"
    )
    assert made.returncode == 0, made.stderr
    said = json.loads(made.stdout)
    assert said["username"] == "CoreUser@fresh"
    for side in ("wiki", "gate"):
        visitor = pair.visit(side)
        assert visitor.login(said["username"], said["password"])["result"] == "Success"
        rights = visitor.get(action="query", meta="userinfo", uiprop="rights")["query"]["userinfo"]["rights"]
        assert {"read", "edit"} <= set(rights)
        assert "createaccount" not in rights


def test_a_bot_password_revoked_by_wikigate_is_gone_on_the_wiki(pair):
    assert pair.gate.run("bot-password", "create", "CoreUser", "brief", "--json").returncode == 0
    revoked = pair.gate.run("bot-password", "revoke", "CoreUser", "brief")
    assert revoked.returncode == 0, revoked.stderr
    with closing(sqlite3.connect(pair.database)) as connection:
        assert connection.execute("SELECT 1 FROM bot_passwords WHERE bp_app_id = 'brief'").fetchone() is None


def test_an_old_hash_upgraded_by_wikigate_is_known_to_the_wiki(pair):
    with closing(sqlite3.connect(pair.database, timeout=30)) as connection, connection:
        connection.execute('UPDATE "user" SET user_password = ? WHERE user_name = ?', (LEGACY, "CoreHash"))
    assert pair.visit("gate").clientlogin("CoreHash", PASSWORD)["status"] == "PASS"
    _wait_until(lambda: pair.stored("CoreHash").startswith(":pbkdf2:sha512:30000:64:"))
    assert pair.visit("wiki").clientlogin("CoreHash", PASSWORD)["status"] == "PASS"
    assert pair.visit("gate").clientlogin("CoreHash", PASSWORD)["status"] == "PASS"


@pytest.mark.parametrize(("giver", "taker"), [("wiki", "gate"), ("gate", "wiki")])
def test_the_remember_cookies_of_one_are_a_login_on_the_other(pair, giver, taker):
    """M32: ``UserID``, ``UserName`` and ``Token`` alone, in a new browser, on the other server."""
    first = pair.visit(giver)
    first.clientlogin("CoreUser", PASSWORD, rememberMe="1")
    kept = {name: first.jar[name] for name in ("my_wikiUserID", "my_wikiUserName", "my_wikiToken")}
    second = pair.visit(taker)
    second.jar.update(kept)
    assert second.name() == "CoreUser"
    assert "my_wiki_session" in second.jar


@pytest.mark.parametrize(("giver", "taker"), [("wiki", "gate"), ("gate", "wiki")])
def test_a_changed_remember_cookie_is_nobody_on_the_other(pair, giver, taker):
    first = pair.visit(giver)
    first.clientlogin("CoreUser", PASSWORD, rememberMe="1")
    second = pair.visit(taker)
    token = first.jar["my_wikiToken"]
    second.jar.update(
        {"my_wikiUserID": first.jar["my_wikiUserID"], "my_wikiToken": ("0" if token[0] != "0" else "1") + token[1:]}
    )
    assert second.name() is None


def test_a_block_made_by_wikigate_holds_on_the_wiki_and_stands_in_its_log(pair):
    name = "CoreThr"
    added = pair.gate.run(
        "block", "add", name, "--expiry", "2 weeks", "--no-create", "--autoblock", "--by", "Admin", "--reason", "why", "--reblock"
    )  # fmt: skip
    assert added.returncode == 0, added.stderr
    told = []
    for side in ("wiki", "gate"):
        visitor = pair.visit(side)
        visitor.clientlogin(name, PASSWORD)
        info = visitor.get(action="query", meta="userinfo", uiprop="blockinfo")["query"]["userinfo"]
        told.append({key: info[key] for key in sorted(info) if key.startswith("block")})
    assert told[0] == told[1]
    assert told[0]["blocknocreate"] is True
    admin = pair.visit("wiki")
    admin.clientlogin("Admin", "AdminPass12345!")
    [line] = admin.get(
        action="query", list="logevents", letype="block", letitle=f"User:{name}", lelimit="1", leprop="type|user|comment|details"
    )["query"]["logevents"]  # fmt: skip
    assert (line["user"], line["comment"]) == ("Admin", "why")
    assert (line["params"]["duration"], line["params"]["flags"]) == ("2 weeks", ["nocreate"])
    assert line["params"]["sitewide"] is True
    [row] = admin.get(action="query", list="blocks", bkusers=name)["query"]["blocks"]
    assert (row["by"], row["reason"], row["autoblock"], row["nocreate"]) == ("Admin", "why", True, True)


def test_a_block_ended_by_wikigate_is_over_on_the_wiki(pair):
    added = pair.gate.run("block", "add", "CoreLogout", "--reblock")
    assert added.returncode == 0, added.stderr
    removed = pair.gate.run("block", "remove", "CoreLogout")
    assert removed.returncode == 0, removed.stderr
    admin = pair.visit("wiki")
    admin.clientlogin("Admin", "AdminPass12345!")
    assert admin.get(action="query", list="blocks", bkusers="CoreLogout")["query"]["blocks"] == []
    lines = admin.get(action="query", list="logevents", letype="block", letitle="User:CoreLogout")["query"]["logevents"]
    assert [(line["action"], line["user"]) for line in lines[:2]] == [
        ("unblock", "Maintenance script"),
        (lines[1]["action"], "Maintenance script"),
    ]


def test_a_block_made_by_the_wiki_is_listed_and_ended_by_wikigate(pair):
    admin = pair.visit("wiki")
    admin.clientlogin("Admin", "AdminPass12345!")
    said = admin.post(
        action="block", user="203.0.113.0/24", expiry="1 week", anononly="1", reason="wiki's", token=admin.token("csrf")
    )
    assert said["block"]["user"] == "203.0.113.0/24", said
    shown = json.loads(pair.gate.run("block", "show", "203.0.113.9", "--json").stdout)
    assert [(one["target"], one["anon_only"], one["reason"]) for one in shown] == [("203.0.113.0/24", True, "wiki's")]
    removed = pair.gate.run("block", "remove", "203.0.113.0/24")
    assert removed.returncode == 0, removed.stderr
    assert admin.get(action="query", list="blocks", bkip="203.0.113.9")["query"]["blocks"] == []


def test_a_database_that_is_no_wikis_is_refused_in_one_sentence(tmp_path):
    foreign = tmp_path / "foreign.sqlite"
    with closing(sqlite3.connect(foreign)) as connection, connection:
        connection.execute('CREATE TABLE "user" (id INTEGER PRIMARY KEY, login TEXT)')
    said = wikigate_server.operate("user", "list", "--data", str(tmp_path), "--database", f"sqlite:///{foreign}")
    assert said.returncode in (1, 2)
    assert said.stderr.strip()
    assert len(said.stderr.strip().splitlines()) == 1
    assert "Traceback" not in said.stderr


def _wait_until(condition) -> None:
    """Wait for what happens after an answer has gone out."""
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_the_reference_is_the_version_that_this_suite_is_about(reference):
    general = Visitor(reference.base).get(action="query", meta="siteinfo")["query"]["general"]
    assert general["generator"].startswith("MediaWiki 1.43."), reference_wiki.PACKAGE


@pytest.mark.parametrize("side", ["wiki", "gate"])
def test_a_lock_keeps_everybody_out_on_both_until_it_ends(pair, side):
    """F4: by the main password and by a bot password; afterwards both are as they were."""
    assert pair.gate.run("user", "lock", "CoreUser").returncode == 0
    try:
        bot, main = pair.visit(side), pair.visit(side)
        assert bot.login("CoreUser@core", "81s7dqo393ledr3r3s0gpg82u4mt6ovs")["result"] == "Failed"
        assert main.clientlogin("CoreUser", PASSWORD)["status"] == "FAIL"
        assert "CoreUser" not in {bot.name(), main.name()}
    finally:
        assert pair.gate.run("user", "unlock", "CoreUser").returncode == 0
    bot, main = pair.visit(side), pair.visit(side)
    assert bot.login("CoreUser@core", "81s7dqo393ledr3r3s0gpg82u4mt6ovs")["result"] == "Success"
    assert main.clientlogin("CoreUser", PASSWORD)["status"] == "PASS"
    # The wiki's cache may hold the token of the lock for a while (howto “On a wiki's own database”).
    assert side == "wiki" or [bot.name(), main.name()] == ["CoreUser"] * 2
