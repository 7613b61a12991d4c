"""The clients: what each is called, what drives it, and what it can log in by."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .server import Credentials

HERE = Path(__file__).parent
PARTS = HERE.parents[1] / ".cache" / "clients"
"""Where scripts/clients.sh installs the libraries."""

PYTHON = (str(PARTS / "python/bin/python"),)
NODE = ("node",)
PHP = ("php",)
PERL = ("perl",)
RUN_SECONDS = 120

BOTH = ("bot", "main")
MAIN = ("main",)


@dataclass(frozen=True)
class Client:
    """``modes`` maps each way to log in to the accounts that can take it: a bot password cannot go through ``clientlogin``."""

    name: str
    interpreter: tuple[str, ...]
    driver: str
    modes: dict[str, tuple[str, ...]]


CLIENTS = (
    Client(
        "py-requests",
        PYTHON,
        "py_requests.py",
        {"login": (*BOTH, "unicode"), "needtoken": BOTH, "xml": BOTH, "clientlogin": ("main", "unicode")},
    ),
    Client("mwapi", PYTHON, "mwapi_session.py", {"clientlogin": MAIN}),
    Client(
        "mwclient",
        PYTHON,
        "mwclient_site.py",
        {"login": BOTH, "noinit": BOTH, "clientlogin": MAIN, "oauth1": ("consumer",)},
    ),
    Client("requests-oauthlib", PYTHON, "oauth_requests.py", {"oauth1": ("consumer",), "oauth2": ("bearer",)}),
    Client("simplemediawiki", PYTHON, "simplemediawiki_wiki.py", {"needtoken": BOTH}),
    Client(
        "pywikibot",
        PYTHON,
        "pywikibot_site.py",
        {"login": ("bot",), "clientlogin": ("main", "unicode"), "tokens": BOTH, "oauth1": ("consumer",)},
    ),
    Client(
        "WikibaseIntegrator",
        PYTHON,
        "wikibase_login.py",
        {"login": BOTH, "clientlogin": ("main", "unicode"), "oauth1": ("consumer",), "oauth2": ("bearer",)},
    ),
    Client("pymediawiki", PYTHON, "pymediawiki_wiki.py", {"login": BOTH}),
    Client("mwn", NODE, "mwn_bot.js", {"login": BOTH, "oauth1": ("consumer",), "oauth2": ("bearer",)}),
    Client("m3api", NODE, "m3api_session.mjs", {"login": BOTH, "oauth2": ("bearer",)}),
    Client("request", NODE, "node_request.js", {"login": (*BOTH, "unicode"), "clientlogin": MAIN}),
    Client("nodemw", NODE, "nodemw_bot.js", {"needtoken": BOTH}),
    Client("api-testing", NODE, "api_testing_client.js", {"login": BOTH}),
    Client("php-curl", PHP, "php_curl.php", {"login": (*BOTH, "unicode"), "clientlogin": MAIN}),
    Client("MediaWiki::API", PERL, "mediawiki_api.pl", {"login": BOTH}),
)


@dataclass(frozen=True)
class Outcome:
    """``steps`` is what the driver reported, in its order; ``said`` is everything it printed."""

    status: int
    steps: dict[str, str]
    said: str


def run(client: Client, url: str, credentials: Credentials, mode: str, folder: Path) -> Outcome:
    """Run one driver in an empty folder, with nothing of this machine's settings but the way to its programs."""
    done = subprocess.run(
        [*client.interpreter, HERE / "drivers" / client.driver, url, credentials.name, mode],
        cwd=folder,
        env=environment(folder) | {"PASSWORD": credentials.password},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )
    lines = (line.split("\t", 1) for line in done.stdout.splitlines() if "\t" in line)
    return Outcome(done.returncode, dict(lines), done.stdout + done.stderr)


def environment(folder: Path) -> dict[str, str]:
    return {
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "NODE_NO_WARNINGS": "1",
        "NODE_PATH": str(PARTS / "node/node_modules"),
        "PATH": os.environ["PATH"],
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(PARTS / "source"),
        "TMPDIR": str(folder),
    }
