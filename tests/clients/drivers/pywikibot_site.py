"""pywikibot with a family file of its own.

A name ``User@app`` becomes a BotPassword entry, which it logs in by action=login; a plain name goes through action=clientlogin.
Modes: login, clientlogin (one login and logout), second-factor (the code that it asks a person for stands in CODE), oauth1 (PASSWORD is the JSON of an owner-only consumer), tokens (every kind of token, a second login, a login after the logout), and createaccount.
pywikibot has no call of its own that makes an account: it knows createaccount as a module that writes, and its token, so that a program
asks by simple_request; it does so for an account that is logged in alone.
pywikibot's own test files cannot be installed: none of its releases carries them. The mode tokens covers the ground of its
site_login_logout_tests and token_tests, the mode oauth1 that of its oauth_tests but for the edit; its login_tests ask no server.
"""

import json
import os
from pathlib import Path
from urllib.parse import urlsplit

from steps import ACCOUNT, API, MODE, NAME, PASSWORD, csrf, refused, signed_in, signed_out, step

address = urlsplit(API)
home = Path.cwd()
os.environ["PYWIKIBOT_DIR"] = str(home)
app = NAME.partition("@")[2]
consumer = json.loads(PASSWORD) if MODE == "oauth1" else {}
parts = [consumer[name] for name in ("consumer_key", "consumer_secret", "access_token", "access_secret") if consumer]
secret = f"BotPassword({app!r}, {PASSWORD!r})" if app else repr(PASSWORD)

(home / "gate_family.py").write_text(f"""
from pywikibot import family
class Family(family.Family):
    name = 'gate'
    langs = {{'en': {address.netloc!r}}}
    def scriptpath(self, code): return {address.path.rsplit("/", 1)[0]!r}
    def protocol(self, code): return {address.scheme!r}
""")
(home / "user-password.py").write_text("" if consumer else f"({ACCOUNT!r}, {secret})\n")
(home / "user-config.py").write_text(f"""
family = 'gate'
mylang = 'en'
family_files['gate'] = {str(home / "gate_family.py")!r}
usernames['gate']['en'] = {ACCOUNT!r}
password_file = {str(home / "user-password.py")!r}
put_throttle = minthrottle = 0
max_retries = retry_wait = 1
{f"authenticate[{address.hostname!r}] = authenticate[{address.netloc!r}] = {tuple(parts)!r}" if consumer else ""}
""")
for name in ("user-password.py", "user-config.py"):
    (home / name).chmod(0o600)

import pywikibot  # noqa: E402  (it reads its configuration while it is imported)
from pywikibot.comms import http  # noqa: E402
from pywikibot.exceptions import APIError, NoUsernameError  # noqa: E402
from pywikibot.login import LoginStatus, OauthLoginManager  # noqa: E402


def login(site):
    try:
        site.login()
    except NoUsernameError as refusal:
        refused(refusal)
    assert site.logged_in(), "login() came back without a login"
    assert site._loginstatus == LoginStatus.AS_USER, site._loginstatus
    assert site.user() == ACCOUNT, site.user()


def logout(site):
    site.logout()
    assert not site.logged_in()
    assert site._loginstatus == LoginStatus.NOT_LOGGED_IN, site._loginstatus
    assert site.user() is None, site.user()
    # Asked with its own cookies but past its own cache.
    answer = http.session.get(API, params={"action": "query", "meta": "userinfo", "format": "json"}).json()
    signed_out(answer["query"]["userinfo"])


def oauth_login_manager(site):
    """Log in and ask who it is by the class that pywikibot has for OAuth, as the wiki's list of extensions says that it may."""
    assert site.has_extension("OAuth")
    manager = OauthLoginManager(password=parts[1], site=site, user=parts[0])
    manager._access_token = tuple(parts[2:])
    manager.login()
    assert manager.consumer_token == tuple(parts[:2])
    assert manager.access_token == tuple(parts[2:])
    assert manager.identity["username"] == site.username() == ACCOUNT, manager.identity


def tokens(site):
    wallet = site.tokens
    for kind in ("patrol", "rollback", "userrights", "watch"):
        known = wallet[kind]
        assert known.endswith("+\\") and known != "+\\", (kind, known)
        assert known != wallet["csrf"], kind
    try:
        wallet["invalidtype"]
    except KeyError:
        pass
    else:
        raise AssertionError("a token of a kind that does not exist")

    site.login()
    assert site.logged_in(), "a second login() logged out"
    logout(site)
    login(site)


def create_account(site):
    """Make an account named after this one, with this one's password backwards."""
    fields = {"username": f"{ACCOUNT} Two", "password": PASSWORD[::-1], "retype": PASSWORD[::-1]}
    token = site.tokens["createaccount"]
    request = site.simple_request(action="createaccount", createreturnurl=API, createtoken=token, **fields)
    answer = request.submit()["createaccount"]
    assert answer["status"] == "PASS", answer
    assert answer["username"] == f"{ACCOUNT} Two", answer
    # Who makes an account for somebody stays who he is.
    info = site.simple_request(action="query", meta="userinfo").submit()["query"]["userinfo"]
    assert info["name"] == ACCOUNT, info
    step("createaccount", answer["username"])


if MODE == "second-factor":
    pywikibot.input = lambda *_, **__: os.environ["CODE"]

step("version", pywikibot.__version__)
site = pywikibot.Site("en", "gate")
login(site)
step("login")

signed_in(site.userinfo)
csrf(site.tokens["csrf"])
if MODE == "tokens":
    tokens(site)
if MODE == "createaccount":
    create_account(site)

if MODE == "oauth1":
    oauth_login_manager(site)
    try:
        site.logout()
    except APIError as error:
        assert error.code == "cannotlogout", error
        step("logout", "cannotlogout, as it should be")
        raise SystemExit from None
logout(site)
step("logout", "its own")
