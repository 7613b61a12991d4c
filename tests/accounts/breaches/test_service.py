"""The range protocol against a stand-in on loopback: what leaves the machine, and what an answer means (security A4)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from wikigate.accounts.breaches.base import BreachListUnavailable, fingerprint_of
from wikigate.accounts.breaches.service import BreachService
from wikigate.outbound.httpx_client import HttpxClient
from wikigate.testing.wiki import TestWiki

BREACHED = "a phrase that was stolen"


class RangeServer:
    """Speaks the range protocol about some passwords; ``requests`` are the lines and headers that came."""

    def __init__(self, passwords: dict[str, int]) -> None:
        self.listed = {fingerprint_of(password): count for password, count in passwords.items()}
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.status = 200
        self.body: bytes | None = None
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.requests.append((self.requestline, {k.lower(): v for k, v in self.headers.items()}))
                body = server.answer(self.path.rpartition("/")[2])
                self.send_response(server.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Keep silent."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._http.serve_forever)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._http.server_port}/range"

    def answer(self, prefix: str) -> bytes:
        """Give the other digits of what is listed, and padding."""
        if self.body is not None:
            return self.body
        lines = [f"{digits[5:]}:{count}" for digits, count in sorted(self.listed.items()) if digits.startswith(prefix)]
        return "\r\n".join([*lines, f"{'0' * 35}:0"]).encode()

    def close(self) -> None:
        """End it."""
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


@pytest.fixture
def server() -> Iterator[RangeServer]:
    server = RangeServer({BREACHED: 7})
    yield server
    server.close()


@pytest.fixture
def service(server: RangeServer) -> Iterator[BreachService]:
    client = HttpxClient(timeout=5)
    yield BreachService(server.url, client)
    client.close()


def test_five_digits_leave_the_machine_and_padding_is_asked_for(server: RangeServer, service: BreachService) -> None:
    fingerprint = fingerprint_of(BREACHED)
    assert service.count(fingerprint) == 7
    [(line, headers)] = server.requests
    assert line == f"GET /range/{fingerprint[:5]} HTTP/1.1"
    assert headers["add-padding"] == "true"
    assert fingerprint[5:] not in str(headers)
    assert not {"cookie", "authorization", "referer"} & headers.keys()


def test_what_is_not_listed_or_padding_alone_was_never_seen(service: BreachService) -> None:
    assert service.count(fingerprint_of("a phrase of nobody")) == 0
    assert service.count(fingerprint_of(BREACHED)[:5] + "0" * 35) == 0


@pytest.mark.parametrize(("status", "body"), [(503, None), (429, None), (302, None), (200, b"<html>no:list</html>")])
def test_an_answer_that_is_none_is_not_taken_for_clean(
    server: RangeServer, service: BreachService, status: int, body: bytes | None
) -> None:
    server.status, server.body = status, body
    with pytest.raises(BreachListUnavailable):
        service.count(fingerprint_of(BREACHED))


def test_more_questions_than_it_may_ask_at_once_are_not_asked(server: RangeServer) -> None:
    client = HttpxClient(timeout=5)
    with pytest.raises(BreachListUnavailable):
        BreachService(server.url, client, at_once=0).count(fingerprint_of(BREACHED))
    assert server.requests == []
    client.close()


def create(wiki: TestWiki, name: str, password: str) -> dict[str, Any]:
    form = {"action": "createaccount", "createreturnurl": "http://example.org/", "username": name}
    browser = wiki.browser()
    token = browser.token("createaccount")
    answer = browser.post({**form, "password": password, "retype": password, "createtoken": token})
    return dict(answer["createaccount"])


def audited(wiki: TestWiki) -> list[tuple[str, int]]:
    with wiki.wiki.database.read() as connection:
        rows = connection.exec_driver_sql("select event, user_id from wikigate_audit order by id").all()
    return [(event, user_id) for event, user_id in rows]


def policy(url: str, **more: Any) -> dict[str, Any]:
    return {"accounts": {"policy": {"breaches": {"url": url, **more}}}}


def test_nobody_gets_an_account_with_a_breached_password(server: RangeServer) -> None:
    """A4 through the API: at creation, at a change, and on the command line's way."""
    with TestWiki(policy(server.url)) as wiki:
        answer = create(wiki, "Zoe", BREACHED)
        assert (answer["status"], answer["messagecode"]) == ("FAIL", "wikigate-password-breached")
        assert create(wiki, "Zoe", "a phrase of her own")["status"] == "PASS"
        wiki.log_in("Zoe", "a phrase of her own")
        asked = len(server.requests)
        wiki.post({"action": "validatepassword", "password": BREACHED})
        wiki.browser().log_in("Zoe", BREACHED)
        assert len(server.requests) == asked, "neither a login nor validatepassword asks"
        change = {"action": "changeauthenticationdata", "password": BREACHED, "retype": BREACHED}
        request = r"MediaWiki\Auth\PasswordAuthenticationRequest"
        answer = wiki.post({**change, "changeauthrequest": request, "changeauthtoken": wiki.token()})
        assert answer["error"]["code"] == "wikigate-password-breached"
        with pytest.raises(Exception, match="wikigate-password-breached"):
            wiki.create_user("Bob", BREACHED)


@pytest.mark.parametrize(("choice", "status"), [("accept", "PASS"), ("refuse", "FAIL")])
def test_with_the_service_down_the_settings_decide_and_the_audit_tells(choice: str, status: str) -> None:
    """A4: nothing listens there."""
    server = RangeServer({})
    server.close()
    with TestWiki(policy(server.url, when_unavailable=choice)) as wiki:
        assert create(wiki, "Zoe", "a phrase of her own")["status"] == status
        assert (("password.unchecked", 0) in audited(wiki)) is (choice == "accept")


def test_a_file_takes_the_place_of_the_service(tmp_path: Any) -> None:
    path = tmp_path / "list"
    path.write_text(f"{fingerprint_of(BREACHED)}:7\n")
    with TestWiki({"accounts": {"policy": {"profile": "strict", "breaches": {"file": str(path)}}}}) as wiki:
        assert create(wiki, "Zoe", BREACHED)["messagecode"] == "wikigate-password-breached"
        assert create(wiki, "Zoe", "fourteen chars")["messagecode"] == "passwordtooshort"
        assert create(wiki, "Zoe", "wikigate-wikigate-1")["messagecode"] == "wikigate-password-context"
        assert create(wiki, "Zoe", "a phrase of her own")["status"] == "PASS"
