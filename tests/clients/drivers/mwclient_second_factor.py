"""mwclient's clientlogin with a second factor: the code stands in the environment."""

import os
from urllib.parse import urlsplit

import mwclient
from steps import API, NAME, PASSWORD, csrf, signed_in, step

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
asked = site.clientlogin(username=NAME, password=PASSWORD)
assert asked["messagecode"] == "oathauth-auth-ui", asked
again = site.clientlogin(logincontinue="1", OATHToken="000000")  # noqa: S106  a wrong code
assert again["messagecode"] == "oathauth-login-failed", again
assert site.clientlogin(logincontinue="1", OATHToken=os.environ["CODE"]) is True
step("login")
signed_in(site.get("query", meta="userinfo")["query"]["userinfo"])
csrf(site.get_token("csrf"))
