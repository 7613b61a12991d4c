"""``action=clientlogin`` on the wire (spec core §7; recorded in clientlogin_*, throttle_*, block_disables_login)."""

from __future__ import annotations

import json
import threading

import pytest

from wikigate.auth.fields import Field, Need, raw_message
from wikigate.auth.outcome import Abstain, CreateOffer, LinkOffer, Pass, Redirect, Restart, Ui
from wikigate.auth.plugin import ProviderPlugin
from wikigate.primitives.message import Message
from wikigate.providers.builtin import BUILT_IN
from wikigate.testing.wiki import TestWiki

PASSWORD = "correct horse battery"
RETURN = "http://example.org/"


@pytest.fixture
def wiki():
    with TestWiki() as wiki:
        wiki.alice = wiki.create_user("Alice", PASSWORD)
        yield wiki


@pytest.fixture
def browser(wiki):
    return wiki.browser()


def post(browser, **form):
    return browser.post({"action": "clientlogin", "logintoken": browser.token("login"), **form})


def begin(browser, **form):
    return post(browser, loginreturnurl=RETURN, **form)


def alice(browser, **form):
    return begin(browser, username="Alice", password=PASSWORD, **form)


def code_of(answer):
    return answer["clientlogin"].get("messagecode")


# -- parameters ---------------------------------------------------------------------------------------------------------


def test_m05_return_url_or_continue_is_required(browser):
    assert post(browser, username="Alice", password=PASSWORD)["error"]["code"] == "missingparam"


@pytest.mark.parametrize(
    "url",
    ["example", "//example.org/", "", "javascript:alert(1)", "ftp://x/", "http://", "http:example.org", "data:text/html,x",
     "http://e.org/\r\nSet-Cookie: a=b", "http://e.org/ x", "http:\\\\e.org", "http://[::1", "http://e.org:99999/", "null:"],
)  # fmt: skip
def test_m05_s14_the_return_url_is_absolute_and_one_of_the_web(browser, url):
    error = post(browser, loginreturnurl=url, username="Alice", password=PASSWORD)["error"]
    assert error["code"] == "badurl_loginreturnurl"


@pytest.mark.parametrize(
    "url", ["http://e.org", "https://e.org:8443/a?b=c#d", "http://127.0.0.1:1/", "https://[::1]/", "HTTPS://E.ORG/"]
)
def test_m05_any_address_of_the_web_will_do(browser, url):
    answer = post(browser, loginreturnurl=url, username="Alice", password=PASSWORD)
    assert answer["clientlogin"]["status"] == "PASS"


def test_m04_secrets_in_the_query_string_are_refused_by_name(browser):
    token = browser.token("login")
    target = "/w/api.php?action=clientlogin&username=Alice&password=x&format=json&formatversion=2"
    body = f"logintoken={token.replace('+', '%2B')}&loginreturnurl=http://e.org/".encode()
    answer = json.loads(browser.send("POST", target, {"Content-Type": "application/x-www-form-urlencoded"}, body).body)
    assert answer["error"]["code"] == "mustpostparams"
    assert answer["error"]["info"].endswith(": password.")


# -- one step -----------------------------------------------------------------------------------------------------------


def test_m07_example_21(wiki, browser):
    wiki.create_user("William", PASSWORD)
    answer = begin(browser, username="William", password=PASSWORD)
    assert answer == {"clientlogin": {"status": "PASS", "username": "William"}}
    assert set(browser.cookies) == {"my_wiki_session", "my_wikiUserID", "my_wikiUserName"}
    assert browser.who() == "William"


@pytest.mark.parametrize("value", ["1", "0", ""])
def test_remember_me_counts_by_its_presence(browser, value):
    alice(browser, rememberMe=value)
    assert "my_wikiToken" in browser.cookies


def test_m04_a_failure_in_full(browser):
    assert begin(browser, username="Alice", password="nope") == {
        "clientlogin": {
            "status": "FAIL",
            "message": "Incorrect username or password entered.\nPlease try again.",
            "messagecode": "wrongpassword",
            "canpreservestate": False,
        }
    }
    assert browser.who() == "127.0.0.1"


