"""The cookie source against the recorded conversation ``session_cookies`` and core §4."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikigate.primitives.errors import StoreUnavailable
from wikigate.sessions.settings import CookieSettings, SessionSettings

EPOCH = "expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; path=/; HttpOnly"
NO_SESSION = f"my_wiki_session=deleted; {EPOCH}"
NO_USER_ID = f"my_wikiUserID=deleted; {EPOCH}"
NO_TOKEN = f"my_wikiToken=deleted; {EPOCH}"
MONTH = "expires=Mon, 21 Dec 2026 00:32:31 GMT; Max-Age=2592000; path=/; HttpOnly"
HALF_YEAR = "expires=Thu, 20 May 2027 00:32:31 GMT; Max-Age=15552000; path=/; HttpOnly"
UNKNOWN = "a" * 32


def names_of(lines):
    return [line.partition("=")[0] for line in lines]


# -- what a login sends (login_session_rotation, session_cookies step 5) ---------------------------------------------------


def test_login_without_remembering_sends_session_userid_and_username(wiki):
    client = wiki.client()
    client.log_in()
    core = client.jar["my_wiki_session"]
    assert len(core) == 32
    assert client.received == [
        f"my_wiki_session={core}; path=/; HttpOnly",
        f"my_wikiUserID=4; {MONTH}",
        f"my_wikiUserName=CoreUser; {MONTH}",
    ]


def test_login_to_be_remembered_sends_a_token_too_for_180_days(wiki):
    client = wiki.client()
    client.log_in(remember=True)
    token = client.jar["my_wikiToken"]
    assert len(token) == 32
    assert set(token) <= set("0123456789abcdef")
    assert client.received[1:] == [
        f"my_wikiUserID=4; {HALF_YEAR}",
        f"my_wikiUserName=CoreUser; {HALF_YEAR}",
        f"my_wikiToken={token}; {HALF_YEAR}",
    ]


# -- loading rules (core §4.4), in the order of session_cookies ------------------------------------------------------------


def test_unknown_id_is_replaced_on_any_request_and_never_adopted(wiki):
    """Step 1; D2."""
    client = wiki.client()
    session = client.get(cookie=f"my_wiki_session={UNKNOWN}")
    assert session.account is None
    assert not session.known
    assert names_of(client.received) == ["my_wiki_session"]
    assert UNKNOWN not in client.received[0]
    assert client.get().known


def test_unknown_id_with_a_login_token_is_replaced_once(wiki):
    """Step 2."""
    client = wiki.client()
    secret = client.fetch_login_token(cookie=f"my_wiki_session={UNKNOWN}")
    assert names_of(client.received) == ["my_wiki_session"]
    assert client.load().secret("login") == secret


@pytest.mark.parametrize("bad", ["short", "a" * 31, "a" * 40 + "!", "%00" + "a" * 32, "a" * 32 + "%0A"])
def test_malformed_id_is_deleted(wiki, bad):
    """Step 3."""
    client = wiki.client()
    assert client.get(cookie=f"my_wiki_session={bad}").account is None
    assert client.received == [NO_SESSION]


def test_all_cookies_are_a_login_and_nothing_is_sent(wiki):
    """Step 6."""
    client = wiki.client()
    client.log_in(remember=True)
    session = client.get()
    assert session.account.id == 4
    assert session.known
    assert session.remember
    assert client.received == []


def test_session_cookie_alone_is_no_login_but_the_session_survives(wiki):
    """Step 7, 8; trap 1."""
    client = wiki.client()
    client.log_in()
    core = client.jar["my_wiki_session"]
    assert client.get(cookie=f"my_wiki_session={core}").account is None
    assert client.received == [NO_SESSION]
    assert client.get(cookie=f"my_wiki_session={core}; my_wikiUserID=4").account.id == 4
    assert client.received == []


def test_session_with_another_user_id_is_refused(wiki):
    """Step 9."""
    client = wiki.client()
    client.log_in()
    core = client.jar["my_wiki_session"]
    assert client.get(cookie=f"my_wiki_session={core}; my_wikiUserID=1").account is None
    assert client.received == [NO_SESSION, NO_USER_ID]


@pytest.mark.parametrize("stale", ["", f"; my_wiki_session={UNKNOWN}"])
def test_user_id_and_token_log_in_silently_with_a_new_id_and_all_cookies(wiki, stale):
    """Steps 10, 11."""
    client = wiki.client()
    client.log_in(remember=True)
    token = client.jar["my_wikiToken"]
    other = wiki.client()
    session = other.get(cookie=f"my_wikiUserID=4; my_wikiToken={token}{stale}")
    assert session.account.id == 4
    assert session.last_auth_id is None
    core = other.jar["my_wiki_session"]
    assert core not in {UNKNOWN, client.jar["my_wiki_session"]}
    assert other.received == [
        f"my_wiki_session={core}; path=/; HttpOnly",
        f"my_wikiUserID=4; {HALF_YEAR}",
        f"my_wikiUserName=CoreUser; {HALF_YEAR}",
        f"my_wikiToken={token}; {HALF_YEAR}",
    ]
    assert other.get().known


def test_user_name_of_somebody_else_is_refused(wiki):
    """Step 12."""
    client = wiki.client()
    client.log_in(remember=True)
    token = client.jar["my_wikiToken"]
    assert client.get(cookie=f"my_wikiUserID=4; my_wikiUserName=CoreAdmin; my_wikiToken={token}").account is None
    assert client.received == [NO_USER_ID, NO_TOKEN]


@pytest.mark.parametrize("token", ["0" * 32, "", "%FF%FE", "é" * 32, "0" * 5000])
def test_wrong_token_is_refused_even_with_a_valid_session(wiki, token):
    """Steps 13, 14."""
    client = wiki.client()
    client.log_in(remember=True)
    core = client.jar["my_wiki_session"]
    beside = "my_wikiUserID=4; my_wikiUserName=CoreUser"
    assert client.copy().get(cookie=f"{beside}; my_wikiToken={token}").account is None
    assert client.get(cookie=f"{beside}; my_wikiToken={token}; my_wiki_session={core}").account is None
    assert client.received == [NO_SESSION, NO_USER_ID, NO_TOKEN]


@pytest.mark.parametrize("user_id", ["4", "99999", "0", "-4", "4x", "٤", "4" * 400])
def test_user_id_alone_or_unknown_is_refused(wiki, user_id):
    """Steps 15, 16."""
    client = wiki.client()
    client.log_in(remember=True)
    token = client.jar["my_wikiToken"]
    assert client.copy().get(cookie=f"my_wikiUserID={user_id}").account is None
    session = client.copy().get(cookie=f"my_wikiUserID={user_id}; my_wikiToken={token}")
    assert (session.account is not None) is (user_id == "4")


def test_user_id_alone_is_deleted_without_any_read(wiki):
    client = wiki.client()
    client.get(cookie="my_wikiUserID=4")
    assert client.received == [NO_USER_ID]
    assert wiki.rows.reads == wiki.directory.reads == 0


def test_user_name_and_token_without_user_id_lose_the_token(wiki):
    """Step 17."""
    client = wiki.client()
    client.log_in(remember=True)
    token = client.jar["my_wikiToken"]
    assert client.get(cookie=f"my_wikiUserName=CoreUser; my_wikiToken={token}").account is None
    assert client.received == [NO_TOKEN]


def test_value_deleted_counts_as_absent(wiki):
    """Step 18."""
    client = wiki.client()
    client.log_in()
    cookie = "; ".join(f"{n}={v}" for n, v in client.jar.items()) + "; my_wikiToken=deleted"
    assert client.get(cookie=cookie).account.id == 4
    assert client.received == []


def test_user_name_alone_is_nobody_and_stays(wiki):
    client = wiki.client()
    assert client.get(cookie="my_wikiUserName=CoreUser").account is None
    assert client.received == []


def test_user_id_with_a_visitors_session_is_refused_as_mediawiki_does(wiki):
    """The stored session is nobody's, the cookies are somebody's."""
    client = wiki.client()
    client.log_in(remember=True)
    visitor = wiki.client()
    visitor.fetch_login_token()
    cookie = f"my_wiki_session={visitor.jar['my_wiki_session']}; my_wikiUserID=4"
    assert visitor.copy().get(cookie=cookie).account is None
    assert visitor.copy().get(cookie=f"{cookie}; my_wikiToken={client.jar['my_wikiToken']}").account is None


def test_session_of_another_user_with_ones_own_token_is_refused(wiki):
    mine, theirs = wiki.client(), wiki.client()
    mine.log_in(remember=True)
    theirs.log_in(1)
    cookie = (
        f"my_wiki_session={theirs.jar['my_wiki_session']}; my_wikiUserID=4; my_wikiToken={mine.jar['my_wikiToken']}"
    )
    assert mine.get(cookie=cookie).account is None


def test_session_of_another_user_that_is_over_does_not_stand_in_the_way_of_ones_token(wiki):
    mine, theirs = wiki.client(), wiki.client()
    mine.log_in(remember=True)
    theirs.log_in(1)
    wiki.clock.time += 7200
    cookie = (
        f"my_wiki_session={theirs.jar['my_wiki_session']}; my_wikiUserID=4; my_wikiToken={mine.jar['my_wikiToken']}"
    )
    assert mine.get(cookie=cookie).account.id == 4


def test_bot_password_session_id_in_the_session_cookie_is_refused(wiki):
    client = wiki.client()
    client.log_in_bot()
    core = client.jar["my_wiki_BPsession"]
    assert client.copy().get(cookie=f"my_wiki_session={core}; my_wikiUserID=4").account is None
    assert client.copy().get(cookie=f"my_wiki_session={core}").account is None


def test_renamed_account_loses_its_sessions(wiki):
    client = wiki.client()
    client.log_in()
    wiki.directory.change(4, name="Renamed")
    del client.jar["my_wikiUserName"]
    assert client.get().account is None


def test_system_user_can_have_no_session(wiki):
    """Core §4.1: a token full of asterisks."""
    client = wiki.client()
    token = wiki.directory.token_of(7)
    assert client.get(cookie=f"my_wikiUserID=7; my_wikiToken={token}").account is None


# -- other cookies ---------------------------------------------------------------------------------------------------------


def test_force_https_is_never_secure_and_outlives_the_browser_only_when_remembered(make_wiki):
    wiki = make_wiki(SessionSettings(cookies=CookieSettings(secure="always")))
    client = wiki.client()
    session = client.load()
    session.force_https = True
    wiki.manager.log_in(session, wiki.directory.by_id(4), remember=False, now=wiki.clock.time)
    client.finish(session)
    assert client.received[-1] == "forceHTTPS=true; path=/; HttpOnly"
    session = client.load()
    assert session.force_https
    wiki.manager.log_in(session, wiki.directory.by_id(4), remember=True, now=wiki.clock.time)
    client.finish(session)
    assert client.received[-1] == f"forceHTTPS=true; {MONTH}"
    client.log_out()
    assert names_of(client.received)[-1] == "forceHTTPS"
    assert "forceHTTPS" not in client.jar


def test_force_https_is_not_sent_where_the_whole_site_forces_it(make_wiki):
    wiki = make_wiki(SessionSettings(force_https=True))
    client = wiki.client()
    session = client.load()
    session.force_https = True
    wiki.manager.log_in(session, wiki.directory.by_id(4), remember=False, now=wiki.clock.time)
    client.finish(session)
    assert "forceHTTPS" not in names_of(client.received)


def test_force_https_alone_is_deleted(wiki):
    client = wiki.client()
    client.get(cookie="forceHTTPS=true")
    assert client.received == [f"forceHTTPS=deleted; {EPOCH}"]


def test_logged_out_cookie_is_sent_when_a_session_is_persisted_after_the_logout(wiki):
    client = wiki.client()
    client.log_in()
    session = client.load()
    wiki.manager.log_out(session)
    wiki.manager.persist(session)
    client.finish(session)
    assert client.received[-1] == (
        "my_wikiLoggedOut=1795221151; expires=Sun, 22 Nov 2026 00:32:31 GMT; Max-Age=86400; path=/; HttpOnly"
    )


# -- what it costs and what breaks it --------------------------------------------------------------------------------------


def test_request_without_cookies_costs_no_read_and_no_random_byte(wiki):
    """D14."""
    client = wiki.client()
    for _ in range(20):
        session = client.get()
        assert session.account is None
        assert client.received == []
    assert wiki.rows.reads == wiki.rows.writes == wiki.directory.reads == wiki.random_calls == 0


def test_login_token_keeps_no_row(wiki):
    """D14."""
    for _ in range(20):
        wiki.client().fetch_login_token()
    assert wiki.rows.writes == 0
    assert wiki.sessions() == []


def test_visitor_with_a_session_costs_one_session_read(wiki):
    client = wiki.client()
    client.fetch_login_token()
    client.get()
    assert (wiki.rows.reads, wiki.directory.reads) == (1, 0)


@pytest.mark.parametrize("remember", [False, True])
@pytest.mark.parametrize("shared", [False, True])
def test_logged_in_request_costs_one_session_read_one_account_read_and_no_write(make_wiki, remember, shared):
    wiki = make_wiki(shared=shared)
    client = wiki.client()
    client.log_in(remember=remember)
    wiki.rows.reads = wiki.rows.writes = wiki.directory.reads = 0
    assert client.get().account.id == 4
    assert (wiki.rows.reads, wiki.directory.reads, wiki.rows.writes) == (1, 1, 0)


def test_database_trouble_is_raised_and_no_cookie_is_cleared(wiki):
    """D-1."""
    client = wiki.client()
    client.log_in(remember=True)
    wiki.rows.down = True
    with pytest.raises(StoreUnavailable):
        client.load()
    wiki.rows.down = False
    assert client.get().account.id == 4


ALPHABET = 'abv019AZ_-=; ,%"\\\x00\x7f\xe9\u2028[].'
NAMES = st.sampled_from(
    ["my_wiki_session", "my_wikiUserID", "my_wikiUserName", "my_wikiToken", "my_wiki_BPsession", "forceHTTPS", "x", ""]
)
VALUES = st.one_of(
    st.text(alphabet=ALPHABET, max_size=80),
    st.text(max_size=40),
    st.text(alphabet="0123456789abcdefghijklmnopqrstuv", min_size=30, max_size=72),
    st.sampled_from(["4", "1", "CoreUser", "deleted", "924900c433dd6642c12b78c82d145ec0", "", "a" * 9000]),
)
HEADERS = st.one_of(
    st.text(alphabet=ALPHABET, max_size=200),
    st.lists(st.tuples(NAMES, VALUES), max_size=12).map(lambda pairs: "; ".join(f"{n}={v}" for n, v in pairs)),
)


@given(header=HEADERS, shared=st.booleans())
def test_arbitrary_cookies_never_raise_and_never_adopt_a_foreign_id(make_wiki, parse, header, shared):
    """T5, D2: whatever is sent, nobody is logged in (but on a shared database by MediaWiki's own Token) and every id is ours."""
    wiki = make_wiki(shared=shared)
    client = wiki.client()
    session = client.get(cookie=header)
    sent = parse(header)
    if session.account is not None:
        assert shared
        assert sent["my_wikiToken"] == wiki.directory.token_of(session.account.id)
    assert not session.known
    for line in client.received:
        name, _, rest = line.partition("=")
        value = rest.partition(";")[0]
        if name in {"my_wiki_session", "my_wiki_BPsession"} and value != "deleted":
            assert value not in sent.values()
            assert session.core[:32] == value[:32]
        assert "\n" not in line
        assert "\r" not in line
