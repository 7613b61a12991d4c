"""What the server writes: where it listens, and nothing that anybody sent."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from .server import COMMAND, PASSWORD, PATIENCE, Client, serving

FIELDS = """
    action format assert assertuser requestid origin callback uselang username password logintoken lgname lgpassword lgtoken lgdomain
    loginreturnurl loginrequests token meta list type modules ususers title username[] lgpassword[x]
""".split()  # noqa: SIM905  thirty quoted words hide the words
CANARY = "canary7f3a"


def test_h5_nothing_that_was_sent_is_ever_written(tmp_path: Path) -> None:
    """R12: a canary in every field, in headers, cookies and bodies, on the way to answers and to failures."""
    actions: list[dict[str, str]] = [
        {"action": "clientlogin", "loginreturnurl": "http://example.org/"},
        {"action": "login"},
        {"action": "query", "meta": "tokens|userinfo|authmanagerinfo", "list": "users"},
        {"action": "checktoken", "type": "csrf"},
        {"action": "logout"},
    ]
    with serving(tmp_path, users=["Alice"]) as server:
        visitor = Client(server)
        for base in actions:
            for field in FIELDS:
                form = urlencode({"format": "json", **base, field: CANARY}).encode()
                headers = {"Content-Type": "application/x-www-form-urlencoded"}
                assert visitor.send("POST", "/w/api.php", form, headers)[0] < 500
                visitor.send("GET", f"/w/api.php?{field}={CANARY}")
        for headers in (
            {"Cookie": f"my_wiki_session={CANARY}; my_wikiToken={CANARY}; my_wikiUserID=1"},
            {"Authorization": f"Bearer {CANARY}"},
            {"User-Agent": CANARY, "X-Forwarded-For": CANARY, "Origin": CANARY, "X-Request-Id": CANARY},
            {"Content-Type": f"multipart/form-data; boundary={CANARY}"},
            {"Content-Encoding": CANARY},
        ):
            visitor.send("POST", "/w/api.php?format=json&action=login", f"--{CANARY}\r\n{CANARY}".encode(), headers)
        visitor.send("GET", f"/{CANARY}")
        server.raw(f"{CANARY}\r\n\r\n".encode())
        visitor.cookies.clear()
        assert visitor.prepare().log_in("Alice", PASSWORD + CANARY)["status"] == "FAIL"
        assert visitor.prepare().log_in("Alice", PASSWORD)["status"] == "PASS"
        visitor.close()
        assert server.stop() == 0
        assert server.output == f"Wikigate is listening on http://127.0.0.1:{server.port}/w/api.php\n"
        kept = b"".join(file.read_bytes() for file in server.data.iterdir())
        assert (PASSWORD + CANARY).encode() not in kept
        assert PASSWORD.encode() not in kept


def test_a_demo_shows_its_secrets_and_keeps_them_for_its_owner(tmp_path: Path) -> None:
    """What is shown works, and the next start shows the same."""
    shown = []
    for _ in range(2):
        with serving(tmp_path, "--demo") as server:
            assert server.stop() == 0
            shown.append(server.output.replace(str(server.port), "PORT"))
            file = server.data / "demo.json"
            assert file.stat().st_mode & 0o777 == 0o600
    assert shown[0] == shown[1]
    assert "bot password  Demo@first-bot  " in shown[0]


def test_a_program_reads_where_the_server_is_and_who_may_log_in(tmp_path: Path) -> None:
    """``--json``: one line, once it answers; with it a test of a client needs no more than the line."""
    command = [COMMAND, "serve", "--demo", "--json", "--port", "0", "--data", tmp_path / "data"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            told = json.loads(process.stdout.readline())
            assert urlopen(f"{told['url']}?action=query&format=json", timeout=PATIENCE).status == 200
        finally:
            process.terminate()
    assert json.loads((tmp_path / "data/demo.json").read_text()) == told["demo"]


@pytest.mark.skipif(shutil.which("curl") is None, reason="the shown requests are curl's")
@pytest.mark.parametrize("dialect", ["current", "1.27", "1.16", "1.12", "1.12-strict"])
def test_the_requests_that_a_demo_shows_log_in(tmp_path: Path, dialect: str) -> None:
    """What a newcomer is shown works as it stands, in the dialect that is served."""
    with serving(tmp_path, "--demo", "--dialect", dialect) as server:
        server.wait_for("Stop the server")
        script = "API=" + server.output.partition("\n\n  API=")[2].partition("\n\nOr open ")[0]
        done = subprocess.run(
            ["bash", "-euc", script], cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE, check=True
        )
        assert '"result":"Success"' in done.stdout
        assert '"name":"Demo"' in done.stdout
