"""Whatever is wrong with the file is one sentence that says what to do."""

import os
import sqlite3
import stat

import pytest

from wikigate.primitives.errors import ConfigError
from wikigate.store.engine import Database
from wikigate.store.sqlite_file import unavailable


def refusal(url, **kwargs):
    with pytest.raises(ConfigError) as caught:
        Database(url, **kwargs)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_new_file_is_its_owners_alone(tmp_path):
    Database(f"sqlite:///{tmp_path / 'new.sqlite'}").close()
    assert stat.S_IMODE((tmp_path / "new.sqlite").stat().st_mode) == 0o600


def test_a_missing_folder(tmp_path):
    assert "does not exist; create it" in refusal(f"sqlite:///{tmp_path / 'nowhere' / 'wiki.sqlite'}")


def test_a_missing_file_where_none_is_to_be_made(tmp_path):
    assert "There is no database file" in refusal(f"sqlite:///{tmp_path / 'wiki.sqlite'}", create=False)
    assert not (tmp_path / "wiki.sqlite").exists()


def test_a_folder_for_a_file(tmp_path):
    assert "is a folder" in refusal(f"sqlite:///{tmp_path}")


def test_something_that_is_no_database(tmp_path):
    (tmp_path / "letter.txt").write_text("Dear Sir or Madam, " * 100)
    assert "cannot be used as an SQLite database" in refusal(f"sqlite:///{tmp_path / 'letter.txt'}")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x?mode=memory&uri=true"])
def test_memory_is_no_place_for_several_workers(url):
    assert "must be a file" in refusal(url)


@pytest.mark.parametrize("url", ["postgresql://user:hunter2@db/wiki", "mysql+pymysql://root:hunter2@db/wiki"])
def test_databases_that_are_not_served_yet(url):
    said = refusal(url)
    assert "is not served yet" in said
    assert "hunter2" not in said


def test_no_address_at_all():
    assert "is no database address" in refusal("wiki.sqlite")


def test_a_file_that_may_not_be_written(tmp_path, monkeypatch):
    path = tmp_path / "wiki.sqlite"
    Database(f"sqlite:///{path}").close()
    monkeypatch.setattr(os, "access", lambda place, _mode: place != path)
    assert "cannot be read and written by this account" in refusal(f"sqlite:///{path}")


def test_a_folder_that_may_not_be_written(tmp_path, monkeypatch):
    """SQLite keeps its journal beside the file."""
    monkeypatch.setattr(os, "access", lambda place, _mode: place != tmp_path)
    assert "let it write there" in refusal(f"sqlite:///{tmp_path / 'wiki.sqlite'}")


def test_a_file_that_cannot_be_made(tmp_path, monkeypatch):
    def refuse(*_args):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    assert "cannot be created (Permission denied); let this account write to" in refusal(f"sqlite:///{tmp_path / 'x'}")


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (sqlite3.OperationalError("database is locked"), "busy"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "read-only"),
        (sqlite3.OperationalError("database or disk is full"), "disk is full"),
        (sqlite3.IntegrityError("UNIQUE constraint failed: user.user_name"), "refuses a row"),
        (sqlite3.DatabaseError("database disk image is malformed"), "does not answer"),
    ],
)
def test_says_what_the_driver_complained_of(error, says):
    assert says in str(unavailable(error))
