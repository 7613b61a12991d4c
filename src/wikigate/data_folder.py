"""The folder in which a server keeps its data: made at the first start, with the secrets that everything else is derived from."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Final

from wikigate.primitives.errors import ConfigError
from wikigate.primitives.ids import SYSTEM_RANDOM
from wikigate.primitives.secrets import KeyRing

_KEY_FILE: Final = "secret.key"
_SECRET_BYTES: Final = 32


def read_keys(data: Path) -> KeyRing:
    """Return the server's secrets: from ``WIKIGATE_SECRET``, or from the data folder, where the first start makes one.

    Raises ``ConfigError`` where the folder cannot be made or the file not be read.
    """
    given = os.environ.get("WIKIGATE_SECRET", "").split()
    try:
        return KeyRing([secret.encode() for secret in given] or _kept_keys(data))
    except ValueError:
        where = "WIKIGATE_SECRET" if given else str(data / _KEY_FILE)
        raise ConfigError(f"A secret in {where} is too short; each needs 16 characters or more.") from None
    except OSError as error:
        raise _unusable(data, error) from error


def has_keys(data: Path) -> bool:
    """Whether there are secrets already, so that ``read_keys`` makes none."""
    file = data / _KEY_FILE
    return bool(os.environ.get("WIKIGATE_SECRET", "").split()) or (file.exists() and file.stat().st_size > 0)


def make_folder(data: Path) -> None:
    """Make the data folder where there is none. Raises ``ConfigError``."""
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(data, error) from error


def _unusable(data: Path, error: OSError) -> ConfigError:
    return ConfigError(
        f"The data folder {data} cannot be used ({error.strerror}); give --data a folder that you may write."
    )


def _kept_keys(data: Path) -> list[bytes]:
    make_folder(data)
    file = data / _KEY_FILE
    if not file.exists() or not file.stat().st_size:
        with os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT, 0o600), "r+") as key:
            # Processes that start together wait here, and all but the first find the secret made.
            fcntl.flock(key, fcntl.LOCK_EX)
            if not key.read():
                key.write(SYSTEM_RANDOM(_SECRET_BYTES).hex() + "\n")
    return [line.encode() for line in file.read_text().split()]
