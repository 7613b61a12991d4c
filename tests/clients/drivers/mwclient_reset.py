"""mwclient: a temporary password, and clientlogin called again to choose another; then an account made with it. Mode: reset."""

import os
from urllib.parse import urlsplit

import mwclient
from steps import API, NAME, PASSWORD, csrf, signed_in, signed_out, step

address = urlsplit(API)
path, script = address.path.rsplit("/", 1)

step("version", mwclient.__version__)
site = mwclient.Site(
    address.netloc,
    path=f"{path}/",
    ext=f".{script.rsplit('.', 1)[1]}",
    scheme=address.scheme,
    clients_useragent="wikigate-tests mwclient",
    max_retries=2,
)
new = os.environ["PASSWORD"] + " anew"
asked = site.clientlogin(username=NAME, password=PASSWORD)
assert asked["status"] == "UI", asked
[request] = asked["requests"]
assert sorted(request["fields"]) == ["password", "retype"], request
again = site.clientlogin(logincontinue=1, password=new, retype="something else")
assert (again["status"], again["messagecode"]) == ("UI", "badretype"), again
assert site.clientlogin(logincontinue=1, password=new, retype=new) is True
site.site_init()
step("login")

assert site.username == NAME, site.username
signed_in(site.get("query", meta="userinfo")["query"]["userinfo"])
token = site.get_token("csrf")
csrf(token)
# Its get_token knows no tokens for accounts, and would fetch a csrf token.
tokens = site.get("query", meta="tokens", type="createaccount")["query"]["tokens"]
made = site.post(
    "createaccount",
    username=f"{NAME} junior",
    password=new,
    retype=new,
    createreturnurl="http://example.org/",
    createtoken=tokens["createaccounttoken"],
)
assert made["createaccount"] == {"status": "PASS", "username": f"{NAME} junior"}, made
site.post("logout", token=token)
signed_out(site.get("query", meta="userinfo")["query"]["userinfo"])
step("logout", "posted")
