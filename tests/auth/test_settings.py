"""Settings that could not work are refused when they are read, and the defaults are the ones promised."""

from __future__ import annotations

import pytest

from wikigate.auth.settings import AuthSettings, Condition, ReauthSettings, ThrottleSettings


def test_m37_five_in_five_minutes_and_150_in_two_days():
    throttle = AuthSettings().throttle
    assert [(c.count, c.seconds, c.all_ips) for c in throttle.conditions] == [(5, 300, False), (150, 172_800, False)]


@pytest.mark.parametrize(
    "make",
    [
        lambda: Condition(0, 300),
        lambda: Condition(5, 0),
        lambda: ThrottleSettings(per_name=-1),
        lambda: ThrottleSettings(per_address=-1),
        lambda: ThrottleSettings(waiting=-1),
        lambda: ThrottleSettings(patience=-1),
        lambda: ThrottleSettings(name_seconds=0),
        lambda: ThrottleSettings(address_seconds=0),
        lambda: ReauthSettings(seconds={"LinkAccounts": 1}),
        lambda: ReauthSettings(allow_without={}),
        lambda: AuthSettings(flow_lifetime=0),
        lambda: AuthSettings(verified_bot_passwords=-1),
    ],
)
def test_what_cannot_work_is_refused(make):
    with pytest.raises(ValueError, match=r"“|numbers"):
        make()
