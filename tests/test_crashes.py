"""Every statement to the database fails in turn, or is the last one of its process: what is left is whole, and can be gone on with.

Security §4.1, K1 and K3 to K6. For each story: up to which point it came is found out by trying once more from the beginning, as a person
would; no answer but PASS is a login; what must change together has changed together or not at all; there is no deed without its line in the
audit, and no line without its deed.
"""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import pytest

from wikigate.accounts.hashing import InlineHasher
from wikigate.accounts.recovery_codes import CODES
from wikigate.accounts.totp import hotp, key_of
from wikigate.app import Application, open_wiki
from wikigate.auth.attempt import Caller
from wikigate.auth.audit import ByHand
from wikigate.primitives.errors import StoreUnavailable
from wikigate.testing.transport import WsgiTransport
from wikigate.testing.wiki import Browser, TestWiki
from wikigate.wire.http import Request

OLD, NEW, TEMPORARY = "correct horse battery", "another horse battery", "TempPass123xyz"
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
REQUEST = r"MediaWiki\Auth\PasswordAuthenticationRequest"
REST = 3000
"""Seconds between two tries: no throttle remembers the one before, and every session lives."""


class Fault:
    """Breaks the statement that comes ``at`` a place: ``before`` it is run, ``after`` it, or with the end of the process."""

    def __init__(self) -> None:
        self.at, self.mode, self.seen = 0, "", 0

    def arm(self, at: int, mode: str) -> None:
        self.at, self.mode, self.seen = at, mode, 0

    def rest(self) -> bool:
        """Let everything pass again; whether the place was reached."""
        reached, self.at = self.seen >= self.at, 0
        return reached

    def point(self, sql: str, moment: str) -> None:
        if not self.at or sql.startswith(("PRAGMA", "ROLLBACK")):
            return
        if moment == "before":
            self.seen += 1
        if self.seen == self.at and self.mode == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.seen == self.at and self.mode == moment:
            self.seen += 1
            raise sqlite3.OperationalError("disk I/O error")


FAULT = Fault()


class _Cursor(sqlite3.Cursor):
    def execute(self, sql: str, *arguments: Any) -> Any:
        FAULT.point(sql, "before")
        found = super().execute(sql, *arguments)
        try:
            FAULT.point(sql, "after")
        except sqlite3.Error:
            # The statement itself has come to its end.
            super().fetchall()
            raise
        return found


class _Connection(sqlite3.Connection):
    def cursor(self, *_: Any) -> Any:
        return super().cursor(_Cursor)

    def execute(self, *arguments: Any) -> Any:
        return self.cursor().execute(*arguments)


@pytest.fixture(scope="module", autouse=True)
def _breakable() -> Iterator[None]:
    real = sqlite3.connect
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite3, "connect", lambda *words, **more: real(*words, **{**more, "factory": _Connection}))
        yield


class Story:
    """One conversation: ``prepare`` brings the wiki there, ``act`` is what may break, ``check`` says what must hold afterwards."""

    statements: ClassVar[int]
    """How many there are at least: less, and the story breaks nothing."""

    def __init__(self, wiki: TestWiki) -> None:
        self.wiki = wiki
        self.alice = wiki.create_user("Alice", OLD)
        self.tries = 0

    def prepare(self) -> Browser:
        raise NotImplementedError

    def act(self, browser: Browser) -> Any:
        raise NotImplementedError

    def check(self, browser: Browser, answer: Any) -> None:
        raise NotImplementedError

    def ledger(self) -> tuple[int, int]:
        """How often the story's deed was done, and how often the audit tells of it."""
        raise NotImplementedError

    def count(self, sql: str, **values: object) -> int:
        with self.wiki.wiki.database.read() as connection:
            return int(connection.exec_driver_sql(f"SELECT count(*) FROM {sql}", values).scalar_one())

    def told(self, event: str, details: str = "%") -> int:
        """How many events of a kind there are, of this try."""
        return self.count(
            "wikigate_audit WHERE event = :event AND moment = :now AND details LIKE :details",
            event=event, now=int(self.wiki.clock.now()), details=details,
        )  # fmt: skip

    def logins(self) -> tuple[int, int]:
        """The sessions begun in this try, and the logins told of, without those that were taken back."""
        begun = self.count(
            "wikigate_session WHERE user_id = :user AND created = :now",
            user=self.alice.id, now=int(self.wiki.clock.now()),
        )  # fmt: skip
        return begun, self.told("login.pass") - self.told("login.fail", "%provider-error%")

    def column(self) -> str:
        """Alice's password as it is stored."""
        with self.wiki.wiki.database.read() as connection:
            sql = "SELECT user_password FROM user WHERE user_id = :user"
            return str(connection.exec_driver_sql(sql, {"user": self.alice.id}).scalar_one())

    def password_is(self, password: str) -> bool:
        return bool(self.wiki.browser().log_in("Alice", password)["status"] != "FAIL")

    def in_or_out(self, browser: Browser, answer: Any) -> None:
        """A login is a PASS, and nothing else is one."""
        passed = answer is not None and answer.get("clientlogin", {}).get("status") == "PASS"
        assert (browser.who() == "Alice") == passed


