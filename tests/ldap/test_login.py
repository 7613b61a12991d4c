"""Logging in by a real directory, through HTTP (mission M36; security G10)."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading

import pytest

from wikigate.accounts.directory import Directory
from wikigate.auth.ldap_settings import LdapDomain
from wikigate.primitives.errors import ConfigError
from wikigate.providers.ldap import connection
from wikigate.providers.ldap.connection import Connection
from wikigate.testing.wiki import TestWiki

from .conftest import GROUPS, PEOPLE, SERVICE, SERVICE_PASSWORD, SUFFIX, free_port

pytestmark = pytest.mark.ldap
STARTS = bytes.fromhex("300c02010178070a010004000400")
"""What a server says that starts TLS."""
PROVIDERS = ["login-throttle", "ldap", "local-password", "block-check"]


@pytest.fixture
def open_wiki():
    made = []

    def make(*domains, **tables):
        wiki = TestWiki({"auth": {"providers": PROVIDERS, "ldap": {"domains": list(domains)}, **tables}})
        made.append(wiki)
        return wiki

    yield make
    for wiki in made:
        wiki.close()


def _account(wiki, name):
    directory: Directory = wiki.wiki.services.directory
    return directory.by_name(name)


def test_m36_the_first_login_makes_the_account_with_what_the_directory_knows(open_wiki, search):
    wiki = open_wiki(search)
    assert wiki.log_in("alice", "wonder land", domain="CORP") == {"status": "PASS", "username": "Alice"}
    assert wiki.who() == "Alice"
    account = _account(wiki, "Alice")
    assert (account.email, account.real_name, account.group_names) == ("alice@example.org", "Alice Example", ("sysop",))
    assert wiki.wiki.services.directory.credentials("Alice").password == ""
    assert wiki.browser().log_in("ALICE", "wonder land", domain="CORP")["username"] == "Alice"


def test_m36_binding_at_once_works_over_starttls(open_wiki, direct):
    wiki = open_wiki(direct)
    assert wiki.log_in("bob", "bob secret", domain="PARTNERS") == {"status": "PASS", "username": "Bob"}
    assert wiki.browser().log_in("bob", "wrong", domain="PARTNERS")["messagecode"] == "wrongpassword"


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("alice", "wrong"), ("nobody", "x"), ("*", "wonder land"), ("alic*", "wonder land"), ("alice)(uid=*", "wonder land"),
        ("alice,ou=people", "wonder land"), ("alice", "wonder land\0x"), ("alice\0", "wonder land"), ("alice", "\0"),
    ],
)  # fmt: skip
def test_b8_whatever_is_wrong_has_one_answer_in_both_modes(open_wiki, search, direct, name, password):
    wiki = open_wiki(search, direct)
    for domain in ("CORP", "PARTNERS"):
        answer = wiki.log_in(name, password, domain=domain)
        assert (answer["status"], answer["messagecode"]) == ("FAIL", "wrongpassword")
    assert list(wiki.wiki.services.directory.everyone()) == []


@pytest.fixture
def binds(monkeypatch):
    """As whom, and with what, the directory was asked to let somebody in; it is asked all the same."""
    made = []
    plain = connection.ldap.ldapobject.SimpleLDAPObject.simple_bind_s

    def noted(link, who="", cred="", *rest):
        made.append((who, cred))
        return plain(link, who, cred, *rest)

    monkeypatch.setattr(connection.ldap.ldapobject.SimpleLDAPObject, "simple_bind_s", noted)
    return made


def test_b8_somebody_unknown_or_ambiguous_costs_the_directory_as_many_binds_as_a_wrong_password(
    open_wiki, search, binds
):
    """The last one checks a password that is right, the service's own: a refusal might count against somebody."""
    wiki = open_wiki({**search, "filter": "(|(uid={username})(employeeType={username}))"})
    service = (SERVICE, SERVICE_PASSWORD)
    for name, second in (("alice", (f"uid=alice,{PEOPLE}", "wrong")), ("nobody", service), ("twin", service)):
        binds.clear()
        assert wiki.log_in(name, "wrong", domain="CORP")["messagecode"] == "wrongpassword"
        assert binds == [service, second]


