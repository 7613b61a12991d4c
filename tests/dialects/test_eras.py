"""Old dialects through HTTP: missions M31 to M33, M35, M37, M38, M40 and security H11."""

from __future__ import annotations

import json

import pytest

from wikigate.dialects.builtin import dialect_of
from wikigate.primitives.errors import ConfigError
from wikigate.testing.wiki import TestWiki

from .client import NAME, OFFERED, PASSWORD, SERVER, OldClient, old_wiki
from .outside import AUTO_CREATION, OUTSIDE

OLDEST = [name for name in OFFERED if name < "1.27"]


@pytest.fixture(scope="module")
def wiki():
    with old_wiki() as made:
        yield made


def test_one_request_logs_in_by_xml_m31(wiki):
    client = OldClient(wiki.browser(), "1.12")
    form = {"action": "login", "format": "xml", "lgname": NAME, "lgpassword": PASSWORD}
    body = client.send("POST", form).body.decode()
    cookies = client.browser.cookies
    assert body == (
        '<?xml version="1.0" encoding="utf-8"?><api><login result="Success" lguserid="1" lgusername="Alice"'
        f' lgtoken="{cookies["enwikiToken"]}" cookieprefix="enwiki" sessionid="{cookies["enwiki_session"]}" /></api>'
    )


@pytest.mark.parametrize("dialect", OLDEST)
def test_cookies_made_by_hand_log_in_for_a_month_m32_m33(wiki, dialect):
    told = OldClient(wiki.browser(), dialect).log_in()
    prefix = told["cookieprefix"]
    four = {
        f"{prefix}UserName": told["lgusername"],
        f"{prefix}UserID": str(told["lguserid"]),
        f"{prefix}Token": told["lgtoken"],
        f"{prefix}_session": told["sessionid"],
    }
    for names in (list(four), [f"{prefix}UserID", f"{prefix}Token"], [f"{prefix}_session"]):
        by_hand = OldClient(wiki.browser(), dialect)
        by_hand.browser.cookies = {name: four[name] for name in names}
        assert by_hand.who() == NAME
    wiki.clock.move(29 * 86400)
    late = OldClient(wiki.browser(), dialect)
    late.browser.cookies = four
    assert late.who() == NAME


@pytest.mark.parametrize("dialect", OLDEST)
def test_a_logout_by_get_ends_the_session_for_cookies_kept_by_hand_too_m38(wiki, dialect):
    client = OldClient(wiki.browser(), dialect)
    client.log_in()
    kept = dict(client.browser.cookies)
    assert client.send("GET", {"action": "logout", "format": "json"}).body in {b"[]", b"{}"}
    assert client.who() != NAME
    client.browser.cookies = kept
    assert client.who() != NAME


@pytest.mark.parametrize("dialect", OFFERED)
def test_a_session_of_an_old_dialect_is_one_of_todays_too(wiki, dialect):
    client = OldClient(wiki.browser(), dialect)
    client.log_in()
    assert client.browser.who() == NAME


def test_the_handshake_keeps_its_token_and_its_session_m40(wiki):
    client = OldClient(wiki.browser(), "1.16")
    form = {"action": "login", "format": "json", "lgname": NAME, "lgpassword": PASSWORD}
    first, second = (json.loads(client.send("POST", form).body)["login"] for _ in "12")
    assert first == second
    assert sorted(first) == ["cookieprefix", "result", "sessionid", "token"]
    assert client.log_in()["sessionid"] == first["sessionid"]


def test_an_id_that_we_never_issued_is_not_kept(wiki):
    client = OldClient(wiki.browser(), "1.12")
    client.browser.cookies["enwiki_session"] = "0" * 32
    assert client.log_in()["sessionid"] != "0" * 32


def test_who_is_logged_in_needs_the_right_password_again(wiki):
    client = OldClient(wiki.browser(), "1.12")
    client.log_in()
    assert client.log_in(password="another")["result"] == "WrongPass"


@pytest.mark.parametrize(
    ("fields", "result"),
    [
        ({"name": ""}, "NoName"),
        ({"name": "Foo[bar]"}, "Illegal"),
        ({"name": "127.0.0.1"}, "Illegal"),
        ({"name": "Nobody here"}, "NotExists"),
        ({"password": ""}, "EmptyPass"),
        ({"password": "wrong"}, "WrongPass"),
    ],
)
@pytest.mark.parametrize("dialect", ["1.12", "1.16", "1.19"])
def test_each_result_has_its_true_reason_m35(dialect, fields, result):
    with old_wiki() as wiki:
        assert OldClient(wiki.browser(), dialect).log_in(**fields)["result"] == result


