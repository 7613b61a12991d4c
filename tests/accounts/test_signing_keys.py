"""The list of keys that sign access tokens, and how it changes while a server runs (M13; security H4)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from joserfc.jwk import ECKey, RSAKey

from wikigate.accounts.access_tokens import AccessTokens
from wikigate.accounts.signing_keys import SigningKeys, UnknownKey
from wikigate.primitives.errors import ConfigError

NOW = 1_000_000.0


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "oauth2.pem"


@pytest.fixture
def keys(file: Path) -> SigningKeys:
    return SigningKeys(file)


def issue(tokens: AccessTokens) -> str:
    return tokens.issue(audience="a", subject="1", identifier="x", now=NOW, expires=NOW + 10, scopes=())


def test_a_key_is_made_when_first_needed_and_is_its_owners_alone(keys: SigningKeys, file: Path) -> None:
    assert keys.all() == ()
    assert keys.names() == ()
    first = keys.newest()
    assert keys.newest() is first
    assert file.stat().st_mode & 0o777 == 0o600


def test_of_several_that_start_at_once_one_makes_the_key(file: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        names = list(pool.map(lambda _: SigningKeys(file).newest().thumbprint(), range(4)))
    assert len(set(names)) == 1
    assert [one.name for one in file.parent.iterdir()] == [file.name]


def test_a_new_key_signs_at_once_and_the_one_before_goes_on_verifying(keys: SigningKeys, file: Path) -> None:
    """Two processes: the one that rotates is an operator's, the other a server that is never started again."""
    tokens = AccessTokens(keys, "http://a.test")
    before = issue(tokens)
    old = keys.names()
    assert tokens.read(before, NOW) is not None

    new = SigningKeys(file).rotate()
    assert keys.names() == (new, *old)
    fresh = issue(tokens)
    alone = AccessTokens(keys, "http://a.test")
    assert alone.read(before, NOW) is not None
    assert alone.read(fresh, NOW) is not None
    assert [one["kid"] for one in keys.public()["keys"]] == [new, *old]


def test_what_a_removed_key_has_signed_is_refused_at_once_though_it_was_verified_before(
    keys: SigningKeys, file: Path
) -> None:
    tokens = AccessTokens(keys, "http://a.test")
    before = issue(tokens)
    assert tokens.read(before, NOW) is not None
    [old] = keys.names()
    other = SigningKeys(file)
    other.rotate()
    fresh = issue(tokens)
    other.remove(old)
    assert tokens.read(before, NOW) is None
    assert tokens.read(fresh, NOW) is not None
    assert old not in [one["kid"] for one in keys.public()["keys"]]


def test_the_key_that_signs_and_one_that_is_not_there_cannot_go(keys: SigningKeys) -> None:
    keys.newest()
    [only] = keys.names()
    for name in (only, "another"):
        with pytest.raises(UnknownKey):
            keys.remove(name)
    assert keys.names() == (only,)


@pytest.mark.parametrize("text", ["", "no key", "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----"])
def test_a_file_that_cannot_be_read_leaves_the_keys_that_were_there(
    keys: SigningKeys, file: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    tokens = AccessTokens(keys, "http://a.test")
    good, kept = issue(tokens), file.read_text()
    file.write_text(text)
    assert tokens.read(good, NOW) is not None
    [said] = caplog.messages
    assert "stay as they were" in said
    file.write_text(kept)
    assert tokens.read(good, NOW) is not None
    with pytest.raises(ConfigError):
        _broken(file, text).all()


def _broken(file: Path, text: str) -> SigningKeys:
    file.write_text(text)
    return SigningKeys(file)


def test_a_key_of_another_kind_is_none(keys: SigningKeys, file: Path) -> None:
    file.write_text(ECKey.generate_key("P-256").as_pem(private=True).decode())
    with pytest.raises(ConfigError, match="RSA private key"):
        keys.all()


def test_a_file_behind_a_link_keeps_its_place_and_its_owner(keys: SigningKeys, file: Path, tmp_path: Path) -> None:
    real = tmp_path / "real.pem"
    real.write_text(RSAKey.generate_key(2048).as_pem(private=True).decode())
    file.symlink_to(real)
    owner = (real.stat().st_uid, real.stat().st_gid)
    keys.rotate()
    assert file.is_symlink()
    assert (real.stat().st_uid, real.stat().st_gid) == owner
    assert real.stat().st_mode & 0o777 == 0o600
    assert len(keys.names()) == 2


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"oauth\.key_file"):
        SigningKeys(tmp_path / "missing" / "oauth2.pem").newest()


def test_no_key_stands_in_a_repr(keys: SigningKeys) -> None:
    """H5."""
    keys.newest()
    assert repr(keys) == "<SigningKeys in oauth2.pem>"
