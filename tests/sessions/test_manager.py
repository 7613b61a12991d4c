"""The life of a session: core §4.5, §11, security 2.D, N9, K5."""

import threading

import pytest

from wikigate.primitives.errors import StoreUnavailable
from wikigate.sessions.session import SessionLost
from wikigate.sessions.settings import SessionSettings

HOUR = 3600
DAY = 86400


def names_of(lines):
    return [line.partition("=")[0] for line in lines]


# -- login ----------------------------------------------------------------------------------------------------------------


def test_login_changes_the_id_and_voids_the_old_one_with_its_tokens(wiki):
    """login_session_rotation; D1; trap 12."""
    client = wiki.client()
    secret = client.fetch_login_token()
    before = client.copy()
    client.log_in()
    assert client.jar["my_wiki_session"] != before.jar["my_wiki_session"]
    session = client.load()
    assert session.secret("login") != secret
    old = before.get()
    assert not old.known
    assert old.secret("login") != secret
    assert names_of(before.received) == ["my_wiki_session"]


def test_old_visitors_id_stays_void_until_every_spelling_of_it_is_over(wiki):
    client = wiki.client()
    client.fetch_login_token()
    before = client.copy()
    wiki.clock.time += HOUR - 10
    late = before.load()  # a request that read the session before the login and answers after it
    client.log_in()
    before.finish(late)
    for _ in range(4):
        wiki.clock.time += 15 * 60
        assert not before.copy().get().known


def test_login_keeps_data_and_notes_who_proved_himself_when(wiki):
    client = wiki.client()
    session = client.load()
    session.set("other", {"a": [1, "ü"]})
    client.finish(session)
    wiki.clock.time += 5
    client.log_in()
    session = client.load()
    assert session.get("other") == {"a": [1, "ü"]}
    assert (session.last_auth_id, session.last_auth_time) == (4, int(wiki.clock.time))


@pytest.mark.parametrize("user_id", [4, 1])
def test_login_while_logged_in_works_for_the_same_and_for_another_user(wiki, user_id):
    """clientlogin_basic steps 3, 4."""
    client = wiki.client()
    client.log_in(4, remember=True)
    before = client.copy()
    client.log_in(user_id)
    assert names_of(client.received) == ["my_wiki_session", "my_wikiUserID", "my_wikiUserName", "my_wikiToken"]
    assert "my_wikiToken" not in client.jar
    assert client.get().account.id == user_id
    assert before.get().account is None
    assert before.received[0].startswith("my_wiki_session=deleted")
    assert len(wiki.sessions()) == 2  # the session, and the tombstone of the visitor's id
    assert wiki.devices() == []


def test_sessions_of_one_user_are_independent(wiki):
    first, second = wiki.client(), wiki.client()
    first.log_in()
    second.log_in()
    first.log_out()
    assert second.get().account.id == 4


def test_parallel_logins_of_one_jar_all_succeed(wiki):
    """S20: eight right ones all pass."""
    client = wiki.client()
    client.fetch_login_token()
    sessions = [client.copy() for _ in range(8)]
    loaded = [c.load() for c in sessions]
    for c, session in zip(sessions, loaded, strict=True):
        wiki.manager.log_in(session, wiki.directory.by_id(4), remember=False, now=wiki.clock.time)
        c.finish(session)
    assert [c.get().account.id for c in sessions] == [4] * 8


def test_account_without_a_token_gets_one_at_login(wiki):
    """Core §4.1; trap 13."""
    client = wiki.client()
    assert client.get(cookie="my_wikiUserID=8; my_wikiToken=").account is None
    client = wiki.client()
    client.log_in(8, remember=True)
    assert wiki.directory.token_of(8)
    assert client.get().account.id == 8


def test_system_user_cannot_be_logged_in(wiki):
    client = wiki.client()
    with pytest.raises(SessionLost):
        client.log_in(7)


@pytest.mark.parametrize(
    ("mode", "wished", "remembered"),
    [
        ("choose", True, True),
        ("choose", False, False),
        ("force-choose", True, True),
        ("force-choose", False, False),
        ("always", False, True),
        ("never", True, False),
    ],
)
def test_remember_me_modes(make_wiki, mode, wished, remembered):
    wiki = make_wiki(SessionSettings(remember_me=mode))
    client = wiki.client()
    client.log_in(remember=wished)
    assert ("my_wikiToken" in client.jar) is remembered
    assert client.get().remember is remembered


