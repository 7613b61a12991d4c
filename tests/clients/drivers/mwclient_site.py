"""mwclient. Modes: login, clientlogin, and noinit (do_init=False: nothing is asked before the login, as on a private wiki)."""

from urllib.parse import urlsplit

import mwclient
from steps import ACCOUNT, API, MODE, NAME, PASSWORD, csrf, refused, signed_in, signed_out, step

address = urlsplit(API)
path, script = address.path.rsplit("/", 1)

step("version", mwclient.__version__)
site = mwclient.Site(
    address.netloc,
    path=f"{path}/",
    ext=f".{script.rsplit('.', 1)[1]}",
    scheme=address.scheme,
    clients_useragent="wikigate-tests mwclient",
    do_init=MODE != "noinit",
    max_retries=2,
)
try:
    if MODE == "clientlogin":
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

site.post("logout", token=token)
info = site.get("query", meta="userinfo")["query"]["userinfo"]
assert not site.logged_in
signed_out(info)
step("logout", "posted; it has none")
