"""The pages that are made from the code: complete, stable, readable."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import generate
import pytest
from reference_pages.configuration import UndocumentedError, described, settings_of
from reference_pages.markdown import cell, markdown, page, slug


@dataclass(frozen=True)
class Below:
    """A table below.

    ``colour``: red ``or`` blue.
    """

    colour: Literal["red", "blue"] = "red"


@dataclass(frozen=True)
class Sample:
    """A sample, for this test.

    ``name``: what it is called; empty: nothing. ``first``, ``second``: two numbers,
    both of them ``<n>``. ``names``: several. ``rights``: by group.
    ``maybe``: perhaps. ``below``: its own table. ``must``: has no default.
    """

    must: str
    name: str = ""
    first: int = 1
    second: float = 2.5
    names: tuple[str, ...] = ("a", "b")
    rights: dict[str, tuple[str, ...]] = field(default_factory=lambda: {"*": ("read",)})
    maybe: bool | None = None
    below: Below = field(default_factory=Below)


def test_a_docstring_gives_every_field_its_text() -> None:
    summary, texts = described(Sample)
    assert summary == "A sample, for this test."
    assert texts["name"] == "What it is called; empty: nothing."
    assert texts["first"] == texts["second"] == "Two numbers, both of them ``<n>``."
    assert texts["must"] == "Has no default."


def test_a_field_is_shown_with_its_type_and_default() -> None:
    shown = {setting.name: (setting.type, setting.default) for setting in settings_of(Sample)}
    assert shown == {
        "must": ("string", "required"),
        "name": ("string", '""'),
        "first": ("integer", "1"),
        "second": ("number", "2.5"),
        "names": ("array of strings", '["a", "b"]'),
        "rights": ("table of arrays of strings", '{"*" = ["read"]}'),
        "maybe": ("boolean", ""),
    }
    assert [setting.type for setting in settings_of(Below)] == ['`"red"` or `"blue"`']


def test_a_field_without_a_text_is_an_error() -> None:
    @dataclass
    class Silent:
        """Says nothing.

        ``other``: of another field.
        """

        name: str = ""

    with pytest.raises(UndocumentedError, match="no text for name"):
        described(Silent)


def test_a_text_without_a_field_is_an_error() -> None:
    @dataclass
    class Talkative:
        """Says too much.

        ``name``: a name. ``gone``: was a field once.
        """

        name: str = ""

    with pytest.raises(UndocumentedError, match="gone"):
        described(Talkative)


def test_markdown_is_escaped() -> None:
    assert markdown("``<id>`` and <id> with *") == r"`<id>` and \<id> with \*"
    assert cell("a | b\n c") == r"a \| b c"
    assert slug("`wikigate user create`") == "wikigate-user-create"
    assert page(["a", "", "", "", "b", ""]) == "a\n\nb\n"


def test_the_same_code_gives_the_same_pages() -> None:
    assert {name: make() for name, make in generate.PAGES.items()} == {
        name: make() for name, make in generate.PAGES.items()
    }


def test_pages_that_differ_are_written_and_then_are_what_they_should_be(tmp_path: Path) -> None:
    (tmp_path / "tables.md").write_text("old")
    assert sorted(generate.write(tmp_path)) == sorted(generate.PAGES)
    assert generate.write(tmp_path) == []
