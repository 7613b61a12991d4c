"""The seam for further sources: order, ties, sessions without cookies (core §4.4, §4.5; extensions 0.5)."""

import pytest

from wikigate.primitives.errors import ApiError
from wikigate.primitives.message import Message
from wikigate.sessions.session import Session, SessionLost
from wikigate.sessions.source import REFUSED


class HeaderSource:
    """A source as OAuth is one: the same core for the same credential, no cookie, no other user."""

    name = "HeaderProvider"
    description = Message("sessionprovider-header")
    can_change_user = False
    can_log_out = False

    def __init__(self, priority, header="authorization"):
        self.priority = priority
        self.header = header
        self.wiki = None
        self.asked = 0
        self.forgotten = 0

    def claim(self, visit):
        self.asked += 1
        value = visit.request.headers.get(self.header)
        if value is None:
            return None
        if value == "bad":
            return REFUSED
        session = Session(self, visit, self.wiki.keys, self.wiki.random_bytes, value.ljust(32, "0"))
        session.owner = self.wiki.directory.by_id(1)
        session.known = session.persisted = True
        session.allowed_rights = frozenset({"read"})
        return session

    def persist(self, session, response):
        raise AssertionError("nothing rides on cookies here")

    def forget(self, visit, response):
        self.forgotten += 1


def load(client, **headers):
    request = client.request()
    request.headers.update(headers)
    return client.wiki.manager.load(request)


@pytest.fixture
def plugged(make_wiki):
    def make(*sources):
        wiki = make_wiki(more_sources=sources)
        for source in sources:
            source.wiki = wiki
        return wiki

    return make


def test_higher_priority_wins_and_the_rest_are_not_asked(plugged):
    high, low = HeaderSource(90), HeaderSource(10)
    wiki = plugged(low, high)
    client = wiki.client()
    client.log_in_bot()
    session = load(client, authorization="x")
    assert session.account.id == 1
    assert not session.can_change_user
    assert not session.can_log_out
    assert session.provider == "HeaderProvider"
    assert (high.asked, low.asked) == (3, 1)
    assert client.finish(session) == []


def test_bot_password_wins_over_a_source_below_it(plugged):
    wiki = plugged(HeaderSource(50))
    client = wiki.client()
    client.log_in_bot()
    assert load(client, authorization="x").account.id == 4


def test_two_sources_of_one_priority_that_both_know_the_caller_are_a_tie(plugged):
    wiki = plugged(HeaderSource(50), HeaderSource(50, "x-other"))
    client = wiki.client()
    assert load(client, authorization="x").account.id == 1
    with pytest.raises(ApiError) as caught:
        load(client, authorization="x", **{"x-other": "y"})
    assert caught.value.http_status == 400
    assert caught.value.issues[0].message.key == "sessionmanager-tie"


def test_refused_source_is_told_to_forget_and_the_next_is_asked(plugged):
    source = HeaderSource(50)
    wiki = plugged(source)
    client = wiki.client()
    client.log_in()
    session = load(client, authorization="bad")
    assert session.account.id == 4
    client.finish(session)
    assert source.forgotten == 1


def test_tokens_of_a_session_without_cookies_verify_in_the_next_request(plugged):
    """Extensions: a fetched token stays valid, the id is derived."""
    wiki = plugged(HeaderSource(50))
    client = wiki.client()
    first, second = load(client, authorization="x"), load(client, authorization="x")
    assert first.secret("default") == second.secret("default")
    assert first.secret("default") != load(client, authorization="y").secret("default")
    assert first.had_secret("createaccount")


def test_login_in_such_a_session_is_refused(plugged):
    wiki = plugged(HeaderSource(50))
    session = load(wiki.client(), authorization="x")
    with pytest.raises(SessionLost):
        wiki.manager.log_in(session, wiki.directory.by_id(4), remember=False, now=0)
