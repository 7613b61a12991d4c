"""``meta=siteinfo`` (framework §10, clients §3; recorded in site and siteinfo)."""

from __future__ import annotations

import re

import pytest

from wikigate.actions.extension import Extension
from wikigate.actions.meta_siteinfo import SiteInfoAction
from wikigate.testing.clock import ManualClock
from wikigate.testing.wiki import TestWiki

NOW = 1_795_221_140.0  # 2026-11-21T00:32:20Z
SITE = {
    "site": {
        "server": "https://wiki.example.org:8443",
        "site_name": "TestWiki",
        "wiki_id": "test_wiki",
        "article_path": "/w/index.php?title=$1",
        "language": "pt-br",
    }
}
EVERY_PROP = next(param for param in SiteInfoAction.module.params if param.name == "prop").values


@pytest.fixture(scope="module")
def wiki():
    with TestWiki(SITE, clock=ManualClock(NOW)) as wiki:
        wiki.create_user("Boss", "correct horse battery", groups=("sysop", "bot"))
        wiki.create_user("Alice", "correct horse battery")
        yield wiki


@pytest.fixture
def ask(wiki):
    def siteinfo(props=None, **more):
        query = {"action": "query", "meta": "siteinfo", **({} if props is None else {"siprop": props}), **more}
        return wiki.get(query)["query"]

    return siteinfo


def test_general_is_what_is_told_unasked(ask):
    assert list(ask()) == ["general"]


def test_general_tells_of_this_wiki(ask):
    general = ask()["general"]
    ours = {
        "mainpage": "Main Page",
        "base": "https://wiki.example.org:8443/w/index.php?title=Main_Page",
        "sitename": "TestWiki",
        "lang": "pt-br",
        "fallback": [{"code": "pt"}, {"code": "en"}],
        "rtl": False,
        "readonly": False,
        "articlepath": "/w/index.php?title=$1",
        "scriptpath": "/w",
        "script": "/w/index.php",
        "server": "https://wiki.example.org:8443",
        "servername": "wiki.example.org",
        "wikiid": "test_wiki",
        "time": "2026-11-21T00:32:20Z",
        "dbtype": "sqlite",
    }
    assert {name: general[name] for name in ours} == ours
    assert "readonlyreason" not in general


def test_general_has_what_clients_read(ask):
    """Clients compare the generator's version; pywikibot reads the title characters and magic links (clients §3)."""
    general = ask()["general"]
    version = re.fullmatch(r"MediaWiki (\d+)\.(\d+)\.\d+", general["generator"])
    assert (int(version[1]), int(version[2])) >= (1, 24)
    assert general["legaltitlechars"] == r""" %!"$&'()*,\-.\/0-9:;=?@A-Z\\^_`a-z~\x80-\xFF+"""
    assert general["magiclinks"] == {"ISBN": False, "PMID": False, "RFC": False}
    assert general["writeapi"] is True
    assert general["thumblimits"] == {"0": 120, "1": 150, "2": 180, "3": 200, "4": 250, "5": 300}


def test_general_keeps_to_the_habits_of_version_1(ask):
    general = ask(formatversion="1")["general"]
    assert general["magiclinks"] == []
    assert general["thumblimits"] == [120, 150, 180, 200, 250, 300]
    assert general["variantarticlepath"] is False
    assert general["writeapi"] == ""
    assert not {"rtl", "misermode", "externallinktarget"} & set(general)


def test_the_time_is_that_of_the_call(wiki, ask):
    wiki.clock.move(60)
    assert ask()["general"]["time"] == "2026-11-21T00:33:20Z"
    wiki.clock.move(-60)


def test_a_read_only_wiki_says_so_and_why():
    with TestWiki({"site": {"read_only": "moving house"}}) as wiki:
        general = wiki.get({"action": "query", "meta": "siteinfo"})["query"]["general"]
    assert general["readonly"] is True
    assert general["readonlyreason"] == "moving house"
    assert list(general).index("readonlyreason") == list(general).index("readonly") + 1


def test_namespaces_have_the_wikis_name_where_the_project_is(ask):
    namespaces = ask("namespaces")["namespaces"]
    assert list(namespaces) == [str(number) for number in range(-2, 16)]
    assert namespaces["0"] == {
        "id": 0,
        "case": "first-letter",
        "name": "",
        "subpages": False,
        "content": True,
        "nonincludable": False,
    }
    assert namespaces["4"]["name"] == "TestWiki"
    assert namespaces["4"]["canonical"] == "Project"
    assert namespaces["5"]["name"] == "TestWiki talk"
    assert namespaces["8"]["namespaceprotection"] == "editinterface"


def test_namespaces_in_the_old_shape(wiki, ask):
    assert ask("namespaces", formatversion="1")["namespaces"]["-1"] == {
        "id": -1,
        "case": "first-letter",
        "canonical": "Special",
        "*": "Special",
    }
    xml = wiki.send("GET", "/w/api.php?action=query&meta=siteinfo&siprop=namespaces&format=xml").body.decode()
    assert '<ns _idx="-1" id="-1" case="first-letter" canonical="Special" xml:space="preserve">Special</ns>' in xml


def test_groups_with_their_rights_and_sizes(ask):
    groups = {group["name"]: group for group in ask("usergroups")["usergroups"]}
    assert groups["*"] == {
        "name": "*",
        "rights": [
            "createaccount", "read", "edit", "createpage", "createtalk", "viewmyprivateinfo", "editmyprivateinfo", "editmyoptions",
        ],
    }  # fmt: skip
    assert list(groups) == ["*", "user", "autoconfirmed", "bot", "sysop", "interface-admin", "bureaucrat", "suppress"]
    sizes = {group["name"]: group.get("number") for group in ask("usergroups", sinumberingroup="1")["usergroups"]}
    assert sizes == {
        "*": None, "user": 2, "autoconfirmed": None, "bot": 1, "sysop": 1, "interface-admin": 0, "bureaucrat": 0, "suppress": 0,
    }  # fmt: skip


