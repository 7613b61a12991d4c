"""The network through the library ``httpx``; only wikis that ask other servers load it."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from time import monotonic
from typing import Final
from urllib.parse import urlsplit

import httpx

from wikigate.outbound.http_client import HttpAnswer, OutboundError

_AGENT: Final = "Wikigate"


class HttpxClient:
    """Satisfies ``HttpClient``; shared by all threads, connections kept.

    ``timeout``: seconds for the connection, for each silence of the other server, and for the whole of a request whose answer's head has
    come. ``max_bytes``: of an answer's body. ``ca_file``: certificates believed in place of the system's. ``transport``: for tests.
    """

    def __init__(
        self,
        *,
        timeout: float = 5.0,
        max_bytes: int = 1024 * 1024,
        ca_file: str = "",
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._timeout = timeout
        self._max_bytes = max_bytes
        self._client = httpx.Client(
            timeout=timeout,
            follow_redirects=False,
            # A packed answer may be small on the way and enormous unpacked: nobody is asked for one, and none is taken.
            headers={"User-Agent": _AGENT, "Accept": "application/json, */*;q=0.1", "Accept-Encoding": "identity"},
            verify=ssl.create_default_context(cafile=ca_file or None),
            transport=transport,
            # Proxies and passwords of the surroundings are not this server's configuration.
            trust_env=False,
        )

    def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> HttpAnswer:
        """Fetch a URL; see ``HttpClient``."""
        return self._send("GET", url, headers, None)

    def post_form(self, url: str, fields: Mapping[str, str], *, headers: Mapping[str, str] | None = None) -> HttpAnswer:
        """Post a form; see ``HttpClient``."""
        return self._send("POST", url, headers, fields)

    def close(self) -> None:
        """Close the connections that are kept."""
        self._client.close()

    def _send(
        self, method: str, url: str, headers: Mapping[str, str] | None, fields: Mapping[str, str] | None
    ) -> HttpAnswer:
        until = monotonic() + self._timeout
        where = _host(url)
        body = bytearray()
        try:
            with self._client.stream(method, url, headers=headers, data=fields) as response:
                if response.headers.get("Content-Encoding", "identity").lower() != "identity":
                    raise OutboundError(f"{where} answered in a packed form")
                for chunk in response.iter_raw():
                    body += chunk
                    if len(body) > self._max_bytes:
                        raise OutboundError(f"{where} answered more than {self._max_bytes} bytes")
                    if monotonic() > until:
                        raise OutboundError(f"{where} took longer than {self._timeout:g} seconds")
                return HttpAnswer(
                    response.status_code, {k.lower(): v for k, v in response.headers.items()}, bytes(body)
                )
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, ValueError) as error:
            raise OutboundError(f"{where} could not be asked ({type(error).__name__})") from error


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or "no host"
    except ValueError:
        return "no host"
