"""The documentation leaves nothing out: every module, every parameter, every value, every example (M17)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

import pytest

from wikigate.auth.settings import AuthSettings
from wikigate.testing.wiki import TestWiki

ERAS = ("1.12", "1.16", "1.19", "1.27", "1.12-strict")
EVERYTHING = {
    "auth": {"providers": [*AuthSettings().providers, "captcha"], "captcha": {"kind": "image"}},
    "dialects": {"offer": ERAS},
}
# What the seeds' documentation lists for the two logins: flags, then parameters with what is said of their values.
LISTED = {
    "login": (["writerights", "mustbeposted"], {"lgname": [], "lgpassword": [], "lgdomain": [], "lgtoken": []}),
    "clientlogin": (
        ["writerights", "mustbeposted"],
        {
            "loginrequests": ["separated by", "50", "500"],
            "loginmessageformat": ["html, none, raw, wikitext", "Default: wikitext"],
            "loginmergerequestfields": ["main/datatype/boolean"],
            "loginpreservestate": ["main/datatype/boolean"],
            "loginreturnurl": ["absolute", "logincontinue", "REDIRECT", "redirecttarget"],
            "logincontinue": ["UI", "REDIRECT", "loginreturnurl", "main/datatype/boolean"],
            "logintoken": ["query%2Btokens", "Required."],
        },
    ),
}


@pytest.fixture(scope="module")
def wiki() -> Iterator[TestWiki]:
    with TestWiki(EVERYTHING) as wiki:
        yield wiki


@pytest.fixture(scope="module")
def modules(wiki: TestWiki) -> dict[str, Any]:
    """Every module by its path, as ``paraminfo`` describes it."""
    query = {"action": "paraminfo", "modules": "main|**", "helpformat": "html"}
    return {info["path"]: info for info in wiki.get(query)["paraminfo"]["modules"]}


def help_of(wiki: TestWiki, query: str, path: str = "/w/api.php") -> str:
    return wiki.browser().send("GET", f"{path}?action=help&{query}").body.decode()


def is_told(html: str) -> bool:
    text = re.sub("<[^>]*>", "", html).strip()
    return len(text) > 1 and "⧼" not in text


def test_m17_every_module_parameter_and_value_is_described(modules: dict[str, Any]) -> None:
    assert {"login", "clientlogin", "fancycaptchareload", "query+tokens", "xmlfm", "main"} <= set(modules)
    silent = [path for path, info in modules.items() if not is_told(info["description"])]
    for path, info in modules.items():
        for param in info["parameters"]:
            if not is_told(param["description"]):
                silent.append(f"{path}:{param['name']}")
            explained = re.findall(r"<dt>.*?</dt>\s*<dd>(.*?)</dd>", param["description"], re.DOTALL)
            silent += [f"{path}:{param['name']}={text}" for text in explained if not is_told(text)]
            if "submodules" in param:
                assert len(explained) == len(param["type"]), param["name"]
    assert silent == []


def test_m17_every_module_has_examples_that_its_own_parameters_make_up(modules: dict[str, Any]) -> None:
    bare = [path for path, info in modules.items() if not info.get("examples")]
    assert bare == []
    anywhere = {param["name"] for param in modules["main"]["parameters"]}
    for path, info in modules.items():
        for example in info["examples"]:
            assert is_told(example["description"]), path
            sent = dict(parse_qsl(example["query"], keep_blank_values=True))
            named = [sent.get("action", ""), sent.get("format", "")]
            for kind in ("prop", "list", "meta"):
                named += [f"query+{name}" for name in sent.get(kind, "").split("|")]
            known = [modules[name] for name in named if name in modules]
            names = anywhere | {one["prefix"] + param["name"] for one in known for param in one["parameters"]}
            if not any("dynamicparameters" in one for one in known):
                assert set(sent) <= names, example["query"]
            if path not in {"main", "help", "paraminfo"}:
                assert path in named, example["query"]


@pytest.mark.parametrize("path", ["/w/api.php", *(f"/{era}/w/api.php" for era in ERAS)])
def test_m17_no_key_shines_through_in_any_dialect(wiki: TestWiki, path: str) -> None:
    page = help_of(wiki, "recursivesubmodules=1", path)
    assert 'id="login:lgname"' in page
    assert "⧼" not in page
    assert not re.findall(r'<dd class="(?:description|info)">\s*(?:<p>\s*</p>)?\s*</dd>', page)


@pytest.mark.parametrize("name", LISTED)
def test_m17_nothing_that_the_documentation_of_the_logins_lists_is_missing(wiki: TestWiki, name: str) -> None:
    flags, params = LISTED[name]
    page = help_of(wiki, f"modules={name}")
    assert re.findall(r'class="apihelp-flag-(\w+)"', page) == flags
    for part in ("source", "license", "parameters", "examples", "help-urls"):
        assert f"apihelp-{part}" in page
    assert "modules=main" in page
    entries = dict(re.findall(rf'id="{name}:(\w+)">(.*?)(?=<dt>|</dl></div>)', page, re.DOTALL))
    assert list(entries) == list(params)
    for param, said in params.items():
        assert [word for word in said if word not in entries[param]] == [], param
    examples = page[page.index("apihelp-examples") :]
    assert examples.count("/w/api.php?") == examples.count("/wiki/Special:ApiSandbox#") > 0
    if name == "login":
        assert "Special:BotPasswords" in page
        assert "clientlogin" in page
    else:
        steps = [
            "amirequestsfor=login",
            "loginreturnurl",
            "PASS",
            "FAIL",
            "UI",
            "REDIRECT",
            "redirecttarget",
            "RESTART",
        ]
        assert [step for step in steps if step not in page[: page.index("apihelp-parameters")]] == []
        assert '<dt>*</dt><dd class="description">' in page


def test_m17_the_page_is_styled_by_files_of_this_server(wiki: TestWiki) -> None:
    for query in ("action=help", "action=query&meta=userinfo", "action=query&assert=user"):
        page = wiki.browser().send("GET", f"/w/api.php?{query}").body.decode()
        sheets = re.findall(r'<link rel="stylesheet" href="([^"]*)">', page)
        assert len(sheets) == 2
        for sheet in sheets:
            answer = wiki.browser().send("GET", sheet)
            assert answer.status == 200
            assert "immutable" in (answer.header("Cache-Control") or "")
        assert "content=\"default-src 'none'; style-src 'self';" in page
        assert "<script" not in page
        assert "style=" not in page