def test_oldest_session_ends_beyond_the_limit_and_its_remember_credential_with_it(make_wiki):
    """D16: 51 logins; first W is anonymous."""
    wiki = make_wiki(SessionSettings(max_per_account=50))
    clients = [wiki.client() for _ in range(51)]
    ended = []
    for client in clients:
        wiki.clock.time += 1
        client.fetch_login_token()
        session = client.load()
        ended.append(wiki.manager.log_in(session, wiki.directory.by_id(4), remember=True, now=wiki.clock.time))
        client.finish(session)
    assert ended == [0] * 50 + [1]
    assert clients[0].get().account is None
    assert clients[1].get().account.id == 4
    assert clients[-1].get().account.id == 4


def test_limit_zero_is_any_number(make_wiki):
    wiki = make_wiki(SessionSettings(max_per_account=0))
    clients = [wiki.client() for _ in range(60)]
    for client in clients:
        client.log_in()
    assert all(client.get().account for client in clients)


# -- logout ---------------------------------------------------------------------------------------------------------------


def test_logout_ends_the_session_on_the_server_and_clears_what_came(wiki):
    """Core §11, D1, D4; trap 9 is our deliberate difference."""
    client = wiki.client()
    client.log_in()
    copy = client.copy()
    client.log_out()
    assert names_of(client.received) == ["my_wiki_session", "my_wikiUserID"]
    assert client.names == ["my_wikiUserName"]
    assert copy.get().account is None


def test_logout_ends_the_devices_remember_credential_and_no_other(wiki):
    """S2, D5."""
    laptop, phone = wiki.client(), wiki.client()
    laptop.log_in(remember=True)
    phone.log_in(remember=True)
    copy = laptop.copy()
    laptop.log_out()
    assert names_of(laptop.received) == ["my_wiki_session", "my_wikiUserID", "my_wikiToken"]
    assert copy.get().account is None
    thief = wiki.client()
    cookie = f"my_wikiUserID=4; my_wikiToken={copy.jar.get('my_wikiToken', 'gone')}"
    assert thief.get(cookie=cookie).account is None
    assert phone.get().account.id == 4
    del phone.jar["my_wiki_session"]
    assert phone.get().account.id == 4


def test_logout_ends_whatever_was_begun_with_the_same_credential(wiki):
    laptop = wiki.client()
    laptop.log_in(remember=True)
    thief = laptop.copy()
    del thief.jar["my_wiki_session"]
    assert thief.get().account.id == 4
    laptop.log_out()
    assert thief.get().account is None


def test_logout_of_a_session_that_came_by_its_token_alone(wiki):
    client = wiki.client()
    client.log_in(remember=True)
    copy = client.copy()
    wiki.clock.time += DAY
    client.log_out()
    assert client.names == ["my_wikiUserName"]
    assert copy.get().account is None


def test_logout_is_all_or_nothing(wiki):
    """K5: never “session gone, remember valid”."""
    client = wiki.client()
    client.log_in(remember=True)
    session = client.load()
    wiki.rows.read_only = True
    with pytest.raises(StoreUnavailable):
        wiki.manager.log_out(session)
    wiki.rows.read_only = False
    assert client.get().account.id == 4
    client.log_out()
    assert client.get().account is None


def test_requests_that_race_a_logout_bring_nothing_back(wiki):
    """N9: whatever they write at their end."""
    client = wiki.client()
    client.log_in(remember=True)
    wiki.clock.time += HOUR / 2 + 1
    racers = [client.copy() for _ in range(6)]
    sessions = [racer.load() for racer in racers]
    for number, session in enumerate(sessions):
        if number % 2:
            session.set("flow", number)
        session.secret("login")
    copy = client.copy()
    client.log_out()
    for racer, session in zip(racers, sessions, strict=True):
        assert racer.finish(session) == []
    assert copy.get().account is None
    assert all(racer.get().account is None for racer in racers)


