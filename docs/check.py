"""Holds the documents to the truth: `make check` runs it, `make docs` runs it with `--write`.

Looks at README, CHANGELOG and every page of docs: links and anchors lead somewhere, every page can be found from the index, the pages made
from the code are what the code says, the CHANGELOG knows this version, no address or path of somebody's machine stands anywhere.
The examples are run by `tests/docs`. Must not need a server or the network.
"""
# ruff: noqa: INP001  a script beside its pages

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from generate import README, outdated, outdated_readme, write
from reference_pages.markdown import slug

ROOT = Path(__file__).resolve().parent.parent

KNOWN_HOSTS = re.compile(
    r"(.+\.)?example(\.(org|com|net))?|127\.0\.0\.1|\[?::1\]?|localhost|www\.mediawiki\.org|keepachangelog\.com|semver\.org"
    r"|diataxis\.fr|www\.rfc-editor\.org|cheatsheetseries\.owasp\.org|owasp\.org|www\.w3\.org|api\.pwnedpasswords\.com"
)
MACHINE_PATHS = re.compile(r"(?<![\w.$}])/(work|root|home|Users|mnt|tmp)/[\w.-]+")

_FENCE = re.compile(r"^(`{3,}|~{3,})")
_CODE = re.compile(r"(`+).+?\1")
_LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
_SOURCE = re.compile(r"<(?:img|source|a)\s[^>]*?(?:src|srcset|href)=\"([^\"]+)\"")
_ANCHOR = re.compile(r"<a\s[^>]*?(?:id|name)=\"([^\"]+)\"")
_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$")
_URL = re.compile(r"https?://([\w.-]+|\[[0-9a-f:]+\])")


def documents(root: Path) -> list[Path]:
    """List the documents in order."""
    return [file for name in ("README.md", "CHANGELOG.md") if (file := root / name).exists()] + sorted(
        (root / "docs").rglob("*.md")
    )


def broken_links(root: Path) -> Iterator[str]:
    """Name each relative link that leads to no file or to no heading."""
    anchors: dict[Path, set[str]] = {}
    for document in documents(root):
        for line, target in links(document):
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                continue
            place = f"{document.relative_to(root)}:{line}"
            file = (document.parent / unquote(parts.path)).resolve() if parts.path else document
            if not file.exists():
                yield f"{place}: {target} leads to no file"
            elif not file.is_relative_to(root):
                yield f"{place}: {target} leads out of the project"
            elif parts.fragment and file.suffix == ".md":
                if file not in anchors:
                    anchors[file] = set(anchors_of(file))
                if parts.fragment not in anchors[file]:
                    yield f"{place}: {target} leads to no heading"


def lonely_pages(root: Path) -> Iterator[str]:
    """Name each page of docs that the index does not link to."""
    index = root / "docs" / "README.md"
    linked = {(index.parent / unquote(urlsplit(target).path)).resolve() for _, target in links(index)}
    for document in documents(root):
        if document.is_relative_to(index.parent) and document != index and document not in linked:
            yield f"{document.relative_to(root)}: docs/README.md does not link to it"


def strange_addresses(root: Path) -> Iterator[str]:
    """Name each line that holds a path of somebody's machine or a host that readers do not know."""
    for document in documents(root):
        for number, line in enumerate(document.read_text(encoding="utf-8").splitlines(), 1):
            place = f"{document.relative_to(root)}:{number}"
            if path := MACHINE_PATHS.search(line):
                yield f"{place}: {path[0]} is a path of one machine"
            for host in _URL.findall(line):
                if not KNOWN_HOSTS.fullmatch(host):
                    yield f"{place}: the host {host} is not among those that the documents may name"


def changelog_gaps(root: Path) -> Iterator[str]:
    """See that the CHANGELOG has a section for what is to come or for this version, with something in it."""
    version = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    sections = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    for section in sections:
        heading, _, body = section.partition("\n")
        if (heading.startswith(("[Unreleased]", f"[{version}]"))) and re.search(r"^- ", body, re.MULTILINE):
            return
    yield f"CHANGELOG.md: neither [Unreleased] nor [{version}] says anything"


def outdated_pages(_root: Path) -> Iterator[str]:
    """Name each page that is not what the code says."""
    for name in outdated():
        yield f"docs/reference/{name} is not what the code says; run `make docs`"
    if outdated_readme() is not None:
        yield "README.md: the counts are not those of docs/reference/differences.md; run `make docs`"


def links(document: Path) -> Iterator[tuple[int, str]]:
    """Yield line number and target of every link outside of code."""
    for number, line in prose(document):
        text = _CODE.sub("", line)
        for target in _LINK.findall(text) + _SOURCE.findall(text):
            yield number, target


def anchors_of(document: Path) -> Iterator[str]:
    """Yield the anchors of a document: its headings', numbered where they repeat, and those set by hand."""
    seen: dict[str, int] = {}
    for _, line in prose(document):
        yield from _ANCHOR.findall(line)
        if heading := _HEADING.match(line):
            anchor = slug(re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading[1]).replace("`", ""))
            times = seen.get(anchor, 0)
            seen[anchor] = times + 1
            yield f"{anchor}-{times}" if times else anchor


def prose(document: Path) -> Iterator[tuple[int, str]]:
    """Yield the numbered lines that are not in a fenced block."""
    fence = ""
    for number, line in enumerate(document.read_text(encoding="utf-8").splitlines(), 1):
        mark = _FENCE.match(line.strip())
        if fence:
            if mark and mark[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
        elif mark:
            fence = mark[1]
        else:
            yield number, line


CHECKS = (broken_links, lonely_pages, strange_addresses, changelog_gaps, outdated_pages)


def main(arguments: list[str]) -> int:
    """Write what is made from the code if asked, then print every fault; 1 if there is one."""
    if arguments == ["--write"]:
        for name in write():
            sys.stdout.write(f"docs/reference/{name} is written\n")
        if (readme := outdated_readme()) is not None:
            README.write_text(readme, encoding="utf-8")
            sys.stdout.write("README.md is written\n")
    elif arguments:
        sys.stderr.write("usage: docs/check.py [--write]\n")
        return 2
    faults = [fault for check in CHECKS for fault in check(ROOT)]
    for fault in faults:
        sys.stderr.write(f"{fault}\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
