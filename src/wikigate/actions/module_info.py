"""A module's description as ``paraminfo`` gives it: a node of the result, kept ready once it has been asked for (spec framework §11)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Literal

from wikigate.actions.module_doc import ModuleDoc, ParamDoc, ValueDoc
from wikigate.actions.prose import Prose, help_link, without_outer_paragraph
from wikigate.i18n.catalog import Catalog
from wikigate.primitives.message import Message
from wikigate.wire.errorformat import raw_param
from wikigate.wire.result import List, Map

HelpFormat = Literal["none", "raw", "wikitext", "html"]

# Where the modules come from, and on which terms.
SOURCE: Final = "Wikigate"
LICENSE: Final = "MIT"
LICENSE_LINK: Final = "https://opensource.org/license/mit"


class ModuleInfos:
    """Makes and keeps the nodes of one wiki; shared by all threads. Nobody may change a node."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._ready: dict[tuple[str, str, str, bool], Map] = {}

    def of(self, doc: ModuleDoc, style: HelpFormat, language: str, *, high: bool) -> Map:
        """Return a module's node; ``high``: the caller may send more values than others."""
        language = self._catalog.spoken(language) if style in {"wikitext", "html"} else ""
        key = (doc.module.path, style, language, high)
        node = self._ready.get(key)
        if node is None:
            node = self._ready[key] = _Describer(style, Prose(self._catalog, language), high=high).module(doc)
        return node


class _Describer:
    """Writes one node."""

    def __init__(self, style: HelpFormat, prose: Prose, *, high: bool) -> None:
        self._style = style
        self._prose = prose
        self._high = high

    def module(self, doc: ModuleDoc) -> Map:
        module = doc.module
        node = Map({"name": module.name, "classname": module.classname, "path": module.path})
        if module.path != "main":
            node["group"] = module.group
        node["prefix"] = module.prefix
        node.update({"source": SOURCE, "sourcename": SOURCE, "licensetag": LICENSE, "licenselink": LICENSE_LINK})
        self._describe(node, "description", doc.texts)
        flags = {
            "deprecated": module.deprecated,
            "internal": module.internal,
            "readrights": module.read,
            "writerights": module.write,
            "mustbeposted": module.must_be_posted,
        }
        node.update({name: True for name, holds in flags.items() if holds})
        node["helpurls"] = List(module.help_urls, "helpurl")
        if self._style != "none" and doc.examples:
            node["examples"] = List((self._example(*example) for example in doc.examples), "example")
        node["parameters"] = List(map(self._param, doc.params), "param")
        node["templatedparameters"] = List((), "param")
        if doc.dynamic is not None:
            if self._style == "none":
                node["dynamicparameters"] = True
            else:
                self._describe(node, "dynamicparameters", (doc.dynamic,))
        return node

    def _describe(self, node: Map, key: str, texts: Iterable[Message]) -> None:
        if self._style == "raw":
            node[key] = List(map(_raw, texts), "msg")
        elif self._style == "html":
            node[key] = without_outer_paragraph(self._prose.html(texts))
        elif self._style == "wikitext":
            node[key] = self._prose.wikitext(texts)

    def _example(self, query: str, text: Message) -> Map:
        if self._style == "raw":
            return Map({"query": query, "description": _raw(text)})
        node = Map({"query": query}, subelements=("description",))
        self._describe(node, "description", (text,))
        return node

    def _param(self, doc: ParamDoc) -> Map:
        param = doc.param
        node = Map({"index": doc.index, "name": param.name})
        self._describe_param(node, doc)
        listed = param.type in {"enum", "submodule"}
        node["type"] = List((value.value for value in doc.sorted_values), "t") if listed else param.type
        node["required"] = param.required
        node.update({name: True for name in ("deprecated", "sensitive") if getattr(param, name)})
        if param.type == "password":
            node["sensitive"] = True
        if param.default is not None and param.type != "boolean":
            node["default"] = "|".join(param.default) if isinstance(param.default, (list, tuple)) else param.default
        node["multi"] = param.multi
        if param.multi:
            self._limits(node, doc)
        node.update(_bounds(doc))
        node.update(_values(doc))
        if param.token_type:
            node["tokentype"] = param.token_type
        return node

    def _describe_param(self, node: Map, doc: ParamDoc) -> None:
        if self._style == "raw":
            explained = (value for value in doc.values if value.text is not None)
            node["description"] = List([*map(_raw, doc.texts), *map(_raw_value, explained)], "msg")
        elif self._style == "html":
            node["description"] = without_outer_paragraph(self._prose.param_html(doc))
        elif self._style == "wikitext":
            node["description"] = self._prose.param_wikitext(doc)

    def _limits(self, node: Map, doc: ParamDoc) -> None:
        low, high = doc.param.limit, doc.param.high_limit
        node.update({"lowlimit": low, "highlimit": high, "limit": high if self._high else low})
        if doc.param.allow_duplicates:
            node["allowsduplicates"] = True
        if doc.param.all_specifier:
            node["allspecifier"] = doc.param.all_specifier


def _bounds(doc: ParamDoc) -> dict[str, Any]:
    """Return the limits of a value: of a number, of a text."""
    param = doc.param
    bounds = {
        "min": param.min,
        "max": param.max,
        "highmax": param.high_max,
        "maxbytes": param.max_bytes,
        "maxchars": param.max_chars,
    }
    known: dict[str, Any] = {name: bound for name, bound in bounds.items() if bound is not None}
    if param.enforce_range:
        known["enforcerange"] = True
    if param.subtypes:
        known["subtypes"] = List(param.subtypes)
    if param.must_exist is not None:
        known["mustExist"] = param.must_exist
    return known


def _values(doc: ParamDoc) -> dict[str, Any]:
    """Return what is particular about some of the allowed values, and the modules that they name."""
    known: dict[str, Any] = {}
    if doc.param.type == "submodule":
        known["submodules"] = Map((value.value, value.path) for value in doc.sorted_values)
        if doc.param.submodule_prefix:
            known["submoduleparamprefix"] = doc.param.submodule_prefix
    deprecated = [value.value for value in doc.sorted_values if value.deprecated]
    internal = [value.value for value in doc.sorted_values if value.internal]
    if deprecated:
        known["deprecatedvalues"] = List(deprecated)
    if internal:
        known["internalvalues"] = List(internal)
    return known


def _raw(text: Message) -> Map:
    return Map({"key": text.key, "params": List(map(raw_param, text.params), "param")})


def _raw_value(value: ValueDoc) -> Map:
    node = _raw(value.text) if value.text is not None else Map()
    node["forvalue"] = help_link(value)
    return node
