"""The operators' pages: accounts, blocks, locks, audit, throttles, health; who may see them, what can be done there (issue: pages)."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from html.parser import HTMLParser
from urllib.parse import quote, urlencode

import pytest
from tests.wire.modules import Edit

from wikigate.auth.audit import ByHand
from wikigate.auth.creation_limits import CreationLimits
from wikigate.auth.settings import ThrottleSettings
from wikigate.examination import of_mail, of_settings
from wikigate.plugins import all_actions
from wikigate.state.sql import SqlStateStore
from wikigate.testing.transport import Answer
from wikigate.testing.wiki import Browser, TestWiki

PASSWORD = "correct horse battery"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
BUREAUCRATS = ("Accounts", "AuditLog", "Throttles", "Health")
PAGES = (*BUREAUCRATS, "Block", "BlockList")


class Shown(HTMLParser):
    """A page: the rows of its tables as text, its forms as inputs with what each button adds, and its links, without the frame's."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.status, self.text = answer.status, answer.body.decode()
        self.rows: list[list[str]] = []
        self.forms: list[dict[str, str]] = []
        self.links: list[str] = []
        self._cell = False
        self.feed(self.text.partition("<main")[2].partition("</main>")[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"}:
            self.rows[-1].append("")
            self._cell = True
        elif tag == "form":
            self.forms.append({})
        elif tag == "a":
            self.links.append(found.get("href", ""))
        elif tag in {"input", "button"} and found.get("name") and found.get("type") != "checkbox":
            self.forms[-1][found["name"]] = found.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self._cell = False

    def handle_data(self, data: str) -> None:
        if self._cell:
            self.rows[-1][-1] += data

    def row(self, beginning: str) -> list[str]:
        return next(row for row in self.rows if row and row[0].strip() == beginning)

    def form(self, **wanted: str) -> dict[str, str]:
        return next(form for form in self.forms if wanted.items() <= form.items())


def show(browser: Browser, page: str, **query: str) -> Shown:
    return Shown(browser.send("GET", f"/w/index.php?{urlencode({'title': f'Special:{page}', **query})}"))


def post(browser: Browser, page: str, form: dict[str, str], **typed: str) -> Answer:
    body = urlencode({**form, "title": f"Special:{page}", **typed})
    return browser.send("POST", f"/w/index.php?title=Special:{quote(page)}", FORM, body.encode())


@pytest.fixture
def wiki() -> Iterator[TestWiki]:
    with TestWiki() as wiki:
        wiki.create_user("Olga", PASSWORD, groups=("sysop", "bureaucrat"))
        wiki.create_user("Sam", PASSWORD, groups=("sysop",))
        wiki.create_user("Alice", PASSWORD)
        yield wiki


@pytest.fixture
def olga(wiki: TestWiki) -> Browser:
    return logged_in(wiki, "Olga")


def logged_in(wiki: TestWiki, name: str) -> Browser:
    browser = wiki.browser()
    assert browser.log_in(name, PASSWORD)["status"] == "PASS"
    return browser


@pytest.mark.parametrize("page", PAGES)
def test_a_visitor_is_sent_to_log_in_and_back(wiki: TestWiki, page: str) -> None:
    answer = wiki.browser().send("GET", f"/w/index.php?title=Special:{page}")
    assert answer.status == 302
    assert dict(answer.headers)["Location"] == f"/w/index.php?title=Special:UserLogin&returnto=Special:{page}"


@pytest.mark.parametrize("page", PAGES)
def test_somebody_without_the_right_is_refused(wiki: TestWiki, page: str) -> None:
    alice = logged_in(wiki, "Alice")
    shown = show(alice, page)
    assert shown.status == 403
    assert "You are not allowed" in shown.text
    assert post(alice, page, {}).status == 403


def test_administrators_block_and_leave_accounts_and_server_to_bureaucrats(wiki: TestWiki) -> None:
    sam = logged_in(wiki, "Sam")
    assert [show(sam, page).status for page in ("Block", "BlockList")] == [200, 200]
    assert [show(sam, page).status for page in BUREAUCRATS] == [403] * 4


@pytest.mark.parametrize("page", ["Accounts/Alice", "Block", "BlockList", "Throttles"])
def test_a_form_without_its_token_does_nothing(wiki: TestWiki, olga: Browser, page: str) -> None:
    """E2: what another site lets a browser send has no token."""
    deeds = {"deed": "lock", "wpTarget": "Alice", "wpExpiry": "infinite", "key": "throttle:password:0:x:y", "id": "1"}
    answer = post(olga, page, deeds)
    assert answer.status == 403
    assert not wiki.wiki.services.blocks.every()
    account = wiki.wiki.services.directory.by_name("Alice")
    assert account is not None
    assert not account.is_locked


def test_accounts_are_listed_by_name_and_from_a_name_on(olga: Browser) -> None:
    assert [row[0] for row in show(olga, "Accounts").rows[1:]] == ["Alice", "Olga", "Sam"]
    assert [row[0] for row in show(olga, "Accounts", user="olga").rows[1:]] == ["Olga", "Sam"]
    assert "There are no accounts" in show(olga, "Accounts", user="Zoe").text


def test_more_accounts_than_fit_are_on_the_next_page(wiki: TestWiki, olga: Browser) -> None:
    for number in range(60):
        wiki.wiki.services.directory.create(f"Bulk {number:02}", password="")
    first = show(olga, "Accounts")
    assert len(first.rows) == 51
    second = Shown(olga.send("GET", first.links[-1]))
    names = [row[0] for row in (*first.rows[1:], *second.rows[1:])]
    assert len(names) == len(set(names)) == 63
    assert names == sorted(names)


def test_a_locked_account_is_logged_out_and_open_again_when_it_is_opened(wiki: TestWiki, olga: Browser) -> None:
    """F4."""
    alice = logged_in(wiki, "Alice")
    one = show(olga, "Accounts/Alice")
    assert one.row("State")[1] == "open"
    assert post(olga, "Accounts/Alice", one.form(deed="lock")).status == 302
    assert alice.who() != "Alice"
    assert wiki.browser().log_in("Alice", PASSWORD)["status"] == "FAIL"
    locked = show(olga, "Accounts/Alice")
    assert locked.row("State")[1] == "locked"
    assert "locked" in show(olga, "Accounts").row("Alice")
    post(olga, "Accounts/Alice", locked.form(deed="unlock"))
    assert show(olga, "Accounts/Alice").row("State")[1] == "open"
    events = [row[1] for row in show(olga, "AuditLog", user="Alice").rows[1:]]
    assert [event for event in events if event.startswith("account.")] == ["account.unlocked", "account.locked"]


def test_what_stands_in_a_table_is_written_in_its_own_direction(wiki: TestWiki, olga: Browser) -> None:
    """Addresses and names keep their order on a page from right to left; a table without heads has as many cells in each row."""
    one = show(olga, "Accounts/Alice", uselang="ar")
    assert "<bdi>3</bdi>" in one.text, "her number"
    assert len({len(row) for row in one.rows}) == 1


def test_nobody_locks_himself_out(wiki: TestWiki, olga: Browser) -> None:
    form = show(olga, "Accounts/Olga").forms[0]
    post(olga, "Accounts/Olga", form, deed="lock")
    assert olga.who() == "Olga"


def test_all_sessions_of_an_account_end(wiki: TestWiki, olga: Browser) -> None:
    """D8."""
    alice = logged_in(wiki, "Alice")
    post(olga, "Accounts/Alice", show(olga, "Accounts/Alice").form(deed="end"))
    assert alice.who() != "Alice"
    assert wiki.browser().log_in("Alice", PASSWORD)["status"] == "PASS"


@pytest.mark.parametrize("name", ["Nobody here", "<script>", "\ud800", "a" * 300, "#"])
def test_an_account_that_there_is_not(olga: Browser, name: str) -> None:
    url = f"/w/index.php?title=Special:Accounts/{quote(name, errors='surrogatepass')}"
    answer = olga.send("GET", url)
    assert answer.status in {400, 404}
    assert b"<script>" not in answer.body


def test_blocks_are_made_shown_replaced_and_ended(wiki: TestWiki, olga: Browser) -> None:
    """M16."""
    form = show(olga, "Block/Alice").forms[0]
    assert form["wpTarget"] == "Alice"
    made = {**form, "wpExpiry": "2 weeks", "wpReason": "a try & more", "wpAutoBlock": "1"}
    assert post(olga, "Block", made).status == 302
    (block,) = wiki.wiki.services.blocks.every()
    assert (block.target, block.by_name, block.reason, block.autoblocks) == ("Alice", "Olga", "a try & more", True)
    again = Shown(post(olga, "Block", made))
    assert "blocked already" in again.text
    assert post(olga, "Block", {**made, "wpExpiry": "infinite"}, wpReblock="1").status == 302
    listed = show(olga, "BlockList")
    assert [row[1:3] for row in listed.rows[1:]] == [["Alice", "infinite"]]
    assert show(olga, "BlockList", wpTarget="Sam").rows == []
    assert post(olga, "BlockList", listed.form(deed="lift")).status == 302
    assert not wiki.wiki.services.blocks.every()


def test_the_newest_blocks_come_first_and_older_ones_on_the_next_page(wiki: TestWiki, olga: Browser) -> None:
    blocks = wiki.wiki.services.blocks
    for number in range(60):
        blocks.block_address(f"192.0.2.{number}")
    first = show(olga, "BlockList")
    assert [row[1] for row in first.rows[1:]] == [f"192.0.2.{number}" for number in range(59, 9, -1)]
    (onward,) = [link for link in first.links if "before=" in link]
    older = Shown(olga.send("GET", onward))
    assert [row[1] for row in older.rows[1:]] == [f"192.0.2.{number}" for number in range(9, -1, -1)]
    assert not [link for link in older.links if "before=" in link]


def test_a_block_is_found_by_what_it_concerns(wiki: TestWiki, olga: Browser) -> None:
    """Ranges around an address as well, as with MediaWiki; an automatic block does not tell its address."""
    blocks = wiki.wiki.services.blocks
    alice = wiki.wiki.services.directory.by_name("Alice")
    assert alice is not None
    blocks.block_address("192.0.2.0/24")
    blocks.block_address("2001:db8::/32")
    blocks.block_account(alice)

    def found(target: str) -> list[str]:
        return [row[1] for row in show(olga, "BlockList", wpTarget=target).rows[1:]]

    assert found("192.0.2.7") == found("192.0.2.0/25") == ["192.0.2.0/24"]
    assert found("2001:DB8::7") == ["2001:DB8:0:0:0:0:0:0/32"]
    assert found("alice") == ["Alice"]
    assert found("192.0.0.0/16") == found("198.51.100.1") == found("Sam") == []
    assert "No block concerns this." in show(olga, "BlockList", wpTarget="Sam").text
    assert any("Special:BlockList" in link and "Alice" in link for link in show(olga, "Accounts/Alice").links)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"wpTarget": "Nobody"}, "There is no account"),
        ({"wpTarget": ""}, "There is no account"),
        ({"wpTarget": "10.0.0.0/4"}, "too wide"),
        ({"wpTarget": "Alice", "wpExpiry": "soon"}, "no moment to come"),
        ({"wpTarget": "Alice", "wpExpiry": "2001-01-01T00:00:00Z"}, "no moment to come"),
        ({"wpTarget": "Alice", "wpExpiry": ""}, "no moment to come"),
    ],
)
def test_a_block_written_wrong_says_what_is_wrong_and_keeps_what_was_typed(
    wiki: TestWiki, olga: Browser, typed: dict[str, str], said: str
) -> None:
    answer = Shown(post(olga, "Block", {**show(olga, "Block").forms[0], "wpReason": "kept", **typed}))
    assert said in answer.text
    assert answer.forms[0]["wpReason"] == "kept"
    assert not wiki.wiki.services.blocks.every()


