"""A package of somebody else's, found by its entry points, takes part in logins and account creations (issue 3: the seams hold)."""

from __future__ import annotations

import pytest

from wikigate.plugins import all_providers
from wikigate.primitives.errors import ConfigError
from wikigate.testing.clock import ManualClock
from wikigate.testing.wiki import TestWiki

from . import INSTALLED

PASSWORD = "correct horse battery"
RETURN = "http://example.org/"
DAY = 86400
MORNING = 1_795_250_000
ORDER = [
    "login-throttle", "creation-throttle", "dummy-hours",
    "dummy", "temporary-password", "local-password",
    "block-check", "second-factor", "dummy-rules", "dummy-link", "reset-password",
]  # fmt: skip


@pytest.fixture
def wiki():
    with TestWiki({"auth": {"providers": ORDER}}, clock=ManualClock(MORNING)) as wiki:
        wiki.create_user("Alice", PASSWORD)
        yield wiki


@pytest.fixture
def browser(wiki):
    return wiki.browser()


def step(browser, *, action="clientlogin", **form):
    kind, prefix = ("login", "login") if action == "clientlogin" else ("createaccount", "create")
    if f"{prefix}continue" not in form:
        form[f"{prefix}returnurl"] = RETURN
    return browser.post({"action": action, f"{prefix}token": browser.token(kind), **form})[action]


def go_on(browser, **form):
    return step(browser, logincontinue="1", **form)


def said(answer):
    return answer["status"], answer.get("message")


def stored(wiki):
    """Return all that the sessions keep, as text."""
    with wiki.wiki.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM wikigate_session").fetchall()
    return "\n".join(map(repr, rows))


def identify(wiki, browser, code="ext"):
    """Log in by an outside identity that is not known yet, up to its RESTART."""
    assert step(browser, dummylogin="1")["status"] == "REDIRECT"
    return go_on(browser, code=code)


def test_who_is_not_installed_is_found_by_its_entry_points():
    names = [plugin.name for plugin in all_providers()]
    assert names[-4:] == ["dummy-hours", "dummy", "dummy-rules", "dummy-link"]
    assert (INSTALLED / "wikigate_dummy.py").is_file()


def test_a_plug_in_that_is_not_switched_on_is_not_made():
    with TestWiki(clock=ManualClock(MORNING - MORNING % DAY)) as wiki:
        wiki.create_user("Alice", PASSWORD)
        assert wiki.log_in("Alice", PASSWORD)["status"] == "PASS"


def test_a_plug_in_that_nobody_offers_is_an_error_of_the_configuration():
    with pytest.raises(ConfigError, match="no authentication provider “dummy-nobody”"):
        TestWiki({"auth": {"providers": ["dummy-nobody"]}})


def test_abstain_and_ui(wiki, browser):
    first = browser.log_in("Alice", PASSWORD)
    assert said(first) == ("UI", "The word?")
    assert [request["id"] for request in first["requests"]] == ["DummyWordReq"]
    assert said(go_on(browser, word="wrong")) == ("UI", "No. The word?")
    assert go_on(browser, word="right") == {"status": "PASS", "username": "Alice"}
    assert browser.who() == "Alice"


def test_fail_at_the_third_wrong_answer(browser):
    browser.log_in("Alice", PASSWORD)
    assert [said(go_on(browser, word="wrong"))[0] for _ in range(3)] == ["UI", "UI", "FAIL"]
    assert go_on(browser, word="right")["messagecode"] == "authmanager-authn-not-in-progress"
    assert browser.who() == "127.0.0.1"


def test_a_missing_field_is_a_wrong_answer(browser):
    browser.log_in("Alice", PASSWORD)
    assert said(go_on(browser)) == ("UI", "No. The word?")


def test_a_check_of_a_plug_in_refuses(wiki, browser):
    wiki.clock.move(DAY - MORNING % DAY)
    assert said(browser.log_in("Alice", PASSWORD)) == ("FAIL", "The house is closed.")


def test_redirect_ui_and_restart_and_a_login_that_links(wiki, browser):
    away = step(browser, dummylogin="1")
    assert (away["status"], away["redirecttarget"], away["redirectdata"]) == (
        "REDIRECT", "https://idp.example/?back=http://example.org/", {"dummy": "apidata"},
    )  # fmt: skip
    assert said(go_on(browser, code="again")) == ("UI", "Again")
    restart = go_on(browser, code="ext/1")
    assert (restart["status"], restart["messagecode"], restart["canpreservestate"]) == (
        "RESTART", "authmanager-authn-no-local-user-link", True,
    )  # fmt: skip
    assert said(step(browser, username="Alice", password=PASSWORD, loginpreservestate="1")) == ("UI", "The word?")
    assert said(go_on(browser, word="right")) == ("UI", "Link")
    assert go_on(browser, choice="DummyLinkReq")["status"] == "PASS"
    other = wiki.browser()
    step(other, dummylogin="1")
    assert said(go_on(other, code="ext/2")) == ("UI", "The word?")
    assert go_on(other, word="right") == {"status": "PASS", "username": "Alice"}
    assert other.who() == "Alice"


