"""What the check of the documents finds, and what it lets pass."""

from pathlib import Path

import check
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project in good order."""
    (tmp_path / "docs" / "howto").mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "0.1.0"\n')
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A thing.\n")
    (tmp_path / "README.md").write_text("# Start\n\n[the index](docs/README.md)\n")
    (tmp_path / "docs" / "README.md").write_text("# Index\n\n- [Install](howto/install.md#two-ways)\n")
    (tmp_path / "docs" / "howto" / "install.md").write_text(
        "# Install\n\n## Two *ways*\n\n[up](../../README.md#start)\n"
    )
    return tmp_path


def faults(root: Path, *without: object) -> list[str]:
    checks = (one for one in check.CHECKS if one not in {check.outdated_pages, *without})
    return [fault for one in checks for fault in one(root)]


def test_a_project_in_good_order_has_no_faults(project: Path) -> None:
    assert faults(project) == []


@pytest.mark.parametrize(
    ("target", "fault"),
    [
        ("howto/remove.md", "leads to no file"),
        ("howto/install.md#three-ways", "leads to no heading"),
        ("#nowhere", "leads to no heading"),
        ("../../elsewhere.md", "leads to no file"),
        ("house.svg", "leads to no file"),
    ],
)
def test_a_link_that_leads_nowhere_is_a_fault(project: Path, target: str, fault: str) -> None:
    with (project / "docs" / "README.md").open("a") as page:
        page.write(f"\nSee [it]({target}).\n")
    assert faults(project) == [f"docs/README.md:5: {target} {fault}"]


def test_a_picture_that_is_not_there_is_a_fault(project: Path) -> None:
    with (project / "README.md").open("a") as page:
        page.write('\n<img src="docs/house.svg" alt="">\n\n![it](docs/garden.svg)\n')
    assert faults(project) == [
        "README.md:5: docs/house.svg leads to no file",
        "README.md:7: docs/garden.svg leads to no file",
    ]


def test_a_link_out_of_the_project_is_a_fault(project: Path) -> None:
    (project.parent / "outside.md").write_text("")
    with (project / "README.md").open("a") as page:
        page.write("\n[it](../outside.md)\n")
    assert faults(project) == ["README.md:5: ../outside.md leads out of the project"]


def test_code_holds_no_links(project: Path) -> None:
    with (project / "README.md").open("a") as page:
        page.write("\n`[a](b)`\n\n```text\n[c](d)\n# e\n```\n\n[f](#e)\n")
    assert faults(project) == ["README.md:12: #e leads to no heading"]


def test_headings_of_the_same_words_are_told_apart(project: Path) -> None:
    with (project / "README.md").open("a") as page:
        page.write(
            "\n## `user create`\n\n## user create\n\n[1](#user-create) [2](#user-create-1) [3](#user-create-2)\n"
        )
    assert faults(project) == ["README.md:9: #user-create-2 leads to no heading"]


def test_a_page_that_the_index_does_not_know_is_a_fault(project: Path) -> None:
    (project / "docs" / "howto" / "hidden.md").write_text("# Hidden\n")
    assert faults(project) == ["docs/howto/hidden.md: docs/README.md does not link to it"]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("cd /home/ada/wikigate", "/home/ada is a path of one machine"),
        ("cp x /root/.cache", "/root/.cache is a path of one machine"),
        ("pip --index-url https://packages.inside/simple", "the host packages.inside is not among those"),
    ],
)
def test_what_belongs_to_one_machine_is_a_fault(project: Path, line: str, fault: str) -> None:
    with (project / "README.md").open("a") as page:
        page.write(f"\n```console\n$ {line}\n```\n")
    assert [text.partition(": ")[2] for text in faults(project)] == [
        fault + (" that the documents may name" if "host" in fault else "")
    ]


def test_hosts_of_examples_and_of_standards_are_none(project: Path) -> None:
    with (project / "README.md").open("a") as page:
        page.write("\nhttps://wiki.example.org/w, http://127.0.0.1:8080/w, https://www.rfc-editor.org/rfc/rfc9106\n")
    assert faults(project) == []


@pytest.mark.parametrize("text", ["# Changelog\n", "## [Unreleased]\n\nNothing.\n", "## [0.0.9]\n\n- Old.\n"])
def test_a_changelog_that_says_nothing_of_this_version_is_a_fault(project: Path, text: str) -> None:
    (project / "CHANGELOG.md").write_text(text)
    assert faults(project) == ["CHANGELOG.md: neither [Unreleased] nor [0.1.0] says anything"]


def test_this_project_s_documents_have_no_faults() -> None:
    assert [fault for one in check.CHECKS for fault in one(ROOT)] == []


def test_the_command_takes_nothing_but_write(capsys: pytest.CaptureFixture[str]) -> None:
    assert check.main(["--wrong"]) == 2
    assert capsys.readouterr().err == "usage: docs/check.py [--write]\n"