@pytest.mark.parametrize(
    ("message_format", "message"),
    [
        ("raw", {"key": "wrongpassword", "params": []}),
        ("html", "Incorrect username or password entered.\nPlease try again."),
        ("none", None),
    ],
)
def test_m05_messages_come_in_the_format_asked_for(browser, message_format, message):
    answer = begin(browser, username="Alice", password="nope", loginmessageformat=message_format)["clientlogin"]
    assert answer.get("message") == message
    assert answer["messagecode"] == "wrongpassword"


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"username": "Alice"},
        {"username": "Alice", "password": ""},
        {"password": "x"},
        {"username": "A#b", "password": "x"},
    ],
)
def test_what_is_not_filled_in_is_nobody_s(browser, fields):
    assert code_of(begin(browser, **fields)) == "authmanager-authn-no-primary"


def test_s12_an_array_where_a_text_belongs_counts_as_absent(browser):
    answer = post(browser, loginreturnurl=RETURN, **{"username[]": "Alice", "password": PASSWORD})
    assert code_of(answer) == "authmanager-authn-no-primary"
    assert "warnings" not in answer


@pytest.mark.parametrize("name", ["Alice", "Nobody"])
def test_b10_too_long_a_password_looks_the_same_for_everybody(browser, name):
    answer = begin(browser, username=name, password="x" * 5000)
    assert code_of(answer) == "fatalpassworderror"
    assert name not in answer["clientlogin"]["message"]


def test_m12_requests_choose_among_the_needs(browser):
    only = r"MediaWiki\Auth\RememberMeAuthenticationRequest"
    answer = alice(browser, loginrequests=only)
    assert answer["warnings"]["main"]["warnings"] == "Unrecognized parameters: username, password."
    assert code_of(answer) == "authmanager-authn-no-primary"
    both = rf"MediaWiki\Auth\PasswordAuthenticationRequest|{only}"
    assert alice(browser, loginrequests=both)["clientlogin"]["status"] == "PASS"


def test_without_a_flow_stray_fields_are_not_recognised(browser):
    answer = post(browser, logincontinue="1", username="Alice", password=PASSWORD)
    assert answer["warnings"]["main"]["warnings"] == "Unrecognized parameters: username, password."
    assert code_of(answer) == "authmanager-authn-not-in-progress"


def test_c18_within_a_bot_password_s_session_nobody_logs_in(wiki, browser):
    bot = wiki.create_bot_password(wiki.alice, "bot")
    browser.post(
        {"action": "login", "lgname": bot.login, "lgpassword": bot.password, "lgtoken": browser.token("login")}
    )
    answer = alice(browser)
    assert code_of(answer) == "userlogin-cannot-login"
    assert answer["warnings"]["main"]["warnings"] == "Unrecognized parameters: username, password."


def test_core_21_16_login_goes_on_where_the_same_origin_policy_is_not_applied(wiki, browser):
    token = browser.token("login")
    body = f"action=clientlogin&username=Alice&password={PASSWORD}&loginreturnurl={RETURN}&logintoken={token.replace('+', '%2B')}"
    answer = browser.send(
        "POST", "/w/api.php?origin=*&format=json", {"Content-Type": "application/x-www-form-urlencoded"}, body.encode()
    )
    assert json.loads(answer.body)["clientlogin"]["status"] == "PASS"
    assert browser.who() == "Alice"


def test_b1_m37_the_sixth_attempt_is_not_judged_and_says_how_long_the_window_is(wiki):
    for _ in range(5):
        assert code_of(begin(wiki.browser(), username="Alice", password="nope")) == "wrongpassword"
    for name in ("Alice", "alice", "Alice_", "User:Alice", "Alice\u200e"):
        answer = begin(wiki.browser(), username=name, password=PASSWORD, loginmessageformat="raw")["clientlogin"]
        assert answer["messagecode"] == "login-throttled", f"b6: {name}"
        assert answer["message"] == {"key": "login-throttled", "params": [{"duration": 300}]}
    wiki.clock.move(300)
    assert alice(wiki.browser())["clientlogin"]["status"] == "PASS"


def test_b8_a_missing_account_is_throttled_like_an_existing_one(wiki):
    codes = [code_of(begin(wiki.browser(), username="Nobody", password="nope")) for _ in range(6)]
    assert codes == ["wrongpassword"] * 5 + ["login-throttled"]


def test_attempts_without_credentials_count_for_themselves(wiki):
    codes = [code_of(begin(wiki.browser())) for _ in range(6)]
    assert codes == ["authmanager-authn-no-primary"] * 5 + ["login-throttled"]
    assert alice(wiki.browser())["clientlogin"]["status"] == "PASS"