def test_an_address_is_blocked_for_visitors_or_for_everybody(wiki: TestWiki, olga: Browser) -> None:
    form = show(olga, "Block").forms[0]
    post(olga, "Block", form, wpTarget="192.0.2.0/24")
    post(olga, "Block", form, wpTarget="192.0.2.7", wpHardBlock="1")
    assert {one.target: one.anon_only for one in wiki.wiki.services.blocks.every()} == {
        "192.0.2.0/24": True,
        "192.0.2.7": False,
    }


def test_a_temporary_account_that_is_over_or_locked_leads_to_the_login_and_is_called_so() -> None:
    """M16: its user has no password, so that nothing but a new account is left to him; operators see why."""
    with TestWiki({"accounts": {"temporary_accounts": True}}, actions=(*all_actions(), Edit())) as wiki:
        wiki.create_user("Olga", PASSWORD, groups=("sysop", "bureaucrat"))
        old, locked = wiki.browser(), wiki.browser()
        names: list[str] = []
        for browser, days in ((old, 60), (locked, 31)):
            browser.post({"action": "edit", "title": "Sandbox", "text": "x", "token": "+\\"})
            assert [show(browser, page).status for page in ("Sessions", "LoginHistory")] == [200, 200]
            assert show(logged_in(wiki, "Olga"), f"Accounts/{browser.who()}").row("State")[1] == "open"
            names.append(browser.who())
            wiki.clock.move(days * 86_400)
        olga = logged_in(wiki, "Olga")
        post(olga, f"Accounts/{names[1]}", show(olga, f"Accounts/{names[1]}").form(deed="lock"))
        for browser, name, state in ((old, names[0], "expired"), (locked, names[1], "locked")):
            for page in ("Sessions", "LoginHistory"):
                assert (show(browser, page).status, browser.who() == name) == (302, False)
            assert show(olga, f"Accounts/{name}").row("State")[1] == state
            assert show(olga, "Accounts").row(name)[3] == state
        assert show(olga, "Accounts").row("Olga")[3] == ""


