"""``action=help`` and no action at all (M17; framework §12; recorded in help and described)."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

from wikigate.actions.action import Example, Module
from wikigate.actions.builtin import built_in_actions
from wikigate.i18n.catalog import Catalog
from wikigate.testing.outline import outline
from wikigate.testing.wiki import TestWiki
from wikigate.wire.params import Param

API = "/w/api.php"


class Sharp:
    """A module whose every word tries to become markup."""

    module = Module(
        "sharp",
        prefix="x",
        params=(Param('a"b', default="<i>"), Param("e", "enum", values=("<b>", "&amp;"), value_help={})),
        examples=(Example('action=sharp&x="><script>', "apihelp-sharp-example"),),
        help_urls=('https://example.org/"onclick="x',),
        classname="Sharp",
    )

    def run(self, call, services):
        """Do nothing."""


@pytest.fixture(scope="module")
def wiki():
    with TestWiki({"site": {"site_name": "T <w>"}}) as wiki:
        yield wiki


@pytest.fixture
def page(wiki):
    def text(query="action=help"):
        return wiki.browser().send("GET", f"{API}?{query}").body.decode()

    return text


class Strict(HTMLParser):
    """Fails where elements do not nest."""

    def __init__(self, text):
        super().__init__()
        self.open = []
        self.tags = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "link", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def ids(text):
    return [attributes["id"] for _, attributes in Strict(text).tags if "id" in attributes]


@pytest.mark.parametrize("query", ["", "action=help", "format=json", "action=help&format=xml&modules=main", "nope=1"])
def test_m17_no_action_shows_the_main_module_whatever_the_format(wiki, query):
    answer = wiki.browser().send("GET", f"{API}?{query}")
    headers = dict(answer.headers)
    assert answer.status == 200
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert headers["Content-Disposition"] == "inline; filename=api-help.html"
    assert headers["Content-Language"] == "en"
    assert headers["Expires"] == "Thu, 01 Jan 1970 00:00:00 GMT"
    assert headers["Vary"] == "Accept-Encoding, Cookie"
    assert headers["Cache-Control"] == "private, must-revalidate, max-age=0"
    assert answer.body.startswith(b"<!DOCTYPE html>\n")
    assert "main:action" in ids(answer.body.decode())


def test_m17_the_page_of_a_module(page):
    """Ids and classes are those that links and scripts know."""
    text = page("action=help&modules=login")
    sandbox = "/wiki/Special:ApiSandbox#"
    example = "action=login&lgname=user&lgpassword=password&lgtoken=123ABC"
    assert outline(text) == [
        "h2#login.apihelp-header.apihelp-module-name action=login (lg)",
        "div.apihelp-linktrail",
        "a.apihelp-linktrail",
        "div.apihelp-block.apihelp-flags",
        "span.apihelp-flag-writerights",
        "span.apihelp-flag-mustbeposted",
        "span.apihelp-source",
        "span.apihelp-license",
        "div.apihelp-block.apihelp-help-urls",
        "div.apihelp-block.apihelp-parameters",
        "div.apihelp-block-head",
        "div.apihelp-block-header",
        "span#login:lgname",
        "dd.description",
        "span#login:lgpassword",
        "dd.description",
        "span#login:lgdomain",
        "dd.description",
        "span#login:lgtoken",
        "dd.description",
        "div.apihelp-block.apihelp-examples",
        "div.apihelp-block-head",
        f"a /w/api.php?{example}",
        f"a {sandbox}{example}",
    ]
    assert "<title>MediaWiki API help - T &lt;w&gt;</title>" in text
    assert '<meta name="robots" content="noindex,nofollow">' in text


def test_m17_required_type_limits_values_and_default_are_told(page):
    text = page("action=help&modules=clientlogin|query%2Btokens|checktoken|query%2Busers")

    def told(parameter):
        start = text.index(f'id="{parameter}"')
        end = text.find("<dt><span", start)
        return re.findall(r'<dd class="info">(.*?)</dd>', text[start:end])

    assert told("clientlogin:logintoken") == ["Required."]
    assert told("clientlogin:loginmessageformat") == ["One of: html, none, raw, wikitext", "Default: wikitext"]
    values, everything, default = told("query+tokens:type")
    assert values == (
        'Any of these, separated by <kbd>&#124;</kbd> or <a href="/w/api.php?action=help&amp;modules=main#main/datatypes">U+001F</a>: '
        "createaccount, csrf, login, patrol, rollback, userrights, watch"
    )
    assert everything == "<kbd>*</kbd> stands for all of them."
    assert default == "Default: csrf"
    assert told("checktoken:maxtokenage") == ["A whole number"]
    numbers, separated, limit = told("query+users:ususerids")
    assert numbers == "Whole numbers"
    assert "<kbd>&#124;</kbd>" in separated
    assert limit == "No more than 50; 500 with the right <code>apihighlimits</code>."
    assert re.search(r"<dt>\*</dt><dd class=\"description\">.*amirequestsfor=login", text)


def test_m17_the_main_module_has_the_sections_that_others_link_to(page):
    text = page()
    assert [name for name in ids(text) if name.startswith("main/")] == [
        "main/datatypes", "main/datatype/boolean", "main/datatype/expiry", "main/datatype/timestamp",
        "main/templatedparams", "main/credits",
    ]  # fmt: skip
    permissions = text[text.index("apihelp-permissions") :]
    assert "bot and sysop" in permissions
    assert "apihelp-linktrail" not in text


def test_links_stay_on_the_page_where_they_can(page):
    alone = page("action=help&modules=logout")
    assert 'href="/w/api.php?action=help&amp;modules=query%2Btokens"' in alone
    both = page("action=help&modules=logout|query%2Btokens")
    assert 'href="#query+tokens"' in both
    assert (
        "modules=query%2Btokens"
        not in both.replace('class="apihelp-linktrail"', "").split("apihelp-block", 1)[1].split("<h2", 1)[0]
    )
    boolean = "main/datatype/boolean"
    assert f'href="/w/api.php?action=help&amp;modules=main#{boolean}"' in page("action=help&modules=json")
    assert f'href="#{boolean}"' in page()
    assert "Special:ApiHelp" not in page("action=help&recursivesubmodules=1")


def test_the_trail_leads_up_and_ends_in_the_module(page):
    trail = re.search(r'<div class="apihelp-linktrail">(.*?)</div>', page("action=help&modules=query%2Btokens"))[1]
    assert re.findall(r"<(a|b) .*?>(\w+)</", trail) == [("a", "main"), ("a", "query"), ("b", "tokens")]
    several = page("action=help&modules=login|logout")
    assert "<b " not in several


def headings(text):
    return re.findall(r'<(h\d) id="([^"]*)" class="apihelp-header', text)


def test_submodules_follow_one_level_deeper(page):
    assert headings(page("action=help&modules=query&submodules=1")) == [
        ("h2", "query"),
        ("h3", "query+users"),
        ("h3", "query+authmanagerinfo"),
        ("h3", "query+oath"),
        ("h3", "query+siteinfo"),
        ("h3", "query+tokens"),
        ("h3", "query+userinfo"),
    ]
    direct = headings(page("action=help&submodules=1"))
    assert ("h3", "query") in direct
    assert "query+tokens" not in [name for _, name in direct]


def test_recursive_submodules_are_everything(page):
    everything = headings(page("action=help&recursivesubmodules=1"))
    assert ("h3", "query") in everything
    assert ("h4", "query+tokens") in everything
    assert ("h3", "xmlfm") in everything
    assert everything[-3:] == [("h3", "main/datatypes"), ("h3", "main/templatedparams"), ("h3", "main/credits")]


def test_a_module_shown_twice_has_two_ids(page):
    text = page("action=help&modules=query|query%2Btokens&submodules=1")
    names = [name for _, name in headings(text)]
    assert "query+tokens" in names
    assert "query+tokens|2" in names
    assert len(ids(page("action=help&modules=login|logout"))) == len(set(ids(page("action=help&modules=login|logout"))))


def test_the_table_of_contents_numbers_headings(page):
    text = page("action=help&modules=query|login&submodules=1&toc=1")
    lines = re.findall(
        r'<li class="toclevel-(\d)"><a href="#([^"]*)"><span class="tocnumber">([\d.]+)</span> <span class="toctext">(.*?)</span>',
        text,
    )
    assert lines[0] == ("1", "query", "1", "action=query")
    assert lines[1] == ("2", "query+users", "1.1", "list=users (us)")
    assert lines[6][2] == "1.6"
    assert lines[7] == ("1", "login", "2", "action=login (lg)")
    assert '<div id="toc" class="toc"' in text
    assert 'id="toc"' not in page("action=help&modules=query")
    Strict(text)


def test_wrapped_the_page_is_a_part_of_an_answer(wiki, page):
    answer = wiki.get({"action": "help", "modules": "logout", "wrap": "1"})
    assert answer == {
        "help": {"mime": "text/html", "filename": "api-help.html", "help": page("action=help&modules=logout")}
    }
    sent = wiki.browser().send("GET", f"{API}?action=help&modules=logout&wrap=1&format=xml")
    body = sent.body.decode()
    assert '<help mime="text/html" filename="api-help.html"><help xml:space="preserve">&lt;!DOCTYPE html&gt;' in body
    shown = wiki.browser().send("GET", f"{API}?action=help&modules=logout&wrap=1")
    for answer in (sent, shown):
        names = [name for name, _ in answer.headers]
        assert {name: names.count(name) for name in ("Vary", "Expires", "Content-Language")} == {
            "Vary": 1,
            "Expires": 1,
            "Content-Language": 1,
        }


@pytest.mark.parametrize(
    ("modules", "code", "module"),
    [("nope", "badmodule", "help"), ("login+x", "badmodule", "help"), ("query+x", "badmodule", "help")],
)
def test_a_module_that_there_is_not_is_an_error_in_the_format_asked_for(wiki, modules, code, module):
    answer = wiki.get({"action": "help", "modules": modules, "errorformat": "none"})
    assert answer["errors"] == [{"code": code, "module": module}]


def test_m14_a_failed_assertion_is_an_error(wiki):
    assert wiki.get({"action": "help", "assert": "user"})["error"]["code"] == "assertuserfailed"


def test_m16_strangers_of_a_private_wiki_may_read_it_and_lag_does_not_matter():
    settings = {"accounts": {"private": True}, "api": {"database_lag": 60.0}}
    with TestWiki(settings) as wiki:
        answer = wiki.send("GET", f"{API}?action=help&maxlag=1")
    assert answer.body.startswith(b"<!DOCTYPE html>")


def test_warnings_stand_before_the_page_and_cannot_end_their_comment(page):
    text = page("action=help&modules=logout&maxage=-1&smaxage=-5&errorformat=plaintext")
    comment, _, rest = text.partition("\n-->\n")
    assert rest.startswith("<!DOCTYPE html>")
    warnings = json.loads(comment.removeprefix("<!-- API warnings and errors:\n"))["warnings"]
    assert [warning["code"] for warning in warnings] == ["outofrange", "outofrange"]
    hostile = page("action=help&modules=logout&maxage=-1&requestid=%00--%3E%3Cscript%3E")
    assert hostile.count("-->") == 1
    assert "<script" not in hostile


def test_unrecognised_parameters_are_none_of_its_business(page):
    assert page("action=help&modules=logout&nope=1").startswith("<!DOCTYPE html>")


def test_m21_the_page_speaks_the_callers_language():
    texts = {
        "en": {"api-help-title": "Help", "apihelp-logout-summary": "Out."},
        "de": {"api-help-title": "Hilfe"},
        "he": {},
    }
    with TestWiki(catalog=Catalog(texts)) as wiki:
        german = wiki.send("GET", f"{API}?action=help&modules=logout&uselang=de")
        hebrew = wiki.send("GET", f"{API}?action=help&modules=logout&uselang=he-x-y").body.decode()
        klingon = wiki.send("GET", f"{API}?action=help&modules=logout&uselang=tlh").body.decode()
        keys = wiki.send("GET", f"{API}?action=help&modules=logout&uselang=qqx").body.decode()
    assert '<html lang="de" dir="ltr">' in german.body.decode()
    assert '<h1 id="firstHeading">Hilfe</h1>' in german.body.decode()
    assert dict(german.headers)["Content-Language"] == "en"  # the wiki's own, as MediaWiki says it
    assert '<html lang="he" dir="rtl">' in hebrew
    assert '<html lang="en" dir="ltr">' in klingon
    assert "<p>(apihelp-logout-summary: , logout, logout)</p>" in keys


def test_e8_nothing_in_a_declaration_becomes_markup():
    """Whatever a plug-in's names, values and addresses are, the page has no element, attribute or script of theirs."""
    with TestWiki(actions=(*built_in_actions(bot_passwords=True), Sharp())) as wiki:
        text = wiki.send("GET", f"{API}?action=help&modules=sharp&toc=1").body.decode()
    page = Strict(text)
    assert not {"script", "i"} & {tag for tag, _ in page.tags}
    assert not [attributes for _, attributes in page.tags if any(name.startswith("on") for name in attributes)]
    assert 'sharp:xa"b' in [attributes.get("id") for _, attributes in page.tags]
    assert "Default: &lt;i&gt;" in text


@pytest.mark.parametrize("query", ["action=help&toc=1&recursivesubmodules=1", "action=help&modules=query&uselang=qqx"])
def test_the_page_is_well_formed_and_has_no_script(page, query):
    tags = {tag for tag, _ in Strict(page(query)).tags}
    assert not tags & {"script", "style", "iframe", "form", "object"}


def test_m17_no_message_key_and_no_wikitext_shines_through(page):
    text = page("action=help&recursivesubmodules=1&toc=1")
    assert not [mark for mark in ("⧼", "[[", "]]", "{{", "}}", "&lt;kbd") if mark in text]
