"""WikibaseIntegrator's logins. Modes: login, clientlogin, and oauth1, oauth2, for which PASSWORD is the JSON of an owner-only consumer.

Its OAuth 2 fetches a token by client credentials from rest.php.
"""

import json
import os
from importlib.metadata import version

from steps import ACCOUNT, API, MODE, NAME, PASSWORD, csrf, refused, signed_in, signed_out, step

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"  # a server for tests speaks no TLS
from wikibaseintegrator import wbi_login  # noqa: E402

step("version", version("wikibaseintegrator"))
common = {"mediawiki_api_url": API, "user_agent": "wikigate-tests WikibaseIntegrator"}
try:
    if MODE == "login":
        way = wbi_login.Login(user=NAME, password=PASSWORD, **common)
    elif MODE == "clientlogin":
        way = wbi_login.Clientlogin(user=NAME, password=PASSWORD, **common)
    else:
        made = json.loads(PASSWORD)
        common |= {"consumer_token": made["consumer_key"], "consumer_secret": made["consumer_secret"]}
        if MODE == "oauth1":
            way = wbi_login.OAuth1(access_token=made["access_token"], access_secret=made["access_secret"], **common)
        else:
            way = wbi_login.OAuth2(mediawiki_rest_url=API.replace("/api.php", "/rest.php"), **common)
except wbi_login.LoginError as refusal:
    refused(refusal)
step("login")

session = way.get_session()


def me():
    return session.get(API, params={"action": "query", "meta": "userinfo", "format": "json"}).json()["query"]["userinfo"]


signed_in(me())
token = way.get_edit_token()
csrf(token)

answer = session.post(API, data={"action": "logout", "token": token, "format": "json"}).json()
if MODE.startswith("oauth"):
    assert answer["error"]["code"] == "cannotlogout", answer
    assert me()["name"] == ACCOUNT
    step("logout", "cannotlogout, as it should be")
else:
    assert "error" not in answer, answer
    signed_out(me())
    step("logout", "posted; it has none")
