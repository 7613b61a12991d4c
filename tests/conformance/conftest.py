"""The two servers, and the table at the end."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from wikigate.testing.texts import Texts

from ..wire.fixture import Fixture  # noqa: TID252  both suites assume the same wikis
from . import reference_wiki, wikigate_server
from .live import Side

ROOT = Path(__file__).parents[2]


@dataclass(slots=True)
class Row:
    """One line of the table."""

    scenario: str
    steps: int
    equal: int
    explained: int
    unexplained: int


ROWS = pytest.StashKey[list[Row]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[ROWS] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker("conformance")


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    rows = config.stash[ROWS]
    if not rows:
        return
    width = max(len(row.scenario) for row in rows)
    line = f"{{:<{width}}}  {{:>6}}  {{:>6}}  {{:>9}}  {{:>11}}"
    terminalreporter.section("Wikigate beside MediaWiki")
    terminalreporter.write_line(line.format("scenario", "steps", "equal", "explained", "unexplained"))
    for row in sorted(rows, key=lambda row: row.scenario):
        terminalreporter.write_line(line.format(row.scenario, row.steps, row.equal, row.explained, row.unexplained))
    sums = [sum(getattr(row, name) for row in rows) for name in ("steps", "equal", "explained", "unexplained")]
    terminalreporter.write_line(line.format("all", *sums))


@dataclass(frozen=True, slots=True)
class Reference:
    """The real MediaWiki; ``database`` is empty where nobody told where it lies, ``ours`` tells that it has our settings."""

    base: str
    database: str
    ours: bool

    def side(self, variant: str, source: str) -> Side:
        """Speak to it as the wiki that a variant makes of it."""
        return Side(self.base, self.database, {"X-Reference-Variant": variant} if self.ours else {}, source)


@pytest.fixture(scope="session")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reference]:
    """A real MediaWiki: ``WIKIGATE_ORACLE`` (with its file in ``WIKIGATE_ORACLE_DATABASE``), or one started for these tests."""
    running = os.environ.get("WIKIGATE_ORACLE", "")
    if running:
        base = running.split("/w/api.php")[0].rstrip("/")
        database = os.environ.get("WIKIGATE_ORACLE_DATABASE", "")
        yield Reference(base, database, ours=bool(database) and reference_wiki.has_our_settings(Path(database)))
        return
    with reference_wiki.serving(tmp_path_factory.mktemp("mediawiki")) as wiki:
        yield Reference(wiki.base, str(wiki.database), ours=True)


@pytest.fixture(scope="session")
def texts() -> tuple[Texts, Texts]:
    """MediaWiki's own messages, and Wikigate's."""
    folder = ROOT / "src/wikigate/i18n/messages"
    ours = {path.stem: json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")}
    return Texts(reference_wiki.catalogue("en", "de", "fr")), Texts(ours)


@pytest.fixture(scope="session")
def wikigates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Fixture, str], Side]]:
    """Give a running Wikigate for a fixture's configuration and a source address; each configuration is started once."""
    with ExitStack() as stack:
        running: dict[str, tuple[str, str]] = {}

        def side(wanted: Fixture, source: str) -> Side:
            config = {key: dict(value) for key, value in wanted.config.items()}
            config["site"].pop("server")
            key = json.dumps(config, sort_keys=True)
            if key not in running:
                folder = tmp_path_factory.mktemp("wikigate")
                server = stack.enter_context(wikigate_server.serving(folder, config))
                running[key] = (server.base, str(folder / "wikigate.sqlite"))
            base, database = running[key]
            return Side(base, database, {}, source)

        yield side