class Login(Story):
    """A password alone."""

    statements = 8

    def ledger(self) -> tuple[int, int]:
        return self.logins()

    def prepare(self) -> Browser:
        browser = self.wiki.browser()
        self.token = browser.token("login")
        return browser

    def act(self, browser: Browser) -> Any:
        return browser.post({
            "action": "clientlogin", "username": "Alice", "password": OLD, "rememberMe": "1",
            "loginreturnurl": "http://example.org/", "logintoken": self.token,
        })  # fmt: skip

    def check(self, browser: Browser, answer: Any) -> None:
        self.in_or_out(browser, answer)
        assert self.wiki.browser().log_in("Alice", OLD)["status"] == "PASS"


class Code(Story):
    """C8, K3: the second step, with a recovery code: either it is burnt and there is a session, or neither."""

    statements = 8

    def __init__(self, wiki: TestWiki) -> None:
        super().__init__(wiki)
        self.wiki.wiki.factors.add(self.alice.id, "totp", {"secret": SECRET, CODES: []})

    def codes(self) -> list[str]:
        [factor] = self.wiki.wiki.factors.of(self.alice.id)
        return list(factor.data[CODES])

    def prepare(self) -> Browser:
        [factor] = self.wiki.wiki.factors.of(self.alice.id)
        assert self.wiki.wiki.factors.change(
            factor, {"secret": SECRET, CODES: ["AAAABBBBCCCCDDDD", "EEEEFFFFGGGGHHHH"]}
        )
        self.wiki.wiki.services.directory.end_sessions(self.alice.id)
        browser = self.wiki.browser()
        assert browser.log_in("Alice", OLD)["status"] == "UI"
        self.token = browser.token("login")
        return browser

    def ledger(self) -> tuple[int, int]:
        return self.logins()

    def has_session(self) -> bool:
        with self.wiki.wiki.database.read() as connection:
            sql = "SELECT count(*) FROM wikigate_session WHERE user_id = :user"
            return bool(connection.exec_driver_sql(sql, {"user": self.alice.id}).scalar_one())

    def act(self, browser: Browser) -> Any:
        return self.answer(browser, self.token, "AAAABBBBCCCCDDDD")

    def answer(self, browser: Browser, token: str, code: str) -> Any:
        return browser.post({"action": "clientlogin", "logincontinue": "1", "logintoken": token, "OATHToken": code})

    def check(self, browser: Browser, answer: Any) -> None:
        self.in_or_out(browser, answer)
        left = self.codes()
        assert "EEEEFFFFGGGGHHHH" in left
        has_session, is_burnt = self.has_session(), left == ["EEEEFFFFGGGGHHHH"]
        # Where the process lived on it took a login back that it could not note, and the code was used for it.
        assert is_burnt == has_session or (is_burnt and answer is not None)
        key = key_of(SECRET)
        assert key
        again = self.wiki.browser()
        again.log_in("Alice", OLD)
        now = hotp(key, int(self.wiki.clock.now()) // 30)
        assert self.answer(again, again.token("login"), now)["clientlogin"]["status"] == "PASS"


class Reset(Story):
    """A temporary password and the new one that must follow: the old one or the new one is good, never both, never none."""

    statements = 8

    def prepare(self) -> Browser:
        make, directory = self.wiki.wiki.scheme.make, self.wiki.wiki.services.directory
        directory.set_password(self.alice.id, make(OLD))
        directory.set_temporary_password(self.alice.id, make(TEMPORARY))
        browser = self.wiki.browser()
        assert browser.log_in("Alice", TEMPORARY)["status"] == "UI"
        self.token, self.before = browser.token("login"), self.column()
        return browser

    def ledger(self) -> tuple[int, int]:
        begun, told = self.logins()
        assert begun == told
        return int(self.column() != self.before), self.told("credentials.change")

    def act(self, browser: Browser) -> Any:
        return browser.post({
            "action": "clientlogin", "logincontinue": "1", "logintoken": self.token, "password": NEW, "retype": NEW,
        })  # fmt: skip

    def check(self, browser: Browser, answer: Any) -> None:
        self.in_or_out(browser, answer)
        old, new, temporary = (self.password_is(one) for one in (OLD, NEW, TEMPORARY))
        assert old != new
        assert temporary == old
        assert new or browser.who() != "Alice"


class Change(Story):
    """K4: the old password xor the new one works, and other sessions end exactly if the new one does."""

    statements = 6

    def prepare(self) -> Browser:
        directory = self.wiki.wiki.services.directory
        directory.set_password(self.alice.id, self.wiki.wiki.scheme.make(OLD))
        self.wiki.create_bot_password(self.alice, f"app{self.tries}", "basic")
        browser, self.other = self.wiki.browser(), self.wiki.browser()
        for each in (browser, self.other):
            assert each.log_in("Alice", OLD, rememberMe="1")["status"] == "PASS"
        self.token, self.before = browser.token(), self.column()
        return browser

    def ledger(self) -> tuple[int, int]:
        return int(self.column() != self.before), self.told("credentials.change")

    def act(self, browser: Browser) -> Any:
        return browser.post({
            "action": "changeauthenticationdata", "changeauthrequest": REQUEST, "changeauthtoken": self.token,
            "password": NEW, "retype": NEW,
        })  # fmt: skip

    def check(self, browser: Browser, answer: Any) -> None:
        old, new = self.password_is(OLD), self.password_is(NEW)
        assert old != new
        assert (self.other.who() == "Alice") == old
        assert new == (self.bot_column() == "")
        if answer and "changeauthenticationdata" in answer:
            assert new
            assert browser.who() == "Alice"

    def bot_column(self) -> str:
        with self.wiki.wiki.database.read() as connection:
            sql = f"SELECT bp_password FROM bot_passwords WHERE bp_app_id = 'app{self.tries}'"
            column = str(connection.exec_driver_sql(sql).scalar_one())
        return "" if column in {"", "*"} or column.startswith(":error:") else column


class Logout(Story):
    """K5: still in or out; never a session that is gone and a remember credential that is good, or the other way round."""

    statements = 4

    def prepare(self) -> Browser:
        browser = self.wiki.browser()
        assert browser.log_in("Alice", OLD, rememberMe="1")["status"] == "PASS"
        self.token, self.before = browser.token(), dict(browser.cookies)
        return browser

    def ledger(self) -> tuple[int, int]:
        return 1 - self.logins()[0], self.told("logout")

    def act(self, browser: Browser) -> Any:
        return browser.post({"action": "logout", "token": self.token})

    def check(self, browser: Browser, answer: Any) -> None:
        by_session, by_token = self.wiki.browser(), self.wiki.browser()
        by_session.cookies = {name: value for name, value in self.before.items() if not name.endswith("Token")}
        by_token.cookies = {name: value for name, value in self.before.items() if not name.endswith("_session")}
        assert by_session.who() == by_token.who()
        if answer == {}:
            assert by_token.who() == "127.0.0.1"


class Creation(Story):
    """K1: no trace and a name that is free, or a whole account that its maker can log in to."""

    statements = 8

    def prepare(self) -> Browser:
        browser = self.wiki.browser()
        self.name, self.token = f"Newcomer {self.tries}", browser.token("createaccount")
        return browser

    def ledger(self) -> tuple[int, int]:
        return self.rows()[0], self.told("account.created")

    def act(self, browser: Browser) -> Any:
        return self.create(browser, self.token)

    def create(self, browser: Browser, token: str) -> Any:
        return browser.post({
            "action": "createaccount", "username": self.name, "password": OLD, "retype": OLD, "email": "a@example.org",
            "createreturnurl": "http://example.org/", "createtoken": token,
        })  # fmt: skip

    def check(self, browser: Browser, answer: Any) -> None:
        made = self.wiki.wiki.services.directory.by_name(self.name) is not None
        rows = self.rows()
        assert rows == ((1, 1, 1) if made else (0, 0, 0)), "user, actor and log come together"
        if answer and answer.get("createaccount", {}).get("status") == "PASS":
            assert made
        again = self.wiki.browser()
        retry = self.create(again, again.token("createaccount"))["createaccount"]
        if made:
            assert retry["messagecode"] == "userexists"
        else:
            assert retry["status"] == "PASS"
        assert again.log_in(self.name, OLD)["status"] == "PASS"

    def rows(self) -> tuple[int, ...]:
        counts = (
            "SELECT count(*) FROM user WHERE user_name = :name",
            "SELECT count(*) FROM actor WHERE actor_name = :name",
            "SELECT count(*) FROM logging WHERE log_title = replace(:name, ' ', '_') AND log_type = 'newusers'",
        )
        with self.wiki.wiki.database.read() as connection:
            return tuple(int(connection.exec_driver_sql(sql, {"name": self.name}).scalar_one()) for sql in counts)


class BotPassword(Story):
    """K6: a bot password that was shown is good; one that was not can be had anew."""

    statements = 2

    def prepare(self) -> Browser:
        self.app = f"app{self.tries}"
        return self.wiki.browser()

    def ledger(self) -> tuple[int, int]:
        made = self.count("bot_passwords WHERE bp_app_id = :app", app=self.app)
        return made, self.told("botpassword.create")

    def act(self, browser: Browser) -> Any:
        by = ByHand(self.wiki.clock.now())
        try:
            made = self.wiki.wiki.bot_passwords.create(by, self.alice, self.app, grants=["basic"])
        except Exception as error:  # noqa: BLE001  whatever the command would print
            return error
        return made

    def check(self, browser: Browser, answer: Any) -> None:
        secret = getattr(answer, "password", None)
        if secret is None:
            secret = self.wiki.create_bot_password(self.alice, self.app, "basic").password
        form = {"action": "login", "lgname": f"Alice@{self.app}", "lgpassword": secret}
        assert browser.post({**form, "lgtoken": browser.token("login")})["login"]["result"] == "Success"


class BotLogin(Story):
    """A bot password's session, beside the caller's own."""

    statements = 6

    def prepare(self) -> Browser:
        made = self.wiki.create_bot_password(self.alice, f"app{self.tries}", "basic")
        browser = self.wiki.browser()
        self.form = {"action": "login", "lgname": made.login, "lgpassword": made.password}
        self.form["lgtoken"] = browser.token("login")
        return browser

    def ledger(self) -> tuple[int, int]:
        return self.logins()[0], self.told("botlogin.pass")

    def act(self, browser: Browser) -> Any:
        return browser.post(self.form)

    def check(self, browser: Browser, answer: Any) -> None:
        passed = answer is not None and answer.get("login", {}).get("result") == "Success"
        assert (browser.who() == "Alice") == passed


class Reminder(Story):
    """A temporary password by mail: stored, mailed and told of, or nothing of it (O9)."""

    statements = 4

    def __init__(self, wiki: TestWiki) -> None:
        super().__init__(wiki)
        wiki.wiki.services.directory.set_email(self.alice.id, "alice@example.org", authenticated=wiki.clock.now())

    def prepare(self) -> Browser:
        self.wiki.wiki.services.directory.set_temporary_password(self.alice.id, "")
        browser = self.wiki.browser()
        self.token, self.mails = browser.token(), self.mailed()
        return browser

    def mailed(self) -> int:
        return self.count("wikigate_outbox WHERE kind = 'password-reset'")

    def ledger(self) -> tuple[int, int]:
        mailed = self.mailed() - self.mails
        assert mailed == self.count("user WHERE user_name = 'Alice' AND user_newpassword <> ''")
        return mailed, self.told("password.reminder", '%"accounts":1%')

    def act(self, browser: Browser) -> Any:
        return browser.post({"action": "resetpassword", "user": "Alice", "token": self.token})

    def check(self, browser: Browser, answer: Any) -> None:
        if answer and "resetpassword" in answer:
            assert self.mailed() == self.mails + 1


class Factor(Story):
    """K2: an app is taken off an account, and every session with it."""

    statements = 4

    def prepare(self) -> Browser:
        factors = self.wiki.wiki.factors
        for one in factors.of(self.alice.id):
            factors.remove(one)
        self.factor = factors.add(self.alice.id, "totp", {"secret": SECRET, CODES: []})
        browser = self.wiki.browser()
        self.caller = Caller(self.wiki.wiki.services.sessions.load(Request("GET", "/")), "", self.wiki.clock.now())
        return browser

    def ledger(self) -> tuple[int, int]:
        return 1 - len(self.wiki.wiki.factors.of(self.alice.id)), self.told("factor.remove")

    def act(self, browser: Browser) -> Any:
        try:
            return self.wiki.wiki.factor_changes.remove(self.caller, self.alice, self.factor)
        except StoreUnavailable as error:
            return error

    def check(self, browser: Browser, answer: Any) -> None:
        if answer is True:
            assert not self.wiki.wiki.factors.of(self.alice.id)


STORIES = [Login, Code, Reset, Change, Logout, Creation, BotPassword, BotLogin, Reminder, Factor]


def told(story: type[Story], act: Callable[[Story, Browser, int], tuple[Any, bool]]) -> None:
    """Tell a story again and again, broken at one place later each time, until it comes to its end."""
    with TestWiki({"auth": {"throttle": {"account_creation": []}, "password_reset": {"resend_after": 0}}}) as wiki:
        played = story(wiki)
        for place in range(1, 200):
            played.tries = place
            browser = played.prepare()
            before = played.ledger()
            answer, reached = act(played, browser, place)
            after = played.ledger()
            assert after[0] - before[0] == after[1] - before[1], "a deed and its line in the audit come together"
            played.check(browser, answer)
            wiki.clock.move(REST)
            if not reached:
                assert place > story.statements
                return
        pytest.fail("the story does not end")


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("mode", ["before", "after"])
def test_a_statement_that_fails_leaves_nothing_half_done(story: type[Story], mode: str) -> None:
    def act(played: Story, browser: Browser, place: int) -> tuple[Any, bool]:
        FAULT.arm(place, mode)
        try:
            return played.act(browser), FAULT.rest()
        finally:
            FAULT.rest()

    told(story, act)


@pytest.mark.parametrize("story", STORIES)
def test_a_process_that_is_killed_leaves_nothing_half_done(story: type[Story]) -> None:
    def act(played: Story, browser: Browser, place: int) -> tuple[Any, bool]:
        child = os.fork()
        if not child:
            _in_a_process_of_its_own(played, browser, place)
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        assert killed or os.waitstatus_to_exitcode(status) == 0
        return None, killed

    told(story, act)


def _in_a_process_of_its_own(played: Story, browser: Browser, place: int) -> None:
    """Do what may break on the same folder; never comes back."""
    code = 1
    try:
        config = played.wiki.config
        played.wiki.wiki = wiki = open_wiki(
            config, next(iter(config.wikis)), clock=played.wiki.clock, hasher=InlineHasher()
        )
        other = Browser(WsgiTransport(Application(config, [wiki]), "http://127.0.0.1"), "/w/api.php")
        other.cookies = dict(browser.cookies)
        FAULT.arm(place, "kill")
        played.act(other)
        code = 0
    finally:
        os._exit(code)
