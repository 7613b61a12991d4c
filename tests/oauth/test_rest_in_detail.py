"""The order of checks and the fields of answers below ``rest.php/oauth2``, one by one (M13; extensions §3.5; RFC 6749)."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from wikigate.accounts.user import Account
from wikigate.testing.wiki import TestWiki

from .conftest import FORM
from .test_apps import REST, App, register

__all__ = ["register"]


@pytest.fixture
def app(register: Callable[..., App]) -> App:
    return register()


def resource(app: App, what: str, token: str) -> Any:
    answer = app.wiki.browser().send("GET", f"{REST}/resource/{what}", {"Authorization": f"Bearer {token}"})
    assert answer.status == 200
    return json.loads(answer.body)


# -- authorize ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"response_type": "token"}, 400),
        ({"client_id": None}, 400),
        ({"code_challenge_method": "S512"}, 400),
        ({"client_id": "0" * 32}, 307),
        ({"redirect_uri": "https://evil.example/"}, 307),
        ({"approval_cancel": "1"}, 307),
        ({"approval_pass": "1"}, 307),
    ],
)
def test_who_is_not_logged_in_is_sent_to_log_in_before_the_app_is_looked_at(
    app: App, wiki: TestWiki, changes: dict[str, str | None], status: int
) -> None:
    """What is no request at all is told at once; nobody is sent to an app before he has logged in."""
    answer = wiki.browser().send("GET", app.ask(**changes))
    assert answer.status == status
    assert ("Special:UserLogin" in dict(answer.headers).get("Location", "")) == (status == 307)


# -- access_token ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text/plain", ""])
def test_a_token_is_asked_for_in_a_form_alone(app: App, wiki: TestWiki, kind: str) -> None:
    """RFC 6749 §3.2, Appendix B."""
    form = {"grant_type": "authorization_code", "client_id": app.made.consumer_key, "code": app.code()}
    answer = wiki.browser().send("POST", f"{REST}/access_token", {"Content-Type": kind}, urlencode(form).encode())
    assert (answer.status, json.loads(answer.body)["error"]) == (415, "rest-unsupported-content-type")


def test_an_empty_request_says_what_it_lacks(wiki: TestWiki) -> None:
    for headers in ({}, FORM):
        answer = wiki.browser().send("POST", f"{REST}/access_token", headers)
        said = json.loads(answer.body)
        assert (answer.status, said["error"], said["hint"]) == (
            400,
            "invalid_request",
            "Check the `grant_type` parameter",
        )


# -- resource -------------------------------------------------------------------------------------------------------------


def test_scopes_are_those_that_the_app_may_ask_for_and_the_profiles_grants_those_it_has(
    register: Callable[..., App],
) -> None:
    app = register(grants=["editpage", "rollback"])
    status, tokens = app.exchange(app.code(scope="basic editpage"))
    assert status == 200
    assert resource(app, "scopes", tokens["access_token"]) == {"scopes": ["basic", "editpage", "rollback"]}
    assert resource(app, "profile", tokens["access_token"])["grants"] == ["basic", "editpage"]


def test_the_scopes_of_an_apps_own_token_are_the_apps(
    register: Callable[..., App],
) -> None:
    app = register(flows=["client_credentials"])
    token = app.token(grant_type="client_credentials", scope="basic")[1]["access_token"]
    assert resource(app, "scopes", token) == {"scopes": ["basic", "editpage"]}


@pytest.mark.parametrize("grants", [["privateinfo"], ["mwoauth-authonlyprivate"], ["mwoauth-authonly"], ["editpage"]])
def test_the_profile_tells_private_things_by_the_right_that_a_grant_stands_for(
    register: Callable[..., App],
    wiki: TestWiki,
    grants: list[str],
) -> None:
    app = register(grants=grants)
    with wiki.wiki.database.write() as connection:
        user = wiki.wiki.database.tables.user
        known = {
            "user_real_name": "Bob B.",
            "user_email": "bob@example.org",
            "user_email_authenticated": "20260101000000",
        }
        connection.execute(user.update().where(user.c.user_name == "Bob").values(**known))
    profile = resource(app, "profile", app.tokens()["access_token"])
    private = {name: profile.get(name) for name in ("realname", "email")}
    told = {"realname": "Bob B.", "email": "bob@example.org"}
    nothing = {"realname": None, "email": None}
    assert private == (told if grants[0] in {"privateinfo", "mwoauth-authonlyprivate"} else nothing)


def test_the_claims_of_a_token_are_mediawikis(app: App, alice: Account) -> None:
    """``aud``, ``jti``, ``iat``, ``nbf``, ``exp``, ``sub``, ``iss``, ``scopes``, in that order, and no others."""
    body = app.tokens()["access_token"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    assert list(claims) == ["aud", "jti", "iat", "nbf", "exp", "sub", "iss", "scopes"]
    assert (claims["aud"], len(claims["jti"])) == (app.made.consumer_key, 80)
    assert (claims["iss"], claims["scopes"]) == ("http://127.0.0.1", ["basic", "editpage"])
    assert claims["exp"] - claims["iat"] == 3600
    assert claims["sub"] not in {"", str(alice.id)}


def test_there_is_no_endpoint_to_revoke_or_introspect_a_token(wiki: TestWiki) -> None:
    """MediaWiki's extension has none: grants are taken back on Special:OAuthManageMyGrants."""
    for path in ("revoke", "introspect", "access_token/revoke"):
        assert wiki.browser().send("POST", f"{REST}/{path}", FORM, b"token=x").status == 404