def test_a_wiki_may_keep_blocked_users_out():
    with TestWiki({"accounts": {"block_disables_login": True}}) as wiki:
        blocked, admin = wiki.create_user("Blocked", PASSWORD), wiki.create_user("Admin", PASSWORD)
        wiki.wiki.services.blocks.block_account(blocked, by=admin)
        browser = wiki.browser()
        assert code_of(begin(browser, username="Blocked", password=PASSWORD)) == "login-userblocked"
        assert code_of(begin(browser, username="Blocked", password="nope")) == "wrongpassword", (
            "strangers learn nothing of it"
        )
        assert browser.who() == "127.0.0.1"


def test_a_blocked_user_otherwise_logs_in(wiki, browser):
    wiki.wiki.services.blocks.block_account(wiki.alice, by=wiki.alice)
    assert alice(browser)["clientlogin"]["status"] == "PASS"


# -- the whole conversation, with providers of somebody else's (recorded in clientlogin_redirect, clientlogin_restart_link) --------


def text(words):
    return raw_message(words)


RETURN_NEED = Need("DummyReturnReq", (Field("code", "string", text("code"), text("code help"), optional=True),))
START_NEED = Need(
    "DummyStartReq:dummylogin", (Field("dummylogin", "button", text("Log in with Dummy"), text("Starts dummy flow")),)
)


class Dummy:
    """Sends people away, asks again for “again”, knows some outside accounts and restarts for the others."""

    id = "dummy"
    accounts = "link"
    known: dict[str, str]

    def __init__(self):
        self.known = {}
        self.ends = []

    def canonical_name(self, _typed):
        return None

    def needs(self, inquiry):
        return (START_NEED,) if inquiry.stage in {"login", "create", "link"} else ()

    def begin(self, attempt):
        if attempt.values(START_NEED.id) is None:
            return Abstain()
        return Redirect(
            (RETURN_NEED,), f"https://idp.example/authorize?return={attempt.return_url}", {"dummy": "apidata"}
        )

    def resume(self, attempt):
        values = attempt.values(RETURN_NEED.id)
        if values is None or values["code"] == "again":
            return Ui((RETURN_NEED,), text("Enter the code again"))
        if values["code"] in self.known:
            return Pass(self.known[values["code"]])
        link = LinkOffer("DummyLinkReq", self.id, text(f"Dummy ({values['code']})"), {"account": values["code"]})
        return Restart(create=CreateOffer(self.id, data={"account": values["code"]}), link=link)

    def ended(self, _attempt, outcome):
        self.ends.append(type(outcome))


class ConfirmLink:
    """Offers to link what was proven before, and links what is chosen."""

    id = "confirm-link"
    takes_links = True

    def __init__(self, dummy):
        self.dummy = dummy

    def needs(self, _inquiry):
        return ()

    def begin(self, attempt, _user):
        if not attempt.links:
            return Abstain()
        options = {link.id: link.label for link in attempt.links}
        ids = "|".join(sorted(options))
        choice = Field(
            "confirmedLinkIDs",
            "multiselect",
            text("Accounts which should be linked"),
            text(""),
            optional=True,
            options=options,
        )
        need = Need(rf"MediaWiki\Auth\ConfirmLinkAuthenticationRequest:{ids}", (choice,))
        return Ui((need,), Message("authprovider-confirmlink-message"))

    def resume(self, attempt, user):
        [filled] = attempt.filled.values()
        for link in attempt.links:
            if link.id in filled.values["confirmedLinkIDs"]:
                self.dummy.known[link.data["account"]] = user.name
        return Pass()

    def ended(self, _attempt, _outcome):
        pass


@pytest.fixture
def linked():
    dummy = Dummy()
    plugins = [
        ProviderPlugin("dummy", "primary", lambda _: dummy),
        ProviderPlugin("confirm-link", "secondary", lambda _: ConfirmLink(dummy)),
    ]
    order = ["login-throttle", "local-password", "dummy", "block-check", "confirm-link"]
    with TestWiki({"auth": {"providers": order}}, providers=(*BUILT_IN, *plugins)) as wiki:
        wiki.create_user("Alice", PASSWORD)
        wiki.dummy = dummy
        yield wiki


RETURN_JSON = {
    "id": "DummyReturnReq", "metadata": {}, "required": "required", "provider": "DummyReturnReq", "account": "DummyReturnReq",
    "fields": {"code": {"type": "string", "label": "code", "help": "code help", "optional": True, "sensitive": False}},
}  # fmt: skip


