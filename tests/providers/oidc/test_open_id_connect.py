"""OpenID Connect as the documentation of clientlogin shows it (mission M08, spec extensions §4.3)."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.providers.oidc.conftest import ISSUER, PASSWORD, RETURN, OpenIdWiki, query_of
from tests.providers.oidc.faulty_provider import FaultyProvider
from wikigate.testing.wiki import Browser


def info(browser: Browser, purpose: str) -> Any:
    return browser.get({"action": "query", "meta": "authmanagerinfo", "amirequestsfor": purpose})["query"][
        "authmanagerinfo"
    ]


def restart(wiki: OpenIdWiki, user: str = "bob") -> Any:
    node = wiki.log_in_as(user)
    assert node["status"] == "RESTART"
    return node


def again(wiki: OpenIdWiki, password: str = PASSWORD, **fields: str) -> Any:
    form = {"action": "clientlogin", "loginreturnurl": RETURN, "username": "Alice", "password": password}
    return wiki.post({**form, "logintoken": wiki.token("login"), **fields})["clientlogin"]


def test_m09_the_choice_of_a_provider_is_asked_for_as_documented(wiki: OpenIdWiki) -> None:
    first = info(wiki, "login")["requests"][0]
    assert first == {
        "id": "OpenIdConnectAuthenticationRequest",
        "metadata": {},
        "required": "primary-required",
        "provider": "OpenID Connect",
        "account": "",
        "fields": {
            "openIdProvider": {
                "type": "select",
                "options": {"openid.example.net": "example.net"},
                "label": "OpenID provider",
                "help": "OpenID Connect provider to use",
                "optional": False,
                "sensitive": False,
            },
            "useOpenId": {
                "type": "button",
                "label": "Log in with OpenID Connect",
                "help": "Set to use OpenID Connect",
                "optional": False,
                "sensitive": False,
            },
        },
    }


def test_m09_the_browser_is_sent_to_the_provider_as_documented(wiki: OpenIdWiki) -> None:
    node = wiki.begin(openIdProvider="openid.example.net", rememberMe="1")
    start = (
        f"{ISSUER}/openid-auth.php?scope=openid%20profile%20email&response_type=code&client_id=ABC"
        "&redirect_uri=https://wiki.example.org/wiki/Special:OpenIDConnectReturn&state="
    )
    assert node.pop("redirecttarget").startswith(start)
    assert node == {
        "status": "REDIRECT",
        "requests": [
            {
                "id": "OpenIdConnectResponseAuthenticationRequest",
                "metadata": {},
                "required": "required",
                "provider": "OpenID Connect at example.net",
                "account": "",
                "fields": {
                    "code": {
                        "type": "string",
                        "label": "OpenID Code",
                        "help": "OpenID Connect code response",
                        "optional": False,
                        "sensitive": False,
                    },
                    "state": {
                        "type": "string",
                        "label": "OpenID State",
                        "help": "OpenID Connect state response",
                        "optional": False,
                        "sensitive": False,
                    },
                },
            }
        ],
    }


def test_m09_the_browser_comes_back_to_the_clients_address_and_the_login_passes(wiki: OpenIdWiki) -> None:
    answer = wiki.provider.log_in(wiki.begin(rememberMe="1")["redirecttarget"], "alice")
    back = wiki.visit_return(answer)
    location = back.header("Location") or ""
    assert location.startswith("http://example.org/authenticating.php?a=1&code=")
    assert urlsplit(location).fragment == "end"
    assert back.cookies() == []
    assert wiki.go_on(**query_of(back)) == {"status": "PASS", "username": "Alice"}
    assert wiki.who() == "Alice"
    assert wiki.cookies["my_wikiUserName"] == "Alice"


def test_reloading_the_page_of_the_return_changes_nothing(wiki: OpenIdWiki) -> None:
    answer = wiki.provider.log_in(wiki.begin()["redirecttarget"], "alice")
    first, second = wiki.visit_return(answer), wiki.visit_return(answer)
    assert query_of(first) == query_of(second)
    assert wiki.go_on(**query_of(second))["status"] == "PASS"


@pytest.mark.parametrize("missing", ["code", "state"])
def test_half_an_answer_is_none(wiki: OpenIdWiki, missing: str) -> None:
    answer = wiki.provider.log_in(wiki.begin()["redirecttarget"], "alice")
    brought = query_of(wiki.visit_return(answer))
    del brought[missing]
    assert wiki.go_on(**brought)["messagecode"] == "authmanager-authn-no-primary"


def test_the_providers_own_refusal_is_carried_to_the_client_and_fails(wiki: OpenIdWiki) -> None:
    answer = wiki.provider.log_in(wiki.begin()["redirecttarget"], "alice")
    back = wiki.visit_return({"error": "access_denied", "state": answer["state"], "iss": ISSUER})
    assert f"error=access_denied&state={answer['state']}" in (back.header("Location") or "").replace("%3D", "=")
    assert wiki.go_on()["messagecode"] == "openidconnect-error"


def test_s14_the_answer_is_sent_to_no_address_that_is_not_trusted(wiki: OpenIdWiki) -> None:
    node = wiki.begin(loginreturnurl="http://evil.example/")
    assert (node["status"], node["messagecode"]) == ("FAIL", "openidconnect-return-not-allowed")


@pytest.mark.parametrize("url", ["http://127.0.0.1:4711/done", "https://wiki.example.org/w/x", "http://example.org/"])
def test_trusted_addresses_are_the_wikis_the_configured_and_this_machine(wiki: OpenIdWiki, url: str) -> None:
    assert wiki.begin(loginreturnurl=url)["status"] == "REDIRECT"


def test_whoever_is_nobody_here_is_asked_to_start_again(wiki: OpenIdWiki) -> None:
    node = restart(wiki)
    assert node["messagecode"] == "authmanager-authn-no-local-user-link"
    assert node["canpreservestate"] is True
    assert [request["id"] for request in node["requests"]] == [
        "OpenIdConnectAuthenticationRequest",
        r"MediaWiki\Auth\PasswordAuthenticationRequest",
        r"MediaWiki\Auth\RememberMeAuthenticationRequest",
    ]
    found = info(wiki, "create")
    assert (found["haspreservedstate"], found["hasprimarypreservedstate"]) == (True, True)
    assert found["preservedusername"] == "Bob"


def test_after_a_restart_the_identity_is_linked_by_its_owners_word(wiki: OpenIdWiki) -> None:
    restart(wiki)
    node = again(wiki, loginpreservestate="1")
    assert (node["status"], node["messagecode"]) == ("UI", "authprovider-confirmlink-message")
    [request] = node["requests"]
    [(option, label)] = request["fields"]["confirmedLinkIDs"]["options"].items()
    assert label == "OpenID Connect at example.net (sub-2)"
    assert request["id"] == rf"MediaWiki\Auth\ConfirmLinkAuthenticationRequest:{option}"
    assert wiki.go_on(confirmedLinkIDs=option) == {"status": "PASS", "username": "Alice"}
    assert wiki.log_in_as("bob", wiki.browser()) == {"status": "PASS", "username": "Alice"}


@pytest.mark.parametrize("state", [{}, {"loginpreservestate": "1"}])
def test_g6_nothing_is_linked_without_that_word(wiki: OpenIdWiki, state: dict[str, str]) -> None:
    restart(wiki)
    node = again(wiki, **state)
    if node["status"] == "UI":
        node = wiki.go_on()
    assert node["status"] == "PASS"
    assert wiki.log_in_as("bob", wiki.browser())["status"] == "RESTART"


def test_a_wrong_password_in_between_keeps_the_link(wiki: OpenIdWiki) -> None:
    restart(wiki)
    node = again(wiki, "wrong", loginpreservestate="1")
    assert (node["messagecode"], node["canpreservestate"]) == ("wrongpassword", True)


def test_after_a_restart_an_account_is_made_with_the_identity_alone(wiki: OpenIdWiki) -> None:
    restart(wiki)
    form = {"action": "createaccount", "createpreservestate": "1", "createreturnurl": RETURN, "username": "Bobby"}
    node = wiki.post({**form, "createtoken": wiki.token("createaccount")})["createaccount"]
    assert node == {"status": "PASS", "username": "Bobby"}
    assert wiki.log_in_as("bob", wiki.browser()) == {"status": "PASS", "username": "Bobby"}


def test_an_account_can_be_made_at_the_provider_from_the_beginning(wiki: OpenIdWiki) -> None:
    form = {"action": "createaccount", "createreturnurl": RETURN, "useOpenId": "1", "username": "Bobby"}
    node = wiki.post({**form, "createtoken": wiki.token("createaccount")})["createaccount"]
    brought = query_of(wiki.visit_return(wiki.provider.log_in(node["redirecttarget"], "bob")))
    form = {"action": "createaccount", "createcontinue": "1", **brought}
    node = wiki.post({**form, "createtoken": wiki.token("createaccount")})["createaccount"]
    assert node == {"status": "PASS", "username": "Bobby"}
    assert wiki.log_in_as("bob", wiki.browser())["username"] == "Bobby"


@pytest.fixture
def creating(provider: FaultyProvider) -> Any:
    with OpenIdWiki(provider, unknown="create") as wiki:
        yield wiki


def test_an_account_is_made_where_the_configuration_says_so(creating: OpenIdWiki) -> None:
    assert creating.log_in_as("alice") == {"status": "PASS", "username": "Alice"}
    account = creating.wiki.services.directory.by_name("Alice")
    assert account is not None
    assert (account.email, account.email_authenticated is not None) == ("alice@example.net", True)
    assert creating.log_in_as("alice", creating.browser()) == {"status": "PASS", "username": "Alice"}


@pytest.mark.parametrize("password", ["", "x", ":A:"])
def test_r94_an_account_without_a_password_has_no_password_that_is_right(creating: OpenIdWiki, password: str) -> None:
    creating.log_in_as("bob")
    other = creating.browser()
    assert other.log_in("Bob", password)["status"] == "FAIL"
    form = {"action": "login", "lgname": "Bob", "lgpassword": password, "lgtoken": other.token("login")}
    assert other.post(form)["login"]["result"] == "Failed"
    assert other.who() == "127.0.0.1"


def test_g6_a_new_account_never_takes_the_name_of_one_that_is_there(creating: OpenIdWiki) -> None:
    creating.create_user("Alice", PASSWORD)
    assert creating.log_in_as("alice") == {"status": "PASS", "username": "Alice1"}


def test_no_account_is_made_where_visitors_may_have_none(provider: FaultyProvider) -> None:
    with OpenIdWiki(provider, unknown="create") as wiki:
        wiki.wiki.services.blocks.block_address("127.0.0.1", by=wiki.create_user("Admin", PASSWORD))
        node = wiki.log_in_as("bob")
    assert (node["status"], node["messagecode"]) == ("FAIL", "authmanager-authn-autocreate-failed")


def test_m10_an_identity_is_linked_to_the_account_that_is_logged_in_and_taken_off_again(wiki: OpenIdWiki) -> None:
    wiki.log_in("Alice", PASSWORD)
    assert info(wiki, "link")["requests"][0]["id"] == "OpenIdConnectAuthenticationRequest"
    form = {"action": "linkaccount", "linkreturnurl": RETURN, "useOpenId": "1"}
    node = wiki.post({**form, "linktoken": wiki.token()})["linkaccount"]
    assert node["status"] == "REDIRECT"
    assert info(wiki, "link-continue")["requests"][0]["id"] == "OpenIdConnectResponseAuthenticationRequest"
    brought = query_of(wiki.visit_return(wiki.provider.log_in(node["redirecttarget"], "bob")))
    form = {"action": "linkaccount", "linkcontinue": "1", **brought}
    assert wiki.post({**form, "linktoken": wiki.token()})["linkaccount"] == {"status": "PASS"}
    other = wiki.browser()
    assert wiki.log_in_as("bob", other) == {"status": "PASS", "username": "Alice"}

    listed = {request["account"]: request["id"] for request in info(wiki, "unlink")["requests"]}
    form = {"action": "unlinkaccount", "request": listed["sub-2"]}
    assert wiki.post({**form, "token": wiki.token()}) == {"unlinkaccount": {"status": "success"}}
    assert wiki.log_in_as("bob", wiki.browser())["status"] == "RESTART"


def test_an_identity_of_another_account_is_not_linked(wiki: OpenIdWiki) -> None:
    wiki.create_user("Carol", PASSWORD)
    wiki.log_in("Carol", PASSWORD)
    form = {"action": "linkaccount", "linkreturnurl": RETURN, "useOpenId": "1"}
    node = wiki.post({**form, "linktoken": wiki.token()})["linkaccount"]
    brought = query_of(wiki.visit_return(wiki.provider.log_in(node["redirecttarget"], "alice")))
    form = {"action": "linkaccount", "linkcontinue": "1", **brought}
    node = wiki.post({**form, "linktoken": wiki.token()})["linkaccount"]
    assert (node["status"], node["messagecode"]) == ("FAIL", "openidconnect-linked-already")
    assert wiki.log_in_as("alice", wiki.browser())["username"] == "Alice"


def test_nobody_locks_himself_out_by_taking_his_only_identity_off(creating: OpenIdWiki) -> None:
    creating.log_in_as("bob")
    [listed] = info(creating, "unlink")["requests"]
    form = {"action": "unlinkaccount", "request": listed["id"]}
    assert creating.post({**form, "token": creating.token()})["error"]["code"] == "badrequest"
