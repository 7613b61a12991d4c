"""Whirlpool, the 512-bit hash of ISO/IEC 10118-3:2018, and HMAC over it.

What it is for: MediaWiki derives its `Token` and `BlockID` cookies with HMAC-Whirlpool, and current OpenSSL builds no
longer offer the function; without it a login cookie made by one side would be refused by the other.

Promises: the same digest as every conforming implementation, for any number of bytes; no state between calls; OpenSSL's
own implementation is used where it exists. Costs some 0.2 ms for each 64 bytes in pure Python.

Must not: be used for anything new. It is here for compatibility only; our own tokens use HMAC-SHA-256.
"""

import hashlib
import struct
from typing import Final

BLOCK_SIZE: Final = 64
"""Bytes a compression step takes; the block length of HMAC (RFC 2104)."""

_ROUNDS: Final = 10
_REDUCTION: Final = 0x11D  # x^8 + x^4 + x^3 + x^2 + 1
_DIFFUSION: Final = (1, 1, 4, 1, 8, 5, 2, 9)  # first row of the circulant diffusion matrix
_LENGTH_BYTES: Final = 32
_WORDS: Final = struct.Struct(">8Q")


def _substitution_box() -> bytes:
    """Build the S-box from its three 4-bit boxes, as the standard does."""
    outer = (0x1, 0xB, 0x9, 0xC, 0xD, 0x6, 0xF, 0x3, 0xE, 0x8, 0x7, 0x4, 0xA, 0x2, 0x5, 0x0)
    outer_inverse = tuple(outer.index(nibble) for nibble in range(16))
    middle = (0x7, 0xC, 0xB, 0xD, 0xE, 0x4, 0x9, 0xF, 0x6, 0x3, 0x8, 0xA, 0x2, 0x5, 0x1, 0x0)
    box = bytearray()
    for value in range(256):
        high, low = outer[value >> 4], outer_inverse[value & 0xF]
        mixed = middle[high ^ low]
        box.append(outer[high ^ mixed] << 4 | outer_inverse[low ^ mixed])
    return bytes(box)


def _multiply(left: int, right: int) -> int:
    """Multiply two elements of GF(2^8) modulo the reduction polynomial."""
    product = 0
    while right:
        if right & 1:
            product ^= left
        left <<= 1
        if left & 0x100:
            left ^= _REDUCTION
        right >>= 1
    return product


def _diffusion_tables(box: bytes) -> tuple[tuple[int, ...], ...]:
    """Join substitution and diffusion: table n holds, for each byte, its share of the row when it stands in column n."""
    first = []
    for value in box:
        row = 0
        for factor in _DIFFUSION:
            row = row << 8 | _multiply(value, factor)
        first.append(row)
    return tuple(tuple(row >> 8 * n | (row & (1 << 8 * n) - 1) << (64 - 8 * n) for row in first) for n in range(8))


_BOX: Final = _substitution_box()
_TABLES: Final = _diffusion_tables(_BOX)
_ROUND_CONSTANTS: Final = tuple(int.from_bytes(_BOX[8 * r : 8 * r + 8], "big") for r in range(_ROUNDS))


def _diffuse(state: bytes) -> list[int]:
    """Substitute, shift columns and mix rows of 64 bytes; answers the eight rows as 64-bit numbers."""
    t0, t1, t2, t3, t4, t5, t6, t7 = _TABLES
    return [
        t0[state[row]]
        ^ t1[state[(row - 7) & 63]]
        ^ t2[state[(row - 14) & 63]]
        ^ t3[state[(row - 21) & 63]]
        ^ t4[state[(row - 28) & 63]]
        ^ t5[state[(row - 35) & 63]]
        ^ t6[state[(row - 42) & 63]]
        ^ t7[state[(row - 49) & 63]]
        for row in range(0, 64, 8)
    ]


def _compress(chain: bytes, block: bytes) -> bytes:
    """One step of the Miyaguchi-Preneel scheme: encrypt the block under the chaining value and add both back in."""
    key = chain
    state = _xor(chain, block)
    for constant in _ROUND_CONSTANTS:
        rows = _diffuse(key)
        rows[0] ^= constant
        key = _WORDS.pack(*rows)
        state = _xor(_WORDS.pack(*_diffuse(state)), key)
    return _xor(_xor(state, chain), block)


def _xor(left: bytes, right: bytes) -> bytes:
    return (int.from_bytes(left, "big") ^ int.from_bytes(right, "big")).to_bytes(BLOCK_SIZE, "big")


def whirlpool_pure(data: bytes) -> bytes:
    """Answer the 64-byte Whirlpool digest of `data`, computed in Python whatever OpenSSL offers."""
    padded = data + b"\x80"
    padded += bytes(-(len(padded) + _LENGTH_BYTES) % BLOCK_SIZE)
    padded += (8 * len(data)).to_bytes(_LENGTH_BYTES, "big")
    chain = bytes(BLOCK_SIZE)
    for start in range(0, len(padded), BLOCK_SIZE):
        chain = _compress(chain, padded[start : start + BLOCK_SIZE])
    return chain


def _openssl_offers_whirlpool() -> bool:
    try:
        return len(hashlib.new("whirlpool", b"").digest()) == BLOCK_SIZE
    except ValueError:
        return False


_IN_OPENSSL: Final = _openssl_offers_whirlpool()


def whirlpool(data: bytes) -> bytes:
    """Answer the 64-byte Whirlpool digest of `data` (ISO/IEC 10118-3)."""
    return hashlib.new("whirlpool", data).digest() if _IN_OPENSSL else whirlpool_pure(data)


def hmac_whirlpool(key: bytes, message: bytes) -> bytes:
    """Answer the 64-byte HMAC (RFC 2104) of `message` under `key`, with Whirlpool as its hash.

    MediaWiki's `Token` cookie is the last 32 hex digits of `hmac_whirlpool(user_token, version)`, its `BlockID` cookie
    carries all 128 hex digits of `hmac_whirlpool(secret_key, block_id)`.
    """
    if len(key) > BLOCK_SIZE:
        key = whirlpool(key)
    key = key.ljust(BLOCK_SIZE, b"\0")
    inner = whirlpool(_xor(key, b"\x36" * BLOCK_SIZE) + message)
    return whirlpool(_xor(key, b"\x5c" * BLOCK_SIZE) + inner)
