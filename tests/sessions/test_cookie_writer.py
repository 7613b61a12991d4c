"""How cookies are spelled, set and deleted: core §4.1, security D11, D12."""

import pytest

from wikigate.sessions.settings import CookieSettings, SessionSettings
from wikigate.wire.http import Response

EPOCH = "expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; path=/; HttpOnly"
NO_SESSION = f"my_wiki_session=deleted; {EPOCH}"
NO_USER_ID = f"my_wikiUserID=deleted; {EPOCH}"
NO_TOKEN = f"my_wikiToken=deleted; {EPOCH}"


def test_username_is_percent_encoded_as_php_does(wiki):
    client = wiki.client()
    client.log_in(5)
    assert client.jar["my_wikiUserName"] == "Zo%C3%AB%20O%27Neil%2F~x"
    assert client.get().account.id == 5


def test_longest_user_name_makes_a_cookie_within_4096_bytes(make_wiki):
    """D12."""
    wiki = make_wiki()
    wiki.directory.change(5, name="日" * 85)
    client = wiki.client()
    client.log_in(5, remember=True)
    assert max(map(len, client.received)) < 4096
    assert client.get().account.name == "日" * 85


def test_attributes_stand_in_phps_order(make_wiki):
    cookies = CookieSettings(prefix="x", path="/w", domain=".example.org", secure="always", same_site="Lax")
    wiki = make_wiki(SessionSettings(cookies=cookies))
    client = wiki.client()
    client.fetch_login_token()
    spelled = client.jar["x_session"]
    assert client.received == [
        f"x_session={spelled}; path=/w; domain=.example.org; secure; HttpOnly; SameSite=Lax",
    ]


@pytest.mark.parametrize(
    ("secure", "site", "scheme", "expected"),
    [
        ("detect", False, "http", False),
        ("detect", False, "https", True),
        ("detect", True, "http", True),
        ("always", False, "http", True),
        ("never", True, "https", False),
    ],
)
def test_secure_is_detected_from_site_and_request(make_wiki, secure, site, scheme, expected):
    """D11."""
    wiki = make_wiki(SessionSettings(cookies=CookieSettings(secure=secure)), https=site)
    client = wiki.client()
    client.fetch_login_token(scheme=scheme)
    assert ("; secure" in client.received[0]) is expected


def test_expiration_zero_makes_cookies_that_end_with_the_browser(make_wiki):
    wiki = make_wiki(SessionSettings(cookies=CookieSettings(expiration=0, extended_expiration=0)))
    client = wiki.client()
    client.log_in(remember=True)
    assert client.received[1] == "my_wikiUserID=4; path=/; HttpOnly"
    assert client.received[3].startswith("my_wikiToken=")


def test_session_name_and_unfit_prefix_are_spelled_as_mediawiki_does(make_wiki):
    wiki = make_wiki(SessionSettings(cookies=CookieSettings(prefix="a b.c=d", session_name="SESS")))
    client = wiki.client()
    client.log_in()
    assert client.names == ["SESS", "a_b_c_dUserID", "a_b_c_dUserName"]


def test_refused_cookies_are_deleted_once_and_a_new_session_follows(wiki):
    """Measured: deletions first, then the session that the login token asked for."""
    client = wiki.client()
    client.fetch_login_token(cookie=f"my_wikiUserID=4; my_wikiToken={'0' * 32}")
    session = client.jar["my_wiki_session"]
    assert client.received == [NO_USER_ID, NO_TOKEN, f"my_wiki_session={session}; path=/; HttpOnly"]


def test_cookie_is_deleted_if_it_came_or_was_set_in_the_same_response(wiki):
    client = wiki.client()
    response = Response()
    session = client.load()
    wiki.manager.log_in(session, wiki.directory.by_id(4), remember=True, now=wiki.clock.time)
    wiki.manager.commit(session, response)
    wiki.manager.log_out(session)
    wiki.manager.commit(session, response)
    lines = [value for name, value in response.headers if name == "Set-Cookie"]
    assert [line.partition("=")[0] for line in lines[:4]] == [
        "my_wiki_session", "my_wikiUserID", "my_wikiUserName", "my_wikiToken",
    ]  # fmt: skip
    assert lines[4:] == [NO_SESSION, NO_USER_ID, NO_TOKEN]


def test_session_that_does_not_hold_is_deleted_before_a_new_one_begins(wiki):
    """Measured: a visitor's session beside somebody's ``UserID`` goes first, then comes the session that the login token asked for."""
    client = wiki.client()
    client.fetch_login_token()
    former = client.jar["my_wiki_session"]
    client.fetch_login_token(cookie=f"my_wiki_session={former}; my_wikiUserID=4")
    session = client.jar["my_wiki_session"]
    assert session != former
    assert client.received == [NO_SESSION, NO_USER_ID, f"my_wiki_session={session}; path=/; HttpOnly"]
