"""Captchas through HTTP, as clients meet them (mission M08; spec extensions §2)."""

from __future__ import annotations

import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode

import pytest

from wikigate.accounts.totp import hotp, key_of
from wikigate.auth.fields import Field, Need, raw_message
from wikigate.auth.outcome import Abstain, Redirect, Restart
from wikigate.auth.plugin import ProviderPlugin
from wikigate.auth.settings import AuthSettings
from wikigate.plugins import all_providers
from wikigate.testing.wiki import TestWiki
from wikigate.wire.http import Request

SECRET = "correct horse battery"
SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
PROVIDERS = [*AuthSettings().providers, "captcha"]
WRONG = {
    "status": "FAIL",
    "message": "Incorrect username or password entered.\nPlease try again.",
    "messagecode": "wrongpassword",
    "canpreservestate": False,
}


def open_wiki(**captcha):
    throttle = {"conditions": [], "per_name": 0, "per_address": 0}
    auth = {"providers": PROVIDERS, "throttle": throttle, "captcha": captcha}
    # Eight logins that write at once wait for each other, however busy the machine is.
    wiki = TestWiki({"auth": auth, "database": {"busy_timeout": 60}})
    wiki.create_user("Alice", SECRET)
    wiki.create_user("Bob", SECRET)
    return wiki


@pytest.fixture
def wiki():
    with open_wiki() as wiki:
        yield wiki


@pytest.fixture
def always():
    """A wiki that asks at every login."""
    with open_wiki(triggers={"loginattempt": True}) as wiki:
        yield wiki


def listed(browser, stage="login"):
    """The captcha that a form asks for; None where it asks for none."""
    info = browser.get({"action": "query", "meta": "authmanagerinfo", "amirequestsfor": stage})
    requests = info["query"]["authmanagerinfo"]["requests"]
    return next((one for one in requests if one["id"] == "CaptchaAuthenticationRequest"), None)


def solve(request):
    """The fields that answer a sum."""
    fields = request["fields"]
    first, sign, second = re.fullmatch(r"(\d+)([+−])(\d+) =", fields["captchaInfo"]["value"]).groups()
    word = int(first) + int(second) if sign == "+" else int(first) - int(second)
    return {"captchaId": fields["captchaId"]["value"], "captchaWord": str(word)}


def fail(browser, times, name="Alice"):
    for _ in range(times):
        assert browser.log_in(name, "wrong") == WRONG


def create(browser, name="Carol", **fields):
    form = {
        "action": "createaccount",
        "username": name,
        "password": SECRET,
        "retype": SECRET,
        "createreturnurl": "http://example.org/",
        "createtoken": browser.token("createaccount"),
    }
    return browser.post({**form, **fields})["createaccount"]


def rows(wiki):
    with wiki.wiki.database.read() as connection:
        return connection.exec_driver_sql("SELECT count(*) FROM wikigate_session").scalar()


# -- what is asked --------------------------------------------------------------------------------------------------------


def test_the_sum_as_recorded(always):
    request = listed(always)
    fields = request.pop("fields")
    assert request == {
        "id": "CaptchaAuthenticationRequest",
        "metadata": {"type": "simple", "mime": "text/plain"},
        "required": "required",
        "provider": r"MediaWiki\Extension\ConfirmEdit\Auth\CaptchaAuthenticationRequest",
        "account": "CaptchaAuthenticationRequest",
    }
    assert re.fullmatch(r"\d{1,19}", fields["captchaId"].pop("value"))
    assert re.fullmatch(r"\d+[+−]\d+ =", fields["captchaInfo"].pop("value"))
    fields["captchaInfo"].pop("label")
    plain = {"optional": False, "sensitive": False}
    assert fields == {
        "captchaId": {
            "type": "hidden",
            "label": "CAPTCHA ID",
            "help": "This value should be sent back unchanged.",
            **plain,
        },
        "captchaInfo": {"type": "null", "help": "Description of the CAPTCHA.", **plain},
        "captchaWord": {"type": "string", "label": "CAPTCHA", "help": "Solution of the CAPTCHA.", **plain},
    }


