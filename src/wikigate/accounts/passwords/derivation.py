"""PBKDF2 (RFC 8018 §5.2) by whichever library on this machine does it with the least work.

The same derivation costs up to half as much in another build of OpenSSL, and which build is the better one differs by
machine and by digest: so the first derivation of a process times the candidates on a published test vector, a matter of
some ten milliseconds, and keeps the fastest for the life of the process.

Promises: a candidate whose answer to the vector is not exact to the bit raises `RuntimeError`, since a cryptographic
library that computes wrongly can be trusted with nothing; a candidate that refuses the work is passed over. All
candidates let other threads run while they compute.
"""

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

Derivation = Callable[[str, bytes, bytes, int, int], bytes]
"""(digest name, password, salt, rounds, bytes wanted) -> derived bytes."""

_CLASSES: Final[Mapping[str, type[hashes.HashAlgorithm]]] = {"sha256": hashes.SHA256, "sha512": hashes.SHA512}
_TRIALS: Final = 3


@dataclass(frozen=True, slots=True)
class _Vector:
    """A known answer; password `password`, salt `salt`, 4096 rounds, as published widely beside those of RFC 6070."""

    digest_size: int
    expected: bytes


_VECTORS: Final[Mapping[str, _Vector]] = {
    "sha256": _Vector(32, bytes.fromhex("c5e478d59288c841aa530db6845c4c8d962893a001ce4e11a4963873aa98134a")),
    "sha512": _Vector(
        64,
        bytes.fromhex(
            "d197b1b33db0143e018b12f3d1d1479e6cdebdcc97c5c0f87f6902e072f457b5"
            "143f30602641b3d55cd335988cb36b84376060ecd532e039b742a239434af2d5"
        ),
    ),
}

DIGEST_SIZES: Final[Mapping[str, int]] = {name: vector.digest_size for name, vector in _VECTORS.items()}
"""The digests that MediaWiki 1.43 can use in PBKDF2, with the bytes that one block of each derives."""


def by_hashlib(algorithm: str, password: bytes, salt: bytes, rounds: int, length: int) -> bytes:
    """Derive with the OpenSSL that Python is linked with."""
    return hashlib.pbkdf2_hmac(algorithm, password, salt, rounds, length)


def by_cryptography(algorithm: str, password: bytes, salt: bytes, rounds: int, length: int) -> bytes:
    """Derive with the OpenSSL that the `cryptography` package brings along."""
    return PBKDF2HMAC(_CLASSES[algorithm](), length, salt, rounds).derive(password)


CANDIDATES: Final[tuple[Derivation, ...]] = (by_hashlib, by_cryptography)


def fastest(
    algorithm: str, candidates: tuple[Derivation, ...] = CANDIDATES, timer: Callable[[], int] = time.thread_time_ns
) -> Derivation:
    """Time the candidates for one digest of `DIGEST_SIZES` and answer the quickest.

    Raises `RuntimeError` when one answers wrongly or none works at all. `timer` counts this thread's CPU time.
    """
    vector = _VECTORS[algorithm]
    times: list[tuple[int, Derivation]] = []
    for candidate in candidates:
        trials = []
        try:
            for _ in range(_TRIALS):
                start = timer()
                answer = candidate(algorithm, b"password", b"salt", 4096, vector.digest_size)
                trials.append(timer() - start)
                if answer != vector.expected:
                    raise RuntimeError(f"PBKDF2 with {algorithm} gives a wrong answer in {candidate.__name__}")
        except (UnsupportedAlgorithm, ValueError):
            continue
        times.append((min(trials), candidate))
    if not times:
        raise RuntimeError(f"no library on this machine derives PBKDF2 with {algorithm}")
    return min(times, key=lambda pair: pair[0])[1]


_chosen = cache(fastest)


def pbkdf2(algorithm: str, password: bytes, salt: bytes, rounds: int, length: int) -> bytes:
    """Derive `length` bytes; `algorithm` is a key of `DIGEST_SIZES`, `rounds` and `length` are at least 1."""
    return _chosen(algorithm)(algorithm, password, salt, rounds, length)
