"""An app with users, made with requests-oauthlib or Authlib: PASSWORD is the JSON of its consumer, with its address and its user's name.

Modes: oauth1 and oauth2 (requests-oauthlib), authlib-oauth1 and authlib-oauth2; OAuth 2 always with PKCE.
It prints ``authorize<TAB>ADDRESS``, reads the address that the user's browser came back to, and does what an app does with its tokens;
then it prints ``take back``, reads a line, and sees that its tokens are over. A user who says no ends it with 4.
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
import sys
from urllib.parse import parse_qs, urlsplit

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

import authlib
import requests
import requests_oauthlib
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth1Session as AuthlibOAuth1
from authlib.integrations.requests_client import OAuth2Session as AuthlibOAuth2
from oauthlib.oauth2 import OAuth2Error
from steps import API, MODE, NAME, PASSWORD, csrf, signed_in, step

app = json.loads(PASSWORD)
key, secret, callback = app["consumer_key"], app["consumer_secret"], app["callback"]
site = API.rsplit("/", 1)[0]
index, rest = f"{site}/index.php?title=Special:OAuth", f"{site}/rest.php/oauth2"
step("version", authlib.__version__ if MODE.startswith("authlib") else requests_oauthlib.__version__)


def agreed(address):
    """Send the user there, and give back where he came to."""
    step("authorize", address)
    back = sys.stdin.readline().strip()
    assert back.startswith(callback), back
    given = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
    if "error" in given:
        assert given["error"] == "unauthorized_client", given
        step("login", given["error_description"])
        raise SystemExit(4)
    return back, given


def ask(session, **parameters):
    return session.get(API, params={"format": "json", "formatversion": "2", "action": "query", **parameters}).json()


def use(session):
    answer = ask(session, meta="userinfo", uiprop="rights")
    signed_in(answer["query"]["userinfo"])
    assert "edit" in answer["query"]["userinfo"]["rights"]
    assert "editmyoptions" not in answer["query"]["userinfo"]["rights"]
    csrf(ask(session, meta="tokens")["query"]["tokens"]["csrftoken"])
    assert not session.cookies, session.cookies


def over(session):
    print("take back", flush=True)
    sys.stdin.readline()
    assert ask(session, meta="userinfo")["error"]["code"] == "mwoauth-invalid-authorization"
    step("revoked")


def oauth1():
    if MODE == "oauth1":
        session = requests_oauthlib.OAuth1Session(key, secret, callback_uri=callback)
    else:
        session = AuthlibOAuth1(key, secret, redirect_uri=callback)
    asked = session.fetch_request_token(f"{index}/initiate")
    begun = f"{index}/authorize"
    if MODE == "oauth1":
        # The request token alone, as RFC 5849 §2.2 has it; the other library names the consumer too, as MediaWiki's manual says.
        back, given = agreed(session.authorization_url(begun))
    else:
        back, given = agreed(session.create_authorization_url(begun, oauth_consumer_key=key))
    assert given["oauth_token"] == asked["oauth_token"]
    session.parse_authorization_response(back)
    given = session.fetch_access_token(f"{index}/token")
    step("login")
    use(session)
    head, claims, signature = session.get(f"{index}/identify").text.split(".")
    good = hmac.new(secret.encode(), f"{head}.{claims}".encode(), hashlib.sha256).digest()
    assert base64.urlsafe_b64encode(good).decode().rstrip("=") == signature
    told = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    assert (told["username"], told["aud"]) == (NAME, key), told
    step("identity", told["username"])
    over(session)


def oauth2():
    token_endpoint = f"{rest}/access_token"
    public = {"include_client_id": True}
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    if MODE == "oauth2":
        session = requests_oauthlib.OAuth2Session(key, redirect_uri=callback)
        address, state = session.authorization_url(
            f"{rest}/authorize", code_challenge=challenge, code_challenge_method="S256"
        )
        back, given = agreed(address)
        how = {"client_secret": secret} if secret else public
        tokens = session.fetch_token(token_endpoint, authorization_response=back, code_verifier=verifier, **how)
    else:
        how = {} if secret else {"token_endpoint_auth_method": "none"}
        session = AuthlibOAuth2(key, secret or None, redirect_uri=callback, code_challenge_method="S256", **how)
        address, state = session.create_authorization_url(f"{rest}/authorize", code_verifier=verifier)
        back, given = agreed(address)
        tokens = session.fetch_token(token_endpoint, authorization_response=back, code_verifier=verifier, state=state)
    assert given["state"] == state
    assert tokens["expires_in"] == 3600, tokens
    step("login")
    use(session)
    told = session.get(f"{rest}/resource/profile").json()
    assert told["username"] == NAME, told
    assert session.get(f"{rest}/resource/scopes").json() == {"scopes": ["basic", "editpage"]}
    step("identity", told["username"])

    first, spent = dict(tokens), tokens["refresh_token"]
    proof = {"client_id": key, **({"client_secret": secret} if secret else {})}
    newer = session.refresh_token(token_endpoint, refresh_token=spent, **(proof if MODE == "oauth2" else {}))
    assert newer["refresh_token"] != spent
    assert newer["access_token"] != first["access_token"]
    use(session)
    old = requests.Session()
    old.headers["Authorization"] = f"Bearer {first['access_token']}"
    assert ask(old, meta="userinfo")["error"]["code"] == "mwoauth-invalid-authorization"
    step("refresh", "rotated")
    if os.environ.get("STOLEN"):  # somebody else refreshes with a token that is spent: all that came of it ends
        try:
            session.refresh_token(token_endpoint, refresh_token=spent, **(proof if MODE == "oauth2" else {}))
        except (OAuth2Error, OAuthError) as refusal:
            assert refusal.error == "invalid_request", refusal
        else:
            raise AssertionError("a refresh token was good twice")
        current = requests.Session()
        current.headers["Authorization"] = f"Bearer {newer['access_token']}"
        assert ask(current, meta="userinfo")["error"]["code"] == "mwoauth-invalid-authorization"
        step("stolen", "ended")
        return
    over(session)


(oauth1 if MODE.endswith("oauth1") else oauth2)()
