"""Files that every page shares: style sheets, scripts and pictures, served with an address that changes with them.

They are read and compressed at start. Nothing here is secret, so that compressing gives nothing away, as it would in a page with a token.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from importlib.resources import files
from typing import Final

from wikigate.wire.http import Request, Response

FOLDER: Final = "resources/wikigate"
# The coding by name, and not as one that is refused (RFC 9110 §12.5.3).
_GZIP: Final = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))", re.IGNORECASE)
_TYPES: Final = {"css": "text/css; charset=UTF-8", "js": "text/javascript; charset=UTF-8", "svg": "image/svg+xml"}


class StaticFiles:
    """The files in ``web/static``; ``url`` gives a file's address with a mark of its content."""

    def __init__(self, script_path: str) -> None:
        self.path: Final = f"{script_path}/{FOLDER}"
        found = {entry.name: entry.read_bytes() for entry in (files("wikigate.web") / "static").iterdir()}
        self._files = {name: data for name, data in found.items() if name.rpartition(".")[2] in _TYPES}
        self._packed = {name: gzip.compress(data, mtime=0) for name, data in self._files.items()}
        self._marks = {name: hashlib.sha256(data).hexdigest()[:12] for name, data in self._files.items()}

    def url(self, name: str) -> str:
        """Return a file's address."""
        return f"{self.path}/{name}?{self._marks[name]}"

    def __call__(self, request: Request) -> Response:
        """Answer a request for a file."""
        name = request.path_info.removeprefix("/")
        data = self._files.get(name)
        plain = ("X-Content-Type-Options", "nosniff")
        if data is None or request.method not in {"GET", "HEAD"}:
            return Response(404, [("Content-Type", "text/plain; charset=utf-8"), plain], b"There is no such file.\n")
        lasting = request.query == self._marks[name]
        headers = [
            ("Content-Type", _TYPES[name.rpartition(".")[2]]),
            plain,
            ("Cache-Control", "public, max-age=31536000, immutable" if lasting else "no-cache"),
            ("Vary", "Accept-Encoding"),
        ]
        if _GZIP.search(request.header("accept-encoding")):
            return Response(200, [*headers, ("Content-Encoding", "gzip")], self._packed[name])
        return Response(200, headers, data)
