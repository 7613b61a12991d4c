"""The operator's commands, run in this process; a database of cheap hashes in a folder of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from wikigate.cli.main import main

PASSWORD = "correct horse battery"


class Operator:
    """Runs commands on one wiki."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.config = folder / "wikigate.toml"
        self.config.write_text('[passwords]\nprofile = "mediawiki"\n')
        self.options = ("--data", str(self.data), "--config", str(self.config))

    def run(self, *words: str, stdin: str | bytes = "") -> Result:
        """Run ``wikigate words…`` on the wiki."""
        return CliRunner().invoke(main, [*words, *self.options], input=stdin)

    def facts(self, *words: str, stdin: str = "") -> Any:
        """Run a command that must go well, and read its JSON."""
        result = self.run(*words, "--json", stdin=stdin)
        assert (result.exit_code, result.stderr) == (0, "")
        return json.loads(result.stdout)

    def refused(self, *words: str, stdin: str | bytes = "", exit_code: int = 1) -> str:
        """Run a command that must be refused in one line, and return the line."""
        return one_line(self.run(*words, stdin=stdin), exit_code)

    def create_user(self, name: str = "Alice", *words: str) -> Any:
        """Make an account."""
        return self.facts("user", "create", name, "--password-stdin", *words, stdin=f"{PASSWORD}\n")


def one_line(result: Result, exit_code: int = 1) -> str:
    """Hold a refusal to what every refusal is: one line on standard error, nothing else, no traceback."""
    assert result.exit_code == exit_code, result.output
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("wikigate: ")
    return lines[0].removeprefix("wikigate: ")


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    return Operator(tmp_path)
