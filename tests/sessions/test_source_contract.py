"""Every built-in session source keeps the contract: cookies, those of old dialects, bot passwords, OAuth's signatures and bearer tokens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack

import pytest
from tests.oauth.signing import Signer

from wikigate.sessions.source import SessionSource
from wikigate.testing.contracts.session_source import SessionSourceContract, SourceCase
from wikigate.testing.wiki import Browser, TestWiki
from wikigate.wire.http import Response

PASSWORD = "correct horse battery"
ADDRESS = "http://127.0.0.1/w/api.php"


class Case(SourceCase):
    """A credential of Alice's on a wiki in this process."""

    def __init__(self, wiki: TestWiki) -> None:
        self.wiki = wiki
        self.alice = wiki.create_user("Alice", PASSWORD)
        self.user_id = self.alice.id

    @property
    def now(self) -> float:  # type: ignore[override]
        return self.wiki.clock.now()

    def named(self, name: str) -> SessionSource:
        sources = self.wiki.wiki.services.sessions._sources
        return next(one for one in sources if type(one).__name__ == name)


class Cookies(Case):
    """Cookies of somebody who has logged in."""

    kind = "CookieSource"

    def __init__(self, wiki: TestWiki) -> None:
        super().__init__(wiki)
        self.browser = wiki.browser()
        self.log_in()
        self.cookies = {name: value for name, value in self.browser.cookies.items() if not name.endswith("Token")}
        self.source = self.named(self.kind)

    def log_in(self) -> None:
        assert self.browser.log_in("Alice", PASSWORD)["status"] == "PASS"

    @staticmethod
    def spelled(cookies: Mapping[str, str]) -> Mapping[str, str]:
        return {"cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}

    def good(self) -> Mapping[str, str]:
        return self.spelled(self.cookies)

    def forged(self) -> Sequence[Mapping[str, str]]:
        name = next(name for name in self.cookies if name.endswith("session"))
        value = self.cookies[name]
        wrong = (value[::-1], value[:-1], "0" * len(value), "", "'; --")
        return [self.spelled({**self.cookies, name: one}) for one in wrong]

    def end(self) -> None:
        self.wiki.wiki.services.directory.end_sessions(self.user_id)


class BotPasswords(Cookies):
    kind = "BotPasswordSource"

    def log_in(self) -> None:
        made = self.wiki.create_bot_password(self.alice, "app", "editpage")
        form = {"action": "login", "lgname": made.login, "lgpassword": made.password}
        assert self.browser.post({**form, "lgtoken": self.browser.token("login")})["login"]["result"] == "Success"
        for name in [name for name in self.browser.cookies if not name.endswith("BPsession")]:
            self.browser.cookies.pop(name)


class EraCookies(Cookies):
    """The cookies of a dialect in which the session alone says who it is."""

    kind = "EraCookieSource"

    def named(self, name: str) -> SessionSource:
        services = self.wiki.wiki._speak(self.wiki.wiki.dialect)
        return next(one for one in services.sessions._sources if type(one).__name__ == name)

    def log_in(self) -> None:
        form = {"action": "login", "lgname": "Alice", "lgpassword": PASSWORD}
        browser: Browser = self.browser
        token = browser.post(form)["login"]["token"]
        assert browser.post({**form, "lgtoken": token})["login"]["result"] == "Success"


class OAuth(Case):
    version = 1

    def __init__(self, wiki: TestWiki) -> None:
        super().__init__(wiki)
        assert wiki.wiki.oauth is not None
        self.registration = wiki.wiki.oauth.registration
        self.made = self.registration.create_owner_only(self.alice, "bot", oauth_version=self.version)
        self.source = self.named("OAuthSource")

    def signed(self, **changes: str | None) -> Mapping[str, str]:
        made = self.made
        signer = Signer(made.consumer_key, made.consumer_secret, made.access_token, made.access_secret, int(self.now))
        return {"authorization": signer.header("GET", ADDRESS, **changes)["Authorization"], "host": "127.0.0.1"}

    def good(self) -> Mapping[str, str]:
        return self.signed()

    def forged(self) -> Sequence[Mapping[str, str]]:
        wrong = (
            {"oauth_signature": "AAAA"},
            {"oauth_token": "0" * 32},
            {"oauth_consumer_key": "0" * 32},
            {"oauth_timestamp": "1"},
        )
        spent = self.signed()
        self.source.claim(self.visit(spent))
        return [spent, *(self.signed(**one) for one in wrong)]

    def end(self) -> None:
        self.registration.revoke(self.user_id, self.made.consumer_key)


class Bearer(OAuth):
    version = 2

    def good(self) -> Mapping[str, str]:
        return {"authorization": f"Bearer {self.made.access_token}"}

    def forged(self) -> Sequence[Mapping[str, str]]:
        token = self.made.access_token
        head, claims, signature = token.split(".")
        wrong = (f"{head}.{claims}.{signature[::-1]}", f"{head}.{claims}.", token[:-4], f"{token}.x")
        return [{"authorization": f"Bearer {one}"} for one in wrong]


SERVER = {"site": {"server": "http://127.0.0.1"}}


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


class TestCookies(SessionSourceContract):
    @pytest.fixture
    def case(self, stack: ExitStack) -> SourceCase:
        return Cookies(stack.enter_context(TestWiki(SERVER)))


class TestEraCookies(SessionSourceContract):
    @pytest.fixture
    def case(self, stack: ExitStack) -> SourceCase:
        return EraCookies(stack.enter_context(TestWiki({**SERVER, "dialect": "1.16"})))

    def test_only_what_came_with_the_request_is_deleted(self, case: SourceCase) -> None:
        """The wire of those releases: a logout deletes whether or not the cookie came (legacy §5); nothing is set all the same."""
        response = Response(200, [])
        case.source.forget(case.visit({}), response)
        set_cookies = [value for _, value in response.headers if "deleted" not in value and "LoggedOut" not in value]
        assert [
            value
            for value in set_cookies
            if "01-Jan-1970" not in value and "01 Jan 1970" not in value and "=;" not in value
        ] == []


class TestBotPasswords(SessionSourceContract):
    @pytest.fixture
    def case(self, stack: ExitStack) -> SourceCase:
        return BotPasswords(stack.enter_context(TestWiki(SERVER)))


class TestOAuth1(SessionSourceContract):
    @pytest.fixture
    def case(self, stack: ExitStack) -> SourceCase:
        return OAuth(stack.enter_context(TestWiki(SERVER)))


class TestBearer(SessionSourceContract):
    @pytest.fixture
    def case(self, stack: ExitStack) -> SourceCase:
        return Bearer(stack.enter_context(TestWiki(SERVER)))


def test_a_source_that_takes_anything_is_caught() -> None:
    """The suite finds what it is there to find."""
    with TestWiki(SERVER) as wiki:
        case = Bearer(wiki)
        keeps = case.source.claim

        class Open:
            name, description, priority, can_change_user, can_log_out = (
                "open", case.source.description, 50, False, False,
            )  # fmt: skip

            def claim(self, visit):
                return keeps(case.visit(case.good()))

        case.source = Open()  # type: ignore[assignment]
        suite = SessionSourceContract()
        for check in (
            suite.test_what_does_not_hold_is_nobodys,
            suite.test_a_request_that_says_nothing_is_left_to_others,
        ):
            with pytest.raises(AssertionError):
                check(case)
