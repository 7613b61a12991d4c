"""Every client logs in by its own login call, is told who it is, gets a csrf token, and is logged out (M03, M07, M15, M39, M40)."""

from collections.abc import Callable

import pytest

from .client import CLIENTS, Client, Outcome

pytestmark = pytest.mark.clients


@pytest.mark.parametrize(
    ("client", "mode", "account"),
    [
        pytest.param(client, mode, account, id=f"{client.name}-{mode}-{account}")
        for client in CLIENTS
        for mode, accounts in client.modes.items()
        for account in accounts
    ],
)
def test_logs_in_and_out(client: Client, mode: str, account: str, drive: Callable[..., Outcome]) -> None:
    outcome = drive(client, mode, account)
    assert outcome.status == 0, outcome.said
    assert list(outcome.steps) == ["version", "login", "userinfo", "csrf", "logout"]
