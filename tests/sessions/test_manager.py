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


# -- login -----------------------------------------------------------------------------------------------------------------


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


# -- renewal ---------------------------------------------------------------------------------------------------------------


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


def test_new_token_version_ends_every_session(make_wiki):
    """Core §4.4 last bullet."""
    wiki = make_wiki()
    client = wiki.client()
    client.log_in(remember=True)
    wiki.settings = SessionSettings(token_version="2")
    wiki.build()
    assert client.get().account is None


# -- logout ----------------------------------------------------------------------------------------------------------------


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


# -- login flag (core §5 step 6) -------------------------------------------------------------------------------------------


def test_login_secret_is_had_only_after_a_login_token_was_handed_out(wiki):
    client = wiki.client()
    assert not client.load().had_secret("login")
    client.fetch_login_token()
    assert client.load().had_secret("login")
    assert not client.copy().get(cookie="my_wiki_session=" + "a" * 32).had_secret("login")


def test_createaccount_token_alone_is_no_login_secret(wiki):
    client = wiki.client()
    session = client.load()
    wiki.manager.persist(session)
    session.secret("createaccount")
    client.finish(session)
    session = client.load()
    assert session.had_secret("createaccount")
    assert not session.had_secret("login")


def test_first_login_token_of_a_session_on_its_way_sends_no_cookie(wiki):
    """createaccount_fv1 step 4: no Set-Cookie; the flag follows with the next stamp."""
    client = wiki.client()
    session = client.load()
    wiki.manager.persist(session)
    client.finish(session)
    client.fetch_login_token()
    assert client.received == []
    wiki.clock.time += HOUR / 2 + 1
    client.fetch_login_token()
    assert client.load().had_secret("login")


def test_fresh_logged_in_session_has_no_login_secret_until_it_is_fetched_once(wiki):
    """One write in the life of the session, no cookie."""
    client = wiki.client()
    client.log_in()
    assert not client.load().had_secret("login")
    writes = wiki.rows.writes
    for _ in range(3):
        client.fetch_login_token()
        assert client.received == []
    assert wiki.rows.writes == writes + 1
    assert client.load().had_secret("login")
    client.log_in()
    assert not client.load().had_secret("login")


def test_flag_of_the_request_itself_does_not_count(wiki):
    client = wiki.client()
    session = client.load()
    wiki.manager.persist(session)
    session.secret("login")
    assert not session.had_secret("login")


# -- data ------------------------------------------------------------------------------------------------------------------


def test_row_appears_when_something_is_kept_and_not_before(wiki):
    client = wiki.client()
    client.fetch_login_token()
    assert wiki.sessions() == []
    session = client.load()
    session.set("flow", {"step": 1})
    client.finish(session)
    assert client.received == []
    assert len(wiki.sessions()) == 1
    assert client.load().get("flow") == {"step": 1}


def test_keeping_something_makes_a_visitor_hold_the_session(wiki):
    client = wiki.client()
    session = client.load()
    session.set("flow", 1)
    client.finish(session)
    assert names_of(client.received) == ["my_wiki_session"]
    assert client.load().get("flow") == 1


def test_what_is_kept_and_removed_in_one_request_leaves_no_row(wiki):
    client = wiki.client()
    session = client.load()
    session.set("flow", 1)
    session.remove("flow")
    client.finish(session)
    assert client.received == []
    assert wiki.rows.writes == 0


def test_data_extends_the_life_without_cookies(wiki):
    client = wiki.client()
    client.log_in()
    wiki.clock.time += HOUR / 2
    session = client.load()
    session.set("a", 1)
    client.finish(session)
    assert client.received == []
    wiki.clock.time += HOUR - 1
    assert client.get().get("a") == 1


def test_visitors_data_outlives_the_stamp_of_his_cookie(wiki):
    client = wiki.client()
    client.fetch_login_token()
    wiki.clock.time += HOUR / 2
    session = client.load()
    session.set("flow", 1)
    client.finish(session)
    wiki.clock.time += HOUR / 2 + 60
    session = client.get()
    assert session.known
    assert session.get("flow") == 1
    assert names_of(client.received) == ["my_wiki_session"]


def test_visitors_data_is_over_with_his_row(wiki):
    client = wiki.client()
    session = client.load()
    session.set("flow", 1)
    client.finish(session)
    wiki.clock.time += HOUR + 1
    session = client.get()
    assert not session.known
    assert session.get("flow") is None


def test_row_that_is_over_is_written_over(wiki):
    """The cookie was stamped anew without its row being kept alive."""
    client = wiki.client()
    session = client.load()
    session.set("old", 1)
    client.finish(session)
    wiki.clock.time += HOUR / 2 + 1
    wiki.rows.read_only = True
    client.get()
    assert client.received == []
    session = client.load()
    wiki.rows.read_only = False
    wiki.clock.time += HOUR / 2
    session.set("new", 2)
    client.finish(session)
    assert client.load().get("new") == 2


def test_two_requests_at_once_keep_both_their_data(wiki):
    client = wiki.client()
    client.log_in()
    first, second = client.load(), client.load()
    first.set("a", 1)
    second.set("b", 2)
    client.finish(first)
    client.finish(second)
    assert (client.load().get("a"), client.load().get("b")) == (1, 2)


def test_two_visitors_requests_at_once_begin_one_row(wiki):
    client = wiki.client()
    client.fetch_login_token()
    first, second = client.load(), client.load()
    first.set("a", 1)
    second.set("b", 2)
    client.finish(first)
    client.finish(second)
    assert (client.load().get("a"), client.load().get("b")) == (1, 2)


