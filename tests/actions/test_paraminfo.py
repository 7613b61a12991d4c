"""``action=paraminfo`` (M12, M17; framework §11; recorded module by module in paraminfo-modules and described)."""

from __future__ import annotations

import pytest

from wikigate.actions.action import Example, Module
from wikigate.actions.builtin import built_in_actions
from wikigate.i18n.catalog import Catalog
from wikigate.primitives.message import Message
from wikigate.testing.wiki import TestWiki
from wikigate.wire.params import Param

PASSWORD = "correct horse battery"


class Sample:
    """A module that uses everything a declaration can say."""

    module = Module(
        "sample",
        prefix="sa",
        params=(
            Param("plain", required=True),
            Param("secret", "password"),
            Param("old", deprecated=True, default="x"),
            Param("kinds", "enum", multi=True, values=("b10", "b9", "c", "a"), deprecated_values=frozenset({"a"}),
                  internal_values=frozenset({"c"}), all_specifier="*", default=["b9", "b10"], value_help={"c": Message("own", (7,))}),
            Param("count", "integer", min=1, max=10, enforce_range=True),
            Param("page", "limit", default=10, min=1, max=50, high_max=500),
            Param("who", "user", subtypes=("name", "ip"), multi=True, allow_duplicates=True, limit=3, high_limit=30),
            Param("short", max_bytes=4, max_chars=2),
            Param("title", "title", must_exist=True),
            Param("flag", "boolean"),
        ),
        token="csrf",
        must_be_posted=True,
        write=True,
        internal=True,
        deprecated=True,
        dynamic="login",
        classname="Sample",
        examples=(Example("action=sample", "apihelp-sample-example"),),
        help_urls=("https://example.org/",),
        notes=(Message("note", ("n",)),),
    )  # fmt: skip

    def run(self, call, services):
        """Do nothing."""


TEXTS = {
    "apihelp-sample-summary": "Sample <kbd>$1</kbd>.",
    "apihelp-sample-param-kinds": "Kinds.\n\nTwo paragraphs.",
    "apihelp-sample-paramvalue-kinds-b9": "Nine <script>.",
    "own": "Own $1.",
    "note": "Note $4.",
    "apihelp-sample-param-plain": "Plain.",
    "api-help-param-deprecated": "Deprecated.",
    "api-help-param-internal": "Internal.",
}


@pytest.fixture(scope="module")
def wiki():
    actions = (*built_in_actions(bot_passwords=True), Sample())
    with TestWiki(actions=actions, catalog=Catalog({"en": TEXTS, "de": {"note": "Notiz $4."}})) as wiki:
        yield wiki


@pytest.fixture
def ask(wiki):
    def paraminfo(modules=None, browser=None, **more):
        query = {"action": "paraminfo", **({} if modules is None else {"modules": modules}), **more}
        return (browser or wiki).get(query)["paraminfo"]

    return paraminfo


def test_nothing_asked(ask):
    assert ask() == {"helpformat": "none"}


def test_m17_everything_a_declaration_says(ask):
    (module,) = ask("sample")["modules"]
    params = module.pop("parameters")
    assert module == {
        "name": "sample",
        "classname": "Sample",
        "path": "sample",
        "group": "action",
        "prefix": "sa",
        "source": "Wikigate",
        "sourcename": "Wikigate",
        "licensetag": "MIT",
        "licenselink": "https://opensource.org/license/mit",
        "deprecated": True,
        "internal": True,
        "readrights": True,
        "writerights": True,
        "mustbeposted": True,
        "helpurls": ["https://example.org/"],
        "templatedparameters": [],
        "dynamicparameters": True,
    }
    few = {"lowlimit": 50, "highlimit": 500, "limit": 50}
    expected = [
        {"type": "string", "required": True, "multi": False},
        {"type": "password", "required": False, "sensitive": True, "multi": False},
        {"type": "string", "required": False, "deprecated": True, "default": "x", "multi": False},
        {
            "type": ["b9", "b10", "c", "a"], "required": False, "default": "b9|b10", "multi": True, **few, "allspecifier": "*",
            "deprecatedvalues": ["a"], "internalvalues": ["c"],
        },
        {"type": "integer", "required": False, "multi": False, "min": 1, "max": 10, "enforcerange": True},
        {"type": "limit", "required": False, "default": 10, "multi": False, "min": 1, "max": 50, "highmax": 500},
        {
            "type": "user", "required": False, "multi": True, "lowlimit": 3, "highlimit": 30, "limit": 3, "allowsduplicates": True,
            "subtypes": ["name", "ip"],
        },
        {"type": "string", "required": False, "multi": False, "maxbytes": 4, "maxchars": 2},
        {"type": "title", "required": False, "multi": False, "mustExist": True},
        {"type": "boolean", "required": False, "multi": False},
        {"type": "string", "required": True, "sensitive": True, "multi": False, "tokentype": "csrf"},
    ]  # fmt: skip
    names = ["plain", "secret", "old", "kinds", "count", "page", "who", "short", "title", "flag", "token"]
    assert params == [
        {"index": index, "name": name, **rest}
        for index, (name, rest) in enumerate(zip(names, expected, strict=True), 1)
    ]
    for shown, wanted in zip(params, expected, strict=True):
        assert list(shown) == ["index", "name", *wanted]


