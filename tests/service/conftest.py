"""One server of two workers for everything that does not need its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .server import Server, serving


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    users = ("Alice", "Bob", "Carol")
    environment = {
        "HTTP_COOKIE": "my_wikiUserName=Alice",
        "HTTP_X_FORWARDED_FOR": "192.0.2.7",
        "HTTP_ORIGIN": "https://evil.example",
    }
    with serving(tmp_path_factory.mktemp("service"), "--workers", "2", users=users, environment=environment) as server:
        yield server
