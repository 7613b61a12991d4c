"""Clients with an interactive login take it through a second step: a temporary password, and the new one that must follow (M10, M20)."""

import os
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ..wire.fixture import stamp, stored  # noqa: TID252  both suites write MediaWiki's own rows
from .client import PYTHON, Client, run
from .server import Server, serving

pytestmark = pytest.mark.clients

CLIENTS = (
    Client("mwapi", PYTHON, "mwapi_reset.py", {"reset": ("main",)}),
    Client("mwclient", PYTHON, "mwclient_reset.py", {"reset": ("main",)}),
)


@pytest.fixture(scope="module")
def own_server(parts: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    """A server whose database lies here: nobody can mail a temporary password to a client's test."""
    if os.environ.get("WIKIGATE_CLIENTS_URL"):
        pytest.skip("needs the database of the server")
    folder = tmp_path_factory.mktemp("wikigate")
    with serving(folder) as running:
        yield running, folder / "wikigate.sqlite"


@pytest.mark.parametrize(("client", "account"), list(zip(CLIENTS, ("main", "unicode"), strict=True)))
def test_a_temporary_password_is_changed_on_the_way_in(
    client: Client, account: str, own_server: tuple[Server, Path], row: dict[str, str], tmp_path: Path
) -> None:
    server, database = own_server
    name, temporary = server.credentials(account).name, secrets.token_hex(8)
    with closing(sqlite3.connect(database, timeout=30)) as connection, connection:
        sql = 'UPDATE "user" SET user_newpassword = ?, user_newpass_time = ? WHERE user_name = ?'
        assert connection.execute(sql, (stored(temporary), stamp(time.time()), name)).rowcount == 1
    row.update(client=client.name, mode="reset", account=account)
    outcome = run(client, server.url, type(server.credentials(account))(name, temporary), "reset", tmp_path)
    row.update(outcome.steps)
    assert outcome.status == 0, outcome.said
    assert list(outcome.steps) == ["version", "login", "userinfo", "csrf", "logout"]
