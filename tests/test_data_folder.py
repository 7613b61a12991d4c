"""The folder of the server's data, and its secrets."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from wikigate.data_folder import read_keys
from wikigate.primitives.errors import ConfigError


def test_the_secret_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    """R12."""
    data = tmp_path / "new" / "data"
    first = read_keys(data)
    file = data / "secret.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in data.iterdir()] == ["secret.key"]
    assert len(bytes.fromhex(file.read_text())) == 32
    assert read_keys(data).all == first.all
    assert first.newest.decode() not in repr(first)


def test_processes_that_start_together_have_one_secret(tmp_path: Path) -> None:
    """K7: an empty file is what a process leaves that died between making and writing it."""
    (tmp_path / "secret.key").touch(0o600)
    barrier, found = threading.Barrier(8), []

    def run() -> None:
        barrier.wait()
        found.append(read_keys(tmp_path).newest)

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


@pytest.mark.parametrize("content", ["short\n", "0123456789abcdef\nshort\n"])
def test_a_secret_that_is_too_short_is_refused_and_not_shown(tmp_path: Path, content: str) -> None:
    (tmp_path / "secret.key").write_text(content)
    with pytest.raises(ConfigError) as refused:
        read_keys(tmp_path)
    assert str(refused.value) == f"A secret in {tmp_path}/secret.key is too short; each needs 16 characters or more."


def test_secrets_of_the_environment_come_before_the_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIKIGATE_SECRET", "newer-secret-newer  older-secret-older")
    assert read_keys(tmp_path).all == (b"newer-secret-newer", b"older-secret-older")
    assert not list(tmp_path.iterdir())
