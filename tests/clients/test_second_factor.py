"""Clients that can be asked for more than a password: the code of an authenticator app (M09, M20, M39)."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from .client import HERE, PYTHON, RUN_SECONDS, environment
from .server import WIKIGATE, Credentials, Server, serving

pytestmark = pytest.mark.clients


@pytest.fixture(scope="module")
def secured(parts: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, list[str]]]:
    """A server of its own, whose main account has a second factor; and codes that are each good once."""
    if os.environ.get("WIKIGATE_CLIENTS_URL"):
        pytest.skip("the named server's account has no second factor")
    folder = tmp_path_factory.mktemp("secured")
    with serving(folder) as server:
        name = server.accounts["main"].name
        command = [WIKIGATE, "factor", "add-totp", name, "--data", folder, "--json"]
        made = subprocess.run(command, capture_output=True, text=True, check=True)
        yield server, json.loads(made.stdout)["recovery_codes"]


@pytest.mark.parametrize("driver", ["mwclient_second_factor", "mwapi_second_factor", "pywikibot_site"])
def test_logs_in_with_a_second_factor(driver: str, secured: tuple[Server, list[str]], tmp_path: Path) -> None:
    server, codes = secured
    account: Credentials = server.accounts["main"]
    done = subprocess.run(
        [*PYTHON, HERE / "drivers" / f"{driver}.py", server.url, account.name, "second-factor"],
        cwd=tmp_path,
        env=environment(tmp_path) | {"PASSWORD": account.password, "CODE": codes.pop()},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    steps = [line.split("\t", 1)[0] for line in done.stdout.splitlines() if "\t" in line]
    assert steps[:4] == ["version", "login", "userinfo", "csrf"]
