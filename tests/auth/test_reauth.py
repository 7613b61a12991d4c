"""When a login is fresh enough (spec core §8.3)."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from wikigate.auth.reauth import Reauth
from wikigate.auth.settings import ReauthSettings

SETTINGS = ReauthSettings(
    {"default": 3600, "LinkAccounts": 10, "Free": -1}, {"default": True, "ChangeCredentials": False}
)
NOW = 10_000


def session(user=4, last_user=4, age=0, *, can_change=True):
    return SimpleNamespace(
        account=SimpleNamespace(id=user) if user else None,
        can_change_user=can_change,
        last_auth_id=last_user,
        last_auth_time=None if last_user is None else NOW - age,
    )


@pytest.mark.parametrize(
    ("who", "operation", "status"),
    [
        (session(user=None), "x", "reauth"),
        (session(user=None, can_change=False), "x", "fail"),
        (session(age=0), "x", "ok"),
        (session(age=3600), "x", "ok"),
        (session(age=3601), "x", "reauth"),
        (session(age=11), "LinkAccounts", "reauth"),
        (session(age=10), "LinkAccounts", "ok"),
        (session(age=9_999_999), "Free", "ok"),
        (session(last_user=None), "Free", "ok"),
        (session(last_user=None), "x", "reauth"),  # revived by its Token cookie (C19)
        (session(last_user=5), "x", "reauth"),
        (session(can_change=False), "x", "ok"),
        (session(can_change=False), "ChangeCredentials", "fail"),
    ],
)
def test_the_status_of_a_session(who, operation, status):
    assert Reauth(SETTINGS).status(who, operation, NOW) == status
