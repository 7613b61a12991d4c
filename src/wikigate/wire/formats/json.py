r"""``format=json``: compact, escaped as PHP escapes (spec framework §5.3).

Version 1 writes everything beyond ASCII as ``\uXXXX`` unless ``utf8``, version 2 only if ``ascii``; U+2028 and U+2029, which end a line
in JavaScript, never stand there bare. With ``callback`` the answer is a script that calls it; the name is cut down to characters that
can do no harm.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from wikigate.primitives.errors import Issue
from wikigate.wire.formats.base import FORMAT_VERSION, PageContext, version_of
from wikigate.wire.formats.php_float import php_float
from wikigate.wire.formats.plain_tree import plain_tree
from wikigate.wire.params import Param

_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_NOT_IN_A_CALLBACK = re.compile(r"[^][.'\"_A-Za-z0-9]")


def _spell_float(value: Any) -> msgspec.Raw:
    return msgspec.Raw(php_float(value.value, "e").encode())


_ENCODER = msgspec.json.Encoder(enc_hook=_spell_float)


class JsonFormat:
    """JSON in both versions."""

    name = "json"
    is_html = False
    params: tuple[Param, ...] = (Param("callback"), Param("utf8", "boolean"), Param("ascii", "boolean"), FORMAT_VERSION)

    def content_type(self, options: dict[str, Any]) -> str:
        """Return JSON's media type, JavaScript's where there is a callback."""
        return "application/json; charset=utf-8" if options["callback"] is None else "text/javascript; charset=utf-8"

    def filename(self, options: dict[str, Any]) -> str:
        """Return the file name, fixed whatever the request says."""
        return "api-result.json" if options["callback"] is None else "api-result.js"

    def warnings(self, options: dict[str, Any]) -> tuple[Issue, ...]:
        """Return nothing: every option is as good as another."""
        del options
        return ()

    def render(self, tree: dict[str, Any], options: dict[str, Any], page: PageContext) -> bytes:
        """Return the JSON text in UTF-8."""
        del page
        version = version_of(options)
        in_ascii = not options["utf8"] if version == 1 else options["ascii"]
        body = encode_json(plain_tree(tree, version), in_ascii=in_ascii)
        return body if options["callback"] is None else _call(options["callback"], body.decode()).encode()

    def show(self, tree: dict[str, Any], options: dict[str, Any], *, pretty: bool) -> str:
        """Return the JSON text, in lines indented by four when ``pretty``."""
        version = version_of(options)
        in_ascii = not options["utf8"] if version == 1 else options["ascii"]
        text = encode_json(plain_tree(tree, version), in_ascii=in_ascii, pretty=pretty).decode()
        return text if options["callback"] is None else _call(options["callback"], text)


def encode_json(tree: Any, *, in_ascii: bool, pretty: bool = False) -> bytes:
    """Encode a plain tree (``plain_tree``) as PHP would."""
    body = _ENCODER.encode(tree)
    if pretty:
        body = msgspec.json.format(body, indent=4)
    if body.isascii():
        return body
    if in_ascii:
        return _NOT_ASCII.sub(_escape, body.decode()).encode("ascii")
    return body.replace(b"\xe2\x80\xa8", b"\\u2028").replace(b"\xe2\x80\xa9", b"\\u2029")


def _call(callback: str, text: str) -> str:
    return f"/**/{_NOT_IN_A_CALLBACK.sub('', callback)}({text})"


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x10000:  # noqa: PLR2004  the Basic Multilingual Plane
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
