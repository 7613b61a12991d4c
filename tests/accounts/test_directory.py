"""Accounts in MediaWiki's tables (M07, M15; security D6, D8, F4, K4, N6)."""

import threading
from dataclasses import replace

import pytest

from wikigate.accounts.directory import Directory
from wikigate.accounts.user import INVALID_TOKEN, GroupMembership
from wikigate.primitives.names import NameRules
from wikigate.primitives.timestamps import ts14
from wikigate.store.engine import Database
from wikigate.store.session_row import DeviceRow, Handover, SessionRow
from wikigate.store.sessions import SessionTable
from wikigate.testing.contracts.state_store import at_once

NOW = 1_795_221_151


@pytest.fixture
def sessions(database):
    return SessionTable(database)


def log_in(sessions, account):
    device = DeviceRow(b"d" * 32, account.id, NOW, NOW, "192.0.2.1", "Test/1.0")
    row = SessionRow(
        b"s" * 32,
        account.id,
        account.name,
        b"f" * 32,
        remember=True,
        device=device.key,
        created=NOW,
        expires=NOW + 3600,
        data=b"{}",
    )
    sessions.hand_over(Handover(row, device=device), NOW)


# -- making -----------------------------------------------------------------------------------------------------------------


def test_an_account_is_read_as_it_was_made(directory):
    account = directory.create(
        "Zoë O'Neil",
        password=":x:",
        email="z@example.org",
        email_authenticated=NOW - 5.0,
        real_name="Zoë",
        groups=["sysop", "bot"],
    )
    assert account == directory.by_id(account.id) == directory.by_name("Zoë O'Neil")
    assert (account.id, account.name, account.real_name) == (1, "Zoë O'Neil", "Zoë")
    assert (account.email, account.email_authenticated) == ("z@example.org", NOW - 5.0)
    assert (account.registration, account.touched, account.edit_count) == (NOW, NOW + 1, 0)
    assert account.groups == (GroupMembership("bot"), GroupMembership("sysop"))
    assert account.group_names == ("bot", "sysop")
    assert len(account.token) == 32
    assert (account.is_temp, account.is_locked) == (False, False)
    assert directory.credentials("Zoë O'Neil").password == ":x:"


def test_writes_what_mediawiki_writes(directory, rows_of):
    """Recorded of a real account creation (core §9): every row but that of recent changes."""
    directory.create("Probe One", password=":x:", real_name="Real N")
    moment = ts14(NOW)
    (user,) = rows_of("user")
    assert user == {
        "user_id": 1, "user_name": "Probe One", "user_real_name": "Real N", "user_password": ":x:", "user_newpassword": "",
        "user_newpass_time": None, "user_email": "", "user_touched": ts14(NOW + 1), "user_token": "0" * 31 + "1",
        "user_email_authenticated": None, "user_email_token": "", "user_email_token_expires": None, "user_registration": moment,
        "user_editcount": 0, "user_password_expires": None, "user_is_temp": 0,
    }  # fmt: skip
    assert rows_of("actor") == [{"actor_id": 1, "actor_user": 1, "actor_name": "Probe One"}]
    assert rows_of("comment") == [{"comment_id": 1, "comment_hash": 0, "comment_text": "", "comment_data": None}]
    assert rows_of("logging") == [
        {
            "log_id": 1, "log_type": "newusers", "log_action": "create", "log_timestamp": moment, "log_actor": 1, "log_namespace": 2,
            "log_title": "Probe_One", "log_page": 0, "log_comment_id": 1, "log_params": 'a:1:{s:9:"4::userid";i:1;}', "log_deleted": 0,
        }
    ]  # fmt: skip
    assert [(row["wl_user"], row["wl_namespace"], row["wl_title"]) for row in rows_of("watchlist")] == [
        (1, 2, "Probe_One"),
        (1, 3, "Probe_One"),
    ]
    assert rows_of("site_stats")[0]["ss_users"] == 1
    assert rows_of("user_properties") == []


def test_text_is_stored_as_text(directory, database):
    """To SQLite a BLOB is equal to no text, and MediaWiki asks with text."""
    directory.create("Zoë", password=":x:", groups=["bot"], properties={"gender": "female"})
    driver = database.thread().driver
    for table, columns in {
        "user": "user_name user_password user_token user_touched user_email",
        "actor": "actor_name",
        "user_groups": "ug_group",
        "user_properties": "up_property up_value",
        "logging": "log_type log_params log_timestamp",
        "comment": "comment_text",
    }.items():
        for column in columns.split():
            assert driver.execute(f"SELECT DISTINCT typeof({column}) FROM {table}").fetchall() == [("text",)], column


