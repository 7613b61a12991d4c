"""``action=query`` as an envelope (framework §4.3, §6; recorded in query and private)."""

from __future__ import annotations

import pytest

from wikigate.testing.wiki import TestWiki

QUERY = {"action": "query"}


@pytest.fixture(scope="module")
def wiki():
    with TestWiki() as wiki:
        yield wiki


@pytest.fixture(scope="module")
def private():
    with TestWiki({"accounts": {"private": True}}) as wiki:
        yield wiki


def code(answer):
    return answer.get("error", {}).get("code")


def test_nothing_asked_is_answered_with_batchcomplete_alone(wiki):
    assert wiki.get(QUERY) == {"batchcomplete": True}
    assert wiki.get({**QUERY, "continue": ""}) == {"batchcomplete": True}
    assert wiki.get({**QUERY, "formatversion": "1"}) == {"batchcomplete": ""}


def test_rawcontinue_leaves_batchcomplete_out(wiki):
    assert wiki.get({**QUERY, "rawcontinue": "1"}) == {}


def test_batchcomplete_comes_before_earlier_warnings_and_after_later_ones(wiki):
    early = wiki.get({**QUERY, "meta": "nope"})
    late = wiki.get({**QUERY, "uiprop": "groups"})
    assert list(early) == ["batchcomplete", "warnings"]
    assert list(late) == ["warnings", "batchcomplete"]
    assert list(late["warnings"]) == ["main"]


def test_an_unknown_module_is_warned_of_and_the_others_answer(wiki):
    answer = wiki.get({**QUERY, "meta": "userinfo|nope", "errorformat": "none"})
    assert answer["warnings"] == [{"code": "unrecognizedvalues", "data": {"values": ["nope"]}, "module": "query"}]
    assert answer["query"] == {"userinfo": {"id": 0, "name": "127.0.0.1", "anon": True}}


def test_a_module_named_twice_answers_once(wiki):
    assert list(wiki.get({**QUERY, "meta": "userinfo|userinfo"})["query"]) == ["userinfo"]


def test_modules_answer_in_the_order_prop_list_meta(wiki):
    answer = wiki.get({**QUERY, "meta": "userinfo|tokens", "list": "users", "ususers": "Nobody"})
    assert list(answer["query"]) == ["users", "userinfo", "tokens"]


def test_each_module_reads_its_own_prefix_and_errors_name_it(wiki):
    answer = wiki.get(
        {**QUERY, "list": "users", "ususers": "A", "ususerids": "1", "meta": "userinfo", "errorformat": "none"}
    )
    assert answer["errors"] == [{"code": "invalidparammix", "module": "query+users"}]


@pytest.mark.parametrize(
    ("query", "cacheable"),
    [
        ({}, True),
        ({"meta": "siteinfo"}, True),
        ({"list": "users", "ususers": "A"}, True),
        ({"meta": "siteinfo|userinfo"}, False),
        ({"meta": "tokens"}, False),
    ],
)
def test_an_answer_is_as_private_as_its_most_private_module(wiki, query, cacheable):
    target = "&".join(
        f"{name}={value}" for name, value in {**QUERY, **query, "format": "json", "smaxage": "60"}.items()
    )
    headers = dict(wiki.browser().send("GET", f"/w/api.php?{target}").headers)
    assert ("public" in headers["Cache-Control"]) is cacheable


def test_an_answer_with_a_cookie_is_kept_by_nobody_else(wiki):
    """Measured: a public answer that deletes a cookie is private; without cookies it stays public."""
    query = "action=query&meta=siteinfo&siprop=rightsinfo&maxage=60&smaxage=60&format=json"
    for cookie, caching in (
        ("my_wikiUserID=4", "private, max-age=0, s-maxage=0"),
        ("my_wikiToken=x", "private, max-age=0, s-maxage=0"),
        ("my_wikiUserName=X", "s-maxage=60, max-age=60, public"),
    ):
        answer = wiki.browser().send("GET", f"/w/api.php?{query}", headers={"Cookie": cookie})
        assert [value for name, value in answer.headers if name == "Cache-Control"] == [caching]
        assert len([name for name, _ in answer.headers if name == "Expires"]) == 1


def test_an_answer_may_be_kept_until_the_end_of_the_calendar(wiki):
    query = "action=query&meta=siteinfo&siprop=rightsinfo&maxage=999999999999&smaxage=999999999999&format=json"
    answer = wiki.browser().send("GET", f"/w/api.php?{query}")
    assert (answer.status, answer.header("Expires")) == (200, "Fri, 31 Dec 9999 23:59:59 GMT")


