"""``wikigate serve``: what keeps it from starting is told in one sentence that says what to do, before anything listens."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from .conftest import Operator


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def test_a_busy_port(operator: Operator, busy_port: int) -> None:
    said = operator.refused("serve", "--port", str(busy_port))
    assert (
        said
        == f"127.0.0.1:{busy_port} cannot be listened on (Address already in use); choose another with --port or --host."
    )
    assert not operator.data.exists()


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("192.0.2.1", "192.0.2.1 cannot be listened on (Cannot assign requested address); choose another with --host."),
        ("a b", "There is no address for the host “a b”; choose another with --host."),
    ],
)
def test_a_host_that_is_not_this_machine(operator: Operator, host: str, said: str) -> None:
    assert operator.refused("serve", "--port", "0", "--host", host) == said


@pytest.mark.parametrize("below", ["", "/deeper"])
def test_a_data_folder_that_cannot_be_made(operator: Operator, below: str) -> None:
    """A file stands in its place: whoever runs this may be allowed to write every folder."""
    file = operator.data
    file.write_text("")
    operator.options = ("--data", f"{file}{below}", "--config", str(operator.config))
    said = operator.refused("serve", "--port", "0")
    assert said.startswith(f"The data folder {file}{below} cannot be used (")
    assert said.endswith("); give --data a folder that you may write.")


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("[sight]\n", "unknown key “sight” at the top level; did you mean “site”?"),
        ("[server]\nport = 99999\n", "[server]: “port” is 0 to 65535"),
        ("[server\n", "is not TOML: "),
        ('[auth]\nproviders = ["nope"]\n', "There is no authentication provider “nope”; there are: "),
        ('dialect = "1.0"\n', "There is no dialect “1.0”; there are: 1.12, 1.16, 1.27, 1.12-strict, current, "),
        ('[wikis.a]\nhost = "h"\n[wikis.b]\nhost = "h"\n', "Two wikis have the host “h”; give each its own."),
    ],
)
def test_a_wrong_configuration(operator: Operator, toml: str, said: str) -> None:
    operator.config.write_text(toml)
    assert said in operator.refused("serve", "--port", "0")


def test_a_configuration_that_is_not_there(operator: Operator) -> None:
    operator.config.unlink()
    assert operator.refused("serve").startswith(f"There is no configuration file {operator.config}; ")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"username": "Demo"}'])
def test_a_demo_file_that_nobody_wrote(operator: Operator, content: str) -> None:
    operator.data.mkdir()
    (operator.data / "demo.json").write_text(content)
    assert "demo.json cannot be read as what --demo wrote" in operator.refused("serve", "--demo", "--port", "0")


def test_a_demo_account_whose_file_is_gone(operator: Operator) -> None:
    operator.create_user("Demo")
    said = operator.refused("serve", "--demo", "--port", "0")
    assert said.startswith("The account “Demo” cannot be made (userexists) and ")
    assert said.endswith("demo.json is missing; leave --demo out, or give --data a new folder.")


@pytest.mark.parametrize(
    "words", [["--port", "65536"], ["--port", "-1"], ["--workers", "0"], ["--workers", "x"], ["extra"]]
)
def test_a_command_written_wrong(operator: Operator, words: list[str]) -> None:
    result = operator.run("serve", *words)
    assert result.exit_code == 2
    assert result.stderr.startswith("Usage: ")