def test_whoever_makes_an_account_for_another_stands_in_the_log(directory, rows_of):
    admin = directory.create("Admin", logged=None)
    made = directory.create("Probe Two", by=admin, logged="create2", reason="Zoë asked")
    (line,) = rows_of("logging")
    assert (line["log_action"], line["log_actor"]) == ("create2", 1)
    assert line["log_params"] == f'a:1:{{s:9:"4::userid";i:{made.id};}}'
    assert rows_of("comment") == [
        {"comment_id": 1, "comment_hash": -1287602919, "comment_text": "Zoë asked", "comment_data": None}
    ]


def test_a_taken_name_is_none_and_leaves_no_trace(directory, rows_of):
    directory.create("Zoë", properties={"gender": "female"})
    before = {
        name: rows_of(name) for name in ("user", "actor", "logging", "watchlist", "site_stats", "user_properties")
    }
    assert directory.create("Zoë", groups=["sysop"], properties={"gender": "male"}) is None
    assert {name: rows_of(name) for name in before} == before
    assert directory.by_name("Zoë").groups == ()


def test_a_name_that_somebody_wrote_under_is_taken_over(directory, database, rows_of):
    """An actor of imported edits stands for nobody; one of another account is a name that is taken."""
    actor = database.tables.actor
    with database.write() as connection:
        connection.execute(
            actor.insert(),
            [{"actor_name": "Imported", "actor_user": None}, {"actor_name": "Renamed", "actor_user": 99}],
        )
    assert directory.create("Imported").id == 1
    assert rows_of("actor")[0] == {"actor_id": 1, "actor_user": 1, "actor_name": "Imported"}
    assert directory.create("Renamed") is None
    assert [row["user_name"] for row in rows_of("user")] == ["Imported"]


def test_of_many_that_want_one_name_one_gets_it(directory, rows_of):
    """N6."""
    made = at_once(lambda _: directory.create("Zoë"), times=16, threads=8)
    assert [account.name for account in made if account is not None] == ["Zoë"]
    assert len(rows_of("user")) == len(rows_of("actor")) == len(rows_of("logging")) == 1


# -- finding ----------------------------------------------------------------------------------------------------------------


def test_nobody_is_none(directory):
    assert directory.by_id(1) is None
    assert directory.by_name("Nobody") is None
    assert directory.credentials("Nobody") is None
    assert directory.properties(1) == {}


def test_names_differ_in_case(directory):
    directory.create("Core user")
    assert directory.by_name("Core User") is None


def test_groups_end(directory, clock):
    account = directory.create("Zoë", groups=["sysop"])
    directory.add_group(account.id, "bot", expiry=NOW + 60.0)
    assert directory.by_id(account.id).groups == (GroupMembership("bot", NOW + 60.0), GroupMembership("sysop"))
    clock.time = NOW + 60
    assert directory.by_id(account.id).group_names == ("bot", "sysop")
    clock.time = NOW + 61
    assert directory.by_id(account.id).group_names == ("sysop",)
    assert directory.by_name("Zoë").group_names == ("sysop",)


def test_finds_several(directory):
    for name in ("Bob", "Zoë", "Ann"):
        directory.create(name, groups=["bot", "sysop"])
    assert {name: a.group_names for name, a in directory.by_names(["Zoë", "Nobody", "Ann"]).items()} == {
        "Ann": ("bot", "sysop"),
        "Zoë": ("bot", "sysop"),
    }
    assert {number: a.name for number, a in directory.by_ids([3, 1, 9]).items()} == {1: "Bob", 3: "Ann"}
    assert directory.by_names([]) == {}


def test_everyone_comes_by_name_and_by_pages(directory, monkeypatch):
    monkeypatch.setattr("wikigate.accounts.directory._PAGE", 2)
    names = ["Ann", "Bob", "Zoë", "Åke", "日本"]
    for name in reversed(names):
        directory.create(name, groups=["bot", "sysop"])
    assert [account.name for account in directory.everyone()] == names


def test_reads_what_another_tool_stored_as_bytes(directory, database):
    directory.create("Zoë", properties={"gender": "x"})
    driver = database.thread().driver
    driver.execute(
        "UPDATE user SET user_real_name = CAST('Zoë' AS BLOB), user_token = CAST(user_token AS BLOB), user_editcount = NULL"
    )
    driver.execute("UPDATE user_properties SET up_value = CAST('ü' AS BLOB)")
    account = directory.by_name("Zoë")
    assert (account.real_name, account.edit_count) == ("Zoë", 0)
    assert isinstance(account.token, str)
    assert directory.properties(account.id) == {"gender": "ü"}
    assert directory.by_names(["Zoë"])["Zoë"] == account