def test_a_visitor_who_is_shown_a_captcha_gets_a_cookie_and_no_row(always):
    browser = always.browser()
    assert listed(browser)
    assert list(browser.cookies) == ["my_wiki_session"]
    assert rows(always) == 0


def test_without_failures_a_login_asks_for_nothing(wiki):
    browser = wiki.browser()
    assert listed(browser) is None
    assert browser.cookies == {}
    assert browser.log_in("Alice", SECRET)["status"] == "PASS"


# -- logging in -----------------------------------------------------------------------------------------------------------


def test_m08_a_solved_captcha_and_the_right_password_pass(always):
    browser = always.browser()
    assert browser.log_in("Alice", SECRET, **solve(listed(browser))) == {"status": "PASS", "username": "Alice"}
    assert browser.who() == "Alice"


def test_s10_after_three_failures_the_right_password_alone_is_told_as_wrong(wiki):
    fail(wiki.browser(), 2)
    assert listed(wiki.browser()) is None
    fail(wiki.browser(), 1)
    browser = wiki.browser()
    assert browser.log_in("Bob", SECRET) == WRONG
    assert browser.log_in("Bob", SECRET, **solve(listed(browser)))["status"] == "PASS"
    assert listed(wiki.browser()), "a success forgives no address"
    wiki.clock.move(300)
    assert listed(wiki.browser()) is None


def test_the_window_begins_with_the_first_failure(wiki):
    for _ in range(3):
        fail(wiki.browser(), 1)
        wiki.clock.move(101)
    assert listed(wiki.browser()) is None


def test_failures_with_a_name_ask_whoever_gives_that_name():
    with open_wiki(triggers={"badlogin": False}, per_user={"attempts": 3, "seconds": 600}) as wiki:
        fail(wiki.browser(), 3)
        browser = wiki.browser()
        assert listed(browser) is None, "nothing tells before the name is given"
        assert browser.log_in("Alice", SECRET) == WRONG
        assert browser.log_in("Alice", SECRET, **solve(listed(browser)))["status"] == "PASS"
        assert listed(browser), "somebody still guesses at the name that this browser remembers"
        assert wiki.browser().log_in("Alice", SECRET) == WRONG, "a solved captcha forgives nobody"
        wiki.clock.move(600)
        assert wiki.browser().log_in("Alice", SECRET)["status"] == "PASS"
        assert listed(browser) is None


def test_a_success_without_a_captcha_forgives_the_name():
    with open_wiki(triggers={"badlogin": False}, per_user={"attempts": 2, "seconds": 600}) as wiki:
        for _ in range(3):
            fail(wiki.browser(), 1)
            assert wiki.browser().log_in("Alice", SECRET)["status"] == "PASS"


def test_a_failure_for_want_of_a_captcha_counts_too(wiki):
    fail(wiki.browser(), 3)
    browser = wiki.browser()
    for _ in range(90 - 3):
        assert browser.log_in("Bob", SECRET) == WRONG
    wiki.clock.move(301)
    assert listed(wiki.browser()), "ninety failures are remembered for a day"


def test_action_login_cannot_solve_one(always):
    browser = always.browser()
    form = {"action": "login", "lgname": "Alice", "lgpassword": SECRET, "lgtoken": browser.token("login")}
    assert browser.post(form)["login"] == {
        "result": "Failed",
        "reason": "Incorrect username or password entered. Please try again.",
    }


def test_a_bot_password_is_not_asked(always):
    account = always.wiki.services.directory.by_name("Alice")
    bot = always.create_bot_password(account, "tool", "basic")
    browser = always.browser()
    form = {"action": "login", "lgname": "Alice@tool", "lgpassword": bot.password, "lgtoken": browser.token("login")}
    assert browser.post(form)["login"]["result"] == "Success"


