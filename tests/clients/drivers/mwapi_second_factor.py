"""mwapi's interactive login with a second factor: the code stands in the environment."""

import os
from importlib.metadata import version
from urllib.parse import urlsplit

import mwapi
from mwapi.errors import ClientInteractionRequest
from steps import API, NAME, PASSWORD, csrf, signed_in, step

address = urlsplit(API)
step("version", version("mwapi"))
session = mwapi.Session(
    f"{address.scheme}://{address.netloc}", api_path=address.path, user_agent="wikigate-tests mwapi", formatversion=2
)
try:
    session.login(NAME, PASSWORD)
except ClientInteractionRequest as asked:
    token = asked.login_token
    [request] = asked.requests
    assert list(request["fields"]) == ["OATHToken"], request
else:
    raise AssertionError("no code was asked for")
session.continue_login(token, OATHToken=os.environ["CODE"])
step("login")
signed_in(session.get(action="query", meta="userinfo")["query"]["userinfo"])
csrf(session.get(action="query", meta="tokens")["query"]["tokens"]["csrftoken"])
