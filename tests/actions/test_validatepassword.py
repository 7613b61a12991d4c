"""``action=validatepassword`` (core §10, mission M16, security A1 to A4)."""

from collections.abc import Iterator
from typing import Any

import pytest

from wikigate.testing.wiki import TestWiki


@pytest.fixture
def wiki() -> Iterator[TestWiki]:
    with TestWiki() as wiki:
        yield wiki


def judged(wiki: TestWiki, password: str, **fields: str) -> Any:
    return wiki.post({"action": "validatepassword", "password": password, **fields})


def test_a_password_that_may_be_chosen_is_good(wiki: TestWiki) -> None:
    assert judged(wiki, "Str0ngPassw0rd!") == {"validatepassword": {"validity": "Good"}}


def test_everything_that_is_wrong_is_listed_in_the_order_of_the_checks(wiki: TestWiki) -> None:
    """M16: as recorded, under the old format by key and parameters."""
    node = judged(wiki, "abc", user="Abcdef")["validatepassword"]
    assert node["validity"] == "Change"
    assert [one["message"] for one in node["validitymessages"]] == [
        "passwordtooshort", "password-substring-username-match", "passwordincommonlist",
    ]  # fmt: skip
    assert node["validitymessages"][0] == {
        "message": "passwordtooshort", "params": [8], "code": "passwordtooshort", "type": "error",
    }  # fmt: skip


def test_the_other_formats_list_codes_and_texts(wiki: TestWiki) -> None:
    node = judged(wiki, "abcdefg9", errorformat="plaintext", user="Xabcdefg9")["validatepassword"]
    [message] = node["validitymessages"]
    assert message["code"] == "password-substring-username-match"
    assert message["text"]


def test_a_password_beyond_the_longest_is_invalid(wiki: TestWiki) -> None:
    node = judged(wiki, "p" * 4097)["validatepassword"]
    assert node["validity"] == "Invalid"
    assert [one["code"] for one in node["validitymessages"]] == ["passwordtoolong"]


@pytest.mark.parametrize(("user", "code"), [("alice", "userexists"), ("Core@x", "baduser_user"), ("a#b", "baduser")])
def test_a_name_that_cannot_be_a_new_accounts_is_refused(wiki: TestWiki, user: str, code: str) -> None:
    wiki.create_user("Alice", "correct horse battery")
    assert judged(wiki, "x", user=user)["error"]["code"] == code


@pytest.mark.parametrize("form", [{}, {"password": ""}])
def test_a_password_is_needed(wiki: TestWiki, form: dict[str, str]) -> None:
    assert wiki.post({"action": "validatepassword", **form})["error"]["code"] == "missingparam"


def test_it_must_be_posted_and_the_password_must_not_stand_in_the_address(wiki: TestWiki) -> None:
    """E8: a password in a URL ends up in logs."""
    assert wiki.get({"action": "validatepassword", "password": "x"})["error"]["code"] == "mustbeposted"
    target = "/w/api.php?action=validatepassword&password=x&format=json"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert b'"code":"mustpostparams"' in wiki.send("POST", target, headers, b"").body


def test_the_callers_own_groups_decide_where_no_name_is_given(wiki: TestWiki) -> None:
    wiki.create_user("Boss", "correct horse battery", groups=("sysop",))
    assert judged(wiki, "Abcdefg9!")["validatepassword"] == {"validity": "Good"}
    wiki.log_in("Boss", "correct horse battery")
    node = judged(wiki, "Abcdefg9!")["validatepassword"]
    assert node["validitymessages"][0]["params"] == [10]


def test_it_is_closed_on_a_private_wiki() -> None:
    with TestWiki({"accounts": {"private": True}}) as wiki:
        assert judged(wiki, "x")["error"]["code"] == "readapidenied"