def test_the_audit_is_filtered_and_goes_back_page_by_page(wiki: TestWiki, olga: Browser) -> None:
    """H6."""
    for _ in range(3):
        wiki.browser().log_in("Alice", "wrong")
    fails = show(olga, "AuditLog", event="login.fail", user="alice")
    assert [row[1:3] for row in fails.rows[1:]] == [["login.fail", "Alice"]] * 3
    assert show(olga, "AuditLog", address="203.0.113.99").rows == []
    audit = wiki.wiki.services.audit
    account = wiki.wiki.services.directory.by_name("Sam")
    assert account is not None
    for number in range(70):
        audit.changed(ByHand(wiki.clock.now() + number, "192.0.2.1"), "logout", account)
    first = show(olga, "AuditLog", user="Sam")
    assert len(first.rows) == 51
    second = Shown(olga.send("GET", first.links[-1]))
    assert len(second.rows) == 21
    assert Shown(olga.send("GET", second.links[-1])).rows == first.rows
    assert ("Newest events" in first.text, "Older events" in second.text) == (False, False)
    moments = [row[0] for row in (*first.rows[1:], *second.rows[1:])]
    assert moments == sorted(moments, reverse=True)


@pytest.mark.parametrize("spelled", ["2001:db8::7", "2001:DB8:0:0:0:0:0:7", " 2001:0db8::0007 ", "2001:db8::7%eth0"])
def test_the_audit_of_an_address_is_found_by_any_spelling_of_it(wiki: TestWiki, olga: Browser, spelled: str) -> None:
    """H6."""
    account = wiki.wiki.services.directory.by_name("Sam")
    assert account is not None
    wiki.wiki.services.audit.changed(ByHand(wiki.clock.now(), "2001:db8::7"), "logout", account)
    assert [row[2] for row in show(olga, "AuditLog", address=spelled).rows[1:]] == ["Sam"]


