"""Files that pages share: compressed for who takes it, and never anything but what is there."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator

import pytest

from wikigate.testing.wiki import TestWiki


@pytest.fixture
def wiki() -> Iterator[TestWiki]:
    with TestWiki() as wiki:
        yield wiki


@pytest.fixture
def style(wiki: TestWiki) -> str:
    """The address of the style sheet, as a page names it."""
    found = re.search(r'href="([^"]+style\.css\?[^"]*)"', wiki.send("GET", "/w/index.php").body.decode())
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip, deflate, br", True),
        ("br;q=1, GZip ; q=0.5", True),
        ("", False),
        ("br, deflate", False),
        ("gzip;q=0", False),
        ("gzip; q=0.000, br", False),
        ("gzip;q=0.01", True),
    ],
)
def test_a_file_is_packed_for_who_unpacks_it(wiki: TestWiki, style: str, accepted: str, packed: bool) -> None:
    plain = wiki.send("GET", style)
    answer = wiki.send("GET", style, {"Accept-Encoding": accepted})
    headers = dict(answer.headers)
    assert headers["Vary"] == "Accept-Encoding"
    assert headers.get("Content-Encoding") == ("gzip" if packed else None)
    assert (gzip.decompress(answer.body) if packed else answer.body) == plain.body
    assert (len(answer.body) < len(plain.body) / 2) is packed
