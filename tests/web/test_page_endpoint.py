"""Pages under ``index.php`` and the article path: found by title, told apart from what is none, safe headers on each."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from wikigate.primitives.errors import StoreUnavailable, api_error
from wikigate.primitives.message import Message
from wikigate.store.audit import AuditTable
from wikigate.testing.transport import Answer
from wikigate.testing.wiki import TestWiki
from wikigate.web.frame import redirect
from wikigate.web.page import PageParts, PagePlugin
from wikigate.web.visit import Visit
from wikigate.wire.http import Response

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def without_nonce(answer: Answer) -> str:
    """Return a page without what is another in each answer."""
    return re.sub(r'nonce="\w+"', "", answer.body.decode())


class Sample:
    """Says who visits and which subpage; posting needs the token."""

    def __init__(self, parts: PageParts) -> None:
        self._frame = parts.frame

    def get(self, visit: Visit) -> Response:
        match visit.subpage:
            case "token":
                return Response(200, [], visit.token("login").encode())
            case "wrong":
                raise api_error("apierror-badtoken")
            case "away":
                raise StoreUnavailable("gone")
            case "broken":
                raise RuntimeError("hunter2")
            case "elsewhere":
                return redirect("/there")
        name = Message("rawmessage", (f"<{visit.user.name}> {visit.subpage}",))
        return self._frame.tell(visit, Message("errorpagetitle"), name)

    def post(self, visit: Visit) -> Response:
        good = visit.checks_out(visit.text("token"), "login")
        return Response(200 if good else 403)


@pytest.fixture
def wiki() -> Iterator[TestWiki]:
    with TestWiki(pages=[PagePlugin("SamplePage", Sample), PagePlugin("Off", lambda _: None)]) as wiki:
        yield wiki


@pytest.mark.parametrize(
    "url",
    [
        "/w/index.php?title=Special:SamplePage/A_b",
        "/w/index.php?title=special:SamplePage/A_b",
        "/w/index.php/Special:SamplePage/A_b",
        "/wiki/Special:SamplePage/A_b",
    ],
)
def test_a_title_leads_to_its_page_however_it_is_written(wiki: TestWiki, url: str) -> None:
    answer = wiki.send("GET", url)
    assert answer.status == 200
    assert "&lt;127.0.0.1&gt; A_b" in answer.body.decode()


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("special:sample_page/A_b", "SamplePage/A_b"),
        ("Special:samplepage&x=a%20b&site=<", "SamplePage&x=a%20b&site=%3C"),
        ("Special:Samplepage/%26x%3D1", "SamplePage/%26x%3D1"),
        ("Special:Sample_page/%0d%0aX:y", "SamplePage/%0D%0AX:y"),
    ],
)
def test_another_spelling_leads_to_the_page_s_own_name_as_mediawiki_does(wiki: TestWiki, asked: str, led: str) -> None:
    answer = wiki.send("GET", f"/w/index.php?title={asked}")
    assert answer.status == 302
    assert answer.header("Location") == f"/w/index.php?title=Special:{led}"


def test_a_form_is_taken_whatever_its_page_is_called(wiki: TestWiki) -> None:
    assert wiki.send("POST", "/w/index.php?title=Special:samplepage", FORM, b"").status == 403


@pytest.mark.parametrize(
    "url", ["/w/index.php", "/wiki/Main_Page", "/wiki/Special:Off", "/wiki/SamplePage", "/wiki/Special:%00<script>"]
)
def test_whatever_is_no_page_here_is_told_as_such(wiki: TestWiki, url: str) -> None:
    answer = wiki.send("GET", url)
    assert answer.status == 404
    assert "<script>" not in answer.body.decode()


@pytest.mark.parametrize(("subpage", "status"), [("wrong", 400), ("away", 503), ("broken", 500)])
def test_what_goes_wrong_is_an_error_page_that_tells_no_secret(wiki: TestWiki, subpage: str, status: int) -> None:
    """H8: no traceback, nothing of the exception."""
    answer = wiki.send("GET", f"/wiki/Special:SamplePage/{subpage}")
    assert answer.status == status
    assert "<h1>Error</h1>" in answer.body.decode()
    assert "hunter2" not in answer.body.decode()


def test_every_page_has_the_safe_headers(wiki: TestWiki) -> None:
    """E6."""
    for subpage in ("", "wrong", "elsewhere"):
        headers = dict(wiki.send("GET", f"/wiki/Special:SamplePage/{subpage}").headers)
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "private, no-store"


def test_a_form_counts_with_the_token_of_the_same_visitor(wiki: TestWiki) -> None:
    token = wiki.send("GET", "/wiki/Special:SamplePage/token").body
    body = b"token=" + token.replace(b"+", b"%2B").replace(b"\\", b"%5C")
    assert wiki.send("POST", "/wiki/Special:SamplePage", FORM, body).status == 200
    assert wiki.browser().send("POST", "/wiki/Special:SamplePage", FORM, body).status == 403


def test_no_other_method_does_anything(wiki: TestWiki) -> None:
    """E12."""
    assert wiki.send("PUT", "/wiki/Special:SamplePage").status == 405


def test_the_bare_address_shows_the_main_page_and_nothing_else_is_served_below_it() -> None:
    """Whoever opens the server's address in a browser sees what it is."""
    with TestWiki() as wiki:
        main = wiki.send("GET", "/w/index.php")
        answer = wiki.send("GET", "/")
        assert (answer.status, without_nonce(answer)) == (200, without_nonce(main))
        assert [wiki.send("GET", path).status for path in ("/favicon.ico", "/w/", "/w")] == [404] * 3


