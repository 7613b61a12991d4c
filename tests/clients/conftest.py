"""The running server and the table that says what each client did."""

import json
import os
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .client import PARTS, Client, Outcome, run
from .server import Server, serving

COLUMNS = ("client", "version", "mode", "account", "login", "userinfo", "csrf", "logout", "result")
WIDEST = 42
SPOKEN_TO = pytest.StashKey[str]()


@pytest.fixture(scope="session")
def parts() -> None:
    """The libraries are there: without them nothing here says anything, so CI takes their absence for a failure."""
    if not all((PARTS / part / ".installed").exists() for part in ("python", "node", "source")):
        missing = "the clients are not installed; `make clients` installs and drives them"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)


@pytest.fixture(scope="session")
def server(parts: None, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("wikigate")) as running:
        with urllib.request.urlopen(f"{running.url}?action=query&meta=siteinfo&format=json", timeout=30) as answer:
            general = json.load(answer)["query"]["general"]
        pytestconfig.stash[SPOKEN_TO] = f"{general['generator']} at {running.url}"
        yield running


@pytest.fixture
def row(record_property: Callable[[str, object], None]) -> dict[str, str]:
    """This test's line in the table; it stays in the report however the test ends."""
    line: dict[str, str] = {}
    record_property("client", line)
    return line


@pytest.fixture
def drive(server: Server, row: dict[str, str], tmp_path: Path) -> Callable[[Client, str, str], Outcome]:
    """Run one client's driver against the server, and note what it did in the table."""

    def run_and_note(client: Client, mode: str, account: str) -> Outcome:
        row.update(client=client.name, mode=mode, account=account)
        outcome = run(client, server.url, server.credentials(account), mode, tmp_path)
        row.update(outcome.steps)
        return outcome

    return run_and_note


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    lines = []
    for result in ("passed", "failed"):
        for report in terminalreporter.stats.get(result, []):
            properties = dict(report.user_properties)
            if report.when == "call" and properties.get("client"):
                lines.append({**properties["client"], "result": result})
                if result == "passed" and lines[-1]["login"].startswith("refused"):
                    lines[-1]["login"] = "refused"
    if not lines:
        return
    cells = [COLUMNS, *(tuple(line.get(column, "-")[:WIDEST] for column in COLUMNS) for line in lines)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(COLUMNS))]
    terminalreporter.section(f"clients against {config.stash.get(SPOKEN_TO, 'a server')}")
    for line in cells:
        terminalreporter.write_line(
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        )