@pytest.mark.parametrize("action", ["clientlogin", "login", "createaccount"])
def test_u15_a_header_tells_honest_clients_what_is_wanted(always, action):
    browser = always.browser()
    if action == "createaccount":
        form = {"username": "Carol", "password": SECRET, "retype": SECRET, "createreturnurl": "http://example.org/"}
        form["createtoken"] = browser.token("createaccount")
    elif action == "login":
        form = {"lgname": "Alice", "lgpassword": SECRET, "lgtoken": browser.token("login")}
    else:
        form = {"username": "Alice", "password": SECRET, "loginreturnurl": "http://example.org/"}
        form["logintoken"] = browser.token("login")
    body = urlencode({"action": action, "format": "json", **form}).encode()
    answer = browser.send("POST", "/w/api.php", {"Content-Type": "application/x-www-form-urlencoded"}, body)
    assert answer.header("Wikigate-Wanted") == "captcha"


def test_a_wrong_password_behind_a_solved_captcha_has_no_such_header(always):
    browser = always.browser()
    form = {"username": "Alice", "password": "wrong", "loginreturnurl": "http://example.org/", **solve(listed(browser))}
    form["logintoken"] = browser.token("login")
    body = urlencode({"action": "clientlogin", "format": "json", **form}).encode()
    answer = browser.send("POST", "/w/api.php", {"Content-Type": "application/x-www-form-urlencoded"}, body)
    assert json.loads(answer.body)["clientlogin"]["messagecode"] == "wrongpassword"
    assert answer.header("Wikigate-Wanted") is None


# -- further steps -----------------------------------------------------------------------------------------------------


