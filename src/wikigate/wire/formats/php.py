"""``format=php``: what PHP's ``serialize`` writes, maps and lists alike as arrays (spec framework §5.5)."""

from __future__ import annotations

from typing import Any

from wikigate.primitives.errors import Issue
from wikigate.wire.formats.base import FORMAT_VERSION, PageContext, version_of
from wikigate.wire.formats.php_float import Float, php_float
from wikigate.wire.formats.plain_tree import plain_tree
from wikigate.wire.params import Param
from wikigate.wire.phpkey import is_index


class PhpFormat:
    """PHP's serialisation."""

    name = "php"
    is_html = False
    params: tuple[Param, ...] = (FORMAT_VERSION,)

    def content_type(self, options: dict[str, Any]) -> str:
        """Return the media type that MediaWiki made up."""
        del options
        return "application/vnd.php.serialized; charset=utf-8"

    def filename(self, options: dict[str, Any]) -> str:
        """Return the file name, fixed whatever the request says."""
        del options
        return "api-result.php"

    def warnings(self, options: dict[str, Any]) -> tuple[Issue, ...]:
        """Return nothing."""
        del options
        return ()

    def render(self, tree: dict[str, Any], options: dict[str, Any], page: PageContext) -> bytes:
        """Return the serialisation in UTF-8."""
        del page
        return self.show(tree, options, pretty=False).encode()

    def show(self, tree: dict[str, Any], options: dict[str, Any], *, pretty: bool) -> str:
        """Return the serialisation, which has one layout only."""
        del pretty
        out: list[str] = []
        _write(plain_tree(tree, version_of(options)), out)
        return "".join(out)


def _write(node: Any, out: list[str]) -> None:
    if isinstance(node, str):
        out.append(_string(node))
    elif isinstance(node, dict):
        out.append(f"a:{len(node)}:{{")
        for key, value in node.items():
            out.append(f"i:{key};" if is_index(key) else _string(key))
            _write(value, out)
        out.append("}")
    elif isinstance(node, list):
        out.append(f"a:{len(node)}:{{")
        for index, value in enumerate(node):
            out.append(f"i:{index};")
            _write(value, out)
        out.append("}")
    elif node is None:
        out.append("N;")
    elif isinstance(node, bool):
        out.append("b:1;" if node else "b:0;")
    elif isinstance(node, Float):
        out.append(f"d:{php_float(node.value, 'E')};")
    else:
        out.append(f"i:{node};")


def _string(text: str) -> str:
    return f's:{len(text) if text.isascii() else len(text.encode())}:"{text}";'