def test_b8_without_a_service_account_an_entry_that_cannot_be_there_is_bound_as(open_wiki, search, binds):
    """A stranger may read the groups here, and finds nobody among them; the name that was typed is not bound as."""
    anonymous = {key: value for key, value in search.items() if not key.startswith("service")}
    wiki = open_wiki({**anonymous, "base": GROUPS})
    assert wiki.log_in("alice", "wonder land", domain="CORP")["messagecode"] == "wrongpassword"
    [first, (who, password)] = binds
    assert (first, password) == (("", ""), "wonder land")
    assert who.startswith("cn=nobody-")
    assert who.endswith(f",{GROUPS}")


@pytest.mark.parametrize("domain", ["CORP", "PARTNERS"])
def test_g10_an_empty_password_lets_nobody_in(open_wiki, search, direct, domain):
    wiki = open_wiki(search, direct)
    assert wiki.log_in("alice", "", domain=domain)["status"] == "FAIL"


@pytest.mark.parametrize(("name", "password"), [("alice", ""), ("", "x"), ("alice\0", "x"), ("alice", "x\0")])
def test_g10_the_way_to_the_directory_itself_refuses_what_it_would_take_for_nobody(name, password):
    """RFC 4513 §5.1.2: a bind with a name and no password succeeds as nobody."""
    closed = LdapDomain("CORP", f"ldap://127.0.0.1:{free_port()}", tls="off", base=GROUPS)
    assert Connection(closed).authenticate(name, password) == "empty-password"


def test_g10_what_was_typed_is_one_value_of_a_dn_and_of_a_filter(search, direct):
    """Unescaped, both would lead to Alice, whose password it is."""
    below = LdapDomain(**{**direct, "dn_template": f"uid={{username}},{SUFFIX}"})
    assert Connection(below).authenticate("alice,ou=people", "wonder land") == "wrong-directory-password"
    assert Connection(LdapDomain(**search)).authenticate("alic*", "wonder land") == "no-such-directory-user"


def test_g10_a_name_of_strange_characters_is_found_and_so_are_its_groups(search):
    found = Connection(LdapDomain(**search)).authenticate("o(dd*", "odd secret")
    assert (found.name, found.groups) == ("o(dd*", (f"cn=admins,{GROUPS}",))


def test_who_has_several_names_is_known_by_the_one_that_was_typed_and_by_no_other_attribute(search):
    domain = LdapDomain(**{**search, "filter": "(|(uid={username})(mail={username}))"})
    assert Connection(domain).authenticate("robert", "rob secret").name == "robert"
    assert Connection(domain).authenticate("alice@example.org", "wonder land") == "other-directory-name"


def test_m36_without_a_domain_or_with_an_unknown_one_the_local_password_is_asked(open_wiki, search):
    wiki = open_wiki(search)
    wiki.create_user("Local", "local secret 123")
    assert wiki.log_in("Local", "local secret 123")["status"] == "PASS"
    assert wiki.browser().log_in("Local", "local secret 123", domain="NOPE")["status"] == "PASS"
    assert wiki.browser().log_in("Local", "local secret 123", domain="CORP")["messagecode"] == "wrongpassword"
    assert wiki.browser().log_in("alice", "wonder land")["messagecode"] == "wrongpassword"


def test_m02_the_old_action_login_takes_the_domain(open_wiki, search):
    wiki = open_wiki(search)
    form = {"action": "login", "lgname": "alice", "lgpassword": "wonder land", "lgdomain": "CORP"}
    answer = wiki.post({**form, "lgtoken": wiki.token("login")})["login"]
    assert (answer["result"], answer["lgusername"]) == ("Success", "Alice")
    answer = wiki.browser()
    form["lgpassword"] = "wrong"
    assert answer.post({**form, "lgtoken": answer.token("login")})["login"]["result"] == "Failed"


