"""The page of every API module, made of the modules' declarations and the texts of the help."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from reference_pages.markdown import MADE, cell, escaped, page, slug
from wikigate.actions.action import Module
from wikigate.actions.builtin import built_in_actions
from wikigate.actions.module_doc import Documentation, ModuleDoc, ParamDoc
from wikigate.actions.registry import ActionRegistry
from wikigate.i18n.catalog import Catalog
from wikigate.primitives.message import Message
from wikigate.wire.formats import FORMATS
from wikigate.wire.params import Param

_CATALOG = Catalog.load()
_LINK = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]]*)\]\]|\[https?://\S+ ([^\]]*)\]")
_CODE = re.compile(r"<(var|kbd|samp|code)>(.*?)</\1>", re.DOTALL)
_ITEM = re.compile(r"([#*]+)\s*(.*)")
_TAG = re.compile(r"</?[a-z]+>")


def api_modules() -> str:
    """Write the page of every API module, its flags and its parameters."""
    registry = ActionRegistry(built_in_actions(bot_passwords=True, pictures=True), FORMATS)
    documentation = Documentation(registry)
    groups = [
        ("Main module", ["main"]),
        ("Actions", [*registry.actions]),
        *(
            (f"Submodules of query: {group}", [f"query+{name}" for name in registry.query_group(group)])
            for group in ("meta", "list", "prop")
        ),
        ("Output formats", [*registry.formats]),
    ]
    lines = [
        "# API modules",
        "",
        MADE,
        "",
        "What `action=help` and `action=paraminfo` of a running Wikigate also say. “POST” stands for modules that refuse GET,",
        "“token” for the type of token that the call must carry, “write” for modules that a read-only wiki refuses, “read” for",
        "modules that need the right `read`. Secret parameters never reach a log; where a module logs in or changes something,",
        "they must stand in the body.",
        "",
        "| module | prefix | flags | what it does |",
        "|---|---|---|---|",
    ]
    for _, paths in groups:
        for path in paths:
            doc = documentation.find(path)
            prefix = f"`{doc.module.prefix}`" if doc.module.prefix else ""
            summary = cell(_markdown(doc.texts[:1]))
            lines.append(f"| [`{path}`](#{slug(path)}) | {prefix} | {_flags(doc.module)} | {summary} |")
    lines.append("")
    for heading, paths in groups:
        if paths:
            lines += [f"## {heading}", ""]
        for path in paths:
            lines += _section(documentation.find(path))
    return page(lines)


def _section(doc: ModuleDoc) -> Iterator[str]:
    yield f"### {doc.module.path}"
    yield ""
    yield from _paragraphs(doc.texts)
    if doc.dynamic is not None:
        yield _markdown((doc.dynamic,))
        yield ""
    if not doc.params:
        yield "No parameters."
        yield ""
        return
    yield "| parameter | type | default | meaning |"
    yield "|---|---|---|---|"
    for param in doc.params:
        cells = (f"`{param.wire_name}`", _type(param.param), _default(param.param), _meaning(param))
        yield f"| {' | '.join(cell(text) for text in cells)} |"
    yield ""


def _meaning(doc: ParamDoc) -> str:
    param = doc.param
    notes = [note for note, holds in (("Deprecated.", param.deprecated), ("Secret.", param.sensitive)) if holds]
    values = "".join(
        f"<br>`{value.value}`: {_markdown((value.text,))}"
        for value in doc.values
        if value.text is not None and not value.path
    )
    return " ".join([_markdown(doc.texts), *notes]) + values


def _type(param: Param) -> str:
    if param.values:
        words = ", ".join(f"`{value}`" for value in param.values)
    elif param.type == "limit":
        words = f"integer or `max`, at most {param.max} ({param.high_max} with higher limits)"
    else:
        words = param.type
    if param.multi:
        words += f" (several, at most {param.limit} or {param.high_limit})"
    return words


def _default(param: Param) -> str:
    if param.required:
        return "required"
    return "" if param.default is None or param.default is False else f"`{param.default}`"


def _flags(module: Module) -> str:
    words = ["POST"] if module.must_be_posted or module.token else []
    if module.token:
        words.append(f"token `{module.token}`")
    words += [word for word in ("write", "internal", "deprecated") if getattr(module, word)]
    if module.read and module.group != "format" and module.name != "main":
        words.append("read")
    return ", ".join(words)


def _markdown(messages: Iterable[Message]) -> str:
    """Turn messages into one line of Markdown; what has no text says nothing."""
    return " ".join(_inline(" ".join(text.split())) for text in _texts(messages))


def _paragraphs(messages: Iterable[Message]) -> Iterator[str]:
    """Turn messages into paragraphs and lists."""
    for text in _texts(messages):
        for line in text.splitlines():
            item = _ITEM.match(line)
            if item is None:
                yield _inline(line)
                continue
            sign = "1." if item[1].endswith("#") else "-"
            yield f"{'   ' * (len(item[1]) - 1)}{sign} {_inline(item[2])}"
        yield ""


def _texts(messages: Iterable[Message]) -> Iterator[str]:
    return (_CATALOG.text(message, "en") for message in messages if _CATALOG.has(message.key))


def _inline(text: str) -> str:
    text = _LINK.sub(_label, text).replace("'''", "").replace("''", "")
    done, end = "", 0
    for code in _CODE.finditer(text):
        done += escaped(_TAG.sub("", text[end : code.start()])) + f"`{_TAG.sub('', code[2])}`"
        end = code.end()
    return done + escaped(_TAG.sub("", text[end:]))


def _label(link: re.Match[str]) -> str:
    """Keep what a link says; a query string is code."""
    label = link[1] or link[2]
    return f"<kbd>{label}</kbd>" if "=" in label else label
