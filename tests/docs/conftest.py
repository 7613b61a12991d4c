"""The documents' own tools, importable; and the demonstration wiki that the examples talk to."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "docs"))

BIN = Path(sys.executable).parent
LISTENING = re.compile(r"Wikigate is listening on (http://[^/]+)")


@dataclass(frozen=True)
class Wiki:
    """A running demonstration wiki: where it is, its folder, and what the pages' capitals stand for."""

    origin: str
    folder: Path
    passwords: dict[str, str]

    def fill_in(self, example: str) -> str:
        example = example.replace("http://127.0.0.1:8080", self.origin)
        for placeholder, password in self.passwords.items():
            example = example.replace(placeholder, password)
        return example


@pytest.fixture(scope="session")
def wiki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wiki]:
    folder = tmp_path_factory.mktemp("project")
    (folder / ".venv").symlink_to(BIN.parent)
    errors = folder / "serve.log"
    command = [BIN / "wikigate", "serve", "--demo", "--data", "data", "--port", "0"]
    with (
        errors.open("wb") as log,
        subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True
        ) as server,
    ):
        try:
            assert server.stdout
            # The pipe ends when the server does, so a server that fails to start ends the wait as well.
            said = ""
            for line in server.stdout:
                said += line
                if line.startswith("Stop the server"):
                    break
            found = LISTENING.search(said)
            assert found, said + errors.read_text()
            demo = json.loads((folder / "data" / "demo.json").read_text())
            passwords = {"BOT-PASSWORD": demo["bot_password"], "MAIN-PASSWORD": demo["password"]}
            yield Wiki(found[1], folder, passwords)
        finally:
            server.terminate()
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                server.kill()
                raise
