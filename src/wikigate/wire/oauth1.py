"""OAuth 1.0a on the wire: what a request says of itself, and what a signature is made over (RFC 5849 §3.4, §3.5).

MediaWiki's reading of it (spec extensions §3.3): the scheme is exactly ``OAuth ``, only parameters that begin with ``oauth_`` count, and
a body is signed where it is ``application/x-www-form-urlencoded``. They may stand in the address and in such a body too, each of them in
one place. Pure functions; nothing here knows a secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import quote, unquote_to_bytes

from wikigate.wire.http import Request

SCHEME: Final = "OAuth "
_PARAMETER: Final = re.compile(r'(oauth_[a-z_-]+)=(?:"([^"]*)"|([^,]*))')
_PREFIX: Final = b"oauth_"
_FORM: Final = "application/x-www-form-urlencoded"
_DEFAULT_PORTS: Final = {"http": ":80", "https": ":443"}


def read_parameters(header: str, request: Request) -> dict[str, str]:
    """Return the ``oauth_`` parameters of a request, decoded: of its ``Authorization`` header, its address and its form.

    Raises ``ValueError`` with the name of one that is given twice (RFC 5849 §3.2).
    """
    found: dict[str, str] = {}
    for name, quoted, bare in _PARAMETER.findall(header[len(SCHEME) :]):
        _keep(found, name, unquote_to_bytes(quoted or bare.strip()))
    for raw, value in _signed_pairs(request):
        if raw.startswith(_PREFIX):
            _keep(found, raw.decode("utf-8", "replace"), value)
    return found


def _keep(found: dict[str, str], name: str, value: bytes) -> None:
    if name in found:
        raise ValueError(name)
    found[name] = value.decode("utf-8", "replace")


def base_string(request: Request, oauth: Mapping[str, str], *, origin: str = "") -> bytes:
    """Return what is signed: method, address without its query, and every parameter in order (RFC 5849 §3.4.1).

    ``origin``: scheme and host as the client knows them, where the server sees others; empty: as the request came.
    """
    pairs = [(name, value) for name, value in _signed_pairs(request) if not name.startswith(_PREFIX)]
    pairs += [
        (name.encode(), value.encode("utf-8", "surrogatepass"))
        for name, value in oauth.items()
        if name != "oauth_signature"
    ]
    encoded = sorted((_encode(name), _encode(value)) for name, value in pairs)
    normalised = "&".join(f"{name}={value}" for name, value in encoded)
    address = (origin or _origin(request)) + quote(request.path, safe="/~:@!$&'()*+,;=")
    return "&".join(_encode(part.encode()) for part in (request.method.upper(), address, normalised)).encode()


def signing_key(consumer_secret: str, token_secret: str) -> bytes:
    """Join the two secrets into the key of HMAC-SHA1 (RFC 5849 §3.4.2)."""
    return f"{_encode(consumer_secret.encode())}&{_encode(token_secret.encode())}".encode()


def _signed_pairs(request: Request) -> Iterable[tuple[bytes, bytes]]:
    yield from _pairs(request.query)
    if request.header("content-type").partition(";")[0].strip().lower() == _FORM:
        yield from _pairs(request.body.decode("latin-1"))


def _pairs(text: str) -> Iterable[tuple[bytes, bytes]]:
    for part in text.split("&"):
        if part:
            name, _, value = part.partition("=")
            yield _decode(name), _decode(value)


def _decode(text: str) -> bytes:
    """Decode what came in the address or the body: characters stand for the bytes of the same number (PEP 3333)."""
    return unquote_to_bytes(text.replace("+", " ").encode("latin-1", "replace"))


def _encode(data: bytes) -> str:
    return quote(data, safe="~")


def _origin(request: Request) -> str:
    host = request.header("host").lower().removesuffix(_DEFAULT_PORTS.get(request.scheme, ""))
    return f"{request.scheme}://{host}"
