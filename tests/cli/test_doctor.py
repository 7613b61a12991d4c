"""``wikigate doctor``: what is wrong is found and told with its remedy; exit code 1 where something must be mended."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from importlib.metadata import EntryPoint
from typing import Any

import pytest

from wikigate import plugins

from .conftest import Operator


def findings(operator: Operator, exit_code: int) -> list[dict[str, Any]]:
    result = operator.run("doctor", "--json")
    assert result.exit_code == exit_code, result.output
    found: list[dict[str, Any]] = json.loads(result.stdout)
    assert {frozenset(finding) for finding in found} == {frozenset({"state", "what", "advice"})}
    return found


def test_a_healthy_wiki_has_no_fault(operator: Operator) -> None:
    operator.create_user()
    found = findings(operator, 0)
    assert {finding["state"] for finding in found} <= {"ok", "warning"}
    assert "wiki “my_wiki”: database of its own" in [finding["what"] for finding in found]
    assert operator.run("doctor").stdout.startswith(f"ok    data folder {operator.data}\n")


@pytest.mark.parametrize("name", ["secret.key", "demo.json"])
def test_a_secret_that_others_can_read_is_a_fault(operator: Operator, name: str) -> None:
    operator.create_user()
    file = operator.data / name
    file.touch(0o600)
    assert findings(operator, 0)
    file.chmod(0o640)
    faults = [finding for finding in findings(operator, 1) if finding["state"] == "fault"]
    assert faults == [
        {"state": "fault", "what": f"{file} can be read by others (mode 640)", "advice": f"chmod 600 {file}"}
    ]


def test_a_database_that_cannot_be_opened_is_a_fault(operator: Operator) -> None:
    result = operator.run("doctor", "--json", "--database", "sqlite:////etc/passwd")
    assert result.exit_code == 1
    assert [finding["what"] for finding in json.loads(result.stdout) if finding["state"] == "fault"] == [
        "wiki “my_wiki” cannot be opened"
    ]


def test_a_data_folder_that_is_a_file_is_a_fault(operator: Operator) -> None:
    operator.data.write_text("")
    assert f"the data folder {operator.data} cannot be written" in [
        finding["what"] for finding in findings(operator, 1)
    ]


def test_it_makes_nothing(operator: Operator) -> None:
    """No folder, no secret, no table."""
    assert findings(operator, 0)
    assert not operator.data.exists()
    operator.data.mkdir()
    with contextlib.closing(sqlite3.connect(operator.data / "wikigate.sqlite")) as connection:
        connection.execute("PRAGMA user_version = 1")
    assert "tables are still to be made" in str(findings(operator, 0))
    assert [file.name for file in operator.data.iterdir()] == ["wikigate.sqlite"]
    with contextlib.closing(sqlite3.connect(operator.data / "wikigate.sqlite")) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == []
    operator.create_user()
    (operator.data / "secret.key").unlink()
    assert "there is no secret" in str(findings(operator, 0))
    assert not (operator.data / "secret.key").exists()


def test_a_configuration_that_is_wrong_is_one_sentence(operator: Operator) -> None:
    operator.config.write_text("[sight]\n")
    assert "unknown key “sight”" in operator.refused("doctor")


@pytest.mark.parametrize(
    ("toml", "warned"),
    [
        ('[server]\nhost = "0.0.0.0"\n', "the server listens on every address of this machine without TLS"),
        ('[server]\nhost = "192.0.2.1"\n', "the server listens on 192.0.2.1 without TLS"),
        ('[site]\nserver = "http://wiki.example"\n', "site.server is http://wiki.example"),
        ('[site]\nread_only = "moving"\n', "read-only: moving"),
    ],
)
def test_what_is_risky_is_a_warning(operator: Operator, toml: str, warned: str) -> None:
    operator.config.write_text(toml)
    assert warned in [finding["what"] for finding in findings(operator, 0) if finding["state"] == "warning"]


@pytest.mark.parametrize(
    ("providers", "warns"),
    [
        ([], True),
        (["login-throttle", "block-check", "second-factor"], True),
        (["login-throttle", "ldap"], True),  # no directory is configured
        (["local-password"], False),
        (["temporary-password", "ldap"], False),
        (["practice-site"], False),
    ],
)
def test_providers_that_let_nobody_in_are_a_warning(operator: Operator, providers: list[str], *, warns: bool) -> None:
    operator.config.write_text(f"[auth]\nproviders = {json.dumps(providers)}\n")
    warnings = [finding for finding in findings(operator, 0) if finding["what"].startswith("nobody can log in")]
    assert [finding["state"] for finding in warnings] == ["warning"] * warns
    assert all("local-password" in finding["advice"] for finding in warnings)


def test_a_plug_in_that_cannot_be_loaded_is_a_fault(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("nonsense", "no_such_module_of_anybody:PLUGIN", "wikigate.providers")
    monkeypatch.setattr(plugins, "entry_points", lambda *, group: [point] if group == point.group else [])
    faults = [finding for finding in findings(operator, 1) if finding["state"] == "fault"]
    assert [fault["what"] for fault in faults] == ["a plug-in cannot be loaded"]
    assert "“nonsense”" in faults[0]["advice"]


def test_a_dialect_without_a_login_token_is_told_of_h11(operator: Operator) -> None:
    operator.config.write_text('[dialects]\noffer = ["1.12", "1.16"]\naddresses = ["192.0.2.0/24"]\n')
    result = operator.run("doctor", "--json")
    told = {finding["what"].partition(",")[0]: finding for finding in json.loads(result.stdout)}
    assert told["/1.12/w/api.php speaks dialect “1.12”"]["state"] == "warning"
    assert "192.0.2.0/24" in told["/1.12/w/api.php speaks dialect “1.12”"]["advice"]
    assert told["/1.16/w/api.php speaks dialect “1.16”"]["state"] == "ok"


def test_wikis_that_cannot_be_served_together_are_a_fault(operator: Operator) -> None:
    operator.config.write_text("[wikis.red]\n[wikis.blue]\n")
    for wiki in ("red", "blue"):
        assert operator.run("user", "list", "--wiki", wiki).exit_code == 0
    fault = findings(operator, 1)[-1]
    assert fault["what"] == "the wikis cannot be served by one server"
    assert fault["advice"].startswith("Two wikis lie at /w/api.php")


def test_one_of_several_wikis_is_looked_over_alone(operator: Operator) -> None:
    operator.config.write_text("[wikis.red]\n[wikis.blue]\n")
    assert operator.run("user", "list", "--wiki", "red").exit_code == 0
    result = operator.run("doctor", "--wiki", "red")
    assert result.exit_code == 0
    assert "“red”" in result.stdout
    assert "“blue”" not in result.stdout


def test_a_language_without_texts_is_told(operator: Operator) -> None:
    operator.config.write_text('[site]\nlanguage = "nl"\n')
    said = {finding["what"]: finding["advice"] for finding in findings(operator, 0)}
    assert said["site.language is “nl”, and there are no texts in it"] == "people read “en”"