def test_m36_a_local_account_of_the_same_name_is_somebody_else_unless_the_operator_says_so(open_wiki, search):
    refusing = open_wiki(search)
    refusing.create_user("Alice", "local secret 123")
    assert refusing.log_in("alice", "wonder land", domain="CORP")["messagecode"] == "wrongpassword"
    adopting = open_wiki({**search, "existing_accounts": "adopt"})
    adopting.create_user("Alice", "local secret 123")
    assert adopting.log_in("alice", "wonder land", domain="CORP")["status"] == "PASS"


def test_m36_a_namesake_in_another_domain_is_somebody_else(open_wiki, search, direct):
    wiki = open_wiki(search, {**direct, "existing_accounts": "adopt"})
    assert wiki.log_in("alice", "wonder land", domain="CORP")["status"] == "PASS"
    assert wiki.browser().log_in("alice", "wonder land", domain="PARTNERS")["messagecode"] == "wrongpassword"


def test_m36_no_account_is_made_where_the_domain_may_make_none(open_wiki, search):
    wiki = open_wiki({**search, "create_accounts": False})
    assert wiki.log_in("alice", "wonder land", domain="CORP")["messagecode"] == "authmanager-authn-autocreate-failed"
    assert _account(wiki, "Alice") is None


def test_m36_groups_of_the_directory_are_given_and_taken_others_are_left_alone(open_wiki, search):
    wiki = open_wiki({**search, "groups": {f"cn=admins,{GROUPS}": ["sysop"], f"cn=gone,{GROUPS}": ["bureaucrat"]}})
    wiki.log_in("alice", "wonder land", domain="CORP")
    directory = wiki.wiki.services.directory
    ident = _account(wiki, "Alice").id
    for group in ("bureaucrat", "bot"):
        directory.add_group(ident, group)
    directory.remove_group(ident, "sysop")
    wiki.browser().log_in("alice", "wonder land", domain="CORP")
    assert set(_account(wiki, "Alice").group_names) == {"bot", "sysop"}


def test_m36_who_is_in_no_required_group_stays_outside(open_wiki, search):
    wiki = open_wiki({**search, "required_groups": [f"cn=admins,{GROUPS}"]})
    assert wiki.log_in("bob", "bob secret", domain="CORP")["messagecode"] == "wrongpassword"
    assert wiki.log_in("alice", "wonder land", domain="CORP")["status"] == "PASS"


def test_m36_who_is_found_twice_is_nobody(open_wiki, search):
    wiki = open_wiki({**search, "filter": "(|(uid={username})(employeeType=twin))"})
    assert wiki.log_in("bob", "bob secret", domain="CORP")["messagecode"] == "wrongpassword"


def test_a_certificate_of_somebody_else_is_refused_and_counts_against_nobody(open_wiki, search, direct):
    wiki = open_wiki({**search, "ca_file": ""}, {**direct, "ca_file": ""})
    for domain, name, password in (("CORP", "alice", "wonder land"), ("PARTNERS", "bob", "bob secret")):
        assert wiki.log_in(name, password, domain=domain)["messagecode"] == "externaldberror"