def test_m06_redirect_ui_restart_and_link_word_for_word(linked):
    browser = linked.browser()
    assert begin(browser, dummylogin="1") == {
        "clientlogin": {
            "status": "REDIRECT",
            "redirecttarget": "https://idp.example/authorize?return=http://example.org/",
            "redirectdata": {"dummy": "apidata"},
            "requests": [RETURN_JSON],
        }
    }
    info = browser.get({"action": "query", "meta": "authmanagerinfo", "amirequestsfor": "login-continue"})
    assert info["query"]["authmanagerinfo"]["requests"] == [RETURN_JSON]
    assert post(browser, logincontinue="1", code="again") == {
        "clientlogin": {
            "status": "UI",
            "requests": [RETURN_JSON],
            "message": "Enter the code again",
            "messagecode": "Enter_the_code_again",
        }
    }
    restart = post(browser, logincontinue="1", code="ext-1")["clientlogin"]
    assert list(restart) == ["status", "requests", "message", "messagecode", "canpreservestate"]
    assert [r["id"] for r in restart["requests"]] == [
        r"MediaWiki\Auth\PasswordAuthenticationRequest",
        "DummyStartReq:dummylogin",
        r"MediaWiki\Auth\RememberMeAuthenticationRequest",
    ]
    assert (restart["status"], restart["messagecode"], restart["canpreservestate"]) == (
        "RESTART", "authmanager-authn-no-local-user-link", True,
    )  # fmt: skip
    login = browser.get({"action": "query", "meta": "authmanagerinfo", "amirequestsfor": "login"})["query"][
        "authmanagerinfo"
    ]
    create = browser.get({"action": "query", "meta": "authmanagerinfo", "amirequestsfor": "create"})["query"][
        "authmanagerinfo"
    ]
    states = [(i["haspreservedstate"], i["hasprimarypreservedstate"], i["preservedusername"]) for i in (login, create)]
    assert states == [(True, False, ""), (True, True, "")]
    confirm = alice(browser, loginpreservestate="1")["clientlogin"]
    assert confirm["messagecode"] == "authprovider-confirmlink-message"
    [request] = confirm["requests"]
    assert request["id"] == r"MediaWiki\Auth\ConfirmLinkAuthenticationRequest:DummyLinkReq"
    assert request["fields"]["confirmedLinkIDs"] == {
        "type": "multiselect",
        "options": {"DummyLinkReq": "Dummy (ext-1)"},
        "label": "Accounts which should be linked",
        "help": "",
        "optional": True,
        "sensitive": False,
    }
    assert post(browser, logincontinue="1", confirmedLinkIDs="DummyLinkReq") == {
        "clientlogin": {"status": "PASS", "username": "Alice"}
    }
    other = linked.browser()
    begin(other, dummylogin="")
    assert post(other, logincontinue="1", code="ext-1") == {"clientlogin": {"status": "PASS", "username": "Alice"}}
    assert other.who() == "Alice"


def test_m10_restart_may_go_on_with_other_credentials(linked):
    browser = linked.browser()
    begin(browser, dummylogin="1")
    post(browser, logincontinue="1", code="ext-2")
    assert (
        post(browser, logincontinue="1", username="Alice", password="nope")["clientlogin"]["messagecode"]
        == "wrongpassword"
    )
    assert code_of(post(browser, logincontinue="1")) == "authmanager-authn-not-in-progress"


def test_m10_after_restart_a_login_that_does_not_ask_for_it_links_nothing(linked):
    browser = linked.browser()
    begin(browser, dummylogin="1")
    post(browser, logincontinue="1", code="ext-3")
    assert alice(browser)["clientlogin"]["status"] == "PASS"
    assert linked.dummy.known == {}


def test_merged_fields_stand_beside_the_requests(linked):
    browser = linked.browser()
    begin(browser, dummylogin="1", loginmergerequestfields="1")
    answer = post(browser, logincontinue="1", code="ext-4", loginmergerequestfields="1", loginmessageformat="none")[
        "clientlogin"
    ]
    assert list(answer) == ["status", "requests", "fields", "messagecode", "canpreservestate"]
    assert all("fields" not in request for request in answer["requests"])
    assert {name: field["optional"] for name, field in answer["fields"].items()} == {
        "username": True, "password": True, "dummylogin": True, "rememberMe": True,
    }  # fmt: skip


