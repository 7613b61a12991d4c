"""What the audit tells of the end of sessions (security D16, H6)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from wikigate.store.audit import AuditTable
from wikigate.testing.wiki import TestWiki

PASSWORD = "correct horse battery"


def events(wiki: TestWiki, *names: str) -> list[tuple[str, str, dict[str, Any]]]:
    rows = AuditTable(wiki.wiki.database).read()
    return [(row.event, row.user_name, json.loads(row.details)) for row in rows if row.event in names]


def test_a_logout_is_noted_and_a_visitor_s_is_not() -> None:
    with TestWiki() as wiki:
        wiki.create_user("Zoe", PASSWORD)
        wiki.log_in("Zoe", PASSWORD)
        wiki.post({"action": "logout", "token": wiki.token()})
        assert events(wiki, "logout") == [("logout", "Zoe", {})]
        wiki.browser().post({"action": "logout", "token": "+\\"})
        assert len(events(wiki, "logout")) == 1


@pytest.mark.parametrize("bot", [False, True])
def test_sessions_that_end_for_the_limit_are_noted(bot: bool) -> None:
    """D16: of three with a limit of two the first is over."""
    with TestWiki({"session": {"max_per_account": 2}}) as wiki:
        zoe = wiki.create_user("Zoe", PASSWORD)
        made = wiki.create_bot_password(zoe, "app")
        browsers = [wiki.browser() for _ in range(3)]
        for browser in browsers:
            assert events(wiki, "session.ended") == []
            wiki.clock.move(1)
            if bot:
                form = {"action": "login", "lgname": "Zoe@app", "lgpassword": made.password}
                answer = browser.post({**form, "lgtoken": browser.token("login")})
                assert answer["login"]["result"] == "Success"
            else:
                assert browser.log_in("Zoe", PASSWORD)["status"] == "PASS"
        assert [browser.who() == "Zoe" for browser in browsers] == [False, True, True]
        assert events(wiki, "session.ended") == [("session.ended", "Zoe", {"count": 1})]