def test_data_of_a_request_that_a_login_overtook_is_lost(wiki):
    client = wiki.client()
    session = client.load()
    session.set("flow", 1)
    client.finish(session)
    late = client.copy()
    session = late.load()
    session.set("flow", 2)
    client.log_in()
    late.finish(session)
    assert client.load().get("flow") == 1
    assert not late.get().known


def test_only_one_of_several_requests_that_took_the_same_thing_logs_in(wiki):
    """N3: one flow continued eight times in parallel."""
    client = wiki.client()
    session = client.load()
    session.set("flow", {"step": 2})
    client.finish(session)
    clients = [client.copy() for _ in range(8)]
    sessions = [c.load() for c in clients]
    passed = []
    for c, session in zip(clients, sessions, strict=True):
        assert session.take("flow") == {"step": 2}
        try:
            wiki.manager.log_in(session, wiki.directory.by_id(4), remember=False, now=wiki.clock.time)
        except SessionLost:
            c.finish(session)
        else:
            c.finish(session)
            passed.append(c)
    assert len(passed) == 1
    assert passed[0].get().account.id == 4
    assert passed[0].load().get("flow") is None
    assert sum(row.user_id == 4 for row in wiki.sessions()) == 1


def test_only_one_of_several_threads_that_took_the_same_thing_logs_in(wiki):
    """N3, with threads."""
    client = wiki.client()
    session = client.load()
    session.set("flow", 1)
    client.finish(session)
    start = threading.Barrier(8)
    passed, lost = [], []

    def go_on():
        session = client.copy().load()
        session.take("flow")
        start.wait()
        try:
            wiki.manager.log_in(session, wiki.directory.by_id(4), remember=True, now=wiki.clock.time)
        except SessionLost:
            lost.append(session)
        else:
            passed.append(session)

    threads = [threading.Thread(target=go_on) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(passed), len(lost)) == (1, 7)
    assert len(wiki.devices()) == 1


def test_save_after_take_is_refused_where_another_request_was_faster(wiki):
    client = wiki.client()
    session = client.load()
    session.set("flow", 1)
    client.finish(session)
    first, second = client.load(), client.load()
    assert first.take("flow") == second.take("flow") == 1
    first.set("flow", 2)
    second.set("flow", 3)
    wiki.manager.save(first)
    with pytest.raises(SessionLost):
        wiki.manager.save(second)
    assert client.finish(second) == []
    assert client.load().get("flow") == 2


def test_take_of_nothing_claims_nothing(wiki):
    client = wiki.client()
    session = client.load()
    assert session.take("flow") is None
    assert client.finish(session) == []


def test_what_cannot_be_written_is_an_error_but_an_extension_is_let_go(wiki):
    """D-2: reading goes on where writing cannot."""
    client = wiki.client()
    client.log_in()
    wiki.rows.read_only = True
    wiki.clock.time += HOUR / 2 + 1
    assert client.get().account.id == 4
    client.fetch_login_token()
    assert client.received == []
    session = client.load()
    session.set("a", 1)
    with pytest.raises(StoreUnavailable):
        client.finish(session)


def test_record_of_another_version_counts_as_gone(wiki):
    """C-4."""
    client = wiki.client()
    client.log_in()
    wiki.spoil_sessions(b'{"v":99}')
    assert client.get().account is None


# -- suppressed logins -----------------------------------------------------------------------------------------------------


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


# -- secrets ---------------------------------------------------------------------------------------------------------------


def test_nothing_stored_logs_anybody_in(wiki):
    """D3: neither ids nor credentials nor token secrets are in the rows, raw or as hex."""
    client = wiki.client()
    session = client.load()
    session.set("flow", 1)
    client.finish(session)
    visitor = client.jar["my_wiki_session"][:32]
    client.log_in(remember=True)
    client.log_in_bot()
    dump = repr([*wiki.sessions(), *wiki.devices()])
    dump += "".join(repr(vars_of(row)) for row in [*wiki.sessions(), *wiki.devices()])
    for name in ("my_wiki_session", "my_wiki_BPsession", "my_wikiToken"):
        assert client.jar[name] not in dump
    assert visitor not in dump
    assert client.load().secret("default").hex() not in dump


def vars_of(row):
    return {name: getattr(row, name) for name in row.__slots__}


def test_no_secret_shows_in_a_repr(wiki):
    client = wiki.client()
    client.log_in(remember=True)
    session = client.load()
    session.set("flow", "Geheimnis")
    text = repr(session) + repr(session.stored) + repr(session.device) + repr(session.visit) + repr(session.record)
    text += repr(wiki.sessions()) + repr(wiki.devices())
    for secret in [client.jar["my_wiki_session"], client.jar["my_wikiToken"], "Geheimnis"]:
        assert secret not in text


def test_tokens_survive_a_new_server_key(make_wiki):
    """H4: rotation without logout."""
    wiki = make_wiki(keys=(b"o" * 32,))
    client = wiki.client()
    client.log_in()
    made = client.load().secret("default")
    wiki.keys = type(wiki.keys)([b"n" * 32, b"o" * 32])
    wiki.build()
    session = client.load()
    assert session.account.id == 4
    assert made in session.secrets("default")
    assert session.secret("default") == session.secrets("default")[0] != made


def test_login_secret_of_every_kind_differs(wiki):
    session = wiki.client().load()
    assert len({session.secret(kind) for kind in ("login", "createaccount", "default")}) == 3


# -- shared database -------------------------------------------------------------------------------------------------------


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


# -- sweeping --------------------------------------------------------------------------------------------------------------


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
