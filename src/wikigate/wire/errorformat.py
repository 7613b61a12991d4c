"""Errors and warnings in the shapes that ``errorformat`` names (spec framework §7).

``bc`` shows one error as ``{"error": {"code", "info", …data}}`` and warnings as one text a module, always English and plain. The others
list every message with its code and module, in the caller's language. Promises that nothing is said twice and that the newest module's
warnings, like ``warnings`` and ``error`` themselves, come first, as MediaWiki puts them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from wikigate.primitives.errors import Issue
from wikigate.primitives.message import Duration, ListParam, Message, Num, Param, PlainText
from wikigate.wire.result import List, Map, put_first


class Texts(Protocol):
    """What renders messages: the catalogue."""

    def text(self, message: Message, language: str) -> str:
        """Return wikitext."""
        ...

    def plain(self, message: Message, language: str) -> str:
        """Return plain text."""
        ...

    def html(self, message: Message, language: str) -> str:
        """Return HTML."""
        ...


class ErrorFormatter:
    """Writes errors and warnings into a result; one a request.

    ``format`` is ``bc``, ``plaintext``, ``wikitext``, ``html``, ``raw`` or ``none``. ``language`` is that of the texts, or says it when the
    first of them is written; ``bc`` is always English. ``errorsuselocal`` changes nothing: there is no wording of a wiki's own beside the
    catalogue.
    """

    __slots__ = ("_language", "catalog", "format")

    def __init__(self, format: str, language: str | Callable[[], str], catalog: Texts) -> None:  # noqa: A002  the name of the parameter
        self.format = format
        self._language: str | Callable[[], str] = "en" if format == "bc" else language
        self.catalog = catalog

    @property
    def language(self) -> str:
        """The language of the texts."""
        language = self._language
        return language if isinstance(language, str) else language()

    def add_warning(self, tree: dict[str, Any], module_path: str, issue: Issue) -> None:
        """Add a warning under a module path; what is there already is not said again."""
        if self.format == "bc":
            self._add_bc_warning(tree, module_path, issue)
        else:
            self._add_entry(tree, "warnings", "warning", module_path, issue)

    def add_error(self, tree: dict[str, Any], module_path: str, issue: Issue) -> None:
        """Add an error, fatal or not; ``bc`` shows only the first. An empty module path is left out."""
        if self.format != "bc":
            self._add_entry(tree, "errors", "error", module_path, issue)
        elif "error" not in tree:
            info = self.catalog.plain(issue.message, self.language)
            put_first(tree, "error", Map({"code": issue.code, "info": info} | _beside(issue)))

    def finish_error(self, tree: dict[str, Any], docref: Message | None) -> None:
        """Add the pointer to the documentation that closes a failed answer; None for internal errors, which have none."""
        if docref is None:
            return
        target = tree.get("error") if self.format == "bc" else tree
        if isinstance(target, Map):
            target["docref"] = self.catalog.text(docref, self.language)
            target.meta = replace(target.meta, content="docref")

    def message_node(self, message: Message, code: str) -> Any:
        """Return a message as a module's own answer shows it: a text under ``bc``, else a map with its code."""
        if self.format == "bc":
            return self.catalog.plain(message, self.language)
        return self._entry(Issue(message, code))

    def issues(self, issues: Iterable[Issue], bc_tag: str = "error") -> List:
        """Return what is in the way of something as a module's own answer lists it: under ``bc`` by message key, else as errors are.

        ``bc_tag``: what XML calls each of them under ``bc``; elsewhere they are errors (measured).
        """
        if self.format == "bc":
            return List(map(_bc_issue, issues), bc_tag)
        return List(map(self._entry, issues), "error")

    def _add_bc_warning(self, tree: dict[str, Any], module_path: str, issue: Issue) -> None:
        text = self.catalog.plain(issue.message, self.language)
        warnings = tree.get("warnings")
        if warnings is None:
            warnings = Map()
            put_first(tree, "warnings", warnings)
        module = module_path.rpartition("+")[2]
        node = warnings.get(module)
        if node is None:
            put_first(warnings, module, Map({"warnings": text}, content="warnings"))
        elif text not in node["warnings"].split("\n"):
            node["warnings"] += f"\n{text}"

    def _add_entry(self, tree: dict[str, Any], key: str, tag: str, module_path: str, issue: Issue) -> None:
        entries = tree.get(key)
        if entries is None:
            entries = List((), tag)
            put_first(tree, key, entries)
        entry = self._entry(issue)
        if module_path:
            entry["module"] = module_path
        if entry not in entries:
            entries.append(entry)

    def _entry(self, issue: Issue) -> Map:
        kind = self.format
        entry = Map({"code": issue.code})
        if kind == "raw":
            entry["key"] = issue.message.key
            entry["params"] = List(map(raw_param, issue.message.params), "param")
        elif kind != "none":
            content = "html" if kind == "html" else "text"
            render = {"html": self.catalog.html, "plaintext": self.catalog.plain}.get(kind, self.catalog.text)
            entry[content] = render(issue.message, self.language)
            entry.meta = replace(entry.meta, content=content)
        data = _data(issue)
        if data:
            entry["data"] = data
        return entry


def _bc_issue(issue: Issue) -> Map:
    params = List(map(raw_param, issue.message.params), "param")
    return Map({"message": issue.message.key, "params": params, "code": issue.code, "type": "error"})


def raw_param(param: Param) -> Any:
    """Return a message's parameter as ``errorformat=raw`` shows it: typed ones as maps."""
    if isinstance(param, (str, int, float)):
        return param
    if isinstance(param, PlainText):
        return Map({"plaintext": param.text})
    if isinstance(param, Num):
        return Map({"num": param.value})
    if isinstance(param, Duration):
        return Map({"duration": param.seconds})
    if isinstance(param, ListParam):
        return Map({"list": List(map(raw_param, param.items)), "type": param.type})
    params = List(map(raw_param, param.params), "param")
    return Map({"message": Map({"key": param.key, "params": params})})


def _beside(issue: Issue) -> dict[str, Any]:
    """Return an issue's data for the place beside its code, which it must not take."""
    return {key: value for key, value in issue.data.items() if key not in {"code", "info"}}


def _data(issue: Issue) -> Mapping[str, Any]:
    data = issue.data
    return data if isinstance(data, dict) else Map(data)