ID = re.compile(r"[0-9a-f]{24}")


def test_every_answer_names_its_request_and_an_error_page_shows_the_name(
    wiki: TestWiki, caplog: pytest.LogCaptureFixture
) -> None:
    """O7: what somebody quotes is found in the log."""
    seen = set()
    for subpage, status in (("", 200), ("elsewhere", 302), ("wrong", 400), ("away", 503), ("broken", 500)):
        caplog.clear()
        answer = wiki.send("GET", f"/wiki/Special:SamplePage/{subpage}")
        ident = answer.header("X-Request-Id") or ""
        assert answer.status == status
        assert ID.fullmatch(ident)
        assert (ident in answer.body.decode()) is (status >= 400)
        assert (ident in caplog.text) is (status >= 500)
        seen.add(ident)
    assert len(seen) == 5


def test_a_client_may_name_its_request_only_where_the_wiki_says_so() -> None:
    """As the API does (spec framework §8)."""
    named = {"X-Request-Id": "<mine>"}
    for allowed in (False, True):
        with TestWiki({"api": {"allow_external_request_id": allowed}}) as wiki:
            answer = wiki.send("GET", "/wiki/Special:Nowhere", named)
            assert (answer.header("X-Request-Id") == "<mine>") is allowed
            assert "<mine>" not in answer.body.decode()


@pytest.mark.parametrize(
    ("method", "url", "body", "status"),
    [
        ("GET", "/wiki/Special:Nowhere", b"", 404),
        ("PUT", "/wiki/Special:SamplePage", b"", 405),
        ("DELETE", "/w/index.php?title=Special:SamplePage", b"", 405),
        ("OPTIONS", "/wiki/Special:SamplePage", b"", 405),
        ("POST", "/wiki/Special:SamplePage", b"a=" + b"b" * 1024 * 1024, 413),
        ("GET", "/wiki/Special:SamplePage/broken", b"", 500),
    ],
)
def test_what_fails_is_drawn_like_every_page(wiki: TestWiki, method: str, url: str, body: bytes, status: int) -> None:
    answer = wiki.send(method, url, FORM if body else {}, body)
    assert answer.status == status
    assert (answer.header("Allow") == "GET, HEAD, POST") is (status == 405)
    page = answer.body.decode()
    assert "<h1>" in page
    assert "</footer>" in page
    assert answer.header("X-Request-Id") in page
    assert answer.header("Cache-Control") == "private, no-store"
    assert answer.header("Vary") == "Accept-Language, Cookie"


def test_the_audit_knows_the_request_of_a_page() -> None:
    """H6."""
    with TestWiki() as wiki:
        wiki.create_user("Alice", "correct horse battery")
        wiki.log_in("Alice", "correct horse battery")
        page = wiki.send("GET", "/wiki/Special:UserLogout").body.decode()
        token = page.partition('name="wpEditToken" value="')[2].partition('"')[0].replace("+", "%2B")
        answer = wiki.send("POST", "/wiki/Special:UserLogout", FORM, f"wpEditToken={token}".encode())
        assert answer.status == 200
        [row] = [one for one in AuditTable(wiki.wiki.database).read() if one.event == "logout"]
        assert row.request_id == answer.header("X-Request-Id")


def test_a_dead_end_leads_to_the_main_page(wiki: TestWiki) -> None:
    assert 'title=Main_Page">To the main page</a>' in wiki.send("GET", "/wiki/Special:Nowhere").body.decode()
