"""The keys that sign access tokens: RSA private keys in one PEM file, the newest first (spec extensions §3.5; security H4).

The first key signs, every key verifies. Promises: a change of the file counts from the next request on, without a restart; a file that
cannot be read leaves the keys that were there before; the file changes by being replaced whole, so nobody ever reads half of it; it keeps
its owner and is readable by him alone. Must not judge a token: that is ``access_tokens.py``.
"""

from __future__ import annotations

import fcntl
import logging
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from wikigate.primitives.errors import ConfigError

ALGORITHM: Final = "RS256"
_LOG: Final = logging.getLogger("wikigate.accounts")
_PEM: Final = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----", re.DOTALL)
_BITS: Final = 2048
_PRIVATE: Final = 0o600


class UnknownKey(LookupError):  # noqa: N818  the name says what happened
    """A key that is not in the file, or that cannot go because it is the one that signs; the text is for the operator."""


class SigningKeys:
    """The keys of one file; shared by all threads."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = Lock()
        self._keys: tuple[RSAKey, ...] = ()
        self._stamp: tuple[int, int, int] | None = None

    def __repr__(self) -> str:
        return f"<SigningKeys in {self._file.name}>"

    def all(self) -> tuple[RSAKey, ...]:
        """Return the keys, the very same tuple until the file changes; none where there is no file yet.

        Raises ``ConfigError`` for a file that holds something else, where no keys were read before.
        """
        stamp = self._look()
        with self._lock:
            if stamp != self._stamp:
                self._keys = self._changed(stamp)
                self._stamp = stamp
            return self._keys

    def newest(self) -> RSAKey:
        """Return the key that signs; the first caller makes the file. Raises ``ConfigError``."""
        if not self.all():
            with self._alone():
                # Processes that start together wait here, and all but the first find the key made.
                if self._look() is None:
                    self._write([_new_key()])
        return self.all()[0]

    def public(self) -> dict[str, Any]:
        """Return the public halves as a JWK set (RFC 7517 §5), each with its name (RFC 7638) as ``kid``."""
        keys = [
            {**key.as_dict(private=False), "use": "sig", "alg": ALGORITHM, "kid": key.thumbprint()}
            for key in self.all()
        ]
        return {"keys": keys}

    def names(self) -> tuple[str, ...]:
        """Return the names of the keys, their thumbprints (RFC 7638); the first signs. Raises ``ConfigError``."""
        return tuple(key.thumbprint() for key in self.all())

    def rotate(self) -> str:
        """Put a new key before the others, which go on verifying; its name. Raises ``ConfigError``."""
        with self._alone():
            key = _new_key()
            self._write([key, *self._pems()])
        return RSAKey.import_key(key).thumbprint()

    def remove(self, name: str) -> None:
        """Take a key out: what it signed is void with the next request. Raises ``UnknownKey`` and ``ConfigError``."""
        with self._alone():
            pems = self._pems()
            named = {RSAKey.import_key(pem).thumbprint(): pem for pem in pems}
            if name not in named:
                raise UnknownKey(f"there is no key “{name}”")
            if named[name] == pems[0]:
                raise UnknownKey(f"“{name}” is the key that signs; make a new one first")
            self._write([pem for pem in pems if pem != named[name]])

    # -- the file ---------------------------------------------------------------------------------------------------------

    def _look(self) -> tuple[int, int, int] | None:
        try:
            found = self._file.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _changed(self, stamp: tuple[int, int, int] | None) -> tuple[RSAKey, ...]:
        try:
            return tuple(RSAKey.import_key(pem) for pem in self._pems()) if stamp is not None else ()
        except ConfigError as error:
            if not self._keys:
                raise
            _LOG.error("the signing keys stay as they were: %s", error)
            return self._keys

    def _pems(self) -> list[str]:
        """Read the file, and see that each key is one. Raises ``ConfigError``."""
        if not self._file.exists():
            return []
        try:
            found = _PEM.findall(self._file.read_text("ascii"))
            for pem in found:
                RSAKey.import_key(pem)
        except (OSError, ValueError, JoseError) as error:
            raise ConfigError(
                f"The key file {self._file} cannot be read ({type(error).__name__}); it must hold RSA private keys in PEM form."
            ) from error
        if not found:
            raise ConfigError(f"The key file {self._file} holds no RSA private key in PEM form; put one there.")
        return found

    def _write(self, pems: Sequence[str]) -> None:
        """Put another file in the place of this one."""
        file = self._file.resolve()
        descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as new:
                new.write("\n".join(pem.strip() for pem in pems) + "\n")
                os.fchmod(new.fileno(), _PRIVATE)
                if file.exists():
                    # The server's own account must be able to read what an operator has written.
                    before = file.stat()
                    os.fchown(new.fileno(), before.st_uid, before.st_gid)
                new.flush()
                os.fsync(new.fileno())
            Path(name).replace(file)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let one process at a time write. Raises ``ConfigError`` where the file's folder cannot be written."""
        try:
            folder = os.open(self._file.resolve().parent, os.O_RDONLY)
            try:
                fcntl.flock(folder, fcntl.LOCK_EX)
                yield
            finally:
                os.close(folder)
        except OSError as error:
            raise ConfigError(
                f"The key file {self._file} cannot be written ({error.strerror}); give “oauth.key_file” a place that can."
            ) from error


def _new_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return pem.decode()