def test_descriptions_as_messages(ask):
    (module,) = ask("sample", helpformat="raw")["modules"]
    own = ["sa", "sample", "sample"]
    assert module["description"] == [
        {"key": "apihelp-sample-summary", "params": own},
        {"key": "apihelp-sample-extended-description", "params": own},
        {"key": "note", "params": [*own, "n"]},
    ]
    assert module["examples"] == [
        {"query": "action=sample", "description": {"key": "apihelp-sample-example", "params": own}}
    ]
    assert module["dynamicparameters"] == [
        {"key": "api-help-authmanagerhelper-additional-params", "params": ["login", *own]}
    ]
    by_name = {param["name"]: param["description"] for param in module["parameters"]}
    assert by_name["plain"] == [{"key": "apihelp-sample-param-plain", "params": ["sa", "plain", "sample", "sample"]}]
    assert by_name["token"] == [{"key": "api-help-param-token", "params": ["csrf", "sa", "token", "sample", "sample"]}]
    kinds = ["sa", "kinds", "sample", "sample"]
    assert by_name["kinds"][1:] == [
        {"key": "apihelp-sample-paramvalue-kinds-b10", "params": [*kinds, "b10"], "forvalue": "b10"},
        {"key": "apihelp-sample-paramvalue-kinds-b9", "params": [*kinds, "b9"], "forvalue": "b9"},
        {"key": "own", "params": [7, *kinds, "c"], "forvalue": "c"},
        {"key": "apihelp-sample-paramvalue-kinds-a", "params": [*kinds, "a"], "forvalue": "a"},
    ]


def test_descriptions_as_html_hold_nothing_that_acts(ask):
    (module,) = ask("sample", helpformat="html")["modules"]
    assert module["description"] == "<p>Sample <kbd>sa</kbd>.</p>\n<p>Note n.</p>"
    plain, kinds = module["parameters"][0]["description"], module["parameters"][3]["description"]
    assert plain == "Plain."
    assert kinds.startswith("<p>Kinds.</p>\n<p>Two paragraphs.</p>\n<dl><dt>")
    assert '<dt><span dir="ltr" lang="en">b9</span></dt>\n<dd>Nine &lt;script&gt;.</dd>' in kinds
    assert '<dd><span class="apihelp-internal">Internal.</span> Own 7.</dd>' in kinds
    assert '<dd><span class="apihelp-deprecated">Deprecated.</span> ' in kinds


def test_descriptions_as_wikitext(ask):
    (module,) = ask("sample", helpformat="wikitext")["modules"]
    assert module["description"] == "Sample <kbd>sa</kbd>.\n\nNote n."
    assert module["parameters"][3]["description"].startswith("Kinds.\n\nTwo paragraphs.\n\n;<span")


def test_m21_descriptions_speak_the_callers_language(ask):
    for _ in range(2):
        for language, note in (("de", "Notiz n."), ("en", "Note n."), ("tlh", "Note n.")):
            (module,) = ask("sample", helpformat="wikitext", uselang=language)["modules"]
            assert module["description"].endswith(note)


def test_m12_the_limit_is_the_callers_own(wiki, ask):
    wiki.create_user("Robot", PASSWORD, groups=("bot",))
    browser = wiki.browser()
    browser.log_in("Robot", PASSWORD)
    for limit, who in ((3, wiki), (30, browser), (3, wiki)):
        (module,) = ask("sample", browser=who)["modules"]
        assert module["parameters"][6]["limit"] == limit


def test_the_main_module_names_the_modules_that_there_are(ask):
    """pywikibot and the sandbox read names and paths of modules here (clients §3)."""
    (main,) = ask("main")["modules"]
    action = main["parameters"][0]
    assert "group" not in main
    assert action["default"] == "help"
    built_in = [made.module for made in built_in_actions(bot_passwords=True) if made.module.group == "action"]
    internal = [*sorted(module.name for module in built_in if module.internal), "sample"]
    public = sorted(module.name for module in built_in if not module.internal)
    assert {"clientlogin", "login", "logout", "query"} < set(public)
    assert action["type"] == [*public, *internal]
    assert action["submodules"] == {name: name for name in action["type"]}
    assert action["deprecatedvalues"] == ["sample"]
    assert action["internalvalues"] == internal
    assert main["parameters"][1]["type"] == ["json", "jsonfm", "none", "php", "phpfm", "rawfm", "xml", "xmlfm"]


def test_query_names_its_submodules_by_path(ask):
    (query,) = ask("query")["modules"]
    params = {param["name"]: param for param in query["parameters"]}
    assert params["meta"]["submodules"] == {
        name: f"query+{name}" for name in ("authmanagerinfo", "oath", "siteinfo", "tokens", "userinfo")
    }
    assert params["list"]["type"] == ["users"]
    assert params["list"]["limit"] == 50
    assert params["prop"]["type"] == []
    assert params["generator"]["type"] == []
    assert params["generator"]["submoduleparamprefix"] == "g"


