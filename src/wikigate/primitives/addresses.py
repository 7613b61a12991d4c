"""Network addresses: read, spelled as MediaWiki spells them, and matched against ranges.

An IPv4 address that came inside an IPv6 one (``::ffff:192.0.2.1``) is the IPv4 address, everywhere (security F3). Nothing here raises for
what a client may have sent; only ranges that an operator writes are checked.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from typing import Final, TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address

_UNSAFE: Final = re.compile(r"[^0-9A-Za-z.:%_/-]")
_LONGEST: Final = 64


def parse_address(text: str) -> Address | None:
    """Read one address without a range; a zone (``fe80::1%eth0``) is dropped, IPv4 inside IPv6 unwrapped. None for anything else."""
    return _parse(text) if len(text) <= _LONGEST else None


@lru_cache(maxsize=4096)
def _parse(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    if isinstance(address, IPv4Address):
        return address
    return address.ipv4_mapped or IPv6Address(int(address))


def normalise_address(text: str) -> str:
    """Spell an address canonically (RFC 5952); what is no address stays, but without characters that could do harm in a log."""
    return _normalised(text) if len(text) <= _LONGEST else _UNSAFE.sub("?", text)[:_LONGEST]


@lru_cache(maxsize=4096)
def _normalised(text: str) -> str:
    address = parse_address(text)
    return _UNSAFE.sub("?", text)[:_LONGEST] if address is None else str(address)


def wiki_spelling(text: str) -> str:
    """Spell an address as MediaWiki does where it stands for a user name: ``2001:DB8:0:0:0:0:0:1``; what is none stays."""
    address = parse_address(text)
    if not isinstance(address, IPv6Address):
        return text if address is None else str(address)
    return ":".join(f"{int(group, 16):X}" for group in address.exploded.split(":"))


def hex_form(address: Address) -> str:
    """Spell an address as MediaWiki's block tables do: eight digits, or ``v6-`` and thirty-two (spec core §19)."""
    return f"{int(address):08X}" if isinstance(address, IPv4Address) else f"v6-{int(address):032X}"


def hex_range(text: str) -> tuple[str, str] | None:
    """Read an address or a CIDR range as its first and last ``hex_form``; None for what is neither."""
    network = _network(text)
    if network is None:
        return None
    return hex_form(network.network_address), hex_form(network.broadcast_address)


def wiki_range(text: str) -> str | None:
    """Spell a CIDR range as MediaWiki's block tables do, its host bits cleared; None for what is no range."""
    network = _network(text)
    if network is None or network.prefixlen == network.max_prefixlen:
        return None
    return f"{wiki_spelling(str(network.network_address))}/{network.prefixlen}"


EVERYWHERE: Final = ("0.0.0.0/0", "::/0")
"""Every address of both protocols, as MediaWiki stores a restriction that restricts nothing."""


class Networks:
    """A set of addresses and CIDR ranges; ``in`` takes an address as text. Raises ``ValueError`` for an item that is neither."""

    __slots__ = ("_ranges", "_texts")

    def __init__(self, items: Iterable[str] = ()) -> None:
        self._texts = tuple(items)
        ranges: list[tuple[int, int, int]] = []
        for text in self._texts:
            network = _network(text)
            if network is None:
                raise ValueError(f"“{text}” is neither an address nor a range like 192.0.2.0/24")
            ranges.append((network.version, int(network.network_address), int(network.broadcast_address)))
        self._ranges = tuple(ranges)

    def __repr__(self) -> str:
        return f"<Networks {', '.join(self._texts)}>"

    def __bool__(self) -> bool:
        return bool(self._ranges)

    def __contains__(self, text: object) -> bool:
        address = parse_address(text) if isinstance(text, str) else None
        if address is None:
            return False
        version, number = address.version, int(address)
        for kind, first, last in self._ranges:  # noqa: SIM110  asked at every request: a generator costs more than the loop
            if version == kind and first <= number <= last:
                return True
        return False


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """Read an address or range whose host bits need not be clear; IPv4 inside IPv6 is unwrapped, as for addresses."""
    try:
        network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return None
    inner = network.network_address.ipv4_mapped if isinstance(network, ipaddress.IPv6Network) else None
    if inner is not None and network.prefixlen >= 96:  # noqa: PLR2004  the bits before the IPv4 address
        return ipaddress.IPv4Network((inner, network.prefixlen - 96))
    return network
