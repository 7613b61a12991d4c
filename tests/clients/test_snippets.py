"""What ``wikigate consumer create`` prints runs as it is printed, in pywikibot, mwclient and requests (M13)."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from .client import PYTHON, RUN_SECONDS, environment
from .server import WIKIGATE, Server, serving

pytestmark = pytest.mark.clients

PYWIKIBOT = """
import pywikibot
site = pywikibot.Site()
site.login()
assert site.logged_in()
print(site.userinfo["name"], len(site.tokens["csrf"]))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("snippets")


@pytest.fixture(scope="module")
def own(parts: None, folder: Path) -> Iterator[Server]:
    with serving(folder, "--workers", "1") as running:
        yield running


@pytest.fixture(scope="module", params=["--oauth1", "--oauth2"])
def snippets(request: pytest.FixtureRequest, own: Server, folder: Path) -> tuple[str, dict[str, str]]:
    """The printed snippets by the name of the library, for a server that knows its address."""
    command = ["consumer", "create", "--owner-only", request.param, "Client", f"printed {request.param}"]
    done = subprocess.run(
        [WIKIGATE, *command, "--data", folder], capture_output=True, text=True, timeout=RUN_SECONDS, check=True
    )
    # This server's port was chosen when it started: nothing could tell the command.
    printed = done.stdout.replace("127.0.0.1:8080", own.url.split("/")[2])
    found = (part.partition("\n") for part in printed.split("\n\n") if part.startswith("# "))
    return request.param, {head[2:].partition(",")[0]: body for head, _, body in found}


def _run(program: str, folder: Path) -> str:
    done = subprocess.run(
        [*PYTHON, "-c", program],
        cwd=folder,
        env=environment(folder) | {"PYWIKIBOT_DIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("library", ["mwclient", "requests"])
def test_a_snippet_says_who_it_is(snippets: tuple[str, dict[str, str]], library: str, tmp_path: Path) -> None:
    assert "Client" in _run(snippets[1][library], tmp_path)


def test_the_one_for_pywikibot_is_its_whole_configuration(snippets: tuple[str, dict[str, str]], tmp_path: Path) -> None:
    version, found = snippets
    assert ("pywikibot" in found) == (version == "--oauth1")
    if "pywikibot" in found:
        configuration = tmp_path / "user-config.py"
        configuration.write_text(found["pywikibot"])
        configuration.chmod(0o600)
        assert _run(PYWIKIBOT, tmp_path).split() == ["Client", "42"]
