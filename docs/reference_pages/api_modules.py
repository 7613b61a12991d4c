"""The page of every API module, made of the modules' declarations and the texts of the help."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reference_pages.markdown import MADE, cell, escaped, page, slug
from wikigate.actions.action import Module
from wikigate.actions.builtin import built_in_actions
from wikigate.actions.registry import ActionRegistry
from wikigate.i18n.catalog import Catalog
from wikigate.primitives.message import Message
from wikigate.wire.formats import FORMATS
from wikigate.wire.params import Param


def api_modules() -> str:
    """Write the page of every API module, its flags and its parameters."""
    registry = ActionRegistry(built_in_actions(bot_passwords=True), FORMATS)
    catalog = Catalog.load()
    modules = [
        ("Main module", [registry.main]),
        ("Actions", _declared(registry, registry.actions)),
        *(
            (f"Submodules of query: {group}", _declared(registry, registry.query_group(group)))
            for group in ("meta", "list", "prop")
        ),
        ("Output formats", _declared(registry, registry.formats)),
    ]
    lines = [
        "# API modules",
        "",
        MADE,
        "",
        "What `action=help` and `action=paraminfo` of a running Wikigate also say. “POST” stands for modules that refuse GET, “token” for",
        "the type of token that the call must carry, “write” for modules that a read-only wiki refuses, “read” for modules that need the",
        "right `read`. Secret parameters never reach a log; where a module logs in or changes something, they must stand in the body.",
        "",
        "| module | prefix | flags | what it does |",
        "|---|---|---|---|",
    ]
    for _, group in modules:
        for module in group:
            summary = cell(_message(catalog, f"apihelp-{module.path}-summary"))
            lines.append(
                f"| [`{module.path}`](#{slug(module.path)}) | {_code(module.prefix)} | {_flags(module)} | {summary} |"
            )
    lines.append("")
    for heading, group in modules:
        if group:
            lines += [f"## {heading}", ""]
        for module in group:
            lines += _module_section(catalog, module)
    return page(lines)


def _declared(registry: ActionRegistry, names: Iterable[str]) -> list[Module]:
    found = (registry.find(name) or registry.find(f"query+{name}") for name in names)
    return [module for module in found if module is not None]


def _module_section(catalog: Catalog, module: Module) -> Iterator[str]:
    yield f"### {module.path}"
    yield ""
    yield escaped(_message(catalog, f"apihelp-{module.path}-summary"))
    yield ""
    if module.dynamic:
        yield "Further parameters depend on what the wiki asks for: `meta=authmanagerinfo` lists them."
        yield ""
    if not module.all_params:
        yield "No parameters."
        yield ""
        return
    yield "| parameter | type | default | meaning |"
    yield "|---|---|---|---|"
    for param in module.all_params:
        key = f"apihelp-{module.path}-param-{param.name}"
        text = _message(catalog, key) if catalog.has(key) else _common_text(param)
        notes = "".join(f" {note}." for note in _param_notes(param))
        yield f"| `{module.prefix}{param.name}` | {cell(_param_type(param))} | {_param_default(param)} | {cell(escaped(text))}{notes} |"
    yield ""


def _common_text(param: Param) -> str:
    if param.token_type:
        return f"A token of type {param.token_type}, from meta=tokens."
    return ""


def _param_type(param: Param) -> str:
    if param.values:
        words = ", ".join(f"`{value}`" for value in param.values)
    elif param.type == "limit":
        words = f"integer or `max`, at most {param.max} ({param.high_max} with higher limits)"
    else:
        words = param.type
    if param.multi:
        words += f" (several, at most {param.limit} or {param.high_limit})"
    return words


def _param_default(param: Param) -> str:
    if param.required:
        return "required"
    if param.default is None or param.default is False:
        return ""
    return f"`{cell(str(param.default))}`"


def _param_notes(param: Param) -> Iterator[str]:
    if param.deprecated:
        yield "Deprecated"
    if param.sensitive:
        yield "Secret"


def _flags(module: Module) -> str:
    words = []
    if module.must_be_posted or module.token:
        words.append("POST")
    if module.token:
        words.append(f"token `{module.token}`")
    if module.write:
        words.append("write")
    if module.read and module.group != "format" and module.name != "main":
        words.append("read")
    words += [word for word in ("internal", "deprecated") if getattr(module, word)]
    return ", ".join(words)


def _message(catalog: Catalog, key: str) -> str:
    return catalog.plain(Message(key), "en") if catalog.has(key) else ""


def _code(text: str) -> str:
    return f"`{text}`" if text else ""
