"""The provider of the page is a whole one: installed, switched on, held to the contract, and logged in with."""

from __future__ import annotations

import hashlib
import hmac
import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from examples import blocks

from wikigate.testing.wiki import TestWiki

PAGE = Path(__file__).parents[2] / "docs/howto/write-a-provider.md"
FILES = {block.file: block.text for block in blocks(PAGE) if block.file}
[ENTRY_POINTS] = [block.text for block in blocks(PAGE) if block.language == "ini"]
KEY = "the intranet's and the wiki's own"
ORDER = ["login-throttle", "intranet-ticket", "temporary-password", "local-password", "second-factor"]


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Install the page's package as an installer would."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    record = tmp_path / "intranet_ticket-1.0.dist-info"
    record.mkdir()
    (record / "METADATA").write_text("Metadata-Version: 2.1\nName: intranet-ticket\nVersion: 1.0\n")
    (record / "entry_points.txt").write_text(ENTRY_POINTS.replace('project.entry-points."', "").replace('"', ""))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("INTRANET_TICKET_KEY", KEY)
    importlib.invalidate_caches()
    yield tmp_path
    sys.modules.pop("intranet_ticket", None)


@pytest.fixture
def wiki(installed):
    with TestWiki({"auth": {"providers": ORDER}}) as wiki:
        wiki.create_user("Alice", "correct horse battery")
        yield wiki


def ticket(name, expiry, key=KEY):
    signed = f"{name}.{int(expiry)}"
    return f"{signed}.{hmac.new(key.encode(), signed.encode(), hashlib.sha256).hexdigest()}"


def log_in(browser, sent):
    form = {"action": "clientlogin", "loginreturnurl": "http://example.org/", "ticket": sent}
    return browser.post({**form, "logintoken": browser.token("login")})["clientlogin"]


def test_the_whole_provider_is_shorter_than_sixty_lines():
    assert len(FILES["intranet_ticket.py"].splitlines()) < 60


def test_a_ticket_is_a_login_once(wiki):
    good = ticket("Alice", wiki.clock.now() + 300)
    first, second = wiki.browser(), wiki.browser()
    assert log_in(first, good) == {"status": "PASS", "username": "Alice"}
    assert first.who() == "Alice"
    assert log_in(second, good)["status"] == "FAIL"
    assert second.who() == "127.0.0.1"


@pytest.mark.parametrize(
    "make",
    [
        lambda now: ticket("Alice", now - 1),
        lambda now: ticket("Alice", now + 3600),
        lambda now: ticket("Alice", now + 300, "another key"),
        lambda now: ticket("Nobody", now + 300),
        lambda now: "Bob" + ticket("Alice", now + 300),
        lambda _: "x",
    ],
    ids=["expired", "good for too long", "another's", "nobody's", "changed", "no ticket"],
)
def test_no_other_ticket_is_one(wiki, make):
    assert log_in(wiki, make(wiki.clock.now()))["status"] == "FAIL"
    assert wiki.who() == "127.0.0.1"


def test_the_password_still_is_one(wiki):
    assert wiki.log_in("Alice", "correct horse battery")["status"] == "PASS"


def test_the_page_s_own_test_passes(installed):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_intranet_ticket.py"],
        cwd=installed,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
