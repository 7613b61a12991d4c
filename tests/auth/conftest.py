"""A database with every table and nobody in it, and a world to log in to."""

from __future__ import annotations

import shutil

import pytest

from wikigate.store.engine import Database
from wikigate.store.schema import create

from .world import World


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("empty")
    database = Database(f"sqlite:///{folder}/wiki.sqlite")
    create(database)
    database.close()
    return folder / "wiki.sqlite"


@pytest.fixture
def database(empty_file, tmp_path):
    shutil.copy(empty_file, tmp_path / "wiki.sqlite")
    database = Database(f"sqlite:///{tmp_path}/wiki.sqlite")
    yield database
    database.close()


@pytest.fixture
def world(database):
    return World(database)
