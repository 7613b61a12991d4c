"""How the service is reached."""

from __future__ import annotations

from dataclasses import dataclass


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
