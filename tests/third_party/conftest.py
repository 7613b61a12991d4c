"""The package on the search path, as an installer would leave it."""

from __future__ import annotations

import importlib
import sys

import pytest

from . import INSTALLED


@pytest.fixture(scope="package", autouse=True)
def _installed():
    sys.path.insert(0, str(INSTALLED))
    importlib.invalidate_caches()
    yield
    sys.path.remove(str(INSTALLED))
    sys.modules.pop("wikigate_dummy", None)
