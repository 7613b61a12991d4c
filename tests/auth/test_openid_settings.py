"""Where requests may go and where answers may come back to (security G7, S14)."""

import pytest

from wikigate.auth.openid_settings import OpenIdSettings, is_safe_url, origin_of


@pytest.mark.parametrize(
    "url",
    [
        "https://openid.example.net",
        "https://openid.example.net:8443/realm?x=1",
        "http://127.0.0.1:8080/",
        "http://localhost/",
    ],
)
def test_g7_requests_go_to_https_and_to_this_machine(url: str) -> None:
    assert is_safe_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://openid.example.net", "ftp://openid.example.net", "javascript:alert(1)", "https://", "//openid.example.net", "",
        "https://user@openid.example.net", "https://openid.example.net#x", "https://openid.example.net/a b",
        "https://openid.example.net\\@evil.example", "http://127.0.0.1.evil.example/", "https://[::1",
    ],
)  # fmt: skip
def test_g7_and_nowhere_else(url: str) -> None:
    assert not is_safe_url(url)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://App.example.org:443/x?y#z", "https://app.example.org"),
        ("http://app.example.org:8080", "http://app.example.org:8080"),
        ("http://[::1]:80/", "http://[::1]"),
        ("app://x", ""),
        ("https://app.example.org:99999/", ""),
        ("", ""),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, origin: str) -> None:
    assert origin_of(url) == origin


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("https://app.example.org/anything?x", True),
        ("https://wiki.example.org/w/index.php", True),
        ("http://127.0.0.1:55555/done", True),
        ("http://app.example.org/", False),
        ("https://app.example.org:8443/", False),
        ("https://app.example.org.evil.example/", False),
        ("https://evil.example/?https://app.example.org", False),
        ("https://evil.example\\@app.example.org/", False),
        ("http://evil.example\\@127.0.0.1/", False),
        ("https://app.example.org@evil.example/", False),
        ("https://somebody@app.example.org/", False),
    ],
)
def test_s14_answers_come_back_to_trusted_origins_alone(url: str, *, may: bool) -> None:
    """R60: nor to one that browsers read otherwise than we do."""
    settings = OpenIdSettings(return_to=("https://app.example.org",))
    assert settings.may_return_to(url, "https://wiki.example.org") is may


@pytest.mark.parametrize("origin", ["https://app.example.org/", "https://app.example.org/x", "*", "app.example.org"])
def test_what_is_no_origin_is_not_taken_for_one(origin: str) -> None:
    with pytest.raises(ValueError, match="return_to"):
        OpenIdSettings(return_to=(origin,))
