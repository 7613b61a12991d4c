"""The needs that clients know by name: pinned, because they are protocol (spec core §8.2)."""

from __future__ import annotations

from wikigate.auth.fields import NOTHING, raw_message
from wikigate.auth.needs import (
    CREATION_REASON_NEED,
    USERNAME_NEED,
    password_need,
    remember_me_need,
    user_data_need,
)


def shape(need):
    return (
        need.id,
        need.required,
        [(f.name, f.type, f.label.key, f.help.key, f.optional, f.sensitive) for f in need.fields],
    )


PASSWORD = r"MediaWiki\Auth\PasswordAuthenticationRequest"
USERNAME = ("username", "string", "userlogin-yourname", "authmanager-username-help", False, False)


def test_m11_the_password_of_a_login():
    need = password_need("login")
    password = ("password", "password", "userlogin-yourpassword", "authmanager-password-help", False, True)
    assert shape(need) == (PASSWORD, "required", [USERNAME, password])
    assert (need.provider.key, need.account) == ("authmanager-provider-password", NOTHING)


def test_m11_the_password_of_a_new_account():
    names = [f.name for f in password_need("create").fields]
    assert names == ["username", "password", "retype"]
    assert password_need("create").fields[2].label.key == "yourpasswordagain"


def test_m11_a_new_password_for_somebody():
    need = password_need("change", "CoreUser")
    assert [(f.name, f.label.key) for f in need.fields] == [("password", "newpassword"), ("retype", "retypenew")]
    assert need.account == raw_message("CoreUser")


def test_m11_to_be_remembered():
    remember = r"MediaWiki\Auth\RememberMeAuthenticationRequest"
    label, helping = "userlogin-remembermypassword", "authmanager-userlogin-remembermypassword-help"
    assert shape(remember_me_need(180)) == (
        remember,
        "optional",
        [("rememberMe", "checkbox", label, helping, True, False)],
    )
    assert shape(remember_me_need(0)) == (remember, "optional", [])


def test_m11_what_the_flow_asks_of_a_new_account():
    assert shape(USERNAME_NEED) == (r"MediaWiki\Auth\UsernameAuthenticationRequest", "required", [USERNAME])
    email = ("email", "string", "authmanager-email-label", "authmanager-email-help", True, False)
    realname = ("realname", "string", "authmanager-realname-label", "authmanager-realname-help", True, False)
    assert shape(user_data_need()) == (r"MediaWiki\Auth\UserDataAuthenticationRequest", "required", [email, realname])
    reason = ("reason", "string", "createacct-reason", "createacct-reason-help", False, False)
    assert shape(CREATION_REASON_NEED) == (r"MediaWiki\Auth\CreationReasonAuthenticationRequest", "optional", [reason])
