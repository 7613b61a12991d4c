"""How long sessions last, and that what is over goes: core §4.5, security D9, D10."""

import pytest

from wikigate.primitives.errors import StoreUnavailable
from wikigate.sessions.settings import SessionSettings

HOUR = 3600
DAY = 86400


def names_of(lines):
    return [line.partition("=")[0] for line in lines]


# -- renewal --------------------------------------------------------------------------------------------------------------


def test_half_of_a_life_later_all_cookies_are_sent_again(make_wiki):
    """Core §4.5 (recorded with a lifetime of 20 s)."""
    wiki = make_wiki(SessionSettings(lifetime=20))
    client = wiki.client()
    client.log_in(remember=True)
    before = dict(client.jar)
    wiki.clock.time += 10
    client.get()
    assert client.received == []
    wiki.clock.time += 1
    client.get()
    assert names_of(client.received) == ["my_wiki_session", "my_wikiUserID", "my_wikiUserName", "my_wikiToken"]
    assert client.jar == before
    assert "20 May 2027 00:32:42" in client.received[3]
    client.get()
    assert client.received == []


def test_visitors_session_slides_with_the_same_core_and_secrets(wiki):
    client = wiki.client()
    secret = client.fetch_login_token()
    first = client.copy()
    for _ in range(5):
        wiki.clock.time += HOUR / 2
        client.get()
        assert client.received == []
        wiki.clock.time += 1
        client.get()
        assert names_of(client.received) == ["my_wiki_session"]
        assert client.load().secret("login") == secret
    assert wiki.rows.writes == 0
    assert not first.get().known


def test_renewal_keeps_last_seen_without_a_write_a_request(wiki):
    """D7."""
    client = wiki.client("192.0.2.1")
    client.log_in()
    writes = wiki.rows.writes
    client.address = "192.0.2.2"
    for _ in range(5):
        client.get()
    assert wiki.rows.writes == writes
    wiki.clock.time += HOUR / 2 + 1
    client.get()
    assert wiki.rows.writes == writes + 1
    record = client.load().record
    assert (record.address, record.agent) == ("192.0.2.2", "Test/1.0")
    assert record.seen - record.began == HOUR / 2 + 1


def test_only_one_of_several_requests_at_once_renews(wiki):
    """N14."""
    client = wiki.client()
    client.log_in(remember=True)
    wiki.clock.time += HOUR / 2 + 1
    clients = [client.copy() for _ in range(5)]
    sessions = [c.load() for c in clients]
    sent = [bool(c.finish(s)) for c, s in zip(clients, sessions, strict=True)]
    assert sent == [True, False, False, False, False]
    assert all(c.get().account for c in clients)


def test_idle_session_is_over_and_its_cookies_are_cleared(wiki):
    """D9."""
    client = wiki.client()
    client.log_in()
    wiki.clock.time += HOUR - 1
    assert client.copy().load().account.id == 4
    wiki.clock.time += 1
    assert client.get().account is None
    assert client.names == ["my_wikiUserName"]


def test_idle_remembered_session_is_resumed_silently(wiki):
    client = wiki.client()
    client.log_in(remember=True)
    first = client.load()
    secret = first.secret("default")
    old = client.jar["my_wiki_session"]
    wiki.clock.time += 20 * DAY
    session = client.get()
    assert session.account.id == 4
    assert session.last_auth_id is None
    assert session.secret("default") != secret
    assert client.jar["my_wiki_session"] != old
    assert client.get().known


def test_remember_credential_ends_half_a_year_after_its_last_use(wiki):
    client = wiki.client()
    client.log_in(remember=True)
    wiki.clock.time += 179 * DAY
    assert client.get().account.id == 4
    wiki.clock.time += 179 * DAY
    assert client.get().account.id == 4
    wiki.clock.time += 181 * DAY
    assert client.get().account is None


