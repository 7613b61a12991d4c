"""M19: the documentation's own sample programs work when nothing but the address and the credentials is changed."""

import re
import shutil
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from .client import HERE, NODE, PHP, PYTHON, RUN_SECONDS, environment
from .server import Credentials, Server

pytestmark = pytest.mark.clients

SAMPLES = HERE / "seed_samples"
COOKIES_OF_LOGIN_PHP = Path("/tmp/cookie.txt")
RESULTS = {"bot": "Success", "main": "Success", "stranger 6": "Failed"}


@dataclass(frozen=True)
class Sample:
    """A program, the address and the credentials that stand in it, and where its output says how the login went."""

    name: str
    interpreter: tuple[str, ...]
    address: str
    username: str
    password: str
    result: str


PYTHON_SAMPLE = Sample(
    "login.py",
    PYTHON,
    "https://www.mediawiki.org/w/api.php",
    "your_bot_username",
    "your_bot_password",
    r"'result': '(\w+)'",
)
JAVASCRIPT_SAMPLE = Sample(
    "login.js", NODE, "https://test.wikipedia.org/w/api.php", "bot_username", "bot_password", r'"result":\s*"(\w+)"'
)
PHP_SAMPLE = Sample(
    "login.php",
    PHP,
    "https://test.wikipedia.org/w/api.php",
    "your_bot_username",
    "your_bot_password",
    r'"result":\s*"(\w+)"',
)


@pytest.mark.parametrize("sample", [PYTHON_SAMPLE, JAVASCRIPT_SAMPLE, PHP_SAMPLE], ids=["python", "javascript", "php"])
@pytest.mark.parametrize("account", RESULTS)
def test_the_sample_prints_the_result(
    sample: Sample, account: str, server: Server, row: dict[str, str], tmp_path: Path
) -> None:
    row |= {"client": f"seed {sample.name}", "mode": "login", "account": account}
    who = server.credentials(account)
    program = edited(
        sample.name,
        tmp_path,
        {sample.address: server.url, sample.username: who.name, sample.password: who.password},
    )
    # The sample's fixed place: with a bot's session left in it, the next login is Aborted.
    COOKIES_OF_LOGIN_PHP.unlink(missing_ok=True)
    done = subprocess.run(
        [*sample.interpreter, program],
        cwd=tmp_path,
        env=environment(tmp_path),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )
    COOKIES_OF_LOGIN_PHP.unlink(missing_ok=True)
    said = re.search(sample.result, done.stdout)
    assert said, done.stdout + done.stderr
    row["login"] = said[1]
    assert said[1] == RESULTS[account]


def test_the_flask_demo_logs_in_by_clientlogin(server: Server, row: dict[str, str], tmp_path: Path) -> None:
    """M07, M19: its page, a login, and a refusal inside the one session that the demo keeps for all its visitors."""
    row |= {"client": "seed clientlogin.py", "mode": "clientlogin", "account": "main"}
    edited("clientlogin.py", tmp_path, {"https://en.wikipedia.org/w/api.php": server.url})
    shutil.copytree(SAMPLES / "templates", tmp_path / "templates")
    main = server.credentials("main")
    with flask(tmp_path) as address:
        assert '<input type="password" name="password">' in page(address)
        assert f"Login success! Welcome, {main.name}!" in page(address, main)
        row["login"] = "PASS"
        assert "Oops! Something went wrong -- wrongpassword" in page(address, server.credentials("stranger 6"))


def edited(name: str, folder: Path, changes: dict[str, str]) -> Path:
    """Copy a sample into the folder with these words changed, each of which must stand in it."""
    text = (SAMPLES / name).read_text()
    for printed, ours in changes.items():
        assert printed in text, f"{name} does not say {printed}"
        text = text.replace(printed, ours)
    path = folder / name
    path.write_text(text)
    return path


@contextmanager
def flask(folder: Path) -> Iterator[str]:
    """Serve the demo by Flask's own command, on a free port instead of 5000; it says on stderr when it accepts requests."""
    with subprocess.Popen(
        [*PYTHON, "-m", "flask", "--app", "clientlogin", "run", "--port", "0"],
        cwd=folder,
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stderr
            said = ""
            for line in process.stderr:
                said += line
                if found := re.search(r"Running on (http://\S+)", line):
                    yield found[1]
                    break
            else:
                raise AssertionError(said)
        finally:
            process.terminate()


def page(address: str, form: Credentials | None = None) -> str:
    body = urllib.parse.urlencode({"username": form.name, "password": form.password}).encode() if form else None
    with urllib.request.urlopen(address, body, timeout=60) as answer:
        return answer.read().decode()