def test_no_secret_in_a_repr(directory):
    account = directory.create("Zoë", password=":hash:", email="z@example.org")
    shown = repr(account) + repr(directory.credentials("Zoë"))
    for secret in (account.token, ":hash:", "z@example.org"):
        assert secret not in shown


@pytest.mark.parametrize(
    ("text", "subtypes", "name"),
    [
        ("core Space", (), "Core Space"),
        ("User:core_Space", ("name",), "Core Space"),
        ("192.0.2.1", (), "192.0.2.1"),
        ("2001:db8::1", ("name", "ip"), "2001:DB8:0:0:0:0:0:1"),
        ("User:2001:db8::1", ("ip",), "2001:DB8:0:0:0:0:0:1"),
        (" user_ : _192.0.2.1_", (), "192.0.2.1"),
        ("192.0.2.1\n", (), None),
        ("192.0.2.77/24", (), "192.0.2.0/24"),
        ("192.0.2.1", ("name", "temp"), None),
        ("192.0.2.0/24", ("name", "ip"), None),
        ("Core Space", ("ip",), None),
        ("~2026-1", ("name",), "~2026-1"),
        ("~2026-1", ("ip",), None),
        ("~2026-1", ("name", "temp"), "~2026-1"),
        ("a#b", (), None),
        ("", (), None),
        ("#1", (), None),
        ("#1", ("name", "id"), "Zoë"),
        ("#2", ("id",), None),
        ("#99999999999", ("id",), None),
    ],
)
def test_reads_user_parameters(directory, text, subtypes, name):
    """Framework §4: type ``user``."""
    directory.create("Zoë")
    assert directory.canonical_user(text, subtypes) == name


def test_t3_a_million_blanks_are_no_user_and_no_work(directory):
    """Each of them could begin what stands before a name; looked at from each of them anew, they would take hours."""
    for blank in ("\n", " ", "_", "\u3000", "\t"):
        assert directory.canonical_user(blank * 1_000_000) is None


# -- passwords and sessions -------------------------------------------------------------------------------------------------


def test_a_rehash_never_overwrites_a_change(directory):
    """H1: compare and swap."""
    account = directory.create("Zoë", password="old")
    assert directory.replace_password(account.id, "old", "old anew")
    assert not directory.replace_password(account.id, "old", "too late")
    assert directory.credentials("Zoë").password == "old anew"
    assert directory.by_id(account.id).token == account.token


def test_a_new_password_ends_everything_before(directory, database, bot_passwords, sessions, rows_of):
    """D6, K4, core §6.3."""
    account = directory.create("Zoë", password="old")
    other = directory.create("Bob")
    bot_passwords.create(account, "app")
    bot_passwords.create(other, "app")
    database.thread().driver.execute(
        "UPDATE user SET user_newpassword = 'temporary', user_newpass_time = '20261121000000'"
    )
    log_in(sessions, account)
    assert directory.set_password(account.id, "new", expires=NOW + 100.0)
    credentials = directory.credentials("Zoë")
    assert (credentials.password, credentials.new_password, credentials.new_password_time) == ("new", "", None)
    assert credentials.password_expires == NOW + 100.0
    assert bot_passwords.lookup(account.id, "app").hash == ""
    assert bot_passwords.lookup(other.id, "app").hash != ""
    assert rows_of("session") == rows_of("remember") == []
    after = directory.by_id(account.id)
    assert after.token not in {account.token, ""}
    assert directory.by_id(other.id).token == other.token


def test_d6_the_row_of_one_session_may_stay_but_is_nobodys_login(directory, sessions, rows_of):
    account = directory.create("Zoë")
    log_in(sessions, account)
    [row] = rows_of("session")
    assert directory.set_password(account.id, "new", keep=row["key"])
    assert rows_of("session") == [row]
    assert directory.by_id(account.id).token != account.token


