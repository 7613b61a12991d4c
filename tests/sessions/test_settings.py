"""Settings that would make sessions or cookies useless are refused in words."""

import pytest

from wikigate.sessions.settings import CookieSettings, SessionSettings


@pytest.mark.parametrize(
    "values",
    [
        {"path": "/; secure"},
        {"domain": "a b"},
        {"path": "/\r\nX: y"},
        {"expiration": -1},
        {"extended_expiration": -1},
        {"same_site": "None", "secure": "never"},
    ],
)
def test_cookie_settings_refuse(values):
    with pytest.raises(ValueError, match=r"“|browsers"):
        CookieSettings(**values)


@pytest.mark.parametrize("values", [{"lifetime": 0}, {"absolute_limit": 60}, {"max_per_account": -1}])
def test_session_settings_refuse(values):
    with pytest.raises(ValueError, match="“"):
        SessionSettings(**values)


def test_defaults_are_mediawikis():
    settings = SessionSettings()
    assert settings.lifetime == 3600
    assert (settings.cookies.expiration, settings.cookies.extended_expiration) == (2_592_000, 15_552_000)
    assert settings.cookies.same_site == ""
