"""Bot password sessions: core §6.3, recorded in botpw_session and login_needtoken."""

import pytest

from wikigate.sessions.settings import CookieSettings, SessionSettings

GONE = "my_wiki_BPsession=deleted; expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; path=/; HttpOnly"


def test_bot_password_login_adds_its_cookie_and_leaves_the_session_cookie(wiki):
    """botpw_session step 2."""
    client = wiki.client()
    client.fetch_login_token()
    before = client.jar["my_wiki_session"]
    client.log_in_bot()
    core = client.jar["my_wiki_BPsession"]
    assert len(core) == 32
    assert client.received == [f"my_wiki_BPsession={core}; path=/; HttpOnly"]
    assert client.jar["my_wiki_session"] == before


def test_bot_session_wins_over_the_cookie_session_and_stands_alone_too(wiki):
    """botpw_session steps 3, 4."""
    client = wiki.client()
    client.log_in_bot()
    session = client.get()
    assert session.account.id == 4
    assert session.provider == r"MediaWiki\Session\BotPasswordSessionProvider"
    assert not session.can_change_user
    assert session.can_log_out
    assert session.allowed_rights == wiki.rights.rights_of_grants(["basic", "editpage"])
    assert session.restrictions == {"IPAddresses": ["0.0.0.0/0", "::/0"]}
    assert client.received == []
    del client.jar["my_wiki_session"]
    assert client.get().account.id == 4
    assert client.received == []


def test_bot_session_wins_over_a_login_of_somebody_else(wiki):
    client = wiki.client()
    client.log_in(1)
    other = wiki.client()
    other.log_in_bot()
    client.jar["my_wiki_BPsession"] = other.jar["my_wiki_BPsession"]
    assert client.get().account.id == 4
    assert client.received == []


def test_tokens_of_a_bot_session_are_not_those_of_the_session_beside_it(wiki):
    client = wiki.client()
    secret = client.fetch_login_token()
    client.log_in_bot()
    assert client.load().secret("login") != secret
    assert client.load().secret("default") == client.load().secret("default")


def test_logout_ends_the_bot_session_alone(wiki):
    """botpw_session steps 17 to 19."""
    client = wiki.client()
    secret = client.fetch_login_token()
    client.log_in_bot()
    copy = client.copy()
    client.log_out()
    assert client.received == [GONE]
    assert client.get().account is None
    assert client.load().secret("login") == secret
    assert copy.get().account is None
    assert copy.received == [GONE]


@pytest.mark.parametrize(
    "change",
    [
        lambda wiki: wiki.bots.revoke(4, "core"),
        lambda wiki: wiki.bots.update(4, "core", grants=["editpage"]),
        lambda wiki: wiki.restrict_bots('{"IPAddresses":["192.0.2.0/24"]}'),
        lambda wiki: wiki.restrict_bots("{}"),
        lambda wiki: wiki.directory.change(4, token="c" * 32),
        lambda wiki: wiki.directory.change(4, name="Renamed"),
        lambda wiki: wiki.directory.remove(4),
    ],
    ids=["revoked", "edited", "address", "nowhere", "user_token", "renamed", "account gone"],
)
def test_bot_session_ends_when_what_it_stands_on_changes(wiki, change):
    """Core §6.3, F3, F4."""
    client = wiki.client()
    client.log_in_bot()
    change(wiki)
    session = client.get()
    assert session.account is None
    assert session.known
    assert client.received == [GONE]


def test_rights_are_worked_out_anew_with_each_request(wiki):
    client = wiki.client()
    client.log_in_bot()
    wiki.grant_bots('["basic","highvolume"]')
    assert client.get().allowed_rights == wiki.rights.rights_of_grants(["basic", "highvolume"])


@pytest.mark.parametrize("cookie", ["short", "a" * 40 + "!", "deleted"])
def test_malformed_bot_cookie_says_nothing(wiki, cookie):
    client = wiki.client()
    assert client.get(cookie=f"my_wiki_BPsession={cookie}").account is None
    assert client.received == []


@pytest.mark.parametrize("cookie", ["b" * 32, "B" * 32, "b" * 73])
def test_unknown_bot_session_is_deleted(wiki, cookie):
    client = wiki.client()
    assert client.get(cookie=f"my_wiki_BPsession={cookie}").account is None
    assert client.received == [GONE]


def test_main_session_id_is_no_bot_session(wiki):
    client = wiki.client()
    client.log_in()
    assert client.copy().get(cookie=f"my_wiki_BPsession={client.jar['my_wiki_session']}").account is None


def test_bot_session_is_extended_at_half_of_its_life(wiki):
    client = wiki.client()
    client.log_in_bot()
    wiki.clock.time += 1801
    client.get()
    assert [line.partition("=")[0] for line in client.received] == ["my_wiki_BPsession"]
    wiki.clock.time += 3600
    assert client.get().account is None


def test_bot_cookie_never_carries_samesite_but_the_wikis_other_attributes(make_wiki):
    """Core §4.1."""
    cookies = CookieSettings(same_site="Strict", secure="always", path="/w")
    wiki = make_wiki(SessionSettings(cookies=cookies))
    client = wiki.client()
    client.log_in_bot()
    core = client.jar["my_wiki_BPsession"]
    assert client.received == [f"my_wiki_BPsession={core}; path=/w; secure; HttpOnly"]


def test_bot_sessions_count_towards_the_limit(make_wiki):
    """D16."""
    wiki = make_wiki(SessionSettings(max_per_account=2))
    clients = [wiki.client() for _ in range(3)]
    for client in clients:
        wiki.clock.time += 1
        client.log_in_bot()
    assert [client.get().account is not None for client in clients] == [False, True, True]


def test_login_token_in_a_bot_session_writes_nothing(wiki):
    client = wiki.client()
    client.log_in_bot()
    writes = wiki.rows.writes
    client.fetch_login_token()
    assert wiki.rows.writes == writes
