"""A second factor in a real wiki's own rows: OATHAuth and Wikigate take each other's keys and codes (mission M09; spec extensions §1.1)."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from wikigate.accounts.totp import hotp, key_of

from ..wire.fixture import fill, fixture  # noqa: TID252  both suites assume the same wikis
from . import reference_wiki, wikigate_server
from .conftest import Reference
from .visitor import Visitor
from .wikigate_server import WikigateServer

NAME, PASSWORD = "CoreUser", "CorePass12345!"
OATHAUTH = reference_wiki.PACKAGE / "extensions-core/OATHAuth"


@dataclass(slots=True)
class Pair:
    """A wiki with OATHAuth and the Wikigate on its file; ``made`` is the key that Wikigate made for the account."""

    wiki: str
    gate: WikigateServer
    database: str
    made: dict[str, Any]

    def asked(self, side: str) -> Visitor:
        """Return a visitor of ``wiki`` or ``gate`` whose password was right and who is asked for a code."""
        visitor = Visitor(self.wiki, variant="oath") if side == "wiki" else Visitor(self.gate.base)
        said = visitor.clientlogin(NAME, PASSWORD)
        assert (said["status"], said["messagecode"]) == ("UI", "oathauth-auth-ui"), said
        return visitor

    def answer(self, side: str, code: str) -> dict[str, Any]:
        """Log in with a code."""
        visitor = self.asked(side)
        sent = {"logincontinue": "1", "OATHToken": code, "logintoken": visitor.token("login")}
        said: dict[str, Any] = visitor.post(action="clientlogin", **sent)["clientlogin"]
        return said

    def stored(self) -> dict[str, Any]:
        """Return the data of the account's row."""
        with closing(sqlite3.connect(self.database, timeout=30)) as connection:
            [(data,)] = connection.execute("SELECT oad_data FROM oathauth_devices").fetchall()
        return dict(json.loads(data))

    def enrol(self, data: dict[str, Any]) -> None:
        """Put another key in the row's place, in the very form in which OATHAuth writes it."""
        with closing(sqlite3.connect(self.database, timeout=30)) as connection, connection:
            connection.execute("UPDATE oathauth_devices SET oad_data = ?", (json.dumps(data),))


@pytest.fixture(scope="module")
def pair(reference: Reference, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    if not reference.database or not reference.ours:
        pytest.skip("needs the running wiki's file and our settings in it")
    script = (OATHAUTH / "sql/sqlite/tables-generated.sql").read_text("utf-8").replace("/*_*/", "")
    with closing(sqlite3.connect(reference.database, timeout=30)) as connection, connection:
        fill(connection, fixture("core"), time.time())
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'oathauth_devices'").fetchone():
            connection.executescript(script)
    config = {
        "site": {"wiki_id": "my_wiki"},
        "session": {"token_version": "1"},
        "passwords": {"profile": "mediawiki"},
    }
    with wikigate_server.serving(tmp_path_factory.mktemp("oath"), config, database=Path(reference.database)) as gate:
        made = gate.run("factor", "add-totp", NAME, "--json")
        assert made.returncode == 0, made.stderr
        yield Pair(reference.base, gate, reference.database, json.loads(made.stdout))
        assert gate.run("factor", "remove", NAME).returncode == 0


def now(secret: str) -> str:
    key = key_of(secret)
    assert key
    return hotp(key, int(time.time()) // 30)


@pytest.mark.parametrize("side", ["wiki", "gate"])
def test_a_key_made_by_wikigate_is_accepted_by_both(pair, side):
    assert pair.answer(side, "000000")["messagecode"] == "oathauth-login-failed"
    assert pair.answer(side, now(pair.made["secret"])) == {"status": "PASS", "username": NAME}


@pytest.mark.parametrize(("burner", "other"), [("wiki", "gate"), ("gate", "wiki")])
def test_a_recovery_code_burnt_by_one_is_burnt_on_the_other(pair, burner, other):
    code = pair.stored()["scratch_tokens"][0]
    assert pair.answer(burner, code)["status"] == "PASS"
    assert pair.answer(other, code)["messagecode"] == "oathauth-login-failed"
    assert code not in pair.stored()["scratch_tokens"]


def test_a_key_of_the_wiki_s_length_is_accepted_by_both(pair):
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSWY3DPEE"
    pair.enrol({**pair.stored(), "secret": secret})
    for side in ("gate", "wiki"):
        # The step after the present one: each has used the present one with the key before.
        key = key_of(secret)
        assert key
        assert pair.answer(side, hotp(key, int(time.time()) // 30 + 1))["status"] == "PASS"
