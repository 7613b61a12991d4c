"""pywikibot makes an account for somebody, who logs in with it (M10)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .client import PYTHON, Client, run
from .server import Credentials, Server, serving

pytestmark = pytest.mark.clients

PYWIKIBOT = Client("pywikibot", PYTHON, "pywikibot_site.py", {"createaccount": ("main",)})


@pytest.fixture(scope="module")
def own(parts: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("wikigate"), "--workers", "1") as running:
        yield running


def test_an_account_that_pywikibot_makes_logs_in(own: Server, row: dict[str, str], tmp_path: Path) -> None:
    row.update(client="pywikibot", mode="createaccount", account="main")
    main = own.credentials("main")
    outcome = run(PYWIKIBOT, own.url, main, "createaccount", tmp_path)
    row.update(outcome.steps)
    assert outcome.status == 0, outcome.said
    assert list(outcome.steps) == ["version", "login", "userinfo", "csrf", "createaccount", "logout"]

    made = Credentials(outcome.steps["createaccount"], main.password[::-1])
    assert made.name == f"{main.name} Two"
    folder = tmp_path / "made"
    folder.mkdir()
    second = run(PYWIKIBOT, own.url, made, "clientlogin", folder)
    assert second.status == 0, second.said