def test_groups_say_whom_their_members_may_change():
    settings = {
        "accounts": {"groups": [{"name": "helper", "rights": ["read"], "add": ["bot"], "remove_self": ["helper"]}]}
    }
    with TestWiki(settings) as wiki:
        groups = wiki.get({"action": "query", "meta": "siteinfo", "siprop": "usergroups"})["query"]["usergroups"]
    assert groups[-1] == {"name": "helper", "rights": ["read"], "add": ["bot"], "remove-self": ["helper"]}


def test_statistics_count_accounts(ask):
    assert ask("statistics")["statistics"] == {
        "pages": 0, "articles": 0, "edits": 0, "images": 0, "users": 2, "activeusers": 0, "admins": 1, "jobs": 0,
    }  # fmt: skip


def test_what_makes_an_account_a_confirmed_one():
    with TestWiki({"accounts": {"autoconfirm_age": 3600, "autoconfirm_edits": 10}}) as wiki:
        query = {"action": "query", "meta": "siteinfo", "siprop": "autopromote|autopromoteonce"}
        assert wiki.get(query)["query"] == {
            "autopromote": {
                "autoconfirmed": {
                    "operand": "&",
                    "0": {"condname": "APCOND_EDITCOUNT", "params": [10]},
                    "1": {"condname": "APCOND_AGE", "params": [3600]},
                }
            },
            "autopromoteonce": {"onEdit": []},
        }


def test_databases_are_told_apart_only_where_hosts_have_names(wiki, ask):
    assert ask("dbrepllag")["dbrepllag"] == [{"host": "", "lag": -1}]
    refused = wiki.get({"action": "query", "meta": "siteinfo", "siprop": "dbrepllag", "sishowalldb": "1"})
    assert refused["error"]["code"] == "includeAllDenied"
    with TestWiki({"api": {"show_host_names": True, "database_host": "db7", "database_lag": 1.5}}) as shown:
        query = {"action": "query", "meta": "siteinfo", "siprop": "dbrepllag", "sishowalldb": "1"}
        assert shown.get(query)["query"]["dbrepllag"] == [{"host": "db7", "lag": 1.5}]


def test_languages_are_those_of_the_texts_and_of_the_wiki(ask):
    languages = {entry["code"]: entry for entry in ask("languages")["languages"]}
    assert languages["en"] == {"code": "en", "bcp47": "en", "name": "English"}
    assert languages["pt-br"] == {"code": "pt-br", "bcp47": "pt-BR", "name": "português do Brasil"}


def test_extensions_are_the_enabled_features():
    """The seam: features name the extensions under which clients look for them."""
    features = (
        Extension("OATHAuth", version="0.5.0", url="https://example.org/"),
        Extension("Echo", type="specialpage"),
    )
    with TestWiki() as wiki:
        object.__setattr__(wiki.wiki.services, "extensions", features)
        extensions = wiki.get({"action": "query", "meta": "siteinfo", "siprop": "extensions"})["query"]["extensions"]
    assert extensions == [
        {"type": "other", "name": "OATHAuth", "url": "https://example.org/", "version": "0.5.0"},
        {"type": "specialpage", "name": "Echo"},
    ]


def test_pages_that_people_are_sent_to_have_names(ask):
    pages = {page["realname"]: page["aliases"] for page in ask("specialpagealiases")["specialpagealiases"]}
    assert pages["Userlogin"] == ["UserLogin", "Login"]
    assert {"BotPasswords", "CreateAccount", "ApiHelp"} <= set(pages)


def test_small_lists(ask):
    assert ask("namespacealiases|rightsinfo|restrictions|interwikimap|autocreatetempuser|fileextensions") == {
        "namespacealiases": [{"id": 6, "alias": "Image"}, {"id": 7, "alias": "Image talk"}],
        "rightsinfo": {"url": "", "text": ""},
        "restrictions": {
            "types": ["create", "edit", "move", "upload"],
            "levels": ["", "autoconfirmed", "sysop"],
            "cascadinglevels": ["sysop"],
            "semiprotectedlevels": ["autoconfirmed"],
        },
        "interwikimap": [],
        "autocreatetempuser": {"enabled": False},
        "fileextensions": [{"ext": "png"}, {"ext": "gif"}, {"ext": "jpg"}, {"ext": "jpeg"}, {"ext": "webp"}],
    }


def test_every_property_answers_in_the_order_asked_for(ask):
    assert list(ask("|".join(EVERY_PROP))) == list(EVERY_PROP)
    assert list(ask("|".join(reversed(EVERY_PROP)))) == list(reversed(EVERY_PROP))


@pytest.mark.parametrize("output", ["json", "xml", "php", "jsonfm", "xmlfm", "phpfm", "rawfm"])
def test_every_property_prints_in_every_format(wiki, output):
    target = f"/w/api.php?action=query&meta=siteinfo&siprop={'|'.join(EVERY_PROP)}&format={output}"
    assert b"defaultoptions" in wiki.send("GET", target).body


def test_an_unknown_property_is_warned_of(wiki):
    answer = wiki.get({"action": "query", "meta": "siteinfo", "siprop": "rightsinfo|nope", "errorformat": "none"})
    assert answer["warnings"][0]["code"] == "unrecognizedvalues"
    assert list(answer["query"]) == ["rightsinfo"]
