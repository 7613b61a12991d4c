"""mwapi: its login is action=clientlogin; its logout sends no token, which MediaWiki refuses. Mode: clientlogin."""

from importlib.metadata import version
from urllib.parse import urlsplit

import mwapi
from steps import API, NAME, PASSWORD, csrf, refused, signed_in, signed_out, step

address = urlsplit(API)
session = mwapi.Session(
    f"{address.scheme}://{address.netloc}", api_path=address.path, user_agent="wikigate-tests mwapi (local)"
)


def userinfo():
    return session.get(action="query", meta="userinfo")["query"]["userinfo"]


step("version", version("mwapi"))
try:
    answer = session.login(NAME, PASSWORD)
except mwapi.errors.LoginError as refusal:
    refused(refusal)
assert answer["status"] == "PASS", answer
assert answer["username"] == NAME, answer
step("login")

signed_in(userinfo())
token = session.get(action="query", meta="tokens")["query"]["tokens"]["csrftoken"]
csrf(token)

try:
    session.logout()
except mwapi.errors.APIError as refusal:
    assert refusal.code == "missingparam", refusal
    assert userinfo()["id"] > 0, "a refused logout logged out"
    assert session.post(action="logout", token=token) == {}
    logout = "posted; its own sends no token"
else:
    logout = "its own"
signed_out(userinfo())
step("logout", logout)