def test_xml_carries_it_too(linked):
    browser = linked.browser()
    body = f"action=clientlogin&format=xml&dummylogin=1&loginreturnurl={RETURN}&logintoken={browser.token('login').replace('+', '%2B')}"
    answer = browser.send("POST", "/w/api.php", {"Content-Type": "application/x-www-form-urlencoded"}, body.encode())
    assert answer.body.decode() == (
        '<?xml version="1.0"?><api><clientlogin status="REDIRECT" redirecttarget="https://idp.example/authorize?return=http://example.org/">'
        '<redirectdata dummy="apidata" /><requests><_v id="DummyReturnReq" required="required" provider="DummyReturnReq" '
        'account="DummyReturnReq"><metadata /><fields><code type="string" label="code" help="code help" optional="" /></fields></_v>'
        "</requests></clientlogin></api>"
    )


class Asker:
    """A secondary that asks everybody for more and is content with anything."""

    id = "asker"
    takes_links = False

    def needs(self, _inquiry):
        return ()

    def begin(self, _attempt, _user):
        return Ui((RETURN_NEED,), text("more"))

    def resume(self, _attempt, _user):
        return Pass()

    def ended(self, _attempt, _outcome):
        pass


@pytest.fixture
def asking():
    order = ["login-throttle", "local-password", "asker"]
    plugin = ProviderPlugin("asker", "secondary", lambda _: Asker())
    with TestWiki({"auth": {"providers": order}}, providers=(*BUILT_IN, plugin)) as wiki:
        wiki.create_user("Alice", PASSWORD)
        yield wiki


def test_action_login_ends_where_a_further_step_would_be_needed_and_clientlogin_can_finish(asking):
    browser = asking.browser()
    form = {"action": "login", "lgname": "Alice", "lgpassword": PASSWORD, "errorformat": "none"}
    answer = browser.post({**form, "lgtoken": browser.token("login")})
    assert answer == {"login": {"result": "Aborted", "reason": {"code": "api-login-fail-aborted"}}}
    assert browser.who() == "127.0.0.1"
    assert post(browser, logincontinue="1", code="x")["clientlogin"] == {"status": "PASS", "username": "Alice"}
    assert "my_wikiToken" in browser.cookies, "the choice of the beginning is kept"


def test_s9_a_second_step_left_undone_throttles_nobody(asking):
    assert [alice(asking.browser())["clientlogin"]["status"] for _ in range(8)] == ["UI"] * 8
    assert code_of(begin(asking.browser(), username="Alice", password="nope")) == "wrongpassword"


def test_a_question_comes_with_nothing_but_the_session_s_cookie(asking):
    browser = asking.browser()
    alice(browser, rememberMe="1")
    assert set(browser.cookies) == {"my_wiki_session"}


def test_h8_a_broken_provider_is_a_failure_and_never_an_internal_error():
    class Broken(Dummy):
        def begin(self, attempt):
            raise RuntimeError(f"secret in the traceback: {attempt.filled}")

    with TestWiki(
        {"auth": {"providers": ["dummy", "local-password"]}},
        providers=(*BUILT_IN, ProviderPlugin("dummy", "primary", lambda _: Broken())),
    ) as wiki:
        wiki.create_user("Alice", PASSWORD)
        browser = wiki.browser()
        assert code_of(alice(browser)) == "authmanager-authn-no-primary"
        assert browser.who() == "127.0.0.1"


# -- all at once --------------------------------------------------------------------------------------------------------


def at_once(work, arguments):
    barrier, results = threading.Barrier(len(arguments)), []

    def run(argument):
        barrier.wait()
        results.append(work(argument))

    threads = [threading.Thread(target=run, args=(argument,)) for argument in arguments]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results)


def statuses(wiki, passwords):
    browsers = [wiki.browser() for _ in passwords]
    forms = [(browser, browser.token("login"), password) for browser, password in zip(browsers, passwords, strict=True)]

    def log_in(form):
        browser, token, password = form
        answer = browser.post(
            {
                "action": "clientlogin",
                "username": "Alice",
                "password": password,
                "loginreturnurl": RETURN,
                "logintoken": token,
            }
        )["clientlogin"]
        return answer.get("messagecode", answer["status"])

    return at_once(log_in, forms)


def test_b2_of_fifty_wrong_logins_at_once_exactly_five_are_judged(wiki):
    assert statuses(wiki, ["wrong"] * 50) == ["login-throttled"] * 45 + ["wrongpassword"] * 5


def test_b3_of_eight_right_and_four_wrong_logins_at_once_all_right_ones_pass(wiki):
    assert statuses(wiki, [PASSWORD] * 8 + ["wrong"] * 4) == ["PASS"] * 8 + ["wrongpassword"] * 4