@pytest.mark.parametrize("certificate", ["server", "expired", "other-host"])
@pytest.mark.parametrize("scheme", ["ldap", "ldaps"])
def test_g10_a_certificate_that_is_over_or_of_another_host_gets_no_word(open_wiki, search, server, scheme, certificate):
    """Of the good one it gets the service account's bind, by either way: so the others are refused for what they are.

    This server sends session tickets before anything is asked (TLS 1.3), which are no answer to wait for.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server.folder / f"{certificate}.pem", server.folder / "server.key")
    heard = b""
    with socket.create_server(("127.0.0.1", 0)) as impostor:
        impostor.settimeout(20)

        def serve() -> None:
            nonlocal heard
            with contextlib.suppress(OSError), impostor.accept()[0] as way:
                if scheme == "ldap":
                    way.recv(1000)
                    way.sendall(STARTS)
                with context.wrap_socket(way, server_side=True) as secure:
                    heard = secure.recv(1000)

        thread = threading.Thread(target=serve)
        thread.start()
        wiki = open_wiki({**search, "uri": f"{scheme}://127.0.0.1:{impostor.getsockname()[1]}"})
        assert wiki.log_in("alice", "wonder land", domain="CORP")["messagecode"] == "externaldberror"
        thread.join()
    assert bool(heard) is (certificate == "server")


@pytest.mark.parametrize(
    "said",
    [
        "300c02010178070a013504000400",  # unwilling
        "300c02010178070a010204000400",  # a protocol error: it knows no StartTLS
        "300c02010278070a010004000400",  # an answer to another question
        "300c02010161070a010004000400",  # to a bind that nobody made
        "3000",
        "00",
        "30847fffffff",
    ],
)
def test_g10_where_starttls_is_taken_away_nothing_is_said_in_the_clear(open_wiki, direct, said):
    heard = []
    with socket.create_server(("127.0.0.1", 0)) as stripper:
        stripper.settimeout(20)

        def serve() -> None:
            with contextlib.suppress(OSError), stripper.accept()[0] as way:
                heard.append(way.recv(1000))
                way.sendall(bytes.fromhex(said))
                while piece := way.recv(1000):
                    heard.append(piece)

        thread = threading.Thread(target=serve)
        thread.start()
        wiki = open_wiki({**direct, "uri": f"ldap://127.0.0.1:{stripper.getsockname()[1]}", "timeout": 1.0})
        assert wiki.log_in("bob", "bob secret", domain="PARTNERS")["messagecode"] == "externaldberror"
        thread.join()
    assert len(heard) == 1
    assert b"1.3.6.1.4.1.1466.20037" in heard[0]


def test_g10_what_is_said_before_tls_stands_is_not_taken_for_an_answer_under_it(open_wiki, direct, server):
    """Somebody on the way puts a success behind the answer to StartTLS, in the clear, for the bind that comes under TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server.folder / "server.pem", server.folder / "server.key")
    bound = bytes.fromhex("300c02010161070a010004000400")
    with socket.create_server(("127.0.0.1", 0)) as half:
        half.settimeout(20)

        def serve() -> None:
            with contextlib.suppress(OSError), half.accept()[0] as way:
                way.recv(1000)
                way.sendall(STARTS + bound)
                with context.wrap_socket(way, server_side=True) as secure:
                    secure.recv(1000)

        thread = threading.Thread(target=serve)
        thread.start()
        wiki = open_wiki({**direct, "uri": f"ldap://127.0.0.1:{half.getsockname()[1]}", "timeout": 1.0})
        assert wiki.log_in("bob", "wrong", domain="PARTNERS")["messagecode"] == "externaldberror"
        thread.join()


@pytest.mark.parametrize("name", ["alice", "nobody"])
def test_g10_another_server_that_this_one_refers_to_is_never_asked(open_wiki, search, server, name):
    """It would be told who is looked for, and be believed."""
    asked = []
    with socket.create_server(("127.0.0.1", server.elsewhere)) as elsewhere:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    way, who = elsewhere.accept()
                    asked.append(who)
                    way.close()

        thread = threading.Thread(target=serve)
        thread.start()
        wiki = open_wiki({**search, "timeout": 1.0})
        answer = wiki.log_in(name, "wonder land", domain="CORP")
        elsewhere.shutdown(socket.SHUT_RDWR)
        thread.join()
    assert (answer["status"], asked) == ("PASS" if name == "alice" else "FAIL", [])


@pytest.mark.parametrize("tls", ["required", "off"])
@pytest.mark.parametrize("scheme", ["ldap", "ldaps"])
def test_a_server_that_says_nothing_or_is_not_there_ends_the_attempt_in_time(open_wiki, search, scheme, tls):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        for port in (silent.getsockname()[1], free_port()):
            wiki = open_wiki({**search, "uri": f"{scheme}://127.0.0.1:{port}", "tls": tls, "timeout": 0.5})
            for _ in range(7):  # more than are judged: none of them is a guess
                assert wiki.log_in("alice", "wonder land", domain="CORP")["messagecode"] == "externaldberror"
                if port == silent.getsockname()[1]:
                    break