@pytest.mark.parametrize("dialect", ["1.12", "1.16"])
@pytest.mark.parametrize("name", [NAME, "Nobody here", "Foo[bar]"])
def test_the_sixth_attempt_is_throttled_m37(dialect, name):
    with old_wiki() as wiki:
        client = OldClient(wiki.browser(), dialect)
        for _ in range(5):
            assert client.log_in(name, "wrong")["result"] != "Throttled"
        assert client.log_in(name) == {"result": "Throttled", "wait": 300}
        wiki.clock.move(301)
        assert client.log_in(name)["result"] != "Throttled"


def test_the_back_off_grows_and_ends():
    with old_wiki() as wiki:
        client = OldClient(wiki.browser(), "1.12-strict")
        assert client.log_in(password="wrong")["wait"] == 5
        wiki.clock.move(2)
        assert client.log_in() == {
            "result": "NeedToWait",
            "details": "Please wait 3 seconds before next log-in attempt",
            "wait": 3,
        }
        wiki.clock.move(3)
        assert client.log_in(password="wrong")["wait"] == 15
        wiki.clock.move(96)
        assert client.log_in(password="wrong")["wait"] == 5


@pytest.mark.parametrize(
    "hint",
    [
        {"Origin": "https://evil.example"},
        {"Referer": "https://evil.example/a"},
        {"Referer": "http://["},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
@pytest.mark.parametrize("dialect", ["1.12", "1.16", "1.27"])
def test_pages_of_other_sites_can_neither_log_in_nor_out_h11(wiki, dialect, hint):
    client = OldClient(wiki.browser(), dialect)
    login = {"action": "login", "format": "json", "lgname": NAME, "lgpassword": PASSWORD}
    for action in (login, {"action": "logout", "format": "json"}):
        if dialect == "1.27" and action is login:
            continue  # its login has a token
        answer = client.send("POST", action, **hint)
        assert (answer.status, json.loads(answer.body)["error"]["code"]) == (403, "crosssite")


def test_the_wikis_own_pages_may(wiki):
    form = {"action": "login", "format": "json", "lgname": NAME, "lgpassword": PASSWORD}
    answer = OldClient(wiki.browser(), "1.12").send("POST", form, Origin="http://127.0.0.1:8080")
    assert json.loads(answer.body)["login"]["result"] == "Success"


def test_a_dialect_without_a_token_can_be_kept_to_addresses_h11():
    with old_wiki(dialects={"addresses": ["192.0.2.0/24"]}) as wiki:
        assert OldClient(wiki.browser(), "1.12").send("GET", {"action": "help"}).status == 403
        assert OldClient(wiki.browser(), "1.16").log_in()["result"] == "Success"


def test_a_dialect_without_a_token_is_not_offered_in_the_clear_h11():
    with pytest.raises(ConfigError, match="in the clear"):
        old_wiki(site={"server": "http://wiki.example.org"})
    with old_wiki(site={"server": "http://wiki.example.org"}, dialects={"plain_http": True}) as wiki:
        assert OldClient(wiki.browser(), "1.12").log_in()["result"] == "Success"


def test_nothing_old_is_spoken_unless_the_configuration_says_so_h11():
    with old_wiki(dialects={"offer": ()}) as wiki:
        assert OldClient(wiki.browser(), "1.12").send("GET", {"action": "help"}).status == 404


def test_whether_a_name_exists_need_not_be_told():
    with old_wiki(dialects={"hide_existence": True}) as wiki:
        assert OldClient(wiki.browser(), "1.12").log_in("Nobody here")["result"] == "WrongPass"


def test_a_host_speaks_its_dialect():
    with old_wiki(dialects={"offer": (), "hosts": {"old.example.org": "1.12"}}) as wiki:
        answer = wiki.send("GET", "/w/api.php?action=logout&format=json", {"Host": "old.example.org"})
        assert answer.body == b"[]"
        assert wiki.send("GET", "/w/api.php?action=logout&format=json").header("MediaWiki-API-Error") == "missingparam"


def test_a_release_is_asked_for_by_its_number():
    assert dialect_of("1.19").cookie_days == 180
    assert dialect_of("1.18.6").cookie_days == 30
    assert not dialect_of("1.15.4").handshake_fields
    assert dialect_of("1.26.4").renews_session
    assert dialect_of("1.43.9").name == "current"
    for wrong in ("1.11", "2.0", "old", "1.99"):
        with pytest.raises(ConfigError):
            dialect_of(wrong)


def test_a_second_factor_is_asked_for_in_no_dialect_and_so_closes_them_all():
    with old_wiki() as wiki:
        account = wiki.wiki.services.directory.by_name(NAME)
        wiki.wiki.factors.add(account.id, "totp", {"secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "scratch_tokens": []})
        for dialect in OFFERED:
            client = OldClient(wiki.browser(), dialect)
            assert client.log_in()["result"] == "Aborted"
            assert client.who() != NAME


@pytest.mark.parametrize("dialect", OFFERED)
def test_a_bot_password_logs_in_in_every_dialect(wiki, dialect):
    account = wiki.wiki.services.directory.by_name(NAME)
    made = wiki.create_bot_password(account, f"app{dialect}", "basic")
    client = OldClient(wiki.browser(), dialect)
    assert client.log_in(f"{NAME}@app{dialect}", made.password)["result"] == "Success"
    assert client.who() == NAME


def test_an_origin_that_says_nothing_is_a_foreign_one_h11(wiki):
    form = {"action": "login", "format": "json", "lgname": NAME, "lgpassword": PASSWORD}
    assert OldClient(wiki.browser(), "1.12").send("POST", form, Origin="null").status == 403


def test_a_planted_session_gains_nothing_where_ids_are_fresh_d2():
    with old_wiki(dialects={"fresh_session_ids": True}) as wiki:
        attacker, victim = OldClient(wiki.browser(), "1.16"), OldClient(wiki.browser(), "1.16")
        form = {"action": "login", "format": "json", "lgname": NAME, "lgpassword": PASSWORD}
        token = json.loads(attacker.send("POST", form).body)["login"]["token"]
        victim.browser.cookies = dict(attacker.browser.cookies)
        assert json.loads(victim.send("POST", {**form, "lgtoken": token}).body)["login"]["result"] == "Success"
        assert victim.who() == NAME
        assert attacker.who() != NAME


def test_the_session_told_by_needtoken_is_good_beside_the_token_cookie_where_ids_are_fresh():
    with old_wiki(dialects={"fresh_session_ids": True}) as wiki:
        client = OldClient(wiki.browser(), "1.16")
        form = {"action": "login", "format": "json", "lgname": NAME, "lgpassword": PASSWORD}
        first = json.loads(client.send("POST", form).body)["login"]
        told = json.loads(client.send("POST", {**form, "lgtoken": first["token"]}).body)["login"]
        by_hand = OldClient(wiki.browser(), "1.16")
        by_hand.browser.cookies = {
            "enwiki_session": first["sessionid"],
            "enwikiUserID": str(told["lguserid"]),
            "enwikiToken": told["lgtoken"],
        }
        assert by_hand.who() == NAME


def test_a_logout_without_its_token_is_refused_by_the_code_of_the_time(wiki):
    for dialect, code in (("1.33", "notoken"), ("", "missingparam")):
        client = OldClient(wiki.browser(), dialect)
        client.path = f"/{dialect}/w/api.php".replace("//", "/")
        answer = json.loads(client.send("POST", {"action": "logout", "format": "json"}).body)["error"]
        assert (answer["code"], answer["info"]) == (code, 'The "token" parameter must be set.')


def test_an_unknown_action_is_named_by_the_code_of_the_time(wiki):
    told = [
        OldClient(wiki.browser(), name).send("GET", {"action": "bogus", "format": "json"}) for name in ("1.16", "1.33")
    ]
    assert [json.loads(answer.body)["error"]["code"] for answer in told] == ["unknown_action", "unknown_action"]


@pytest.mark.parametrize(
    ("name", "password", "result"),
    [
        ("Extnew", "wrong", "WrongPluginPass"),
        ("Extold", "wrong", "WrongPass"),
        ("Extghost", "extpass", "NotExists"),
        ("Extnew", "extpass", "Success"),
        (NAME, PASSWORD, "Success"),
    ],
)
@pytest.mark.parametrize("dialect", ["1.12", "1.16"])
def test_an_outside_source_has_results_of_its_own_m35_m36(dialect, name, password, result):
    providers = ["login-throttle", "outside", "local-password"]
    with TestWiki(
        {"site": {"server": SERVER}, "dialects": {"offer": OFFERED}, "auth": {"providers": providers}},
        providers=OUTSIDE,
        auto_creation=AUTO_CREATION,
    ) as wiki:
        wiki.create_user(NAME, PASSWORD)
        wiki.create_user("Extold", "another password of it")
        assert OldClient(wiki.browser(), dialect).log_in(name, password, lgdomain="CORP")["result"] == result
