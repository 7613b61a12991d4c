"""Enrolling an app by its owner (security C13, K2)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from wikigate.accounts.totp import hotp, key_of
from wikigate.accounts.user import Account
from wikigate.testing.wiki import TestWiki

PASSWORD = "correct horse battery"


class EnrollingWiki(TestWiki):
    """Alice is about to get a factor."""

    __test__ = False

    def __init__(self) -> None:
        super().__init__()
        self.alice: Account = self.wiki.registration.create("Alice", PASSWORD, email="alice@example.org")
        self.apps = self.wiki.services.app_enrolment

    def code(self, secret: str, steps: int = 0) -> str:
        key = key_of(secret)
        assert key
        return hotp(key, int(self.clock.now()) // 30 + steps)

    def answer(self, code: str) -> str:
        browser = self.browser()
        assert browser.log_in("Alice", PASSWORD)["status"] == "UI"
        form = {"action": "clientlogin", "logincontinue": "1", "logintoken": browser.token("login"), "OATHToken": code}
        return str(browser.post(form)["clientlogin"]["status"])


@pytest.fixture
def wiki() -> Iterator[EnrollingWiki]:
    with EnrollingWiki() as wiki:
        yield wiki


@pytest.mark.parametrize("typed", ["", "000000", "abc", "1" * 50])
def test_c13_a_wrong_code_stores_nothing(wiki: EnrollingWiki, typed: str) -> None:
    app = wiki.apps.begin(wiki.alice)
    assert wiki.apps.finish(wiki.alice, app.secret, typed, now=wiki.clock.now()) is None
    assert wiki.wiki.factors.of(wiki.alice.id) == ()
    assert wiki.log_in("Alice", PASSWORD)["status"] == "PASS"


def test_k2_the_code_that_was_shown_is_used_up_and_the_next_one_logs_in(wiki: EnrollingWiki) -> None:
    app = wiki.apps.begin(wiki.alice)
    assert app.uri.startswith("otpauth://totp/")
    enrolled = wiki.apps.finish(wiki.alice, app.secret, wiki.code(app.secret), name="phone", now=wiki.clock.now())
    assert enrolled is not None
    assert len(enrolled.codes) == 10
    assert wiki.answer(wiki.code(app.secret)) == "UI"
    assert wiki.answer(wiki.code(app.secret, 1)) == "PASS"
    assert wiki.answer(enrolled.codes[0]) == "PASS"
    kinds = [row.kind for row in wiki.wiki.post.rows.newest(9)]
    assert "factor-added" in kinds


def test_a_second_app_leaves_the_recovery_codes_as_they_were(wiki: EnrollingWiki) -> None:
    first = wiki.apps.store(wiki.alice.id, wiki.apps.begin(wiki.alice).secret)
    second = wiki.apps.store(wiki.alice.id, wiki.apps.begin(wiki.alice).secret)
    assert (len(first.codes), second.codes) == (10, ())
    assert wiki.answer(first.codes[0]) == "PASS"


def test_k2_half_an_enrolment_is_none(wiki: EnrollingWiki, monkeypatch: pytest.MonkeyPatch) -> None:
    app = wiki.apps.begin(wiki.alice)

    def broken(_user: int) -> list[str]:
        raise RuntimeError

    monkeypatch.setattr(wiki.wiki.recovery_codes, "renew", broken)
    with pytest.raises(RuntimeError):
        wiki.apps.finish(wiki.alice, app.secret, wiki.code(app.secret), now=wiki.clock.now())
    assert wiki.wiki.factors.of(wiki.alice.id) == ()


def test_its_secrets_show_in_no_repr(wiki: EnrollingWiki) -> None:
    app = wiki.apps.begin(wiki.alice)
    enrolled = wiki.apps.store(wiki.alice.id, app.secret)
    assert app.secret not in repr(app)
    assert not any(code in repr(enrolled) for code in enrolled.codes)
