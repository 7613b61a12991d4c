"""What a Python driver is given and what it reports.

A driver is run as ``PASSWORD=… driver API NAME MODE`` and prints one line a step, ``step<TAB>what happened``: version, login,
userinfo, csrf, logout. It ends with 0 when every step went as it should, with 3 when the server refused the login (a ``login``
line then says why), and with anything else when something broke.
"""

import os
import sys

API, NAME, MODE = sys.argv[1:4]
PASSWORD = os.environ["PASSWORD"]
ACCOUNT = NAME.split("@")[0]


def step(name, value="ok"):
    print(name, value, sep="\t", flush=True)


def refused(reason):
    step("login", f"refused: {reason}")
    sys.exit(3)


def signed_in(info):
    """``meta=userinfo`` names the account, and no longer calls it anonymous."""
    assert info["name"] == ACCOUNT, info
    assert info["id"] > 0, info
    assert "anon" not in info, info
    step("userinfo", f"{info['name']} ({info['id']})")


def csrf(token):
    """A token that belongs to a session ends as every token does, and is not the one all strangers share."""
    assert token.endswith("+\\"), token
    assert token != "+\\", token
    step("csrf")


def signed_out(info):
    assert info["id"] == 0, info
    assert "anon" in info, info