def test_continue_takes_what_an_answer_can_have_given_and_skips_what_is_finished(wiki):
    assert wiki.get({**QUERY, "continue": "-||"}) == {"batchcomplete": True}
    finished = wiki.get({**QUERY, "meta": "siteinfo|userinfo", "continue": "-||siteinfo"})
    assert list(finished["query"]) == ["userinfo"]
    assert code(wiki.get({**QUERY, "continue": "x"})) == "badcontinue"


# -- M16: private wikis -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        {"meta": "tokens"},
        {"meta": "authmanagerinfo"},
        {"meta": "tokens|authmanagerinfo", "amirequestsfor": "login", "type": "login"},
        {"meta": "tokens", "rawcontinue": "", "indexpageids": "", "maxlag": "5", "curtimestamp": ""},
        {"meta": "nope"},
    ],
)
def test_m16_a_private_wiki_answers_strangers_what_a_login_needs(private, query):
    assert code(private.get({**QUERY, **query})) is None


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"meta": "userinfo"},
        {"meta": "siteinfo"},
        {"meta": "tokens|siteinfo"},
        {"list": "users", "ususers": "Alice"},
        {"meta": "tokens", "titles": "X"},
        {"meta": "tokens", "pageids": "1"},
        {"meta": "tokens", "revids": "1"},
        {"meta": "tokens", "redirects": ""},
        {"meta": "tokens", "converttitles": ""},
        {"meta": "tokens", "iwurl": ""},
        {"meta": "tokens", "continue": ""},
        {"meta": "tokens", "prop": ""},
        {"meta": "tokens", "list": ""},
    ],
)
def test_m16_a_private_wiki_answers_strangers_nothing_else(private, query):
    assert code(private.get({**QUERY, **query})) == "readapidenied"


def test_m16_who_is_logged_in_may_read(private):
    private.create_user("Reader", "correct horse battery")
    browser = private.browser()
    browser.log_in("Reader", "correct horse battery")
    assert browser.get({**QUERY, "meta": "userinfo"})["query"]["userinfo"]["name"] == "Reader"


# -- there are no pages ---------------------------------------------------------------------------------------------------


def test_titles_are_read_normalised_and_missing(wiki):
    answer = wiki.get({**QUERY, "titles": "foo_bar|user talk:  admin |[x|Special:UserLogin|", "indexpageids": "1"})
    assert answer["query"] == {
        "normalized": [
            {"fromencoded": False, "from": "foo_bar", "to": "Foo bar"},
            {"fromencoded": False, "from": "user talk:  admin ", "to": "User talk:Admin"},
        ],
        "pageids": ["-4", "-5", "-1", "-2", "-3"],
        "pages": [
            {"ns": 3, "title": "User talk:Admin", "missing": True},
            {"ns": 0, "title": "Foo bar", "missing": True},
            {"ns": -1, "title": "Special:UserLogin", "special": True},
            {"title": "", "invalidreason": "The title is empty, or has nothing behind its namespace.", "invalid": True},
            {"title": "[x", "invalidreason": 'The title has a character that no title may have: "[".', "invalid": True},
        ],
    }


def test_numbers_of_pages_and_revisions_are_missing(wiki):
    assert wiki.get({**QUERY, "pageids": "7"})["query"] == {"pages": [{"pageid": 7, "missing": True}]}
    assert wiki.get({**QUERY, "revids": "7"})["query"] == {"badrevids": {"7": {"revid": 7, "missing": True}}}


def test_the_wikis_own_name_is_a_namespace(wiki):
    page = wiki.get({**QUERY, "titles": "Project:a|wikigate talk:b"})["query"]["pages"]
    assert [(p["ns"], p["title"]) for p in page] == [(5, "Wikigate talk:B"), (4, "Wikigate:A")]


def test_a_title_longer_than_a_title_is_invalid(wiki):
    (page,) = wiki.get({**QUERY, "titles": "é" * 128})["query"]["pages"]
    assert page["invalid"] is True


def test_pages_are_named_in_one_way_only(wiki):
    answer = wiki.get({**QUERY, "titles": "A", "revids": "1", "errorformat": "raw"})
    assert answer["errors"] == [
        {
            "code": "multisource",
            "key": "apierror-invalidparammix-cannotusewith",
            "params": ["revids", "titles"],
            "module": "query",
        }
    ]


def test_there_is_no_generator(wiki):
    assert code(wiki.get({**QUERY, "generator": "allpages"})) == "badvalue"
