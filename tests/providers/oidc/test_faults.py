"""A provider that does one thing wrong: nobody gets in, and all that anybody is told is that it did not work (security G1 to G9)."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest

from tests.providers.oidc import faulty_provider as faults
from tests.providers.oidc.conftest import ISSUER, NOW, PASSWORD, OpenIdWiki, query_of
from tests.providers.oidc.faulty_provider import FaultyProvider
from wikigate.auth.settings import AuthSettings
from wikigate.primitives.errors import ConfigError, StoreUnavailable
from wikigate.store.audit import AuditTable
from wikigate.testing.wiki import TestWiki

REFUSED = {
    "status": "FAIL",
    "message": "The login at the OpenID provider could not be completed. Try again.",
    "messagecode": "openidconnect-error",
    "canpreservestate": False,
}


def reasons(wiki: OpenIdWiki) -> list[str]:
    """Why logins failed, as the audit has it."""
    with wiki.wiki.database.read() as connection:
        table = wiki.wiki.database.tables.audit
        rows = connection.execute(table.select().order_by(table.c.id)).mappings().all()
    return [json.loads(row["details"])["reason"] for row in rows if row["event"] == "login.fail"]


def claims(**changed: Any) -> Callable[[FaultyProvider], None]:
    return lambda provider: provider.claims.update(changed)


def header(**changed: Any) -> Callable[[FaultyProvider], None]:
    return lambda provider: provider.header.update(changed)


def signing(sign: Callable[[dict[str, Any], dict[str, Any]], str]) -> Callable[[FaultyProvider], None]:
    return lambda provider: setattr(provider, "sign", sign)


def answering(**changed: Any) -> Callable[[FaultyProvider], None]:
    return lambda provider: provider.token_answer.update(changed)


def metadata(**changed: Any) -> Callable[[FaultyProvider], None]:
    return lambda provider: provider.metadata.update(changed)


FAULTS = {
    "id-token-issuer": claims(iss="https://evil.example"),
    "id-token-issuer-slash": claims(iss=f"{ISSUER}/"),
    "id-token-audience": claims(aud="another"),
    "id-token-audience-none": claims(aud=None),
    "id-token-authorized-party": claims(azp="another"),
    "id-token-authorized-party-missing": claims(aud=["ABC", "another"]),
    "id-token-nonce": claims(nonce="another"),
    "id-token-nonce-missing": claims(nonce=None),
    "id-token-expired": claims(exp=NOW - 120),
    "id-token-from-the-future": claims(iat=NOW + 121),
    "id-token-old": claims(iat=NOW - 721),
    "id-token-times": claims(exp="tomorrow"),
    "id-token-times-missing": claims(iat=None),
    "id-token-times-odd": claims(exp=True),
    "id-token-times-endless": claims(exp=1 << 60),
    "id-token-too-long": claims(pad="x" * 70_000),
    "id-token-subject": claims(sub=None),
    "id-token-subject-empty": claims(sub=""),
    "id-token-subject-long": claims(sub="x" * 256),
    "id-token-subject-strange": claims(sub="sub-é"),
    "id-token-header": header(kid=None),
    "id-token-unknown-key": header(kid="nobody's"),
    "id-token-algorithm": signing(faults.unsigned),
    "id-token-algorithm-shared": signing(faults.signed_with_the_public_key),
    "id-token-signature": signing(faults.signed_by_a_stranger),
    "id-token-header-own-key": signing(faults.with_a_key_of_its_own),
    "id-token-signature-altered": signing(faults.altered),
    "token-answer-without-token": answering(id_token=None),
    "token-answer-without-token-odd": answering(id_token=["x"]),
    "id-token-header-nonsense": answering(id_token="not.a.token"),
    "token-unreachable": lambda provider: provider.down.add("/token"),
    "keys-unreachable": lambda provider: provider.down.add("/jwks"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_g2_g5_whatever_is_wrong_with_an_answer_is_refused_alike(
    wiki: OpenIdWiki, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = wiki.provider.log_in(wiki.begin()["redirecttarget"], "alice")
    FAULTS[fault](wiki.provider)
    brought = query_of(wiki.visit_return(answer))
    assert wiki.go_on(**brought) == REFUSED
    assert wiki.who() == "127.0.0.1"
    [reason] = reasons(wiki)
    assert fault.startswith(reason)
    told = caplog.text
    assert not [secret for secret in (*brought.values(), wiki.provider.secret, "s3cr+et", "eyJ") if secret in told]


def test_g5_clocks_may_differ_a_little(wiki: OpenIdWiki) -> None:
    wiki.provider.claims = {"exp": NOW - 119, "iat": NOW + 119}
    assert wiki.log_in_as("alice")["status"] == "PASS"


def test_g5_a_new_key_is_found_and_an_invented_one_is_looked_for_once(wiki: OpenIdWiki) -> None:
    assert wiki.log_in_as("alice")["status"] == "PASS"
    wiki.provider.published, wiki.provider.signs_with = ["two", "one"], "two"
    wiki.clock.move(31)
    assert wiki.log_in_as("alice", wiki.browser())["status"] == "PASS"
    wiki.provider.header = {"kid": "invented"}
    before = wiki.provider.asked.count("GET /jwks")
    wiki.clock.move(31)
    for _ in range(3):
        assert wiki.log_in_as("alice", wiki.browser()) == REFUSED
    assert wiki.provider.asked.count("GET /jwks") == before + 1


def test_g5_a_key_that_was_taken_back_is_no_longer_believed(wiki: OpenIdWiki) -> None:
    assert wiki.log_in_as("alice")["status"] == "PASS"
    wiki.provider.published = ["two"]
    wiki.clock.move(3601)
    assert wiki.log_in_as("alice", wiki.browser()) == REFUSED


def test_g5_a_key_that_cannot_be_read_anew_is_believed_for_an_hour_and_no_longer(wiki: OpenIdWiki) -> None:
    assert wiki.log_in_as("alice")["status"] == "PASS"
    wiki.provider.down.add("/jwks")
    wiki.clock.move(3599)
    assert wiki.log_in_as("alice", wiki.browser())["status"] == "PASS"
    wiki.clock.move(1)
    assert [wiki.log_in_as("alice", wiki.browser()) for _ in range(2)] == [REFUSED] * 2
    wiki.provider.down.clear()
    wiki.clock.move(30)
    assert wiki.log_in_as("alice", wiki.browser())["status"] == "PASS"


def test_g1_an_answer_is_taken_in_the_session_that_asked_alone(wiki: OpenIdWiki) -> None:
    mallory = wiki.browser()
    wiki.begin(mallory)
    brought = query_of(wiki.visit_return(wiki.provider.log_in(wiki.begin()["redirecttarget"], "alice")))
    assert wiki.go_on(mallory, **brought)["messagecode"] == "badtoken"
    assert mallory.who() == "127.0.0.1"
    assert wiki.go_on(**brought)["status"] == "PASS"


def test_g1_an_answer_is_taken_once(wiki: OpenIdWiki) -> None:
    brought = query_of(wiki.visit_return(wiki.provider.log_in(wiki.begin()["redirecttarget"], "alice")))
    assert wiki.go_on(**brought)["status"] == "PASS"
    assert wiki.go_on(**brought)["messagecode"] == "authmanager-authn-not-in-progress"
    other = wiki.browser()
    wiki.begin(other)
    assert wiki.go_on(other, **brought)["messagecode"] == "badtoken"


@pytest.mark.parametrize("state", ["x" * 32, "é", "\0"])
def test_g1_the_right_code_with_another_state_is_not_carried_to_the_provider(wiki: OpenIdWiki, state: str) -> None:
    brought = query_of(wiki.visit_return(wiki.provider.log_in(wiki.begin()["redirecttarget"], "alice")))
    assert wiki.go_on(code=brought["code"], state=state)["messagecode"] == "badtoken"
    assert "POST /token" not in wiki.provider.asked
    assert wiki.go_on(**brought)["messagecode"] == "authmanager-authn-not-in-progress"


def test_g1_an_answer_that_comes_late_is_none(wiki: OpenIdWiki) -> None:
    answer = wiki.provider.log_in(wiki.begin()["redirecttarget"], "alice")
    wiki.clock.move(601)
    assert wiki.visit_return(answer).status == 400


@pytest.mark.parametrize("state", ["", "x", "é", "x" * 5000])
def test_g1_an_answer_to_no_question_is_a_page_that_says_so(wiki: OpenIdWiki, state: str) -> None:
    """R81: and leads nowhere."""
    answer = wiki.visit_return({"code": "c", "state": state, "iss": ISSUER})
    assert (answer.status, answer.header("Location"), answer.cookies()) == (400, None, [])


def test_g3_g4_an_answer_that_went_past_the_wiki_s_own_page_is_none(wiki: OpenIdWiki) -> None:
    answer = wiki.provider.log_in(wiki.begin()["redirecttarget"], "alice")
    node = wiki.go_on(code=answer["code"], state=answer["state"])
    assert (node["status"], node["messagecode"]) == ("FAIL", "badtoken")


def test_g3_another_code_than_the_one_that_came_back_is_none(wiki: OpenIdWiki) -> None:
    first = wiki.begin()["redirecttarget"]
    mine = wiki.provider.log_in(first, "bob")
    stolen = wiki.provider.log_in(first, "alice")
    brought = query_of(wiki.visit_return(mine))
    assert wiki.visit_return({**mine, "code": stolen["code"]}).status == 400
    assert wiki.go_on(**{**brought, "code": stolen["code"]})["messagecode"] == "badtoken"


def test_g3_a_code_of_another_login_is_refused_by_its_challenge(wiki: OpenIdWiki) -> None:
    victim = wiki.browser()
    stolen = wiki.provider.log_in(wiki.begin(victim)["redirecttarget"], "alice")
    mine = wiki.provider.log_in(wiki.begin()["redirecttarget"], "bob")
    brought = query_of(wiki.visit_return({**mine, "code": stolen["code"]}))
    assert wiki.go_on(**brought) == REFUSED
    assert reasons(wiki) == ["token-invalid_grant"]


def test_g3_an_impossible_code_is_not_carried_to_the_provider(wiki: OpenIdWiki) -> None:
    answer = wiki.provider.log_in(wiki.begin()["redirecttarget"], "alice")
    brought = query_of(wiki.visit_return({**answer, "code": "x" * 4097}))
    assert wiki.go_on(**brought) == REFUSED
    assert "POST /token" not in wiki.provider.asked


@pytest.mark.parametrize("iss", [None, "https://evil.example", f"{ISSUER}/"])
def test_g4_an_answer_names_its_issuer(wiki: OpenIdWiki, iss: str | None) -> None:
    answer = wiki.provider.log_in(wiki.begin()["redirecttarget"], "alice")
    del answer["iss"]
    assert wiki.visit_return(answer if iss is None else {**answer, "iss": iss}).status == 400


def test_g4_where_providers_do_not_name_themselves_each_has_a_page_of_its_own(provider: FaultyProvider) -> None:
    evil = FaultyProvider("https://evil.example", provider.clock)
    for one in (provider, evil):
        del one.metadata["authorization_response_iss_parameter_supported"]
    with OpenIdWiki(provider, evil) as wiki:
        honest = wiki.begin(openIdProvider="openid.example.net")["redirecttarget"]
        assert "redirect_uri=https://wiki.example.org/wiki/Special:OpenIDConnectReturn/openid.example.net&" in honest
        answer = provider.log_in(honest, "alice")
        del answer["iss"]
        assert wiki.visit_return(answer, "OpenIDConnectReturn/openid.example.net").status == 302
        for page in ("OpenIDConnectReturn", "OpenIDConnectReturn/evil.example", "OpenIDConnectReturn/nobody"):
            assert wiki.visit_return(answer, page).status == 400


def test_g6_two_providers_subjects_and_addresses_are_not_each_other_s(provider: FaultyProvider) -> None:
    other = FaultyProvider("https://other.example.org", provider.clock)
    other.users = {"mallory": {"sub": "sub-1", "email": "alice@example.net", "email_verified": True}}
    with OpenIdWiki(provider, other) as wiki:
        wiki.create_user("Alice", PASSWORD)
        wiki.link("Alice", "alice")
        answer = other.log_in(wiki.begin(openIdProvider="other.example.org")["redirecttarget"], "mallory")
        brought = query_of(wiki.visit_return(answer, "OpenIDConnectReturn/other.example.org"))
        assert wiki.go_on(**brought)["status"] == "RESTART"


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": "https://evil.example"},
        {"issuer": f"{ISSUER}/"},
        {"token_endpoint": "http://openid.example.net/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": None},
        {"authorization_endpoint": ""},
        {"authorization_endpoint": f"{ISSUER}/auth#x"},
        {"token_endpoint": "https://openid.example.net@evil.example/token"},
        {"token_endpoint": "http://127.0.0.1:8080/admin"},
        {"userinfo_endpoint": "http://localhost/"},
        {"jwks_uri": "http://[::1]/"},
    ],
)
def test_g7_a_provider_that_is_not_who_it_should_be_is_not_gone_to(wiki: OpenIdWiki, changed: dict[str, Any]) -> None:
    wiki.provider.metadata.update(changed)
    assert wiki.begin() == REFUSED


def test_a_provider_that_is_down_is_not_asked_by_every_login_and_is_found_again(wiki: OpenIdWiki) -> None:
    wiki.provider.down.add("openid-configuration")
    assert [wiki.begin(wiki.browser()) for _ in range(3)] == [REFUSED] * 3
    assert len(wiki.provider.asked) == 1
    wiki.provider.down.clear()
    wiki.clock.move(6)
    assert wiki.begin()["status"] == "REDIRECT"


@pytest.mark.parametrize(
    ("settings", "told", "passes"),
    [
        ({"acr_values": ["high"]}, {"acr": "high"}, True),
        ({"acr_values": ["high"]}, {"acr": "low"}, False),
        ({"acr_values": ["high"]}, {}, False),
        ({"amr": ["otp", "pwd"]}, {"amr": ["pwd", "otp", "kba"]}, True),
        ({"amr": ["otp", "pwd"]}, {"amr": ["pwd"]}, False),
        ({"amr": ["otp"]}, {"amr": "otp"}, False),
        ({"max_age": 60}, {"auth_time": NOW - 100}, True),
        ({"max_age": 60}, {"auth_time": NOW - 181}, False),
        ({"max_age": 60}, {}, False),
    ],
)
def test_g8_how_he_showed_who_he_is_must_be_good_enough(
    provider: FaultyProvider, settings: dict[str, Any], told: dict[str, Any], *, passes: bool
) -> None:
    with OpenIdWiki(provider, unknown="create", **settings) as wiki:
        provider.claims = told
        assert wiki.log_in_as("bob")["status"] == ("PASS" if passes else "FAIL")


def test_g5_the_provider_tells_of_nobody_else(wiki: OpenIdWiki) -> None:
    wiki.provider.claims = {"sub": "sub-3"}
    assert wiki.log_in_as("bob") == REFUSED
    assert reasons(wiki) == ["userinfo-other-subject"]


def test_g5_what_the_token_says_counts_more_than_what_nobody_signed(provider: FaultyProvider) -> None:
    with OpenIdWiki(provider, unknown="create") as wiki:
        provider.users["bob"] |= {"preferred_username": "admin", "email": "admin@example.net", "email_verified": True}
        provider.claims = {"preferred_username": "robert", "email_verified": False}
        assert wiki.log_in_as("bob") == {"status": "PASS", "username": "Robert"}
        account = wiki.wiki.services.directory.by_name("Robert")
        assert account is not None
        assert account.email == "", "an address that is not verified is none"


# -- logging out at the provider ----------------------------------------------------------------------------------------------


def order(wiki: OpenIdWiki, token: str, path: str = "/wiki/Special:OpenIDConnectLogout") -> tuple[int, bytes]:
    body = f"logout_token={token}".encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = wiki.browser().send("POST", path, kind, body)
    assert answer.header("Cache-Control") == "no-store"
    return answer.status, answer.body


def test_g9_a_logout_at_the_provider_ends_exactly_what_that_session_began(wiki: OpenIdWiki) -> None:
    here, there = wiki.browser(), wiki.browser()
    wiki.log_in_as("alice", here, rememberMe="1")
    wiki.provider.claims = {"sid": "another"}
    wiki.log_in_as("alice", there)
    assert order(wiki, wiki.provider.logout_token(sid="sid-sub-1")) == (200, b"[]")
    assert (here.who(), there.who()) == ("127.0.0.1", "Alice")


def ended(wiki: OpenIdWiki) -> list[tuple[str, Any]]:
    """Whose sessions ended and how, as the audit has it."""
    with wiki.wiki.database.read() as connection:
        table = wiki.wiki.database.tables.audit
        rows = connection.execute(table.select().order_by(table.c.id)).mappings().all()
    return [(row["user_name"], json.loads(row["details"])) for row in rows if row["event"] == "session.ended"]


def test_h6_the_audit_has_a_row_for_each_account_whose_sessions_the_provider_ended(wiki: OpenIdWiki) -> None:
    wiki.log_in_as("alice")
    wiki.log_in_as("alice", wiki.browser())
    assert order(wiki, wiki.provider.logout_token(sid="sid-sub-1"))[0] == 200
    assert ended(wiki) == [("Alice", {"count": 2, "issuer": ISSUER})]
    wiki.browser().log_in("Alice", PASSWORD)
    assert order(wiki, wiki.provider.logout_token(sub="sub-1", jti="2"))[0] == 200
    assert ended(wiki)[1:] == [("Alice", {"count": 1, "issuer": ISSUER})]


def test_h6_the_audit_has_no_row_where_nothing_ended(wiki: OpenIdWiki) -> None:
    """Whoever logged out here first has a row of his own for that."""
    wiki.log_in_as("alice")
    wiki.post({"action": "logout", "token": wiki.token()})
    wiki.log_in_as("alice", wiki.browser())
    assert order(wiki, wiki.provider.logout_token(sid="another"))[0] == 200
    assert order(wiki, wiki.provider.logout_token(sub="sub-9", jti="2"))[0] == 200
    assert ended(wiki) == []
    assert order(wiki, wiki.provider.logout_token(sid="sid-sub-1", jti="3"))[0] == 200
    assert ended(wiki) == [("Alice", {"count": 1, "issuer": ISSUER})]


def test_g9_an_order_that_could_not_be_carried_out_may_come_again(
    wiki: OpenIdWiki, monkeypatch: pytest.MonkeyPatch
) -> None:
    wiki.log_in_as("alice")
    token = wiki.provider.logout_token(sid="sid-sub-1")

    def full(*_args: object, **_row: object) -> None:
        raise StoreUnavailable("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(AuditTable, "append", full)
        body = f"logout_token={token}".encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        assert wiki.browser().send("POST", "/wiki/Special:OpenIDConnectLogout", kind, body).status == 503
    assert wiki.who() == "Alice"
    assert order(wiki, token)[0] == 200
    assert wiki.who() == "127.0.0.1"


def test_g9_orders_are_taken_where_pluggableauth_has_them_too(wiki: OpenIdWiki) -> None:
    wiki.log_in_as("alice")
    token = wiki.provider.logout_token(sid="sid-sub-1")
    assert order(wiki, token, "/w/rest.php/pluggableauth/v1/logout") == (200, b"[]")
    assert wiki.who() == "127.0.0.1"


def test_g9_a_logout_of_a_subject_ends_everything_of_his_account(wiki: OpenIdWiki) -> None:
    wiki.log_in_as("alice")
    other = wiki.browser()
    other.log_in("Alice", PASSWORD)
    assert order(wiki, wiki.provider.logout_token(sub="sub-1")) == (200, b"[]")
    assert (wiki.who(), other.who()) == ("127.0.0.1", "127.0.0.1")


@pytest.mark.parametrize(
    ("changed", "sign"),
    [
        ({"events": None}, None),
        ({"events": {"other": {}}}, None),
        ({"events": {faults.LOGOUT_EVENT: "yes"}}, None),
        ({"nonce": "n"}, None),
        ({"sid": None}, None),
        ({"jti": None}, None),
        ({"aud": "another"}, None),
        ({"iss": "https://evil.example"}, None),
        ({"exp": NOW - 121}, None),
        ({"iat": NOW + 121}, None),
        ({}, faults.unsigned),
        ({}, faults.signed_with_the_public_key),
        ({}, faults.signed_by_a_stranger),
    ],
)
def test_g9_an_order_that_is_not_in_order_is_refused(
    wiki: OpenIdWiki, changed: dict[str, Any], sign: Callable[[dict[str, Any], dict[str, Any]], str] | None
) -> None:
    wiki.log_in_as("alice")
    wiki.provider.sign = sign
    status, body = order(wiki, wiki.provider.logout_token(**{"sid": "sid-sub-1", **changed}))
    assert (status, b"invalid_request" in body) == (400, True)
    assert wiki.who() == "Alice"


def test_g9_an_order_is_taken_once(wiki: OpenIdWiki) -> None:
    token = wiki.provider.logout_token(sid="sid-sub-1")
    assert [order(wiki, token)[0] for _ in range(2)] == [200, 400]


def test_g9_an_id_token_is_no_order(wiki: OpenIdWiki) -> None:
    wiki.log_in_as("alice")
    assert order(wiki, wiki.provider.token({"sid": "sid-sub-1", "sub": "sub-1"}))[0] == 400


@pytest.mark.parametrize("kind", ["at+jwt", "id+jwt"])
def test_g9_a_token_of_another_kind_is_no_order(wiki: OpenIdWiki, kind: str) -> None:
    """RFC 8725 §3.11: whatever else the provider signs is not to be taken for one."""
    wiki.log_in_as("alice")
    wiki.provider.header = {"typ": kind}
    assert order(wiki, wiki.provider.logout_token(sid="sid-sub-1"))[0] == 400
    assert wiki.who() == "Alice"


@pytest.mark.parametrize("token", ["", "a.b.c", "e30.e30.e30", "x" * 100_000])
def test_g9_nonsense_is_no_order(wiki: OpenIdWiki, token: str) -> None:
    assert order(wiki, token)[0] == 400


# -- the configuration --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": "http://openid.example.net"},
        {"issuer": "https://u:p@openid.example.net"},
        {"issuer": "https://openid.example.net?x=1"},
        {"algorithms": ["HS256"]},
        {"algorithms": ["none"]},
        {"algorithms": []},
        {"scope": ["profile"]},
        {"name": "a/b"},
        {"client_id": ""},
    ],
)
def test_an_unsafe_configuration_is_refused_at_the_start(changed: dict[str, Any]) -> None:
    entry = {"name": "x", "issuer": ISSUER, "client_id": "ABC", **changed}
    auth = {"providers": ["openid-connect", *AuthSettings().providers], "openid": {"providers": [entry]}}
    with pytest.raises(ConfigError), TestWiki({"auth": auth, "site": {"server": "https://wiki.example.org"}}):
        pass