def test_busy_session_ends_at_the_absolute_limit(make_wiki):
    """D10: activity all the time; at the limit anonymous."""
    wiki = make_wiki(SessionSettings(absolute_limit=DAY))
    client = wiki.client()
    client.log_in()
    end = wiki.clock.time + DAY
    while wiki.clock.time + 25 * 60 < end:
        wiki.clock.time += 25 * 60
        assert client.get().account.id == 4
        writes = wiki.rows.writes
        client.get()
        assert wiki.rows.writes == writes
    wiki.clock.time = end
    assert client.get().account is None


def test_remembered_session_begins_anew_at_the_absolute_limit(make_wiki):
    """D10 with remember-me: a new session, not proved anew."""
    wiki = make_wiki(SessionSettings(absolute_limit=DAY))
    client = wiki.client()
    client.log_in(remember=True)
    wiki.clock.time += DAY
    session = client.get()
    assert session.account.id == 4
    assert session.last_auth_id is None


def test_renewal_of_a_remembered_session_without_its_token_gives_the_device_another(wiki):
    client = wiki.client()
    client.log_in(remember=True)
    old = client.jar.pop("my_wikiToken")
    wiki.clock.time += HOUR / 2 + 1
    client.get()
    assert client.jar["my_wikiToken"] != old
    assert client.get().account.id == 4
    thief = wiki.client()
    assert thief.get(cookie=f"my_wikiUserID=4; my_wikiToken={old}").account is None
    assert thief.get(cookie=f"my_wikiUserID=4; my_wikiToken={client.jar['my_wikiToken']}").account.id == 4


def test_new_user_token_ends_every_session_and_remember_credential(wiki):
    """Core §4.4 last bullet; D6, D8."""
    clients = [wiki.client() for _ in range(3)]
    clients[0].log_in()
    clients[1].log_in(remember=True)
    clients[2].log_in_bot()
    wiki.directory.change(4, token="e" * 32)
    assert [c.get().account for c in clients] == [None] * 3
    assert clients[1].names == ["my_wikiUserName"]


@pytest.mark.parametrize(
    "change",
    [
        lambda people: people.set_password(4, ":hash:"),
        lambda people: people.lock(4),
        lambda people: people.end_sessions(4),
    ],
    ids=["new password", "lock", "end"],
)
def test_change_of_credentials_ends_every_session_at_once(wiki, change):
    """D6, D8, F4."""
    clients = [wiki.client() for _ in range(3)]
    clients[0].log_in()
    clients[1].log_in(remember=True)
    clients[2].log_in_bot()
    change(wiki.directory)
    assert [client.get().account for client in clients] == [None] * 3


def test_new_token_version_ends_every_session(make_wiki):
    """Core §4.4 last bullet."""
    wiki = make_wiki()
    client = wiki.client()
    client.log_in(remember=True)
    wiki.settings = SessionSettings(token_version="2")
    wiki.build()
    assert client.get().account is None


# -- sweeping -------------------------------------------------------------------------------------------------------------


def test_what_is_over_is_swept_out_as_new_sessions_come(wiki):
    for _ in range(20):
        wiki.client().log_in(remember=True)
    wiki.clock.time += 200 * DAY
    for _ in range(16):
        wiki.client().log_in()
    assert all(row.expires > wiki.clock.time for row in wiki.sessions())
    assert wiki.devices() == []


def test_sweep_that_fails_is_nobodys_business(wiki, monkeypatch):
    def sweep(*args, **kwargs):
        raise StoreUnavailable("busy")

    monkeypatch.setattr(wiki.rows, "sweep", sweep, raising=False)
    clients = [wiki.client() for _ in range(20)]
    for client in clients:
        client.log_in()
    assert all(client.get().account for client in clients)


def test_shared_database_keeps_ended_sessions_for_as_long_as_they_tell_devices(make_wiki):
    wiki = make_wiki(shared=True)
    client = wiki.client()
    client.log_in(remember=True)
    wiki.clock.time += 29 * DAY
    for _ in range(16):
        wiki.client().log_in(1)
    token = wiki.directory.token_of(4)
    assert client.get().account.id == 4
    client.log_out()
    assert wiki.directory.token_of(4) != token
