"""How the service is reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from wikigate.primitives.addresses import Networks

HIGHEST_PORT: Final = 65535


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Where the server listens and whom it believes.

    ``host``, ``port``: the address to listen on; port 0 takes a free one. ``workers``: processes. ``threads``: request threads of
    each; clearly more than the logins that may wait for a hash. ``trusted_proxies``: addresses and networks whose
    ``X-Forwarded-For`` and ``X-Forwarded-Proto`` are believed; empty believes nobody.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    workers: int = 1
    threads: int = 64
    trusted_proxies: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no server can be started with."""
        if not 0 <= self.port <= HIGHEST_PORT:
            raise ValueError(f"“port” is 0 to {HIGHEST_PORT}")
        if self.workers < 1 or self.threads < 1:
            raise ValueError("“workers” and “threads” are 1 or more")
        Networks(self.trusted_proxies)