def test_a_server_that_goes_silent_inside_the_handshake_ends_the_attempt_in_time(open_wiki, search):
    """It answers StartTLS, and then nothing."""
    with socket.create_server(("127.0.0.1", 0)) as half:

        def serve() -> None:
            held = []
            with contextlib.suppress(OSError):
                while True:
                    held.append(half.accept()[0])
                    held[-1].recv(1000)
                    held[-1].sendall(STARTS)

        threading.Thread(target=serve, daemon=True).start()
        uri = f"ldap://127.0.0.1:{half.getsockname()[1]}"
        wiki = open_wiki({**search, "uri": uri, "tls": "required", "timeout": 0.5})
        assert wiki.log_in("alice", "wonder land", domain="CORP")["messagecode"] == "externaldberror"
        half.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("silent_at", ["handshake", "drip"])
def test_an_ldaps_server_that_stops_inside_the_handshake_ends_the_attempt_in_time(open_wiki, search, silent_at):
    """At each connection, not only at the first: it shakes hands with nobody, or drips a byte now and then for ever."""
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as half:

        def drip(way: socket.socket) -> None:
            way.recv(1000)
            with contextlib.suppress(OSError):
                way.sendall(bytes.fromhex("160303ffff"))  # the beginning of a very long record
                while silent_at == "drip" and not ended.wait(0.05):
                    way.sendall(b"\x02")
            ended.wait()
            way.close()

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    threading.Thread(target=drip, args=(half.accept()[0],), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        wiki = open_wiki({**search, "uri": f"ldaps://127.0.0.1:{half.getsockname()[1]}", "timeout": 0.5})
        assert wiki.log_in("alice", "wonder land", domain="CORP")["messagecode"] == "externaldberror"
        ended.set()
        half.shutdown(socket.SHUT_RDWR)


def test_no_thread_is_left_behind(open_wiki, search):
    wiki = open_wiki(search)
    for _ in range(3):
        assert wiki.browser().log_in("alice", "wonder land", domain="CORP")["status"] == "PASS"
    for thread in threading.enumerate():
        if thread.name == "ldap":
            thread.join(20)
            assert not thread.is_alive()


def test_a_service_account_that_is_refused_is_a_fault_of_ours(open_wiki, search, monkeypatch, caplog):
    monkeypatch.setenv("LDAP_SERVICE_PASSWORD", "wrong-service-secret")
    wiki = open_wiki(search)
    assert wiki.log_in("alice", "wonder land", domain="CORP")["messagecode"] == "externaldberror"
    assert "wonder land" not in caplog.text
    assert "wrong-service-secret" not in caplog.text + repr(wiki.config)


def test_b6_every_spelling_of_a_name_shares_one_counter(open_wiki, search):
    wiki = open_wiki(search)
    for spelling in ("alice", "ALICE", "aLICE", "alIce", "aliCe"):
        assert wiki.log_in(spelling, "wrong", domain="CORP")["messagecode"] == "wrongpassword"
    assert wiki.log_in("alicE", "wonder land", domain="CORP")["messagecode"] == "login-throttled"


def test_m36_the_domain_is_asked_for_beside_the_local_password(open_wiki, search, direct):
    wiki = open_wiki(search, direct)
    asked = wiki.get({"action": "query", "meta": "authmanagerinfo", "amirequestsfor": "login"})
    needs = asked["query"]["authmanagerinfo"]["requests"]
    [need] = [one for one in needs if one["id"].endswith("PasswordDomainAuthenticationRequest")]
    assert (need["required"], need["provider"], need["account"]) == (
        "primary-required", "Password- and domain-based authentication", "@",
    )  # fmt: skip
    assert list(need["fields"]) == ["username", "password", "domain"]
    assert need["fields"]["domain"] == {
        "type": "select", "options": {"CORP": "CORP", "PARTNERS": "PARTNERS"}, "label": "Your domain:",
        "help": "Domain for external authentication.", "optional": False, "sensitive": False,
    }  # fmt: skip
    assert "secret" not in json.dumps(asked)


def test_a_missing_service_password_is_said_at_the_start(open_wiki, search, monkeypatch):
    monkeypatch.delenv("LDAP_SERVICE_PASSWORD")
    with pytest.raises(ConfigError, match="LDAP_SERVICE_PASSWORD"):
        open_wiki(search)
