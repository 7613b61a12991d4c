"""requests, in the manner of the API documentation's Python sample.

Modes: login, clientlogin, needtoken (the handshake of MediaWiki 1.15.3 to 1.26), xml.
"""

import xml.etree.ElementTree as ET

import requests
from steps import ACCOUNT, API, MODE, NAME, PASSWORD, csrf, refused, signed_in, signed_out, step

session = requests.Session()
session.headers["User-Agent"] = f"wikigate-tests py-requests/{requests.__version__}"


def get(**parameters):
    return session.get(API, params={"format": "json", **parameters}).json()


def post(**parameters):
    return session.post(API, data={"format": "json", **parameters}).json()


def login_token():
    return get(action="query", meta="tokens", type="login")["query"]["tokens"]["logintoken"]


def login():
    answer = post(action="login", lgname=NAME, lgpassword=PASSWORD, lgtoken=login_token())["login"]
    return answer["result"] == "Success", answer


def clientlogin():
    answer = post(
        action="clientlogin",
        username=NAME,
        password=PASSWORD,
        loginreturnurl="http://127.0.0.1:5000/",
        logintoken=login_token(),
    )["clientlogin"]
    return answer == {"status": "PASS", "username": ACCOUNT}, answer


def needtoken():
    answer = post(action="login", lgname=NAME, lgpassword=PASSWORD)["login"]
    assert answer["result"] == "NeedToken", answer
    answer = post(action="login", lgname=NAME, lgpassword=PASSWORD, lgtoken=answer["token"])["login"]
    return answer["result"] == "Success", answer


def xml():
    page = session.get(API, params={"action": "query", "meta": "tokens", "type": "login", "format": "xml"}).text
    token = ET.fromstring(page).find("./query/tokens").get("logintoken")
    page = session.post(
        API, data={"action": "login", "lgname": NAME, "lgpassword": PASSWORD, "lgtoken": token, "format": "xml"}
    ).text
    answer = dict(ET.fromstring(page).find("login").attrib)
    return answer["result"] == "Success", answer


step("version", requests.__version__)
accepted, answer = {"login": login, "clientlogin": clientlogin, "needtoken": needtoken, "xml": xml}[MODE]()
if not accepted:
    refused(answer)
step("login")

signed_in(get(action="query", meta="userinfo", **{"assert": "user"})["query"]["userinfo"])
token = get(action="query", meta="tokens")["query"]["tokens"]["csrftoken"]
csrf(token)

kept = {cookie.name: cookie.value for cookie in session.cookies if cookie.name.lower().endswith("session")}
assert kept, session.cookies
assert post(action="logout", token=token) == {}
signed_out(get(action="query", meta="userinfo")["query"]["userinfo"])
assert get(action="query", meta="userinfo", **{"assert": "user"})["error"]["code"] == "assertuserfailed"
assert get(action="query", meta="tokens")["query"]["tokens"]["csrftoken"] == "+\\"
# Deleting cookies is the browser's part; the server's part is that the old ones are worth nothing.
replayed = requests.get(API, params={"format": "json", "action": "query", "meta": "userinfo"}, cookies=kept).json()
signed_out(replayed["query"]["userinfo"])
step("logout")