def test_a_lock_is_a_state_of_its_own_behind_which_everything_stays_as_it_was(
    directory, bot_passwords, sessions, rows_of
):
    """F4, D8."""
    account = directory.create("Zoë", password="old")
    bot_passwords.create(account, "app")
    log_in(sessions, account)
    assert directory.lock(account.id)
    assert directory.by_id(account.id).is_locked
    assert directory.by_id(account.id).token == INVALID_TOKEN
    assert rows_of("session") == []
    kept = bot_passwords.lookup(account.id, "app").hash
    assert directory.lock(account.id)
    assert directory.credentials("Zoë").password == ":locked:old"
    assert bot_passwords.lookup(account.id, "app").hash == kept
    assert kept.startswith(":locked:")
    assert directory.unlock(account.id)
    assert not directory.unlock(account.id)
    assert directory.credentials("Zoë").password == "old"
    assert directory.credentials("Zoë").new_password == ""
    assert bot_passwords.lookup(account.id, "app").hash == kept.removeprefix(":locked:")
    assert directory.by_id(account.id).token not in {account.token, INVALID_TOKEN}


def test_a_lock_is_opened_by_nothing_else(directory):
    account = directory.create("Zoë", password="old")
    directory.lock(account.id)
    assert directory.set_password(account.id, "new")
    directory.end_sessions(account.id)
    assert directory.by_id(account.id).is_locked


def test_all_sessions_of_an_account_end(directory, sessions, rows_of):
    """D8."""
    account = directory.create("Zoë", password="old")
    log_in(sessions, account)
    directory.end_sessions(account.id)
    assert rows_of("session") == []
    assert directory.by_id(account.id).token != account.token
    assert directory.credentials("Zoë").password == "old"


def test_what_is_done_to_nobody_is_false(directory):
    assert not directory.set_password(7, "new")
    assert not directory.lock(7)
    assert not directory.set_email(7, "z@example.org")
    assert not directory.remove_group(7, "bot")


def test_an_empty_token_is_filled_once(directory, database, random_bytes, clock):
    account = directory.create("Zoë")
    assert directory.ensure_token(account) is account
    database.thread().driver.execute("UPDATE user SET user_token = ''")
    empty = directory.by_id(account.id)
    filled = at_once(lambda _: directory.ensure_token(empty).token, times=8, threads=8)
    assert set(filled) == {directory.by_id(account.id).token}
    assert len(filled[0]) == 32


# -- groups, e-mail, preferences --------------------------------------------------------------------------------------------


def test_groups_are_left_with_a_note(directory, rows_of):
    account = directory.create("Zoë", groups=["bot"])
    assert directory.remove_group(account.id, "bot")
    assert directory.by_id(account.id).groups == ()
    assert rows_of("user_former_groups") == [{"ufg_user": account.id, "ufg_group": "bot"}]
    directory.add_group(account.id, "bot", expiry=NOW + 5.0)
    directory.add_group(account.id, "bot")
    assert directory.by_id(account.id).groups == (GroupMembership("bot"),)
    assert directory.remove_group(account.id, "bot")
    assert len(rows_of("user_former_groups")) == 1


def test_an_address_is_confirmed_or_not(directory):
    account = directory.create("Zoë", email="old@example.org", email_authenticated=NOW)
    assert directory.set_email(account.id, "new@example.org")
    changed = directory.by_id(account.id)
    assert (changed.email, changed.email_authenticated) == ("new@example.org", None)
    assert directory.set_email(account.id, "new@example.org", authenticated=NOW)
    assert directory.by_id(account.id).email_authenticated == NOW


def test_preferences_are_set_and_taken_back(directory):
    account = directory.create("Zoë", properties={"gender": "female", "skin": "x"})
    directory.set_properties(account.id, {"gender": "unknown", "skin": None, "new": ""})
    assert directory.properties(account.id) == {"gender": "unknown", "new": ""}


def test_another_worker_sees_what_was_made(directory, database, clock, random_bytes):
    other = Database(f"sqlite:///{database.file.path}")
    theirs = Directory(other, clock, NameRules(), random_bytes)
    account = directory.create("Zoë")
    assert theirs.by_name("Zoë") == account
    theirs.add_group(account.id, "bot")
    assert directory.by_id(account.id) == replace(account, groups=(GroupMembership("bot"),), touched=account.touched)
    other.close()


def test_threads_read_and_write_at_once(directory):
    account = directory.create("Zoë")
    stop = threading.Event()
    wrong = []

    def read():
        while not stop.is_set():
            found = directory.by_id(account.id)
            if found.group_names not in {(), ("bot",), ("bot", "sysop")}:
                wrong.append(found)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for _ in range(20):
        directory.add_group(account.id, "bot")
        directory.add_group(account.id, "sysop")
        directory.remove_group(account.id, "sysop")
        directory.remove_group(account.id, "bot")
    stop.set()
    for reader in readers:
        reader.join()
    assert wrong == []
