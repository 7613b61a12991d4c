"""The oldest client of the how-to logs in to the oldest dialect (mission M31, M32, M38)."""

import re
import subprocess
import sys
from pathlib import Path

from examples import blocks

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/howto/ten-years-of-wikis.md"
WIKIGATE = Path(sys.executable).with_name("wikigate")


def test_the_oldest_client_logs_in_and_out(tmp_path: Path) -> None:
    configuration = tmp_path / "wikigate.toml"
    configuration.write_text(next(block.text for block in blocks(PAGE) if block.language == "toml"))
    client = tmp_path / "oldest_client.py"
    client.write_text(next(block.text for block in blocks(PAGE) if block.file == client.name))
    words = ["--config", configuration, "--data", tmp_path / "data"]
    password = "correct horse battery"
    subprocess.run(
        [WIKIGATE, "user", "create", "Alice", "--password-stdin", *words],
        input=password,
        text=True,
        check=True,
        timeout=60,
    )
    with subprocess.Popen([WIKIGATE, "serve", *words, "--port", "0"], stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            said = server.stdout.readline()
            found = re.search(r"http://[^/]+", said)
            assert found, said
            run = subprocess.run(
                [sys.executable, client, f"{found[0]}/1.12/w/api.php", "Alice", password],
                capture_output=True,
                text=True,
                check=False,
                timeout=60,
            )
        finally:
            server.terminate()
    assert (run.stdout, run.stderr) == ("I am Alice\nlogged out: True\n", "")
