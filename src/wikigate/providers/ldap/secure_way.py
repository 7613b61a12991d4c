"""A connection to a directory under TLS, as a plain one that the LDAP library may speak on.

The library's own wait for a handshake knows no limit, so that a server which goes silent inside of it would hold a thread for ever. Here
Python's ``ssl`` shakes hands, by ``ldaps`` or after StartTLS (RFC 4511 §4.14), and a thread of its own carries what the library says and
hears through a pair of sockets, until either side hangs up.

Promises: connecting, StartTLS and the handshake together take no longer than the time limit, however slowly a server drips; its certificate
and name are verified; what a server says before TLS stands is at most the one answer to StartTLS, which is read to its last byte and no
further. Must not know what is said.
"""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import threading
import time
from typing import Final
from urllib.parse import urlsplit

_START_TLS: Final = b"\x30\x1d\x02\x01\x01\x77\x18\x80\x16" + b"1.3.6.1.4.1.1466.20037"
"""The first message of a connection: an extended request with the name of StartTLS (RFC 4511 §4.12, §4.14.1)."""

_SEQUENCE, _INTEGER, _ENUMERATED, _EXTENDED_RESPONSE = 0x30, 0x02, 0x0A, 0x78
_LONGEST_ANSWER: Final = 4096
_LONG_FORM: Final = 0x80
_PIECE: Final = 65_536


def open_secure_way(uri: str, ca_file: str, timeout: float) -> socket.socket:
    """Connect, and return the end for the library, which is to close it. Raises ``OSError`` and ``ValueError``; ``timeout`` in seconds."""
    where, end = urlsplit(uri), time.monotonic() + timeout
    is_late = where.scheme != "ldaps"
    host, port = where.hostname or "", where.port or (389 if is_late else 636)
    outer = socket.create_connection((host, port), timeout)
    try:
        if is_late:
            _start_tls(outer, end)
        context = ssl.create_default_context(cafile=ca_file or None)
        secure = context.wrap_socket(outer, server_hostname=host, do_handshake_on_connect=False)
    except BaseException:
        outer.close()
        raise
    try:
        _shake_hands(secure, end)
        inner, given = socket.socketpair()
    except BaseException:
        secure.close()
        raise
    secure.settimeout(timeout)
    inner.settimeout(timeout)
    threading.Thread(target=_carry, args=(inner, secure), name="ldap", daemon=True).start()
    return given


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _shake_hands(secure: ssl.SSLSocket, end: float) -> None:
    secure.setblocking(False)
    while True:
        try:
            secure.do_handshake()
        except ssl.SSLWantReadError:
            _wait(secure, select.POLLIN, end)
        except ssl.SSLWantWriteError:
            _wait(secure, select.POLLOUT, end)
        else:
            return


def _wait(way: socket.socket, event: int, end: float) -> None:
    poll = select.poll()
    poll.register(way, event)
    if not poll.poll(_left(end) * 1000):
        raise TimeoutError


def _start_tls(outer: socket.socket, end: float) -> None:
    outer.sendall(_START_TLS)
    tag, message = _element(outer, end)
    if tag != _SEQUENCE:
        raise ValueError("this is no LDAP")
    number, ident, answer = _split(message)
    kind, said, _ = _split(answer)
    code, result, _ = _split(said)
    found = (number, ident, kind, code, result)
    if found != (_INTEGER, b"\1", _EXTENDED_RESPONSE, _ENUMERATED, b"\0"):
        raise ConnectionRefusedError("the server starts no TLS")


def _element(outer: socket.socket, end: float) -> tuple[int, bytes]:
    """Read one BER element from the way, and not a byte more (X.690 §8.1)."""
    tag, size = _exactly(outer, 2, end)
    if size >= _LONG_FORM:
        size = int.from_bytes(_exactly(outer, size - _LONG_FORM, end), "big")
    if size > _LONGEST_ANSWER:
        raise ValueError("this answer is too long")
    return tag, _exactly(outer, size, end)


def _exactly(outer: socket.socket, size: int, end: float) -> bytes:
    found = b""
    while len(found) < size:
        outer.settimeout(_left(end))
        piece = outer.recv(size - len(found))
        if not piece:
            raise ConnectionResetError
        found += piece
    return found


def _split(data: bytes) -> tuple[int, bytes, bytes]:
    """Take the first BER element off: its tag, its content, what follows. Raises ``ValueError``."""
    if len(data) < 2:  # noqa: PLR2004  a tag and a length
        raise ValueError("this answer is cut off")
    start, size = 2, data[1]
    if size >= _LONG_FORM:
        start += size - _LONG_FORM
        size = int.from_bytes(data[2:start], "big")
    return data[0], data[start : start + size], data[start + size :]


def _carry(inner: socket.socket, secure: ssl.SSLSocket) -> None:
    """Carry what either side says to the other until one of them hangs up, or does not go on in the middle of a word."""
    poll = select.poll()
    poll.register(inner, select.POLLIN)
    poll.register(secure, select.POLLIN)
    with inner, secure, contextlib.suppress(OSError, ValueError):
        while True:
            ready = {number for number, _ in poll.poll()}
            if inner.fileno() in ready:
                said = inner.recv(_PIECE)
                if not said:
                    return
                secure.sendall(said)
            if secure.fileno() in ready:
                heard = _heard(secure)
                if heard == b"":
                    return
                inner.sendall(heard or b"")


def _heard(secure: ssl.SSLSocket) -> bytes | None:
    """Read all that is there, without waiting for more; None for what is TLS's own alone (RFC 8446 §4.6), empty at the end."""
    timeout, heard = secure.gettimeout(), b""
    secure.setblocking(False)
    try:
        heard = secure.recv(_PIECE)
        # What TLS has unpacked already makes no socket readable.
        while secure.pending():
            heard += secure.recv(_PIECE)
    except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
        return heard or None
    finally:
        secure.settimeout(timeout)
    return heard
