"""Bodies of ``rest.php`` (spec framework §13)."""

from __future__ import annotations

from wikigate.web.rest_answer import answer, refuse


def test_a_body_is_as_short_as_php_writes_it() -> None:
    assert answer(200, {"name": "Zoë", "at": "http://a.test/", "all": [1, 2]}).body == (
        '{"name":"Zoë","at":"http://a.test/","all":[1,2]}'.encode()
    )


def test_a_text_that_is_none_does_not_break_it() -> None:
    assert answer(400, {"value": "\udcff"}).body == b'{"value":"?"}'


def test_a_refusal_says_its_status_once_more() -> None:
    found = refuse(404, "rest-no-match", path="x")
    assert found.status == 404
    assert found.body == b'{"error":"rest-no-match","httpCode":404,"httpReason":"Not Found","path":"x"}'
