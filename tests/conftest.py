"""What holds for every test: no time limit for an example of hypothesis, and which tests share a worker when several work at once."""

from typing import Any

from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

settings.register_profile("wikigate", deadline=None)  # a busy machine makes any example slow
settings.load_profile("wikigate")

# The tests of these folders share something dear: a real MediaWiki, a provider, a directory server, a browser, a project folder.
TOGETHER = frozenset({"browser", "clients", "conformance", "docs", "identity", "ldap"})


class ByPart(LoadScopeScheduling):
    """Gives a worker one file at a time, or one whole folder where its tests share a part that takes long to start."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        folder = path.split("/")[1]
        return folder if folder in TOGETHER else path


def pytest_xdist_make_scheduler(config: Any, log: Any) -> ByPart:
    """Plan the work of several workers (``pytest -n``)."""
    return ByPart(config, log)
