"""``meta=userinfo`` (M15; core §15, §17; recorded in me, blocks, blocked_user, ip_block)."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from wikigate.actions.accept_language import accepted_languages
from wikigate.actions.meta_userinfo import UserInfoAction
from wikigate.testing.clock import ManualClock
from wikigate.testing.wiki import TestWiki

NOW = 1_795_221_140.0  # 2026-11-21T00:32:20Z
PASSWORD = "correct horse battery"
EVERY_PROP = next(param for param in UserInfoAction.module.params if param.name == "prop").values
SETTINGS = {"accounts": {"autoconfirm_age": 86400, "autoconfirm_edits": 0}}
READER = [
    "createaccount", "read", "edit", "createpage", "createtalk", "viewmyprivateinfo", "editmyprivateinfo", "editmyoptions",
]  # fmt: skip


@pytest.fixture
def wiki():
    with TestWiki(SETTINGS, clock=ManualClock(NOW)) as wiki:
        yield wiki


@pytest.fixture
def ask(wiki):
    def userinfo(*props, browser=None, **more):
        query = {"action": "query", "meta": "userinfo", "uiprop": "|".join(props), **more}
        return (browser or wiki).get(query)["query"]["userinfo"]

    return userinfo


@pytest.fixture
def log_in(wiki):
    def logged_in(name, **more):
        wiki.create_user(name, PASSWORD, **more)
        browser = wiki.browser()
        assert browser.log_in(name, PASSWORD)["status"] == "PASS"
        return browser

    return logged_in


def test_m15_a_visitor_is_named_by_the_address(ask):
    assert ask() == {"id": 0, "name": "127.0.0.1", "anon": True}


def test_m15_somebody_logged_in_is_neither_anon_nor_temp(wiki, ask, log_in):
    browser = log_in("Alice")
    assert ask(browser=browser) == {"id": wiki.wiki.services.directory.by_name("Alice").id, "name": "Alice"}


def test_m15_everything_about_a_visitor(ask):
    limits = {
        "edit": {"ip": {"hits": 8, "seconds": 60}},
        "upload": {"ip": {"hits": 8, "seconds": 60}},
        "mailpassword": {"ip": {"hits": 5, "seconds": 3600}},
        "sendemail": {"ip": {"hits": 5, "seconds": 86400}},
        "purge": {"ip": {"hits": 30, "seconds": 60}},
        "linkpurge": {"ip": {"hits": 30, "seconds": 60}},
        "renderfile": {"ip": {"hits": 700, "seconds": 30}},
        "renderfile-nonstandard": {"ip": {"hits": 70, "seconds": 30}},
        "stashedit": {"ip": {"hits": 30, "seconds": 60}},
        "stashbasehtml": {"ip": {"hits": 5, "seconds": 60}},
        "changetags": {"ip": {"hits": 8, "seconds": 60}},
    }
    expected = {
        "id": 0,
        "name": "127.0.0.1",
        "anon": True,
        "messages": False,
        "groups": ["*"],
        "groupmemberships": [],
        "implicitgroups": ["*"],
        "rights": READER,
        "changeablegroups": {"add": [], "remove": [], "add-self": [], "remove-self": []},
        "editcount": 0,
        "ratelimits": limits,
        "theoreticalratelimits": limits,
        "realname": "",
        "email": "",
        "acceptlang": [],
        "unreadcount": 0,
        "centralids": {"local": 0},
        "attachedlocal": {"local": False},
        "cancreateaccount": True,
    }
    answer = ask(*(prop for prop in EVERY_PROP if prop != "options"))
    assert answer == expected
    assert list(answer) == list(expected)


def test_m15_members_stand_in_the_order_of_the_wire_whatever_was_asked_first(ask, log_in):
    shown = list(ask(*reversed(EVERY_PROP), browser=log_in("Alice")))
    forward = list(ask("*", browser=log_in("Bob")))
    assert shown == forward
    order = [
        "id", "name", "messages", "groups", "groupmemberships", "implicitgroups", "rights", "changeablegroups", "options", "editcount",
        "ratelimits", "theoreticalratelimits", "realname", "email", "registrationdate", "acceptlang", "unreadcount", "centralids",
        "attachedlocal", "cancreateaccount",
    ]  # fmt: skip
    assert shown == order


def test_m15_explicit_groups_come_first_and_give_rights(ask, log_in):
    browser = log_in("Robot", groups=("bot",))
    answer = ask("groups", "groupmemberships", "implicitgroups", "rights", browser=browser)
    assert answer["groups"] == ["bot", "*", "user"]
    assert answer["groupmemberships"] == [{"group": "bot", "expiry": "infinity"}]
    assert answer["implicitgroups"] == ["*", "user"]
    assert answer["rights"][:2] == ["bot", "autoconfirmed"]


def test_m15_a_membership_tells_its_end_and_ends(wiki, ask, log_in):
    browser = log_in("Alice")
    account = wiki.wiki.services.directory.by_name("Alice")
    wiki.wiki.services.directory.add_group(account.id, "sysop", wiki.clock.now() + 60)
    (membership,) = ask("groupmemberships", browser=browser)["groupmemberships"]
    assert membership["group"] == "sysop"
    assert membership["expiry"].endswith("Z")
    wiki.clock.move(120)
    assert ask("groupmemberships", browser=browser)["groupmemberships"] == []


def test_m15_a_new_account_has_a_newcomers_limits_until_it_is_confirmed(wiki, ask, log_in):
    browser = log_in("Alice")
    limits = ask("ratelimits", browser=browser)["ratelimits"]
    assert limits["edit"] == {
        "user": {"hits": 90, "seconds": 60},
        "ip": {"hits": 8, "seconds": 60},
        "newbie": {"hits": 8, "seconds": 60},
    }
    wiki.clock.move(86400)
    browser = wiki.browser()
    browser.log_in("Alice", PASSWORD)
    assert ask("ratelimits", browser=browser)["ratelimits"]["edit"] == {"user": {"hits": 90, "seconds": 60}}
    assert "autoconfirmed" in ask("groups", browser=browser)["groups"]


def test_m15_who_is_exempt_has_theoretical_limits_only(ask, log_in):
    answer = ask("ratelimits", "theoreticalratelimits", browser=log_in("Boss", groups=("sysop",)))
    assert answer["ratelimits"] == {}
    assert answer["theoreticalratelimits"]["move"] == {"user": {"hits": 8, "seconds": 60}}


def test_m15_who_may_change_groups_is_told_which(ask, log_in):
    groups = ask("changeablegroups", browser=log_in("Boss", groups=("bureaucrat",)))["changeablegroups"]
    assert groups == {
        "add": ["bot", "sysop", "interface-admin", "bureaucrat", "suppress"],
        "remove": ["bot", "sysop", "interface-admin", "bureaucrat", "suppress"],
        "add-self": [],
        "remove-self": [],
    }


def test_m15_a_bot_password_shows_only_what_its_grants_leave(wiki, ask):
    alice = wiki.create_user("Alice", PASSWORD)
    bot = wiki.create_bot_password(alice, "bot", "editpage")
    browser = wiki.browser()
    browser.post(
        {"action": "login", "lgname": bot.login, "lgpassword": bot.password, "lgtoken": browser.token("login")}
    )
    answer = ask("rights", "email", "realname", "cancreateaccount", browser=browser, errorformat="raw")
    assert answer["rights"] == ["read", "edit", "minoredit", "applychangetags", "changetags", "editcontentmodel"]
    assert "email" not in answer
    assert answer["realname"] == ""
    assert answer["cancreateaccount"] is False
    groups = {"list": ["*", "[[Wikigate:Administrators|Administrators]]"], "type": "comma"}
    assert answer["cancreateaccounterror"] == [
        {"code": "permissiondenied", "key": "badaccess-groups", "params": [groups, 2]}
    ]


def test_m15_what_is_in_the_way_of_an_account_is_named_by_key_in_the_old_error_format(ask):
    with TestWiki(
        {"accounts": {"registration": False, "groups": [{"name": "sysop", "without": ["createaccount"]}]}}
    ) as closed:
        answer = closed.get({"action": "query", "meta": "userinfo", "uiprop": "cancreateaccount"})
    error = {"message": "badaccess-group0", "params": [], "code": "permissiondenied", "type": "error"}
    assert answer["query"]["userinfo"]["cancreateaccounterror"] == [error]


def test_m15_own_data_is_told(wiki, ask, log_in):
    browser = log_in("Alice")
    directory = wiki.wiki.services.directory
    account = directory.by_name("Alice")
    directory.set_email(account.id, "alice@example.org", authenticated=0.0)
    answer = ask("email", "realname", "registrationdate", "centralids", browser=browser, uiattachedwiki="my_wiki")
    assert answer["email"] == "alice@example.org"
    assert answer["emailauthenticated"] == "1970-01-01T00:00:00Z"
    assert answer["registrationdate"].endswith("Z")
    assert answer["centralids"] == {"local": account.id}
    assert answer["attachedlocal"] == {"local": True}
    assert answer["attachedwiki"] == {"local": True}
    assert ask("centralids", browser=browser, uiattachedwiki="other")["attachedwiki"] == {"local": False}


def test_m15_preferences_are_the_defaults_and_what_was_set(wiki, ask, log_in):
    browser = log_in("Alice")
    directory = wiki.wiki.services.directory
    directory.set_properties(directory.by_name("Alice").id, {"gender": "female", "own": "thing"})
    mine, everybodys = ask("options", browser=browser)["options"], ask("options")["options"]
    assert mine == {**everybodys, "gender": "female", "own": "thing"}
    assert everybodys["language"] == "en"
    assert everybodys["search-match-redirect"] is True


def test_booleans_among_preferences_stay_booleans_in_version_1(ask):
    options = ask("options", formatversion="1")["options"]
    assert options["search-match-redirect"] is True


# -- blocks ---------------------------------------------------------------------------------------------------------------


def test_a_block_is_told_flat(wiki, ask, log_in):
    browser = log_in("Alice")
    services = wiki.wiki.services
    boss = wiki.create_user("Boss", PASSWORD, groups=("sysop",))
    block = services.blocks.block_account(
        services.directory.by_name("Alice"),
        by=boss,
        reason="<b>why</b>",
        expiry=wiki.clock.now() + 3600,
        own_talk=False,
    )
    expected = {
        "id": services.directory.by_name("Alice").id,
        "name": "Alice",
        "blockid": block,
        "blockedby": "Boss",
        "blockedbyid": boss.id,
        "blockreason": "<b>why</b>",
        "blockedtimestamp": "2026-11-21T00:32:20Z",
        "blockexpiry": "2026-11-21T01:32:20Z",
        "blockpartial": False,
        "blocknocreate": True,
        "blockanononly": False,
        "blockemail": False,
        "blockowntalk": False,
        "blockedtimestampformatted": "00:32, 21 November 2026",
        "blockexpiryformatted": "01:32, 21 November 2026",
        "blockexpiryrelative": "01:32, 21 November 2026",
    }
    answer = ask("blockinfo", browser=browser)
    assert answer == expected
    assert list(answer) == list(expected)
    assert ask("blockinfo", browser=browser, uselang="qqx")["blockexpiryformatted"] == "01:32, 21 (november) 2026"


def test_a_block_for_ever_has_no_moment_of_its_end(wiki, ask):
    boss = wiki.create_user("Boss", PASSWORD)
    wiki.wiki.services.blocks.block_address("127.0.0.1", by=boss, reason="noise")
    answer = ask("blockinfo")
    assert answer["blockexpiry"] == "infinite"
    assert "blockexpiryformatted" not in answer
    assert "blockexpiryrelative" not in answer


def test_a_block_keeps_from_making_accounts_with_the_error_that_names_it(wiki, ask):
    boss = wiki.create_user("Boss", PASSWORD)
    block = wiki.wiki.services.blocks.block_address("127.0.0.0/24", by=boss, reason="noise")
    (error,) = ask("cancreateaccount")["cancreateaccounterror"]
    assert error["message"] == "blockedtext"
    assert error["code"] == "blocked"
    by = "\u202aBoss\u202c"
    assert error["params"][:5] == [f"[[User:Boss|{by}]]", "noise", "127.0.0.1", by, block]
    assert error["params"][5] == "infinite"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Alice", "\u202aAlice\u202c"),
        ("שלום", "\u202bשלום\u202c"),
        ("12 مرحبا", "\u202b12 مرحبا\u202c"),
        ("12345", "12345"),
    ],
)
def test_a_name_keeps_its_own_direction_in_the_text_around_it(wiki, ask, name, shown):
    boss = wiki.create_user(name, PASSWORD)
    wiki.wiki.services.blocks.block_account(boss, by=boss)
    browser = wiki.browser()
    browser.log_in(name, PASSWORD)
    (error,) = ask("cancreateaccount", browser=browser)["cancreateaccounterror"]
    assert (error["params"][0], error["params"][3]) == (f"[[User:{name}|{shown}]]", shown)
    assert error["params"][6] == shown


def test_a_partial_automatic_block_has_the_error_of_any_automatic_one(wiki, ask):
    blocks = wiki.wiki.services.blocks
    alice = wiki.create_user("Alice", PASSWORD)
    blocks.spread(blocks.block_account(alice, sitewide=False), "127.0.0.1")
    (error,) = ask("cancreateaccount")["cancreateaccounterror"]
    assert (error["message"], error["code"]) == ("autoblockedtext", "autoblocked")


def test_a_block_without_a_reason_says_so_in_its_error(wiki, ask):
    wiki.wiki.services.blocks.block_address("127.0.0.1")
    answer = ask("blockinfo", "cancreateaccount", uselang="qqx")
    assert answer["blockreason"] == ""
    assert answer["cancreateaccounterror"][0]["params"][1] == "(blockednoreason)"


def test_a_block_of_visitors_only_keeps_whoever_is_logged_in_from_making_accounts_there(wiki, ask, log_in):
    browser = log_in("Alice")
    boss = wiki.create_user("Boss", PASSWORD)
    wiki.wiki.services.blocks.block_address("127.0.0.1", by=boss, anon_only=True)
    assert "blockid" not in ask("blockinfo", browser=browser)
    assert [e["code"] for e in ask("cancreateaccount", browser=browser)["cancreateaccounterror"]] == ["blocked"]


def test_several_blocks_are_one_with_components(wiki, ask):
    boss = wiki.create_user("Boss", PASSWORD)
    blocks = wiki.wiki.services.blocks
    first = blocks.block_address("127.0.0.1", by=boss, reason="one", create_account=False)
    second = blocks.block_address("127.0.0.0/16", by=boss, reason="two")
    answer = ask("blockinfo", "cancreateaccount")
    assert answer["blockid"] is None
    assert answer["blockedby"] == ""
    assert [part["blockid"] for part in answer["blockcomponents"]] == [first, second]
    assert [error["params"][4] for error in answer["cancreateaccounterror"]] == [second]


# -- XML, languages ---------------------------------------------------------------------------------------------------------


def test_xml_names_lists_as_mediawiki_does(wiki):
    wiki.create_user("Robot", PASSWORD, groups=("bot",))
    browser = wiki.browser()
    browser.log_in("Robot", PASSWORD)
    answer = browser.send(
        "GET",
        "/w/api.php?action=query&meta=userinfo&uiprop=groups|groupmemberships|acceptlang&format=xml",
        {"Accept-Language": "de-CH;q=0.7"},
    )
    xml = answer.body.decode()
    assert "<groups><g>bot</g><g>*</g><g>user</g></groups>" in xml
    assert '<groupmemberships><groupmembership group="bot" expiry="infinity" /></groupmemberships>' in xml
    assert '<acceptlang><lang q="0.7" xml:space="preserve">de-ch</lang></acceptlang>' in xml


@pytest.mark.parametrize(
    ("header", "languages"),
    [
        ("de-CH;q=0.7, en;q=0.5, fr", [("fr", 1.0), ("de-ch", 0.7), ("en", 0.5)]),
        ("es-419, en-US;q=0.8, *;q=0.1", [("es", 1.0), ("en-us", 0.8), ("*", 0.1)]),
        ("de;q=1.000, fr;q=0", [("de", 1.0)]),
        ("en;q=0.9;q=0.1", [("q", 1.0), ("en", 0.9)]),
        ("en;q=2, fr;q=", [("en", 1.0), ("fr", 1.0)]),
        ("en-us,en;q=0.7,en-us;q=0.3", [("en", 0.7), ("en-us", 0.3)]),
        ("DE , fr ; q = 0.5", [("de", 1.0), ("fr", 0.5)]),
        ("", []),
        ("\x00☃;q=é", [("q", 1.0)]),
    ],
)
def test_accept_language_is_read_as_mediawiki_reads_it(header, languages):
    assert accepted_languages(header) == languages


def test_t3_an_endless_accept_language_is_read_in_part():
    languages = accepted_languages(",".join(f"{a}{b}" for a in "abcdefghijklmnop" for b in "abcdefghijklmnop") * 100)
    assert len(languages) == 100
    assert all(first[1] >= second[1] for first, second in pairwise(languages))


def test_unknown_properties_are_warned_of(wiki):
    answer = wiki.get({"action": "query", "meta": "userinfo", "uiprop": "nope|groups", "errorformat": "none"})
    assert answer["warnings"] == [
        {"code": "unrecognizedvalues", "data": {"values": ["nope"]}, "module": "query+userinfo"}
    ]
    assert json.dumps(answer["query"]["userinfo"]["groups"]) == '["*"]'
