"""Clients of old days, unmodified, at the dialects that they were written for (missions M31, M38, M40; spec legacy §10)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .client import NODE, PERL, PYTHON, Client, Outcome, run
from .server import Server, serving

NODEMW = Client("nodemw", NODE, "nodemw_bot.js", {})
MEDIAWIKI = Client("mediawiki", NODE, "mediawiki_bot.js", {})
SIMPLE = Client("simplemediawiki", PYTHON, "simplemediawiki_old.py", {})
MWAPI = Client("mwapi", PYTHON, "mwapi_session.py", {})
PERL_API = Client("MediaWiki::API", PERL, "mediawiki_api.pl", {})

OFFERED = ("1.12", "1.12-strict", "1.15.3", "1.16", "1.19", "1.26", "1.27", "1.31")
OWN_LOGOUT = (SIMPLE.name, MEDIAWIKI.name, MWAPI.name)
PAIRS = (
    *((NODEMW, dialect, "needtoken") for dialect in OFFERED),
    *((SIMPLE, dialect, "old") for dialect in OFFERED),
    *((MEDIAWIKI, dialect, "old") for dialect in OFFERED if dialect != "1.31"),
    (MWAPI, "1.27", "clientlogin"),
    (MWAPI, "1.31", "clientlogin"),
    (PERL_API, "1.27", "login"),
    (PERL_API, "1.31", "login"),
)


@pytest.fixture(scope="module")
def old_server(parts: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("ten-years")
    configuration = folder / "wikigate.toml"
    configuration.write_text(f"[dialects]\noffer = {list(OFFERED)}\n".replace("'", '"'))
    with serving(folder, "--config", str(configuration)) as running:
        yield running


@pytest.fixture
def drive_old(old_server: Server, row: dict[str, str], tmp_path: Path) -> Callable[[Client, str, str], Outcome]:
    """Run a client against a dialect, and note what it did in the table."""

    def run_and_note(client: Client, dialect: str, mode: str) -> Outcome:
        row.update(client=client.name, mode=f"dialect {dialect}", account="main")
        url = old_server.url.replace("/w/api.php", f"/{dialect}/w/api.php")
        outcome = run(client, url, old_server.credentials("main"), mode, tmp_path)
        row.update(outcome.steps)
        return outcome

    return run_and_note


@pytest.mark.parametrize(("client", "dialect", "mode"), PAIRS, ids=[f"{c.name}-{d}" for c, d, _ in PAIRS])
def test_a_client_of_old_days_logs_in_and_out(
    drive_old: Callable[[Client, str, str], Outcome], client: Client, dialect: str, mode: str
) -> None:
    outcome = drive_old(client, dialect, mode)
    assert outcome.status == 0, outcome.said
    assert outcome.steps["login"] == "ok"
    assert "logout" in outcome.steps
    if client.name in OWN_LOGOUT:
        assert outcome.steps["logout"] == "its own"
