"""mwclient. Modes: login, clientlogin, noinit (do_init=False: nothing is asked before the login, as on a private wiki), and oauth1.

For oauth1 PASSWORD is the JSON of an owner-only consumer.
"""

import json
from urllib.parse import urlsplit

import mwclient
from steps import ACCOUNT, API, MODE, NAME, PASSWORD, csrf, refused, signed_in, signed_out, step

address = urlsplit(API)
path, script = address.path.rsplit("/", 1)

step("version", mwclient.__version__)
consumer = json.loads(PASSWORD) if MODE == "oauth1" else {}
site = mwclient.Site(
    address.netloc,
    path=f"{path}/",
    ext=f".{script.rsplit('.', 1)[1]}",
    scheme=address.scheme,
    clients_useragent="wikigate-tests mwclient",
    do_init=MODE != "noinit",
    max_retries=2,
    **{
        option: consumer[name]
        for option, name in (
            ("consumer_token", "consumer_key"),
            ("consumer_secret", "consumer_secret"),
            ("access_token", "access_token"),
            ("access_secret", "access_secret"),
        )
        if consumer
    },
)
try:
    if MODE == "oauth1":
        pass  # every request is signed
    elif MODE == "clientlogin":
        accepted = site.clientlogin(username=NAME, password=PASSWORD)
        assert accepted is True, accepted
        site.site_init()
    else:
        site.login(NAME, PASSWORD)
except mwclient.errors.LoginError as refusal:
    refused(refusal)
step("login")

info = site.get("query", meta="userinfo")["query"]["userinfo"]
assert site.logged_in
assert site.username == ACCOUNT, site.username
assert site.version >= (1, 27), site.version
signed_in(info)
token = site.get_token("csrf")
csrf(token)

if MODE == "oauth1":
    try:
        site.post("logout", token=token)
    except mwclient.errors.APIError as error:
        assert error.code == "cannotlogout", error
        step("logout", "cannotlogout, as it should be")
        raise SystemExit from None
site.post("logout", token=token)
info = site.get("query", meta="userinfo")["query"]["userinfo"]
assert not site.logged_in
signed_out(info)
step("logout", "posted; it has none")
