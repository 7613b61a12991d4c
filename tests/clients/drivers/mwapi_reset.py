"""mwapi: a temporary password, which its interactive login answers by choosing another. Mode: reset."""

import os
from importlib.metadata import version
from urllib.parse import urlsplit

import mwapi
from steps import API, NAME, PASSWORD, csrf, signed_in, signed_out, step

address = urlsplit(API)
session = mwapi.Session(
    f"{address.scheme}://{address.netloc}", api_path=address.path, user_agent="wikigate-tests mwapi (local)"
)


def userinfo():
    return session.get(action="query", meta="userinfo")["query"]["userinfo"]


step("version", version("mwapi"))
new = os.environ["PASSWORD"] + " anew"
try:
    session.login(NAME, PASSWORD)
except mwapi.errors.ClientInteractionRequest as asked:
    [request] = asked.requests
    assert sorted(request["fields"]) == ["password", "retype"], request
    try:
        session.continue_login(asked.login_token, password=new, retype="something else")
    except mwapi.errors.LoginError as refusal:
        assert "UI" in str(refusal), refusal
    else:
        raise AssertionError("two passwords that differ were taken")
    answer = session.continue_login(asked.login_token, password=new, retype=new)
else:
    raise AssertionError("a temporary password let somebody in")
assert answer == {"status": "PASS", "username": NAME}, answer
step("login")

signed_in(userinfo())
token = session.get(action="query", meta="tokens")["query"]["tokens"]["csrftoken"]
csrf(token)
assert session.post(action="logout", token=token) == {}
signed_out(userinfo())
step("logout", "posted")
