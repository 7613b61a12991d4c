"""The reference page of OAuth names every endpoint that there is, and none that there is not (M13)."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from wikigate.testing.wiki import TestWiki

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "docs"))

from reference_pages.oauth import REST, oauth  # noqa: E402  a script's folder


def test_each_endpoint_on_the_page_answers() -> None:
    with TestWiki() as wiki:
        for name in REST:
            verb, _, path = name.partition(" ")
            answer = wiki.send(verb, f"/w/rest.php{path.replace('{key}', '0' * 32)}")
            assert b"rest-no-match" not in answer.body, name
            assert b"rest-wrong-method" not in answer.body, name


def test_each_endpoint_in_the_code_is_on_the_page() -> None:
    web = ROOT / "src/wikigate/web"
    code = (web / "rest_endpoint.py").read_text() + (web / "client_api.py").read_text()
    paths = set(re.findall(r'"(/oauth2/[a-z_0-9/]+[a-z])"', code))
    assert len(paths) >= 6
    page = oauth()
    assert [path for path in paths if path not in page] == []


def test_each_special_page_on_the_page_is_there() -> None:
    with TestWiki() as wiki:
        for name in re.findall(r"`Special:(\w+)`", oauth()):
            answer = wiki.send("GET", f"/w/index.php?title=Special:{name}")
            assert answer.status in {200, 302}, name