@pytest.mark.parametrize("typed", ["192.0.2", "192.0.2.0/24", "Alice", "<b>", "x" * 99])
def test_what_is_no_address_is_told_beside_its_field(olga: Browser, typed: str) -> None:
    shown = show(olga, "AuditLog", address=typed, event="login.fail")
    field = shown.text.partition('id="search-address"')[2].partition("</p>")[0]
    assert 'aria-invalid="true" aria-describedby="search-address-error"' in field
    assert f'role="alert" id="search-address-error">“{escape(typed)}” is no address' in field
    assert (shown.status, shown.rows) == (200, [])
    assert "Nothing of this kind" not in shown.text
    assert "is no address" not in show(olga, "AuditLog", address="203.0.113.99").text


@pytest.mark.parametrize("before", ["", "-1", "x", "9" * 40, "٣"])
def test_a_place_in_the_audit_that_is_none_shows_the_newest(olga: Browser, before: str) -> None:
    assert show(olga, "AuditLog", before=before).rows == show(olga, "AuditLog").rows


def test_a_throttle_in_force_is_shown_and_lifted(wiki: TestWiki, olga: Browser) -> None:
    """B2, M37: after the operator's click the right password is taken at once."""
    visitor = wiki.browser()
    for _ in range(5):
        assert visitor.log_in("Alice", "wrong")["status"] == "FAIL"
    assert visitor.log_in("Alice", PASSWORD)["messagecode"] == "login-throttled"
    shown = show(olga, "Throttles", user="alice")
    refusing = [row for row in shown.rows if "refuses" in row]
    assert [row[2:4] for row in refusing] == [["Alice", "5/5"]]
    assert show(olga, "Throttles", user="Sam").rows == []
    assert PASSWORD not in shown.text
    assert "refuse attempts at present" in show(olga, "Health").text
    form = next(form for form in shown.forms if form.get("key", "").startswith("throttle:password:0:"))
    assert post(olga, "Throttles", form).status == 302
    assert visitor.log_in("Alice", PASSWORD)["status"] == "PASS"
    assert show(olga, "AuditLog", event="throttle.lifted").rows[1][2] == "Olga"