@pytest.mark.parametrize("path", ["query+tokens", "query tokens"])
def test_a_blank_does_for_a_plus_sign(ask, path):
    assert [module["path"] for module in ask(path)["modules"]] == ["query+tokens"]


def test_modules_are_told_once_and_in_order(ask):
    assert [module["path"] for module in ask("logout|login|logout")["modules"]] == ["logout", "login"]


def paths(answer):
    return [module["path"] for module in answer["modules"]]


def test_a_star_stands_for_the_modules_directly_below(ask):
    assert paths(ask("query+*")) == [
        f"query+{name}" for name in ("authmanagerinfo", "oath", "siteinfo", "tokens", "userinfo", "users")
    ]
    assert paths(ask("*")) == paths(ask("main+*")) == paths(ask("main *"))
    assert "query+tokens" not in paths(ask("*"))
    actions, formats = (ask("main")["modules"][0]["parameters"][place]["type"] for place in (0, 1))
    assert paths(ask("*")) == sorted([*actions, *formats])


def test_two_stars_stand_for_all_below(ask):
    everything = paths(ask("**"))
    place = everything.index("query")
    assert everything[place + 1 : place + 7] == paths(ask("query+*"))
    assert set(paths(ask("*"))) < set(everything)


@pytest.mark.parametrize(
    ("modules", "key", "params"),
    [
        ("nope", "apierror-badmodule-badsubmodule", ["main", "nope"]),
        ("query+zzz", "apierror-badmodule-badsubmodule", ["query", "zzz"]),
        ("main+login", "apierror-badmodule-badsubmodule", ["main", "main"]),
        ("login+x", "apierror-badmodule-nosubmodules", ["login"]),
        ("query+tokens+x", "apierror-badmodule-nosubmodules", ["query+tokens"]),
        ("login+*", "apierror-badmodule-nosubmodules", ["login"]),
        ("nope+**", "apierror-badmodule-badsubmodule", ["main", "nope"]),
        ("tokens", "apierror-badmodule-badsubmodule", ["main", "tokens"]),
        ("<script>", "apierror-badmodule-badsubmodule", ["main", "&#60;script&#62;"]),
    ],
)
def test_a_module_that_there_is_not_is_warned_of_and_left_out(wiki, modules, key, params):
    answer = wiki.get({"action": "paraminfo", "modules": f"{modules}|logout", "errorformat": "raw"})
    assert answer["warnings"] == [{"code": "badmodule", "key": key, "params": params, "module": "paraminfo"}]
    assert paths(answer["paraminfo"]) == ["logout"]


def test_the_old_parameters_still_work(wiki):
    query = {"querymodules": "tokens", "formatmodules": "none", "mainmodule": "1", "pagesetmodule": "1"}
    answer = wiki.get({"action": "paraminfo", "errorformat": "none", **query})
    codes = {warning["code"] for warning in answer["warnings"]}
    assert codes == {"deprecation", "deprecation-help"}
    info = answer["paraminfo"]
    assert list(info) == ["helpformat", "querymodules", "formatmodules", "mainmodule", "pagesetmodule"]
    assert info["querymodules"][0]["path"] == "query+tokens"
    assert info["querymodules"][0]["querytype"] == "meta"
    assert info["formatmodules"][0]["classname"] == r"MediaWiki\Api\ApiFormatNone"
    assert info["mainmodule"]["path"] == "main"
    assert next(iter(info["pagesetmodule"])) == "classname"
    assert "querytype" not in wiki.get({"action": "paraminfo", "modules": "query+tokens"})["paraminfo"]["modules"][0]


def test_m16_it_answers_strangers_of_a_private_wiki():
    with TestWiki({"accounts": {"private": True}}) as wiki:
        answer = wiki.get({"action": "paraminfo", "modules": "login"})
    assert paths(answer["paraminfo"]) == ["login"]


def test_xml(wiki):
    xml = wiki.send("GET", "/w/api.php?action=paraminfo&modules=query%2Btokens&format=xml").body.decode()
    assert (
        '<parameters><param index="1" name="type" default="csrf" multi="" lowlimit="50" highlimit="500" limit="50" allspecifier="*">'
        "<type><t>createaccount</t><t>csrf</t><t>login</t><t>patrol</t><t>rollback</t><t>userrights</t><t>watch</t></type>"
        "</param></parameters><templatedparameters />"
    ) in xml


def test_m17_every_module_and_every_value_has_a_text():
    """What ``help`` shows is complete: no message key shines through."""
    with TestWiki() as wiki:
        answer = wiki.send(
            "GET", "/w/api.php?action=paraminfo&modules=main|**&helpformat=html&format=json&utf8=1"
        ).body.decode()
    assert answer.count('"path":') > 15
    assert "⧼" not in answer
