"""The lock files hold what pyproject.toml asks for, agree with each other, and name no registry."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.lock"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
SERVING = PROJECT["dependencies"]
TESTING = [*SERVING, *PROJECT["optional-dependencies"]["test"]]


def pins(name: str) -> dict[str, str]:
    text = (ROOT / "requirements" / name).read_text()
    return {
        canonicalize_name(package): version
        for package, version in re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.MULTILINE)
    }


@pytest.mark.parametrize(("lock", "wanted"), [("serve.lock", SERVING), ("test.lock", TESTING)])
def test_a_lock_holds_what_the_project_asks_for(lock: str, wanted: list[str]) -> None:
    held = pins(lock)
    requirements = {canonicalize_name(Requirement(line).name): Requirement(line).specifier for line in wanted}
    missing = [name for name, versions in requirements.items() if name not in held or held[name] not in versions]
    assert not missing, f"run `make lock`: {lock} does not hold {missing}"


def test_one_environment_can_serve_and_test() -> None:
    assert pins("serve.lock").items() <= pins("test.lock").items()


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_package_has_a_hash_and_no_address(lock: Path) -> None:
    text = lock.read_text()
    packages = re.findall(r"^[\w.-]+==.*?(?=^[\w.-]+==|\Z)", text, re.MULTILINE | re.DOTALL)
    assert packages
    assert all("--hash=sha256:" in package for package in packages)
    assert "://" not in text


@pytest.mark.parametrize("folder", ["browser-node", "clients-node", "identity-node"])
def test_an_npm_lock_has_integrities_and_no_addresses(folder: str) -> None:
    lock = json.loads((ROOT / "requirements" / folder / "package-lock.json").read_text())
    packages = {path: package for path, package in lock["packages"].items() if path}
    assert packages
    assert all("integrity" in package and "resolved" not in package for package in packages.values())