def test_reminders_and_changes_of_addresses_are_counts_like_any_other(wiki: TestWiki, olga: Browser) -> None:
    """B2: each has its words, an address or an account to be found by, and begins anew at a click."""
    alice = logged_in(wiki, "Alice")
    for number in range(5):
        form = show(alice, "ChangeEmail").form(wpNewEmail="")
        post(alice, "ChangeEmail", form, wpNewEmail=f"alice{number}@example.org")
        alice.post({"action": "resetpassword", "user": "Nobody", "token": alice.token("csrf")})
    kinds = {"changes of e-mail addresses", "temporary passwords by mail"}
    shown = show(olga, "Throttles")
    rows = [[cell.strip() for cell in row[:5]] for row in shown.rows]
    assert sorted(row[:2] + row[3:] for row in rows if row[0] in kinds) == [
        ["changes of e-mail addresses", "", "4/4", "refuses"],
        ["changes of e-mail addresses", "127.0.0.1", "4/10", "counting"],
        ["temporary passwords by mail", "127.0.0.1", "5/5", "refuses"],
    ]
    [found] = [row for row in show(olga, "Throttles", user="alice").rows if row[0].strip() in kinds]
    assert (found[2], found[3]) == ("Alice", "4/4")
    form = next(form for form in shown.forms if form.get("key", "").startswith("throttle:changeemail:name:"))
    assert post(olga, "Throttles", form).status == 302
    assert kinds.isdisjoint(row[0].strip() for row in show(olga, "Throttles", user="alice").rows)


def test_a_count_of_temporary_accounts_has_its_words(wiki: TestWiki, olga: Browser) -> None:
    state = SqlStateStore(wiki.wiki.database, wiki.clock)
    CreationLimits("temporary", ThrottleSettings().temporary_accounts, state).take("192.0.2.1")
    assert [cell.strip() for cell in show(olga, "Throttles").row("temporary accounts")[1:5]] == [
        "192.0.2.1", "", "1/6", "counting",
    ]  # fmt: skip


@pytest.mark.parametrize("key", ["", "flow:1", "throttle:", "throttle:password:9:x", "second-factor:day:1", "\ud800"])
def test_nothing_but_a_throttle_is_lifted(wiki: TestWiki, olga: Browser, key: str) -> None:
    token = show(olga, "Block").forms[0]["wpEditToken"]
    body = urlencode({"wpEditToken": token, "deed": "lift", "key": key}, errors="surrogatepass").encode()
    answer = olga.send("POST", "/w/index.php?title=Special:Throttles", FORM, body)
    assert answer.status in {302, 400}
    assert show(olga, "AuditLog", event="throttle.lifted").rows == []


def test_health_tells_what_doctor_tells(wiki: TestWiki, olga: Browser) -> None:
    shown = show(olga, "Health")
    assert shown.status == 200
    assert ["ok", "no throttle refuses attempts at present", ""] in shown.rows
    doctor = [*of_mail(wiki.wiki.settings, wiki.wiki.post), *of_settings(wiki.wiki.settings)]
    assert doctor
    assert {one.what for one in doctor} < {row[1] for row in shown.rows[1:]}
