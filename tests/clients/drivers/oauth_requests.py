"""requests with an owner-only consumer: signed by requests-oauthlib (oauth1) or with its bearer token (oauth2). PASSWORD is JSON."""

import json

import requests
import requests_oauthlib
from steps import API, MODE, PASSWORD, csrf, refused, signed_in, step

made = json.loads(PASSWORD)
session = requests.Session()
session.headers["User-Agent"] = f"wikigate-tests requests-oauthlib/{requests_oauthlib.__version__}"
if MODE == "oauth1":
    session.auth = requests_oauthlib.OAuth1(
        made["consumer_key"], made["consumer_secret"], made["access_token"], made["access_secret"]
    )
else:
    session.headers["Authorization"] = f"Bearer {made['access_token']}"


def get(**parameters):
    return session.get(API, params={"format": "json", "formatversion": "2", **parameters}).json()


def post(**parameters):
    return session.post(API, data={"format": "json", "formatversion": "2", **parameters}).json()


step("version", requests_oauthlib.__version__)
answer = get(action="query", meta="userinfo", **{"assert": "user"})
if "error" in answer:
    refused(answer["error"]["info"])
step("login", "with each request")
signed_in(answer["query"]["userinfo"])
token = get(action="query", meta="tokens")["query"]["tokens"]["csrftoken"]
csrf(token)
assert not session.cookies, session.cookies
assert post(action="checktoken", type="csrf", token=token)["checktoken"]["result"] == "valid"
assert post(action="logout", token=token)["error"]["code"] == "cannotlogout"
assert get(action="query", meta="userinfo")["query"]["userinfo"]["id"] > 0
step("logout", "cannotlogout, as it should be")
