"""One module's part of the help page: what it is, its parameters, its examples (spec framework §12).

Ids and classes are MediaWiki's, since links and scripts hold on to them; every text is the catalogue's, everything else is escaped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from wikigate.actions.module_doc import ModuleDoc, ParamDoc, ValueDoc
from wikigate.actions.module_info import LICENSE, LICENSE_LINK, SOURCE
from wikigate.actions.prose import Prose
from wikigate.i18n.markup import escape
from wikigate.primitives.message import ListParam, Message, Num, PlainText
from wikigate.primitives.message import Param as MessageParam
from wikigate.wire.params import Param

_PLAIN_TYPES: Final = frozenset({"string", "text", "password", "raw", "enum", "submodule"})


class SectionWriter:
    """Writes sections in one language.

    ``script_url`` is the path of ``api.php``, ``sandbox_url`` that of the sandbox page. ``link`` gives the address of a module's help.
    """

    def __init__(self, prose: Prose, script_url: str, sandbox_url: str, link: Callable[[str], str]) -> None:
        self._prose = prose
        self._script_url = script_url
        self._sandbox_url = sandbox_url
        self._link = link

    def body(self, doc: ModuleDoc) -> str:
        """Return everything between a module's heading and what stands below it."""
        parts = (
            self._flags(doc),
            self._prose.html(doc.texts),
            self._help_urls(doc),
            self._params(doc),
            self._examples(doc),
        )
        return "\n".join(part for part in parts if part)

    # -- blocks -----------------------------------------------------------------------------------------------------------

    def _flags(self, doc: ModuleDoc) -> str:
        module = doc.module
        flags = {
            "deprecated": module.deprecated,
            "internal": module.internal,
            "readrights": module.read,
            "writerights": module.write,
            "mustbeposted": module.must_be_posted,
        }
        items = [
            f'<span class="apihelp-flag-{name}">{self._say(f"api-help-flag-{name}")}</span>'
            for name, holds in flags.items()
            if holds
        ]
        items.append(f'<span class="apihelp-source">{self._say("api-help-source", PlainText(SOURCE))}</span>')
        license_text = self._say("api-help-license", LICENSE_LINK, PlainText(LICENSE))
        items.append(f'<span class="apihelp-license">{license_text}</span>')
        return _block("flags", f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>")

    @staticmethod
    def _help_urls(doc: ModuleDoc) -> str:
        links = "".join(f'<li><a href="{escape(url)}" dir="ltr">{escape(url)}</a></li>' for url in doc.module.help_urls)
        return _block("help-urls", f"<ul>{links}</ul>") if links else ""

    def _params(self, doc: ModuleDoc) -> str:
        if not doc.params and doc.dynamic is None:
            return ""
        head = f'<div class="apihelp-block-head">{self._say("api-help-parameters", Num(len(doc.params)))}</div>'
        if doc.module.path != "main":
            head += f'<div class="apihelp-block-header">{self._say("api-help-parameters-note")}</div>'
        entries = "".join(self._param(doc.module.path, param) for param in doc.params)
        if doc.dynamic is not None:
            entries += f'<dt>*</dt><dd class="description">{self._prose.inline(doc.dynamic)}</dd>'
        return _block("parameters", f"{head}<dl>{entries}</dl>")

    def _examples(self, doc: ModuleDoc) -> str:
        if not doc.examples:
            return ""
        head = f'<div class="apihelp-block-head">{self._say("api-help-examples", Num(len(doc.examples)))}</div>'
        entries = "".join(self._example(*example) for example in doc.examples)
        return _block("examples", f"{head}<dl>{entries}</dl>")

    def _example(self, query: str, text: Message) -> str:
        shown = escape(query)
        return (
            f"<dt>{self._prose.inline(text)}</dt>"
            f'<dd><a href="{escape(self._script_url)}?{shown}" dir="ltr" rel="nofollow">api.php?{shown}</a> '
            f'<a href="{escape(self._sandbox_url)}#{shown}">{self._say("api-help-open-in-apisandbox")}</a></dd>'
        )

    # -- parameters -------------------------------------------------------------------------------------------------------

    def _param(self, path: str, doc: ParamDoc) -> str:
        name = escape(doc.wire_name)
        deprecated = ""
        if doc.param.deprecated:
            label = self._say("api-help-param-deprecated")
            deprecated = f'<dd class="info"><strong class="apihelp-deprecated">{label}</strong></dd>'
        info = "".join(f'<dd class="info">{text}</dd>' for text in self._info(doc))
        return (
            f'<dt><span dir="ltr" lang="en" id="{escape(path)}:{name}">{name}</span></dt>{deprecated}'
            f'<dd class="description">{self._prose.param_html(doc)}</dd>{info}'
        )

    def _info(self, doc: ParamDoc) -> Iterable[str]:
        """Yield what holds of the values: required, type, allowed values, limits, default."""
        param = doc.param
        if param.required:
            yield self._say("paramvalidator-help-required")
        if param.type not in _PLAIN_TYPES:
            yield self._type(param)
        if doc.values or param.type in {"enum", "submodule"}:
            yield self._values(doc)
        yield from self._range(param)
        yield from self._many(doc)
        default = param.default
        if default is not None and param.type != "boolean":
            shown = "|".join(default) if isinstance(default, (list, tuple)) else str(default)
            key = "paramvalidator-help-default" if shown else "api-help-param-default-empty"
            yield self._say(key, PlainText(shown))

    def _type(self, param: Param) -> str:
        kind = "presenceboolean" if param.type == "boolean" else param.type
        if param.type == "user":
            subtypes = param.subtypes or ("name", "ip", "temp", "cidr")
            names = tuple(Message(f"paramvalidator-help-type-user-subtype-{name}") for name in subtypes)
            return self._say("paramvalidator-help-type-user", Num(2 if param.multi else 1), ListParam(names))
        return self._say(f"paramvalidator-help-type-{kind}", Num(2 if param.multi else 1))

    def _values(self, doc: ParamDoc) -> str:
        """Name the allowed values; those that name modules link to them."""
        if not doc.values:
            return self._say("wikigate-help-no-values")
        allowed = self._say("wikigate-help-several-of" if doc.param.multi else "paramvalidator-help-type-enum")
        return f"{allowed}: {', '.join(map(self._value, doc.sorted_values))}"

    def _value(self, value: ValueDoc) -> str:
        shown = escape(value.value)
        for kind, holds in (("deprecated", value.deprecated), ("internal", value.internal)):
            if holds:
                shown = f'<span class="apihelp-{kind}-value">{shown}</span>'
        if not value.path:
            return shown
        return f'<a href="{escape(self._link(value.path))}"><span dir="ltr" lang="en">{shown}</span></a>'

    def _range(self, param: Param) -> Iterable[str]:
        most = param.max if param.max is not None else param.high_limit if param.type == "limit" else None
        kind = "minmax" if param.min is not None and most is not None else "min" if param.min is not None else "max"
        if param.min is not None or most is not None:
            count = Num(2 if param.multi else 1)
            bounds = tuple(Num(bound) if bound is not None else "" for bound in (param.min, most))
            yield self._say(f"paramvalidator-help-type-number-{kind}", count, *bounds)
        for kind, bound in (("maxbytes", param.max_bytes), ("maxchars", param.max_chars)):
            if bound is not None:
                yield self._say(f"paramvalidator-help-type-string-{kind}", Num(bound))

    def _many(self, doc: ParamDoc) -> Iterable[str]:
        """Say how several values are written and how many there may be, where the list of values has not said it."""
        param = doc.param
        if not param.multi:
            return
        listed = param.type in {"enum", "submodule"}
        if not listed:
            yield self._say("paramvalidator-help-multi-separate")
        if not listed or len(doc.values) > param.limit:
            yield self._say("paramvalidator-help-multi-max", Num(param.limit), Num(max(param.limit, param.high_limit)))
        if param.all_specifier:
            yield self._say("paramvalidator-help-multi-all", PlainText(param.all_specifier))

    def _say(self, key: str, *params: MessageParam) -> str:
        return self._prose.inline(Message(key, params))


def _block(name: str, content: str) -> str:
    return f'<div class="apihelp-block apihelp-{name}">{content}</div>'
