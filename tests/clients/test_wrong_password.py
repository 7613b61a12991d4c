"""The control of the control: a client that was given a wrong password must say so (M04). A driver that cannot fail proves nothing."""

from collections.abc import Callable

import pytest

from .client import CLIENTS, Client, Outcome

pytestmark = pytest.mark.clients

REFUSED = 3
# Five failures in 300 seconds throttle an account, and some clients then wait and try again: fewer fall on each stranger.
# The last one is left to the samples.
ATTEMPTS_EACH = 4
ROWS = [
    (client, mode)
    for client in CLIENTS
    for mode in client.modes
    if mode not in {"noinit", "tokens", "xml", "oauth1", "oauth2"}
]


@pytest.mark.parametrize(
    ("client", "mode", "account"),
    [
        pytest.param(
            client,
            mode,
            f"stranger {number // ATTEMPTS_EACH}{'' if 'main' in client.modes[mode] else '@app'}",
            id=f"{client.name}-{mode}",
        )
        for number, (client, mode) in enumerate(ROWS)
    ],
)
def test_a_wrong_password_is_refused(client: Client, mode: str, account: str, drive: Callable[..., Outcome]) -> None:
    outcome = drive(client, mode, account)
    assert outcome.status == REFUSED, outcome.said
    assert "Incorrect username or password entered" in outcome.said or "Login Failure - Failed" in outcome.said
    assert list(outcome.steps) == ["version", "login"]
