"""``wikigate user``: accounts by the operator's hand."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from wikigate.app import Application, Wiki, open_wiki
from wikigate.cli.main import main
from wikigate.config import load_config
from wikigate.testing.transport import WsgiTransport
from wikigate.testing.wiki import Browser

from .conftest import PASSWORD, Operator


def opened(operator: Operator) -> Wiki:
    return open_wiki(load_config(operator.config, operator.data), "my_wiki")


def logs_in(operator: Operator, name: str, password: str) -> bool:
    wiki = opened(operator)
    try:
        browser = Browser(
            WsgiTransport(Application(load_config(operator.config, operator.data), [wiki]), "http://127.0.0.1"),
            "/w/api.php",
        )
        return bool(browser.log_in(name, password)["status"] == "PASS")
    finally:
        wiki.close()


def test_an_account_is_made_with_its_groups_and_address(operator: Operator) -> None:
    facts = operator.create_user("alice_B", "--group", "sysop", "--group", "bot", "--email", "a@example.org")
    assert (facts["id"], facts["name"], facts["groups"], facts["email"]) == (
        1,
        "Alice B",
        ["bot", "sysop"],
        "a@example.org",
    )
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", facts["registered"])
    assert logs_in(operator, "Alice B", PASSWORD)


def test_the_password_is_the_first_line_without_its_end(operator: Operator) -> None:
    result = operator.run("user", "create", "Bob", "--password-stdin", stdin='pâss + &=%|"word \r\nsecond line\n')
    assert result.exit_code == 0
    assert logs_in(operator, "Bob", 'pâss + &=%|"word ')


@pytest.mark.parametrize("command", ["create", "password"])
def test_no_password_is_taken_from_the_arguments_or_shown(operator: Operator, command: str) -> None:
    """R12: arguments are seen by everyone on the machine."""
    operator.create_user()
    name = "Bob" if command == "create" else "Alice"
    result = operator.run("user", command, name, "--password", "canary battery staple")
    assert result.exit_code == 2
    assert "No such option" in result.stderr
    result = operator.run("user", command, name, "--password-stdin", stdin="canary battery staple\n")
    assert result.exit_code == 0
    assert "canary" not in result.output


def test_a_pipe_without_password_stdin_is_told_what_to_do(operator: Operator) -> None:
    said = operator.refused("user", "create", "Alice", stdin=f"{PASSWORD}\n", exit_code=2)
    assert said == "The password is asked for at a terminal; in a script give it with --password-stdin."


@pytest.mark.parametrize(
    ("stdin", "said"), [(b"", "No password came"), (b"\n", "No password came"), (b"\xff\xfe\n", "is not text in UTF-8")]
)
def test_a_password_that_is_none_is_refused(operator: Operator, stdin: bytes, said: str) -> None:
    assert said in operator.refused("user", "create", "Alice", "--password-stdin", stdin=stdin, exit_code=2)


@pytest.mark.parametrize(
    ("name", "password", "words", "said"),
    [
        ("Alice", PASSWORD, (), "This username is taken."),
        ("alice", PASSWORD, (), "This username is taken."),
        ("127.0.0.1", PASSWORD, (), "valid username"),
        ("a@b", PASSWORD, (), "valid username"),
        ("x" * 300, PASSWORD, (), "valid username"),
        ("Bob", "short", (), "The password is too short: it needs at least 8 characters."),
        ("Bob", "ninechars", ("--group", "sysop"), "it needs at least 10 characters."),
        ("Bob", "password1", (), "everybody tries first"),
        ("Bob", PASSWORD, ("--group", "nope"), "there is no group “nope” to be in; there are: "),
        ("Bob", PASSWORD, ("--group", "user"), "there is no group “user” to be in"),
        ("Bob", "x" * 4097, (), "at most 4096 characters"),
    ],
)
def test_an_account_that_cannot_be_is_refused_and_not_made(
    operator: Operator, name: str, password: str, words: tuple[str, ...], said: str
) -> None:
    operator.create_user()
    assert said in operator.refused("user", "create", name, "--password-stdin", *words, stdin=password)
    assert [fact["name"] for fact in operator.facts("user", "list")] == ["Alice"]


def test_accounts_are_listed_by_group(operator: Operator) -> None:
    assert operator.run("user", "list").stdout == "There are no accounts.\n"
    operator.create_user("Alice")
    operator.create_user("Bob", "--group", "bot")
    assert [fact["name"] for fact in operator.facts("user", "list")] == ["Alice", "Bob"]
    assert [fact["name"] for fact in operator.facts("user", "list", "--group", "bot")] == ["Bob"]
    assert operator.run("user", "list").stdout.splitlines() == ["     1  Alice", "     2  Bob  bot"]


def test_an_account_is_shown_by_any_spelling_of_its_name(operator: Operator) -> None:
    operator.create_user("Alice B")
    facts = operator.facts("user", "show", "alice_B")
    assert facts == operator.facts("user", "show", "Alice B")
    assert set(facts) == {"id", "name", "email", "groups", "registered", "bot_passwords", "locked"}
    assert "Alice B" in operator.run("user", "show", "Alice B").stdout


@pytest.mark.parametrize("command", ["show", "password", "groups", "lock", "unlock"])
@pytest.mark.parametrize("name", ["Nobody", "a|b", "\x01"])
def test_an_account_that_is_not_there_is_named(operator: Operator, command: str, name: str) -> None:
    said = operator.refused("user", command, name)
    assert said.startswith("There is no account “")
    assert said.endswith("“wikigate user list” shows them all.")


def test_an_argument_that_is_not_text_is_refused(operator: Operator) -> None:
    """E8: the bytes FF reach Python as a lone surrogate."""
    assert operator.refused("user", "show", "a\udcff", exit_code=2) == "An argument is not text in UTF-8."
    assert (
        operator.refused("user", "groups", "Alice", "--add", "\udcff", exit_code=2)
        == "An argument is not text in UTF-8."
    )


def test_a_new_password_takes_the_old_ones_place_and_voids_bot_passwords(operator: Operator) -> None:
    """K4."""
    operator.create_user()
    operator.facts("bot-password", "create", "Alice", "app")
    assert operator.facts("user", "password", "Alice", "--password-stdin", stdin="another horse staple\n") == {
        "name": "Alice"
    }
    assert (logs_in(operator, "Alice", PASSWORD), logs_in(operator, "Alice", "another horse staple")) == (False, True)
    wiki = opened(operator)
    assert [bot.app for bot in wiki.services.bot_passwords.list(1)] == ["app"]
    row = wiki.services.bot_passwords.lookup(1, "app")
    wiki.close()
    assert row is not None
    assert row.hash in {"", ":invalid:"}


def test_a_bad_new_password_leaves_the_old_one(operator: Operator) -> None:
    operator.create_user()
    assert "too short" in operator.refused("user", "password", "Alice", "--password-stdin", stdin="short\n")
    assert logs_in(operator, "Alice", PASSWORD)


def test_groups_are_shown_added_and_removed(operator: Operator) -> None:
    operator.create_user()
    assert operator.facts("user", "groups", "Alice") == {"name": "Alice", "groups": []}
    assert operator.facts("user", "groups", "Alice", "--add", "bot", "--add", "sysop")["groups"] == ["bot", "sysop"]
    assert operator.facts("user", "groups", "Alice", "--remove", "bot")["groups"] == ["sysop"]
    assert "there is no group “nope” to be in" in operator.refused("user", "groups", "Alice", "--add", "nope")
    assert operator.run("user", "groups", "Alice").stdout == "“Alice”: sysop\n"


def test_a_locked_account_stays_locked_with_a_new_password(operator: Operator) -> None:
    operator.create_user()
    assert operator.facts("user", "lock", "Alice") == {"name": "Alice", "locked": True}
    assert operator.facts("user", "show", "Alice")["locked"] is True
    assert "(locked)" in operator.run("user", "list").stdout
    assert not logs_in(operator, "Alice", PASSWORD)
    operator.facts("user", "password", "Alice", "--password-stdin", stdin=PASSWORD)
    assert operator.facts("user", "show", "Alice")["locked"] is True
    assert not logs_in(operator, "Alice", PASSWORD)


def test_an_unlocked_account_has_the_password_that_it_had(operator: Operator) -> None:
    operator.create_user()
    assert operator.refused("user", "unlock", "Alice") == "“Alice” is not locked."
    operator.facts("user", "lock", "Alice")
    assert operator.facts("user", "unlock", "Alice") == {"name": "Alice", "locked": False}
    assert operator.facts("user", "show", "Alice")["locked"] is False
    assert logs_in(operator, "Alice", PASSWORD)


def test_old_temporary_accounts_are_rid_of_what_they_left_behind(operator: Operator) -> None:
    """M16: for a daily job; the second run finds nothing."""
    operator.create_user()
    wiki = opened(operator)
    for name in ("~2020-1", "~2020-2"):
        account = wiki.services.directory.create(name, is_temp=True)
        assert account is not None
        with wiki.database.write() as connection:
            sql = "INSERT INTO wikigate_remember VALUES (:key, :id, 1, 1, '', '')"
            connection.exec_driver_sql(sql, {"key": name.encode(), "id": account.id})
    with wiki.database.write() as connection:
        connection.exec_driver_sql("UPDATE user SET user_registration = '20200101000000' WHERE user_name = '~2020-1'")
    wiki.close()
    assert operator.facts("user", "expire-temporary") == {"ended": 1}
    assert operator.facts("user", "expire-temporary") == {"ended": 0}
    [event] = [one for one in operator.facts("audit", "list") if one["event"] == "session.ended"]
    assert event["user"] == "~2020-1"
    with operator.config.open("a") as file:
        file.write("[accounts]\ntemporary_account_days = 0\n")
    assert "for ever" in operator.refused("user", "expire-temporary")


def test_with_several_wikis_one_must_be_chosen(operator: Operator) -> None:
    operator.config.write_text('[passwords]\nprofile = "mediawiki"\n[wikis.red]\n[wikis.blue]\n')
    assert operator.refused("user", "list") == "Several wikis are configured; choose one with --wiki: red, blue."
    assert operator.refused("user", "list", "--wiki", "green") == "No wiki “green” is configured; there are: red, blue."
    operator.create_user("Alice", "--wiki", "red")
    assert len(operator.facts("user", "list", "--wiki", "red")) == 1
    assert operator.facts("user", "list", "--wiki", "blue") == []


@pytest.mark.parametrize(
    "words",
    [["user"], ["user", "create"], ["user", "nope"], ["nope"], ["user", "list", "--nope"], ["serve", "--port", "x"]],
)
def test_a_command_written_wrong_ends_with_2(words: list[str]) -> None:
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 2
    assert result.stderr.startswith("Usage: ")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("sqlite:////etc/passwd", "/etc/passwd cannot be used as an SQLite database"),
        ("sqlite:////nonexistent/wiki.sqlite", "The folder /nonexistent does not exist"),
        ("nonsense", "“nonsense” is no database address"),
        ("postgresql://x/y", "A postgresql database is not served yet"),
    ],
)
def test_a_database_that_cannot_be_opened_is_told_in_one_sentence(operator: Operator, address: str, said: str) -> None:
    assert operator.refused("user", "list", "--database", address).startswith(said)


def test_a_data_folder_that_is_a_file_is_told_in_one_sentence(operator: Operator) -> None:
    operator.data.write_text("")
    assert operator.refused("user", "list").startswith(f"The data folder {operator.data} cannot be used")


def test_another_address_is_told_to_the_old_one(operator: Operator) -> None:
    """A11."""
    operator.create_user("Alice", "--email", "old@example.org")
    assert operator.facts("user", "email", "alice", "new@example.org") == {"name": "Alice", "email": "new@example.org"}
    assert operator.facts("user", "show", "Alice")["email"] == "new@example.org"
    assert [(mail["kind"], mail["recipient"]) for mail in operator.facts("outbox", "list")] == [
        ("email-changed", "old@example.org")
    ]
    assert "no e-mail address" in operator.refused("user", "email", "Alice", "nothing", exit_code=2)
    operator.facts("user", "email", "Alice", "")
    assert operator.facts("user", "show", "Alice")["email"] == ""


def test_an_address_may_be_left_to_its_owner_to_confirm(operator: Operator) -> None:
    operator.create_user("Alice")
    operator.facts("user", "email", "Alice", "new@example.org", "--confirm")
    [mail] = operator.facts("outbox", "list")
    assert (mail["kind"], mail["recipient"]) == ("confirm-email", "new@example.org")


def test_d16_what_an_operator_does_to_an_account_stands_in_the_audit(operator: Operator) -> None:
    operator.create_user()
    operator.run("user", "password", "Alice", "--password-stdin", stdin="another good phrase")
    operator.run("user", "groups", "Alice", "--add", "bot")
    operator.run("user", "groups", "Alice")
    operator.run("user", "email", "Alice", "a@example.org")
    assert operator.run("user", "groups", "Alice", "--add", "nobody").exit_code == 1
    assert operator.run("user", "create", "Alice", "--password-stdin", stdin="another good phrase").exit_code == 1
    told = [(row["event"], row["user"], row["details"]) for row in operator.facts("audit", "list")]
    assert told[::-1] == [
        ("account.created", "Alice", {}),
        ("credentials.change", "Alice", {}),
        ("account.groups", "Alice", {"added": ["bot"], "removed": []}),
        ("email.change", "Alice", {}),
    ]


def test_an_address_that_is_none_makes_no_account(operator: Operator) -> None:
    words = ("user", "create", "Alice", "--password-stdin", "--email", "nobody")
    said = operator.refused(*words, stdin=f"{PASSWORD}\n", exit_code=2)
    assert said == "“nobody” is no e-mail address."
    assert operator.facts("user", "list") == []


def test_an_account_is_shown_in_words(operator: Operator) -> None:
    operator.create_user()
    shown = operator.run("user", "show", "Alice").stdout.splitlines()
    assert shown[2] == "        email  –"
    assert shown[5:] == ["bot passwords  –", "       locked  no"]


def test_a_group_without_members_is_named(operator: Operator) -> None:
    operator.create_user()
    assert operator.run("user", "list", "--group", "bto").stdout == "Nobody is in the group “bto”.\n"


def test_a_person_is_told_of_a_wiki_that_had_to_be_made(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that is written wrong is found out by it; programs read no more than the answer."""
    monkeypatch.setattr("wikigate.cli.operator.is_watched", lambda: True)
    first, second = operator.run("user", "list"), operator.run("user", "list")
    said = f"wikigate: There was no wiki yet; a new one is made in {operator.data / 'wikigate.sqlite'}.\n"
    assert (first.stdout, first.stderr) == ("There are no accounts.\n", said)
    assert (second.stdout, second.stderr) == ("There are no accounts.\n", "")