def test_silent_login_that_races_a_logout_is_refused(wiki):
    """N9, K5: the credential has gone between reading and writing."""
    client = wiki.client()
    client.log_in(remember=True)
    racer = client.copy()
    del racer.jar["my_wiki_session"]
    session = racer.load()
    client.log_out()
    racer.finish(session)
    assert session.account is None
    assert racer.names == ["my_wikiUserName"]
    assert len(wiki.sessions()) == 1  # the tombstone


def test_logout_racing_requests_on_threads(wiki):
    """N9: none that begins after the logout answers as the user."""
    client = wiki.client()
    client.log_in(remember=True)
    out = threading.Event()
    failures = []

    def ask():
        for _ in range(30):
            after = out.is_set()
            session = client.copy().load()
            if after and session.account is not None:
                failures.append(session)

    copies = client.copy()
    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    copies.log_out()
    out.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert client.load().account is None


# -- suppressed logins ----------------------------------------------------------------------------------------------------


def test_suppressed_login_is_a_visitor_and_touches_no_cookie(wiki):
    """tokens_fv1 steps 13 to 15."""
    client = wiki.client()
    client.log_in(remember=True)
    wiki.clock.time += HOUR / 2 + 1
    session = client.get(suppress=True)
    assert session.account is None
    assert client.received == []
    del client.jar["my_wiki_session"]
    session = client.get(suppress=True)
    assert session.account is None
    assert client.received == []
    assert client.copy().get(suppress=True, cookie="my_wiki_session=short").account is None
    assert client.get().account.id == 4


def test_login_may_go_on_in_a_suppressed_session(wiki):
    """clientlogin_cross_origin."""
    client = wiki.client()
    secret = client.fetch_login_token()
    session = client.load(suppress=True)
    assert session.known
    assert session.secret("login") == secret
    wiki.manager.log_in(session, wiki.directory.by_id(4), remember=False, now=wiki.clock.time)
    assert session.account is None
    client.finish(session)
    assert names_of(client.received) == ["my_wiki_session", "my_wikiUserID", "my_wikiUserName"]
    assert client.get().account.id == 4


# -- shared database ------------------------------------------------------------------------------------------------------


def test_shared_database_gives_mediawikis_own_token_and_takes_the_wikis(make_wiki):
    """token_math: without a version the cookie is user_token itself."""
    wiki = make_wiki(shared=True)
    client = wiki.client()
    client.log_in(remember=True)
    assert client.jar["my_wikiToken"] == "924900c433dd6642c12b78c82d145ec0"
    other = wiki.client()
    assert other.get(cookie="my_wikiUserID=4; my_wikiToken=924900c433dd6642c12b78c82d145ec0").account.id == 4


def test_last_device_of_a_shared_database_changes_user_token_at_logout(make_wiki):
    """Security 6.3: other sessions of that user go on."""
    wiki = make_wiki(shared=True)
    laptop, phone, bot, guest = (wiki.client() for _ in range(4))
    laptop.log_in(remember=True)
    phone.log_in(remember=True)
    bot.log_in_bot()
    guest.log_in()
    token = wiki.directory.token_of(4)
    old = laptop.copy()
    laptop.log_out()
    assert wiki.directory.token_of(4) == token
    old_phone = phone.copy()
    phone.log_out()
    assert wiki.directory.token_of(4) != token
    assert old.get().account is None
    assert old_phone.get().account is None
    assert guest.get().account.id == bot.get().account.id == 4


def test_logout_without_remember_me_leaves_user_token_alone(make_wiki):
    wiki = make_wiki(shared=True)
    client = wiki.client()
    client.log_in()
    token = wiki.directory.token_of(4)
    client.log_out()
    assert wiki.directory.token_of(4) == token


def test_idle_device_of_a_shared_database_is_the_same_device_when_it_comes_back(make_wiki):
    wiki = make_wiki(shared=True)
    client = wiki.client()
    client.log_in(remember=True)
    token = wiki.directory.token_of(4)
    wiki.clock.time += 2 * HOUR
    assert client.get().account.id == 4
    client.log_out()
    assert wiki.directory.token_of(4) != token
