"""Anonymous visitors leave nothing behind."""

from __future__ import annotations

import sqlite3

from .server import Client, Server


def rows(server: Server) -> dict[str, int]:
    database = sqlite3.connect(server.data / "wikigate.sqlite")
    try:
        names = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
        return {name: database.execute(f'select count(*) from "{name}"').fetchone()[0] for name in names}
    finally:
        database.close()


def test_d14_p15_three_hundred_anonymous_requests_leave_no_row(server: Server) -> None:
    """Each is a new visitor: with a login token or with nothing at all."""
    before = rows(server)
    assert "wikigate_session" in before
    visitor = Client(server)
    for number in range(300):
        visitor.cookies.clear()
        query = {"action": "query", "meta": "tokens" if number % 3 else "userinfo", "type": "login"}
        visitor.get(query if number % 3 else {"action": "query", "meta": "userinfo"})
        assert bool(visitor.cookies) == bool(number % 3), "a cookie comes with a token and with nothing else"
    visitor.close()
    assert rows(server) == before
