"""What is sealed opens with a key of the list, for what it was sealed for, and not otherwise (security C10, H4)."""

from __future__ import annotations

import os

import pytest

from wikigate.primitives.seal import PREFIX, Seal
from wikigate.primitives.secrets import KeyRing

OLD, NEW = b"o" * 16, b"n" * 16


def seal(*keys):
    return Seal(KeyRing(keys).derive("test"), os.urandom)


def test_it_opens_what_it_closed_and_shows_nothing_of_it():
    sealed = seal(NEW).close("JBSWY3DPEHPK3PXP", "here")
    assert seal(NEW).open(sealed, "here") == "JBSWY3DPEHPK3PXP"
    assert "JBSWY3DPEHPK3PXP" not in sealed
    assert sealed != seal(NEW).close("JBSWY3DPEHPK3PXP", "here")


def test_h4_an_older_key_still_opens_and_the_newest_seals():
    sealed = seal(OLD).close("text", "here")
    both = seal(NEW, OLD)
    assert both.open(sealed, "here") == "text"
    assert seal(NEW).open(both.close("text", "here"), "here") == "text"
    assert sealed.startswith(both.prefixes)
    assert not sealed.startswith(seal(NEW).prefixes)


@pytest.mark.parametrize("context", ["there", ""])
def test_in_another_place_it_does_not_open(context):
    with pytest.raises(ValueError, match="not sealed so"):
        seal(NEW).open(seal(NEW).close("text", "here"), context)


def test_what_was_altered_or_is_none_does_not_open():
    sealed = seal(NEW).close("text", "here")
    for other in (sealed[:-4] + "AAAA", sealed[:-1], PREFIX, "", "text", sealed.removeprefix(PREFIX), sealed[:20]):
        with pytest.raises(ValueError, match=r".*"):
            seal(NEW).open(other, "here")
    with pytest.raises(ValueError, match="not in the list"):
        seal(OLD).open(sealed, "here")
