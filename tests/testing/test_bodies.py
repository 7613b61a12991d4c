"""Bodies taken apart: nothing lost, every foreign spelling told."""

from __future__ import annotations

import pytest

from wikigate.testing.bodies import Float, observe, write_json
from wikigate.testing.php import read_php, write_php
from wikigate.testing.xml import read_xml, write_xml


def test_json_tells_its_tree_and_whether_it_escapes():
    assert observe("application/json; charset=utf-8", b'{"a":[1,"x"]}') == {"json": {"a": [1, "x"]}}
    assert observe("application/json", '{"a":"é"}'.encode())["escaped"] is False
    assert observe("application/json", b'{"a":"\\u00e9"}')["escaped"] is True
    assert "escaped" not in observe("application/json", b'{"a":"\\u2028\\n\\u0001"}')


@pytest.mark.parametrize("body", [b'{"a": 1}', b'{"a":"\\/"}', b'{"a":"\\u00E9"}', b'{"a":1}\n', b"nonsense"])
def test_json_in_another_spelling_is_irregular(body):
    assert "irregular" in observe("application/json", body)


def test_a_callback_is_told_beside_its_json():
    assert observe("text/javascript", b"/**/cb({})") == {"callback": "cb", "json": {}}


def test_a_float_keeps_its_spelling():
    tree = observe("application/json", b'{"a":1.0e+20}')["json"]
    assert write_json(tree, escaped=True) == '{"a":1.0e+20}'
    assert isinstance(tree["a"], Float)


def test_xml_tells_its_nodes_and_survives_writing():
    text = '<?xml version="1.0"?><api a="&quot;&#039;&#10;"><b xml:space="preserve">1 &lt; 2\n</b><c /></api>'
    assert observe("text/xml; charset=utf-8", text.encode()) == {
        "xml": ["api", {"a": "\"'\n"}, ["b", {"xml:space": "preserve"}, "1 < 2\n"], ["c", {}]]
    }


@pytest.mark.parametrize(
    "text", ["<api/>", '<?xml version="1.0"?><api/>', '<?xml version="1.0"?><api a="\'" />', "<!DOCTYPE a><a />"]
)
def test_xml_in_another_spelling_is_irregular(text):
    assert "irregular" in observe("text/xml", text.encode())


def test_indented_xml_is_read_and_written():
    node = ["api", {}, ["error", {"code": "x"}, "text"], ["b", {}]]
    assert read_xml(write_xml(node, pretty=True), pretty=True) == node


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"a:0:{}", []),
        (b's:2:"\xc3\xa9";', "é"),
        (b"a:2:{i:0;b:1;i:1;N;}", [True, None]),
        (b'a:2:{i:3;s:1:"x";s:1:"k";d:1.0E+20;}', {"3": "x", "k": 1e20}),
    ],
)
def test_serialised_php_is_read_and_written(data, value):
    assert read_php(data) == value
    assert write_php(value) == data


@pytest.mark.parametrize("data", [b's:3:"ab";', b"a:1:{}", b"i:1;i:2;", b'O:3:"Foo":0:{}'])
def test_what_is_not_one_serialised_value_is_irregular(data):
    assert "irregular" in observe("application/vnd.php.serialized; charset=utf-8", data)


def test_a_pretty_page_tells_its_body_its_plain_twin_and_its_status():
    page = (
        '<!DOCTYPE html><html><body><div class="api-pretty-header"><a href="http://h/w/api.php?action=query&amp;format=json">x</a></div>'
        '<div class="api-pretty-header api-pretty-status">409</div>'
        '<pre class="api-pretty-content">{\n    "a": "&lt;b>"\n}</pre></body></html>'
    )
    assert observe("text/html; charset=UTF-8", page.encode()) == {
        "page": {"pretty": {"json": {"a": "<b>"}}, "plain": "action=query&format=json", "status": "409"}
    }


def test_a_help_page_tells_its_outline():
    page = (
        '<!DOCTYPE html><html><h2 class="apihelp-header" id="login">action=login (lg)</h2><p>Prose.</p>'
        '<dl><dt><span id="login:lgname">lgname</span></dt><dd class="info">Prose.</dd></dl>'
        '<div class="apihelp-block apihelp-examples"><a href="/w/api.php?action=login">example</a></div></html>'
    )
    assert observe("text/html", page.encode()) == {
        "page": {
            "help": [
                "h2#login.apihelp-header action=login (lg)",
                "span#login:lgname",
                "dd.info",
                "div.apihelp-block.apihelp-examples",
                "a /w/api.php?action=login",
            ]
        }
    }
