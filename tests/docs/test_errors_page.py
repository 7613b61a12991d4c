"""The page of error codes names every code that the program can answer, and no other."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from wikigate.primitives.errors import code_of

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "errors.md").read_text(encoding="utf-8")


def codes_in_the_source() -> Iterator[str]:
    """Codes derived from the keys of errors and warnings, and those given as ``code=``."""
    for file in (ROOT / "src" / "wikigate").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield from codes_of_a_call(node)


def codes_of_a_call(call: ast.Call) -> Iterator[str]:
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    function = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if "code" in named:
        if isinstance(named["code"], ast.Constant) and named["code"].value:
            yield named["code"].value
        return
    if function == "Issue" and len(call.args) > 1:
        if isinstance(call.args[1], ast.Constant):
            yield call.args[1].value
        return
    if function == "api_error" and isinstance(call.args[0], ast.Constant):
        yield code_of(call.args[0].value)


def test_every_code_of_an_error_is_on_the_page() -> None:
    assert {code for code in codes_in_the_source() if f"`{code}`" not in PAGE} == set()


def test_every_code_on_the_page_can_be_answered() -> None:
    source = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "src" / "wikigate").rglob("*.py"))
    named = {
        code
        for line in PAGE.splitlines()
        if line.startswith("| `") and not line.startswith(("| `result", "| `status"))
        for code in re.findall(r"`([a-z][A-Za-z_-]+)`", line.split("|")[1])
    }
    assert {code for code in named if code not in source and not code.startswith("internal_api_error")} == set()
