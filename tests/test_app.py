"""Wikis side by side in one process, and what changes with the server's secrets."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

from wikigate import plugins
from wikigate.accounts.hashing import InlineHasher
from wikigate.app import Application, Wiki, build_application, open_wiki
from wikigate.config import read_config
from wikigate.plugins import all_actions
from wikigate.primitives.errors import ConfigError
from wikigate.store.tables import Tables
from wikigate.testing.transport import WsgiTransport
from wikigate.testing.wiki import Browser, TestWiki

PASSWORD = "correct horse battery"
TABLES: dict[str, Any] = {"passwords": {"profile": "mediawiki"}}


def two_wikis(folder: Path, red: dict[str, Any], blue: dict[str, Any]) -> Application:
    return build_application(read_config({**TABLES, "wikis": {"red": red, "blue": blue}}, folder))


def site_name(application: Application, base: str, path: str) -> str:
    return str(
        Browser(WsgiTransport(application, base), path).get({"action": "query", "meta": "siteinfo"})["query"][
            "general"
        ]["wikiid"]
    )


def test_two_wikis_are_told_apart_by_host(tmp_path: Path) -> None:
    application = two_wikis(tmp_path, {"host": "red.example"}, {"host": "Blue.example"})
    assert site_name(application, "http://red.example", "/w/api.php") == "red"
    assert site_name(application, "http://blue.example:8080", "/w/api.php") == "blue"
    assert WsgiTransport(application, "http://green.example").send("GET", "/w/api.php", {}, b"").status == 404
    application.close()


def test_two_wikis_are_told_apart_by_path(tmp_path: Path) -> None:
    application = two_wikis(tmp_path, {"site": {"script_path": "/red"}}, {"site": {"script_path": "/blue"}})
    for path, wiki in (("/red/api.php", "red"), ("/blue/api.php", "blue"), ("/api.php", "red")):
        assert site_name(application, "http://127.0.0.1", path) == wiki
    application.close()


def test_an_account_of_one_wiki_is_none_of_the_other(tmp_path: Path) -> None:
    """A session, a token and a name belong to one wiki."""
    application = two_wikis(tmp_path, {"site": {"script_path": "/red"}}, {"site": {"script_path": "/blue"}})
    application.wikis[0].registration.create("Alice", PASSWORD)
    transport = WsgiTransport(application, "http://127.0.0.1")
    red, blue = Browser(transport, "/red/api.php"), Browser(transport, "/blue/api.php")
    assert red.log_in("Alice", PASSWORD)["status"] == "PASS"
    blue.cookies = {name.replace("red", "blue"): value for name, value in red.cookies.items()}
    assert (red.who(), blue.who()) == ("Alice", "127.0.0.1")
    assert Browser(transport, "/blue/api.php").log_in("Alice", PASSWORD)["status"] == "FAIL"
    application.close()


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({}, "Two wikis lie at /w/api.php"),
        ({"host": "one.example"}, "Two wikis have the host “one.example”"),
        ({"dialects": {"hosts": {"Old.example": "1.16"}}}, "Two wikis have the host “old.example”"),
    ],
)
def test_two_wikis_in_one_place_are_refused(tmp_path: Path, own: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        two_wikis(tmp_path, own, own)


class TestRotation:
    """H4: the first secret signs, all verify; whoever is logged in stays so, and tokens handed out stay good."""

    @staticmethod
    def again(wiki: TestWiki, browser: Browser) -> Browser:
        """Return the same visitor at the same wiki after a restart."""
        restarted = Application(
            wiki.config, [open_wiki(wiki.config, "my_wiki", clock=wiki.clock, hasher=InlineHasher())]
        )
        visitor = Browser(WsgiTransport(restarted, "http://127.0.0.1"), "/w/api.php")
        visitor.cookies = dict(browser.cookies)
        return visitor

    def test_old_sessions_and_tokens_live_on_until_the_old_secret_goes(self) -> None:
        with TestWiki() as wiki:
            wiki.create_user("Alice", PASSWORD)
            alice, anonymous = wiki.browser(), wiki.browser()
            alice.log_in("Alice", PASSWORD)
            csrf, login = alice.token("csrf"), anonymous.token("login")
            file = wiki.data / "secret.key"
            old = file.read_text()
            file.write_text("a-new-secret-of-more-than-16\n" + old)

            rotated = self.again(wiki, alice)
            assert rotated.who() == "Alice"
            assert (
                rotated.post({"action": "checktoken", "type": "csrf", "token": csrf})["checktoken"]["result"] == "valid"
            )
            form = {
                "action": "clientlogin",
                "username": "Alice",
                "password": PASSWORD,
                "loginreturnurl": "http://e/",
                "logintoken": login,
            }
            late = self.again(wiki, anonymous)
            assert late.post(form)["clientlogin"]["status"] == "PASS"

            file.write_text("a-new-secret-of-more-than-16\n")
            assert self.again(wiki, late).who() == "Alice", (
                "a session that the new secret signed needs the old one no longer"
            )
            fresh = wiki.browser()
            fresh.cookies = dict(anonymous.cookies)
            assert self.again(wiki, fresh).post(form).get("clientlogin", {}).get("status") != "PASS"


def test_a_provider_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        build_application(read_config({"auth": {"providers": ["local-pasword"]}}, tmp_path))
    assert str(refused.value).startswith("There is no authentication provider “local-pasword”; there are: ")


def test_a_plug_in_that_cannot_be_loaded_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = EntryPoint("extra", "wikigate_extra_that_is_not_there:Action", "wikigate.actions")
    monkeypatch.setattr(plugins, "entry_points", lambda group: [broken] if group == "wikigate.actions" else [])
    with pytest.raises(ConfigError) as refused:
        all_actions()
    assert str(refused.value).startswith("The plug-in “extra” of an unknown distribution cannot be loaded (")
    assert str(refused.value).endswith("; mend or uninstall it.")


def test_a_dialect_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"There is no dialect “1\.0”; there are: 1\.12, "):
        build_application(read_config({"dialect": "1.0"}, tmp_path))


class TestPasswordProfile:
    """H1: a shared database holds only what the wiki beside it can read."""

    @staticmethod
    def stored(wiki: Wiki) -> str:
        wiki.registration.create("Alice", PASSWORD)
        found = wiki.services.directory.credentials("Alice")
        assert found is not None
        wiki.close()
        return found.password

    def test_a_database_of_our_own_has_the_strongest_kind(self, tmp_path: Path) -> None:
        wiki = open_wiki(read_config({}, tmp_path), "my_wiki")
        assert (wiki.schema, wiki.settings.passwords.profile) == ("own", "argon2id")
        assert self.stored(wiki).startswith(":argon2:")

    def test_a_shared_one_has_the_wikis_kind(self, tmp_path: Path, shared_database: str) -> None:
        wiki = open_wiki(read_config({}, tmp_path, database=shared_database), "my_wiki")
        assert (wiki.schema, wiki.settings.passwords.profile) == ("mediawiki-1.43", "mediawiki")
        assert self.stored(wiki).startswith(":pbkdf2:sha512:30000:64:")

    def test_what_the_operator_chose_stays_chosen(self, tmp_path: Path, shared_database: str) -> None:
        wiki = open_wiki(
            read_config({"passwords": {"profile": "argon2id-php"}}, tmp_path, database=shared_database), "my_wiki"
        )
        assert self.stored(wiki).startswith(":argon2:")


@pytest.fixture
def shared_database(tmp_path: Path) -> str:
    """A database in which a wiki made MediaWiki's tables, and none of ours is."""
    url = f"sqlite:///{tmp_path}/shared.sqlite"
    engine = create_engine(url)
    Tables("").mediawiki.create_all(engine)
    engine.dispose()
    return url