def test_restart_goes_on_in_the_same_login(browser):
    identify(None, browser)
    assert said(go_on(browser, username="Alice", password=PASSWORD)) == ("UI", "The word?")
    assert said(go_on(browser, word="right")) == ("UI", "Link")
    assert go_on(browser)["status"] == "PASS"


def test_restart_makes_an_account_with_the_identity_alone(wiki, browser):
    """Issue 3 point 3's RESTART branch: ``createpreservestate`` takes the proven identity up."""
    identify(wiki, browser, "new/1")
    asked = step(browser, action="createaccount", username="Newcomer", createpreservestate="1")
    assert said(asked) == ("UI", "Link")
    made = step(browser, action="createaccount", createcontinue="1", choice="")
    assert made == {"status": "PASS", "username": "Newcomer"}
    assert browser.who() == "127.0.0.1", "nobody is logged in by it"
    step(browser, dummylogin="1")
    go_on(browser, code="new/2")
    assert go_on(browser, word="right") == {"status": "PASS", "username": "Newcomer"}


def test_without_the_identity_preserved_no_account_is_made_of_it(wiki, browser):
    identify(wiki, browser, "new/1")
    assert step(browser, action="createaccount", username="Newcomer")["status"] == "FAIL"
    assert wiki.wiki.services.directory.by_name("Newcomer") is None


def test_a_failure_forgets_how_to_make_an_account_and_keeps_what_may_be_linked(wiki, browser):
    """What RESTART left is taken up by the next login only if it asks for it (spec core §7.5)."""
    identify(wiki, browser)
    wrong = step(browser, username="Alice", password="nope", loginpreservestate="1")
    assert (wrong["status"], wrong["canpreservestate"]) == ("FAIL", True)
    query = {"action": "query", "meta": "authmanagerinfo", "amirequestsfor": "create"}
    info = browser.get(query)["query"]["authmanagerinfo"]
    assert (info["haspreservedstate"], info["hasprimarypreservedstate"]) == (True, False)


def test_a_code_is_burnt_once_for_everybody(wiki, browser):
    identify(wiki, browser, "ext/1")
    other = wiki.browser()
    step(other, dummylogin="1")
    assert said(go_on(other, code="ext/1")) == ("FAIL", "Used")


def test_no_secret_of_the_conversation_is_stored(wiki, browser):
    """Neither what was typed into a sensitive field, nor in the end anything of the attempt at all."""
    browser.log_in("Alice", PASSWORD)
    go_on(browser, word="a wrong word")
    kept = stored(wiki)
    assert "dummy-rules" in kept
    assert PASSWORD not in kept
    assert "a wrong word" not in kept
    go_on(browser, word="right")
    assert "dummy-rules" not in stored(wiki)


def test_merged_fields_and_what_is_asked_next(browser):
    browser.log_in("Alice", PASSWORD)
    query = {"action": "query", "meta": "authmanagerinfo", "amirequestsfor": "login-continue"}
    info = browser.get({**query, "amimergerequestfields": "1"})["query"]["authmanagerinfo"]
    assert list(info["fields"]) == ["word"]
    assert info["fields"]["word"]["sensitive"]


def test_an_attempt_that_is_not_continued_in_time_is_over(wiki, browser):
    browser.log_in("Alice", PASSWORD)
    wiki.clock.move(600)
    assert go_on(browser, word="right")["messagecode"] == "authmanager-authn-not-in-progress"
    assert browser.log_in("Alice", PASSWORD)["status"] == "UI"


def test_the_begin_of_a_second_login_replaces_the_first(wiki, browser):
    wiki.create_user("Bob", PASSWORD)
    browser.log_in("Alice", PASSWORD)
    browser.log_in("Bob", PASSWORD)
    assert go_on(browser, word="right", username="Alice") == {"status": "PASS", "username": "Bob"}


def test_a_login_and_an_account_in_the_making_do_not_meet(wiki, browser):
    """One session holds one of each; neither goes on with the other's answer."""
    browser.log_in("Alice", PASSWORD)
    made = step(browser, action="createaccount", username="Newcomer", password=PASSWORD, retype=PASSWORD)
    assert made["status"] == "PASS"
    late = step(browser, action="createaccount", createcontinue="1", word="right")
    assert late["messagecode"] == "authmanager-create-not-in-progress"
    assert go_on(browser, word="right") == {"status": "PASS", "username": "Alice"}


def test_a_second_step_in_somebody_else_s_session_goes_nowhere(wiki, browser):
    browser.log_in("Alice", PASSWORD)
    other = wiki.browser()
    assert go_on(other, word="right")["messagecode"] == "authmanager-authn-not-in-progress"
    assert other.who() == "127.0.0.1"


def test_a_logout_in_between_ends_it(wiki, browser):
    """Whoever is logged in, begins again, and logs out in between, has no login to go on with."""
    browser.log_in("Alice", PASSWORD)
    go_on(browser, word="right")
    browser.log_in("Alice", PASSWORD)
    browser.post({"action": "logout", "token": browser.token()})
    assert go_on(browser, word="right")["messagecode"] == "authmanager-authn-not-in-progress"
    assert browser.who() == "127.0.0.1"
