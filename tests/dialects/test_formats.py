"""Formats that are gone, beyond what the recordings show: lists, numbers, texts that need quoting (spec legacy §6)."""

from __future__ import annotations

import pytest

from wikigate.dialects.builtin import ERAS, dialect_of
from wikigate.wire.formats.base import PageContext
from wikigate.wire.formats.legacy import formats_of
from wikigate.wire.result import List, Map

INNER = Map({"n": 1, "yes": True, "no": False, "odd": "it's: <\"b\\>", "lines": "x\ny"})
TREE = Map({"a": INNER, "l": List(["p", "q"], "i")})
PAGE = PageContext("", "", "en", None, 200, text=lambda message: message.key)


def shown(name: str, release: str = "1.17") -> str:
    output = {output.name: output for output in formats_of(dialect_of(release))}[name]
    return output.render(TREE, {}, PAGE).decode()


def test_txt_is_print_r():
    assert shown("txt") == (
        "Array\n(\n    [a] => Array\n        (\n            [n] => 1\n            [yes] => \n            [odd] => it's: <\"b\\>\n"
        "            [lines] => x\ny\n        )\n\n"
        "    [l] => Array\n        (\n            [0] => p\n            [1] => q\n        )\n\n)\n"
    )


def test_dbg_is_var_export():
    assert shown("dbg") == (
        "array (\n  'a' => \n  array (\n    'n' => 1,\n    'yes' => '',\n"
        "    'odd' => 'it\\'s: <\"b\\\\>',\n    'lines' => 'x\ny',\n  ),\n"
        "  'l' => \n  array (\n    0 => 'p',\n    1 => 'q',\n  ),\n)"
    )


def test_dump_is_var_dump():
    assert shown("dump").startswith(
        'array(2) {\n  ["a"]=>\n  array(4) {\n    ["n"]=>\n    int(1)\n    ["yes"]=>\n    string(0) ""\n'
    )
    assert '["l"]=>\n  array(2) {\n    [0]=>\n    string(1) "p"\n' in shown("dump")


def test_yaml_quotes_what_would_be_read_otherwise():
    assert shown("yaml") == (
        '---\na:\n  n: 1\n  yes:\n  odd: "it\'s: <\\"b\\\\>"\n  lines: |\n    x\n    y\nl:\n  - p\n  - q\n'
    )
    assert shown("yaml", "1.18").startswith('{"a":{"n":1,')


def test_wddx_escapes_and_numbers():
    told = shown("wddx")
    assert "<number>1</number>" in told
    assert "<string>it's: &lt;&quot;b\\&gt;</string>" in told
    assert '<array length="2">' in told
    assert "\n" not in shown("wddx", "1.12.0").replace("x\ny", "")


@pytest.mark.parametrize("era", ERAS, ids=lambda era: era.name)
def test_every_dialect_names_formats_that_there_are(era):
    assert [output.name for output in formats_of(era.dialect)] == list(era.dialect.formats)
    assert era.dialect.default_format in era.dialect.formats
