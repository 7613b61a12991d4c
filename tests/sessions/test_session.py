"""What a session keeps, which tokens it signs, and what it never shows: core §3, §5 step 6, N3."""

import threading

import pytest

from wikigate.primitives.errors import StoreUnavailable
from wikigate.sessions.session import SessionLost

HOUR = 3600


def names_of(lines):
    return [line.partition("=")[0] for line in lines]


# -- login flag (core §5 step 6) ------------------------------------------------------------------------------------------


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


# -- data -----------------------------------------------------------------------------------------------------------------


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


# -- secrets --------------------------------------------------------------------------------------------------------------


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