def test_m08_it_is_solved_once_and_a_second_factor_goes_on_without():
    with open_wiki(triggers={"loginattempt": True}) as wiki:
        alice = wiki.wiki.services.directory.by_name("Alice")
        wiki.wiki.factors.add(alice.id, "totp", {"secret": SEED})
        browser = wiki.browser()
        asked = browser.log_in("Alice", SECRET, **solve(listed(browser)))
        assert [asked["status"], [list(one["fields"]) for one in asked["requests"]]] == ["UI", [["OATHToken"]]]
        for steps, status in ((1000, "UI"), (0, "PASS")):
            code = hotp(key_of(SEED), int(wiki.clock.now()) // 30 + steps)
            form = {
                "action": "clientlogin",
                "logincontinue": "1",
                "OATHToken": code,
                "logintoken": browser.token("login"),
            }
            assert browser.post(form)["clientlogin"]["status"] == status


class Stranger:
    """A provider that knows who comes, but nobody here by that name; it sends him round by another server first."""

    id = "stranger"
    accounts = "link"
    need = Need("StrangerRequest", (Field("stranger", "button", raw_message("Come in"), raw_message("")),))
    back = Need("StrangerReturn", (Field("code", "string", raw_message("Code"), raw_message("")),))

    def canonical_name(self, _typed):
        return None

    def needs(self, inquiry):
        return (self.need,) if inquiry.stage == "login" else ()

    def begin(self, attempt):
        values = attempt.values("StrangerRequest")
        return Redirect((self.back,), "http://example.org/") if values and values["stranger"] else Abstain()

    def resume(self, _attempt):
        return Restart()

    def ended(self, _attempt, _outcome):
        """Nothing."""


def test_m10_it_is_not_asked_again_after_a_restart():
    auth = {"providers": [*PROVIDERS, "stranger"], "captcha": {"triggers": {"loginattempt": True}}}
    plugin = ProviderPlugin("stranger", "primary", lambda _parts: Stranger())
    with TestWiki({"auth": auth}, providers=(plugin, *all_providers())) as wiki:
        wiki.create_user("Alice", SECRET)
        browser = wiki.browser()
        form = {"action": "clientlogin", "stranger": "1", "loginreturnurl": "http://example.org/"}
        solved = solve(listed(browser))
        redirected = browser.post({**form, **solved, "logintoken": browser.token("login")})["clientlogin"]
        assert redirected["status"] == "REDIRECT"
        go_on = {"action": "clientlogin", "logincontinue": "1"}
        restarted = browser.post({**go_on, "code": "1", "logintoken": browser.token("login")})["clientlogin"]
        assert restarted["status"] == "RESTART"
        assert "CaptchaAuthenticationRequest" not in [one["id"] for one in restarted["requests"]]
        answer = {"username": "Alice", "password": SECRET, "logintoken": browser.token("login")}
        assert browser.post({**go_on, **answer})["clientlogin"] == {"status": "PASS", "username": "Alice"}
        assert listed(wiki.browser()), "the next login is another one"


# -- one try ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", ["right", "wrong"])
def test_r80_a_captcha_is_one_try(always, first):
    browser = always.browser()
    answer = solve(listed(browser))
    tried = answer if first == "right" else {**answer, "captchaWord": "999"}
    browser.log_in("Alice", "wrong", **tried)
    assert browser.log_in("Alice", SECRET, **answer) == WRONG


def test_r80_a_captcha_belongs_to_its_session(always):
    browser, other = always.browser(), always.browser()
    listed(other)
    assert other.log_in("Alice", SECRET, **solve(listed(browser))) == WRONG


def test_r80_a_captcha_belongs_to_its_action(always):
    browser = always.browser()
    for_account, for_login = solve(listed(browser, "create")), solve(listed(browser, "login"))
    assert browser.log_in("Alice", SECRET, **for_account) == WRONG
    assert create(browser, **for_login)["messagecode"] == "captcha-createaccount-fail"


def test_r80_a_captcha_is_good_for_half_an_hour(always):
    browser = always.browser()
    in_time, late = solve(listed(browser)), solve(listed(browser))
    always.clock.move(1799)
    assert browser.log_in("Alice", SECRET, **in_time)["status"] == "PASS"
    always.clock.move(10)
    assert browser.log_in("Alice", SECRET, **late) == WRONG


def test_without_a_session_where_the_wiki_wants_none():
    with open_wiki(triggers={"loginattempt": True}, needs_session=False) as wiki:
        asking = wiki.browser()
        answer = solve(listed(asking))
        assert asking.cookies == {}
        assert wiki.browser().log_in("Alice", SECRET, **answer)["status"] == "PASS"
        assert wiki.browser().log_in("Alice", SECRET, **answer) == WRONG


def test_of_eight_right_answers_at_once_one_counts():
    with open_wiki(triggers={"loginattempt": True}, needs_session=False) as wiki:
        answer = solve(listed(wiki.browser()))
        browsers = [(one, one.token("login")) for one in (wiki.browser() for _ in range(8))]
        together = threading.Barrier(8)

        def log_in(browser, token):
            form = {"action": "clientlogin", "username": "Alice", "password": SECRET, "logintoken": token}
            together.wait()
            return browser.post({**form, "loginreturnurl": "http://example.org/", **answer})["clientlogin"]["status"]

        with ThreadPoolExecutor(8) as pool:
            outcomes = list(pool.map(lambda one: log_in(*one), browsers))
    assert sorted(outcomes) == ["FAIL"] * 7 + ["PASS"]


def test_after_fifteen_wrong_captchas_in_a_minute_none_is_right(always):
    for _ in range(15):
        browser = always.browser()
        browser.log_in("Alice", SECRET, **{**solve(listed(browser)), "captchaWord": "999"})
    browser = always.browser()
    assert browser.log_in("Alice", SECRET, **solve(listed(browser))) == WRONG
    always.clock.move(60)
    assert browser.log_in("Alice", SECRET, **solve(listed(browser)))["status"] == "PASS"


# -- creating accounts -----------------------------------------------------------------------------------------------------


def test_a_new_account_needs_a_captcha(wiki):
    browser = wiki.browser()
    refused = {
        "status": "FAIL",
        "message": "Incorrect or missing CAPTCHA.",
        "messagecode": "captcha-createaccount-fail",
        "canpreservestate": False,
    }
    assert create(browser) == refused
    assert create(browser, **{**solve(listed(browser, "create")), "captchaWord": "x"}) == refused
    assert create(browser, **solve(listed(browser, "create"))) == {"status": "PASS", "username": "Carol"}


def test_who_may_skip_it(wiki):
    wiki.create_user("Sam", SECRET, groups=("sysop",))
    browser = wiki.browser()
    browser.log_in("Sam", SECRET)
    assert listed(browser, "create") is None
    assert create(browser)["status"] == "PASS"
    rights = browser.get({"action": "query", "meta": "userinfo", "uiprop": "rights"})["query"]["userinfo"]["rights"]
    assert "skipcaptcha" in rights


def test_an_address_that_is_let_pass():
    with open_wiki(bypass=["127.0.0.0/8"]) as wiki:
        assert listed(wiki.browser(), "create") is None
        assert create(wiki.browser())["status"] == "PASS"


def test_an_address_that_is_let_pass_still_solves_one_to_log_in():
    with open_wiki(bypass=["127.0.0.0/8"], triggers={"loginattempt": True}) as wiki:
        assert wiki.browser().log_in("Alice", SECRET) == WRONG


# -- questions -------------------------------------------------------------------------------------------------------------


def test_a_question_of_the_wiki():
    question = {"question": "Capital of <b>France</b>?", "answers": ["Paris", "PARIS (Seine)"]}
    with open_wiki(kind="questions", questions=[question], triggers={"loginattempt": True}) as wiki:
        browser = wiki.browser()
        for said, status in (("London", "FAIL"), (" pARIS ", "PASS")):
            request = listed(browser)
            assert request["metadata"] == {"type": "question", "mime": "text/html"}
            assert request["fields"]["captchaInfo"]["value"] == "Capital of <b>France</b>?"
            ident = request["fields"]["captchaId"]["value"]
            assert browser.log_in("Alice", SECRET, captchaId=ident, captchaWord=said)["status"] == status


# -- what clients look for -------------------------------------------------------------------------------------------------


def test_the_extension_is_named(wiki):
    named = wiki.get({"action": "query", "meta": "siteinfo", "siprop": "extensions"})["query"]["extensions"]
    assert "ConfirmEdit" in [one["name"] for one in named]


# -- pictures --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def pictures():
    with open_wiki(kind="image", triggers={"loginattempt": True}) as wiki:
        yield wiki


def read(wiki, browser, ident):
    """Read a picture as nobody can who has not the server's key."""
    captcha = wiki.wiki.services.flow.providers.by_id["captcha"]
    session = wiki.wiki.services.sessions.load(
        Request("GET", "/", headers={"cookie": "; ".join(f"{k}={v}" for k, v in browser.cookies.items())})
    )
    return captcha.kind.puzzle.word(captcha.kind.challenges.find(ident, session))


def test_a_picture_is_shown_and_read(pictures):
    browser = pictures.browser()
    request = listed(browser)
    ident = request["fields"]["captchaId"]["value"]
    where = request["fields"]["captchaInfo"]["value"]
    assert request["metadata"] == {"type": "image", "mime": "image/png"}
    assert where == f"/w/index.php?title=Special:Captcha/image&wpCaptchaId={ident}"
    answer = browser.send("GET", where)
    assert (answer.status, answer.header("Content-Type")) == (200, "image/png")
    assert answer.header("Cache-Control") == "private, s-maxage=0, max-age=3600"
    assert answer.body.startswith(b"\x89PNG\r\n")
    assert browser.send("GET", where).body == answer.body, "several would help to take the noise away"
    word = read(pictures, browser, ident).upper()
    assert browser.log_in("Alice", SECRET, captchaId=ident, captchaWord=word)["status"] == "PASS"


@pytest.mark.parametrize("ident", ["", "1", "x", "9" * 30, "256644267740248239"])
def test_a_picture_that_there_is_not(pictures, ident):
    answer = pictures.browser().send("GET", f"/w/index.php?title=Special:Captcha/image&wpCaptchaId={ident}")
    assert answer.status == 400
    assert answer.header("Content-Type").startswith("text/html")


def test_another_visitor_s_picture_is_not_shown(pictures):
    where = listed(pictures.browser())["fields"]["captchaInfo"]["value"]
    other = pictures.browser()
    listed(other)
    assert other.send("GET", where).status == 400


def test_another_picture_in_place_of_one(pictures):
    browser = pictures.browser()
    listed(browser)
    ident = browser.post({"action": "fancycaptchareload"})["fancycaptchareload"]["index"]
    assert re.fullmatch(r"\d{1,19}", ident)
    word = read(pictures, browser, ident)
    assert browser.log_in("Alice", SECRET, captchaId=ident, captchaWord=word)["status"] == "PASS"


def test_r79_there_are_fifteen_others_a_minute(pictures):
    browser = pictures.browser()
    made = [browser.get({"action": "fancycaptchareload"})["fancycaptchareload"]["index"] for _ in range(16)]
    assert 0 not in made[:15]
    assert made[15] == 0


def test_only_pictures_can_be_reloaded(wiki):
    assert wiki.post({"action": "fancycaptchareload"})["error"]["code"] == "badvalue"


def test_the_help_page_is_there(wiki):
    answer = wiki.browser().send("GET", "/w/index.php?title=Special:Captcha/help")
    assert answer.status == 200
    assert "captcha" in answer.body.decode()


def test_without_captchas_there_is_no_such_page():
    with TestWiki() as wiki:
        assert wiki.send("GET", "/w/index.php?title=Special:Captcha/help").status == 404


# -- captchas of other services --------------------------------------------------------------------------------------------


class Verifier(BaseHTTPRequestHandler):
    """Stands in for a service: every token that begins with “good” is right, once."""

    def do_POST(self):
        form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        self.server.asked.append(form)
        token, said = form["response"], {"success": True, "hostname": "wiki.example.org"}
        if form["secret"] != "server-secret":
            said = {"success": False, "error-codes": ["invalid-input-secret"]}
        elif not token.startswith("good") or token in self.server.used:
            said = {"success": False, "error-codes": ["timeout-or-duplicate"]}
        self.server.used.add(token)
        status = 500 if token == "broken" else 200
        body = b"<html>" if token == "page" else b"[]" if token == "list" else json.dumps(said).encode()
        if token == "silent":
            body, said = b"{}", {}
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def service():
    with ThreadingHTTPServer(("127.0.0.1", 0), Verifier) as server:
        server.asked, server.used = [], set()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


REMOTE = {
    "hcaptcha": ("hcaptcha", r"hCaptcha\HCaptchaAuthenticationRequest"),
    "turnstile": ("turnstile", r"Turnstile\TurnstileAuthenticationRequest"),
    "recaptcha": ("recaptchanocaptcha", r"ReCaptchaNoCaptcha\ReCaptchaNoCaptchaAuthenticationRequest"),
}


def remote_wiki(service, kind="turnstile", **remote):
    keys = {"site_key": "public-key", "secret": "server-secret"}
    keys["url"] = f"http://127.0.0.1:{service.server_address[1]}/siteverify"
    return open_wiki(kind=kind, triggers={"loginattempt": True}, remote={**keys, **remote})


@pytest.mark.parametrize("kind", REMOTE)
def test_a_service_is_asked_and_believed(service, kind):
    with remote_wiki(service, kind) as wiki:
        browser = wiki.browser()
        request = listed(browser)
        assert request["metadata"] == {"type": REMOTE[kind][0], "mime": "application/javascript", "key": "public-key"}
        assert request["provider"] == rf"MediaWiki\Extension\ConfirmEdit\{REMOTE[kind][1]}"
        assert list(request["fields"]) == ["captchaWord"]
        assert browser.cookies == {}
        assert browser.log_in("Alice", SECRET) == WRONG
        assert browser.log_in("Alice", SECRET, captchaWord="good-1")["status"] == "PASS"
        assert service.asked == [{"secret": "server-secret", "response": "good-1"}]


@pytest.mark.parametrize(
    ("token", "code"),
    [("bad", "turnstile-api"), ("broken", "http"), ("page", "json"), ("list", "json"), ("silent", "json")],
)
def test_what_a_service_says_otherwise_lets_nobody_in(service, token, code):
    with remote_wiki(service) as wiki:
        assert wiki.browser().log_in("Alice", SECRET, captchaWord=token) == {
            "status": "FAIL",
            "message": f"CAPTCHA verification failed due to internal error: {code}",
            "messagecode": "captcha-error",
            "canpreservestate": False,
        }


def test_a_service_that_cannot_be_reached_lets_nobody_in(service):
    with remote_wiki(service, url="http://127.0.0.1:9/siteverify") as wiki:
        answer = wiki.browser().log_in("Alice", SECRET, captchaWord="good")
        assert answer["messagecode"] == "captcha-error"
        assert answer["message"].endswith(": http")


def test_a_token_is_asked_about_once(service):
    with remote_wiki(service) as wiki, ThreadPoolExecutor(8) as pool:
        browsers = [wiki.browser() for _ in range(8)]
        outcomes = pool.map(lambda one: one.log_in("Alice", SECRET, captchaWord="good-2")["status"], browsers)
        assert sorted(outcomes) == ["FAIL"] * 7 + ["PASS"]
        assert len(service.asked) == 1


def test_a_token_of_absurd_length_is_not_asked_about(service):
    with remote_wiki(service) as wiki:
        assert wiki.browser().log_in("Alice", SECRET, captchaWord="good" * 5000) == WRONG
        assert service.asked == []


def test_the_client_s_address_is_told_where_that_is_wanted(service):
    with remote_wiki(service, send_address=True) as wiki:
        wiki.browser().log_in("Alice", SECRET, captchaWord="good")
        assert service.asked[0]["remoteip"] == "127.0.0.1"


def test_what_others_judge_cannot_be_reloaded(service):
    with remote_wiki(service) as wiki:
        captcha = wiki.wiki.services.flow.providers.by_id["captcha"]
        assert captcha.renew(None) is None


# -- pages -----------------------------------------------------------------------------------------------------------------


def sent_again(page):
    """The hidden fields of a page's form."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))


def test_the_login_page_asks_too(always):
    browser = always.browser()
    where = "/w/index.php?title=Special:UserLogin"
    page = browser.send("GET", where).body.decode()
    for right in (False, True):
        first, sign, second = re.search(r"(\d+)([+−])(\d+) =", page).groups()
        word = int(first) + int(second) * (1 if sign == "+" else -1) + (not right)
        fields = {"wpName": "Alice", "wpPassword": SECRET, "captchaWord": str(word), "wploginattempt": "1"}
        body = urlencode({**sent_again(page), **fields}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        before = sent_again(page)["captchaId"]
        answer = browser.send("POST", where, headers, body)
        page = answer.body.decode()
        if not right:
            assert sent_again(page)["captchaId"] != before, "a spent captcha is not asked again"
            assert f'value="{word}"' not in page
    assert answer.status == 302
    assert browser.who() == "Alice"


def test_the_login_page_shows_the_picture(pictures):
    page = pictures.browser().send("GET", "/w/index.php?title=Special:UserLogin").body.decode()
    assert re.search(r'<img src="/w/index\.php\?title=Special:Captcha/image&amp;wpCaptchaId=\d+" alt="[^"]+">', page)


def test_a_login_that_the_throttle_refuses_counts_too():
    """As every FAIL of a login does in MediaWiki (spec extensions §2.3)."""
    auth = {
        "providers": PROVIDERS,
        "captcha": {"per_user": {"attempts": 7, "seconds": 600}, "per_address": {"attempts": 99, "seconds": 300}},
    }
    with TestWiki({"auth": auth}) as wiki:
        wiki.create_user("Alice", SECRET)
        codes = [wiki.browser().log_in("Alice", "wrong")["messagecode"] for _ in range(7)]
        assert codes == ["wrongpassword"] * 5 + ["login-throttled"] * 2
        wiki.clock.move(301)
        browser = wiki.browser()
        assert browser.log_in("Alice", SECRET) == WRONG
        assert listed(browser) is not None
