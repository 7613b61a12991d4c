"""Every example of the documents that is marked to be run does what the page says."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import check
import pytest
from examples import Block, blocks, commands, is_what_was_printed

from wikigate.config import read_config

if TYPE_CHECKING:
    from conftest import Wiki

ROOT = Path(__file__).parents[2]
PAGES = check.documents(ROOT)
BORDER = "═══ the next command ═══"


def marked(language: str) -> list[Path]:
    return [page for page in PAGES if any(block.run and block.language == language for block in blocks(page))]


def of_page(page: Path, language: str) -> list[Block]:
    return [block for block in blocks(page) if block.run and block.language == language]


def name(page: object) -> str:
    return str(page.relative_to(ROOT)) if isinstance(page, Path) else str(page)


@pytest.mark.parametrize("page", marked("console"), ids=name)
def test_a_page_s_commands_print_what_it_says(page: Path, wiki: "Wiki", tmp_path: Path) -> None:
    needed = {"curl", "jq"} & set(" ".join(block.text for block in of_page(page, "console")).replace("(", " ").split())
    if missing := {program for program in needed if shutil.which(program) is None}:
        if os.environ.get("CI") == "true":
            pytest.fail(f"not installed: {missing}")
        pytest.skip(f"not installed: {missing}")
    for block in blocks(page):
        if block.file:
            (wiki.folder / block.file).write_text(wiki.fill_in(block.text))
    asked = [command for block in of_page(page, "console") for command in commands(block)]
    script = tmp_path / "page.sh"
    script.write_text(
        "".join(f"{wiki.fill_in(command.text)}\nprintf '\\n%s %s\\n' $? '{BORDER}'\n" for command in asked)
    )
    run = subprocess.run(
        ["bash", str(script)],
        cwd=wiki.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    answers = run.stdout.split(f" {BORDER}\n")
    assert len(answers) == len(asked) + 1, run.stdout
    for command, answer in zip(asked, answers, strict=False):
        printed, _, status = answer.rpartition("\n")
        place = f"{name(page)}:{command.line}: {command.text}"
        if command.expected:
            assert is_what_was_printed(wiki.fill_in(command.expected), printed), f"{place}\n{printed}"
        else:
            assert status == "0", f"{place}\n{printed}"


@pytest.mark.parametrize("page", marked("python"), ids=name)
def test_a_page_s_python_runs(page: Path, wiki: "Wiki", tmp_path: Path) -> None:
    for block in of_page(page, "python"):
        python = interpreter(block.text)
        script = tmp_path / f"line_{block.line}.py"
        script.write_text(wiki.fill_in(block.text))
        run = subprocess.run([python, script], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
        assert run.returncode == 0, f"{name(page)}:{block.line}\n{run.stdout}{run.stderr}"
        printed = [line.removeprefix("# ") for line in block.text.splitlines() if line.startswith("# prints: ")]
        for line in printed:
            assert line.removeprefix("prints: ") in run.stdout, f"{name(page)}:{block.line}\n{run.stdout}"


@pytest.mark.parametrize("page", [page for page in PAGES if any(b.language == "toml" for b in blocks(page))], ids=name)
def test_a_page_s_configuration_is_one(page: Path, tmp_path: Path) -> None:
    if page.name == "configuration.md":
        pytest.skip("its blocks are defaults, without the tables that they stand in")
    for block in blocks(page):
        if block.language == "toml":
            read_config(tomllib.loads(block.text), tmp_path, source=f"{name(page)}:{block.line}")


def interpreter(script: str) -> str:
    """The clients' environment has `requests`, ours has not."""
    if "import requests" not in script:
        return sys.executable
    python = ROOT / ".cache" / "clients" / "python" / "bin" / "python"
    if not python.exists():
        pytest.skip("requests is installed by `make clients`")
    return str(python)
