"""Bot passwords (M03, core §6; security F1 to F3, K6)."""

import json
import re

import pytest

from wikigate.accounts.bot_passwords import BotPassword, BotPasswords
from wikigate.accounts.user import Account

ZOE = Account(7, "Zoë")
SECRET = "0123456789abcdefghijklmnopqrstuv"


# -- recognising ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "password", "found"),
    [
        ("Zoë@app", SECRET, ("Zoë@app", SECRET)),
        ("Zoë@app", SECRET + "w", ("Zoë@app", SECRET + "w")),
        ("Zoë@a@b", SECRET, ("Zoë@a@b", SECRET)),
        ("Zoë", "app@" + SECRET, ("Zoë@app", SECRET)),
        ("Zoë", "a@b@" + SECRET, ("Zoë@a@b", SECRET)),
        ("Zoë", "@" + SECRET, ("Zoë@", SECRET)),
        ("", "app@" + SECRET, ("@app", SECRET)),
        ("Zoë", SECRET, None),
        ("Zoë@app", SECRET[:-1], None),
        ("Zoë@app", SECRET[:-1] + "x", None),
        ("Zoë@app", SECRET.upper(), None),
        ("Zoë@app", SECRET + "\n", None),
        ("Zoë@app", "other@" + SECRET, None),
        ("Zoë", "app@" + SECRET[:-1], None),
        ("Zoë", SECRET + "@", None),
        ("Zoë", "", None),
        ("Zoë@app", "", None),
        ("Zoë", "\ud800" * 40 + "@" + SECRET, ("Zoë@" + "\ud800" * 40, SECRET)),
        ("Zoë@app", "é" * 20, None),
    ],
)
def test_recognises_both_spellings(name, password, found):
    """Core §6.1."""
    assert BotPasswords.split(name, password) == found


# -- making -----------------------------------------------------------------------------------------------------------------


def test_a_new_one_is_shown_once_and_stored_hashed(bot_passwords, rows_of):
    """F1."""
    made = bot_passwords.create(ZOE, "app")
    assert re.fullmatch("[0-9a-v]{32}", made.password)
    assert (made.user_name, made.app, made.login) == ("Zoë", "app", "Zoë@app")
    assert BotPasswords.split(made.login, made.password) == (made.login, made.password)
    (row,) = rows_of("bot_passwords")
    assert row.pop("bp_password") == f":plain:{made.password}"
    token = row.pop("bp_token")
    assert re.fullmatch("[0-9a-f]{32}", token)
    assert row == {
        "bp_user": 7, "bp_app_id": "app", "bp_restrictions": '{"IPAddresses":["0.0.0.0/0","::/0"]}', "bp_grants": '["basic"]',
    }  # fmt: skip
    assert made.password not in repr(made)
    stored = bot_passwords.lookup(7, "app")
    assert stored.token == token
    assert token not in repr(stored)
    assert ":plain:" not in repr(stored)


def test_text_is_stored_as_text(bot_passwords, database):
    bot_passwords.create(ZOE, "app")
    for column in ("bp_app_id", "bp_password", "bp_token", "bp_restrictions", "bp_grants"):
        assert database.thread().driver.execute(f"SELECT typeof({column}) FROM bot_passwords").fetchone() == ("text",)


def test_keeps_grants_addresses_and_pages(bot_passwords, rows_of):
    bot_passwords.create(
        ZOE, " app ", grants=["editpage", "basic", "editpage"], addresses=["10.0.0.0/8", "::1"], pages=["Zoë", "A/b"]
    )
    (row,) = rows_of("bot_passwords")
    assert row["bp_grants"] == '["basic","editpage"]'
    assert row["bp_restrictions"] == '{"IPAddresses":["10.0.0.0/8","::1"],"Pages":["Zo\\u00eb","A/b"]}'
    bot = bot_passwords.lookup(7, "app")
    assert (bot.user_id, bot.app, bot.grants) == (7, "app", ("basic", "editpage"))
    assert (bot.addresses, bot.pages) == (("10.0.0.0/8", "::1"), ("Zoë", "A/b"))


def test_making_it_again_gives_another_secret(bot_passwords, rows_of):
    first = bot_passwords.create(ZOE, "app", grants=["editpage"])
    before = bot_passwords.lookup(7, "app")
    second = bot_passwords.create(ZOE, "app")
    after = bot_passwords.lookup(7, "app")
    assert len(rows_of("bot_passwords")) == 1
    assert first.password != second.password
    assert before.token != after.token
    assert (before.grants, after.grants) == (("basic", "editpage"), ("basic",))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"app": ""}, "1 to 32 bytes"),
        ({"app": "   "}, "1 to 32 bytes"),
        ({"app": "é" * 17}, "1 to 32 bytes"),
        ({"grants": ["nonsense"]}, "there is no grant “nonsense”; there are: basic, highvolume"),
        ({"addresses": ["10.0.0.0/99"]}, "“10.0.0.0/99” is neither an address nor a range"),
        ({"pages": ["x" * 65536]}, "too many restrictions"),
    ],
)
def test_refuses_what_cannot_be_and_writes_nothing(bot_passwords, rows_of, wrong, says):
    with pytest.raises(ValueError, match=says):
        bot_passwords.create(ZOE, **({"app": "app"} | wrong))
    assert rows_of("bot_passwords") == []


def test_the_longest_name_fits(bot_passwords):
    bot_passwords.create(ZOE, "é" * 16)
    assert bot_passwords.lookup(7, "é" * 16) is not None


# -- changing ---------------------------------------------------------------------------------------------------------------


def test_changing_it_ends_its_sessions_and_keeps_its_secret(bot_passwords):
    bot_passwords.create(ZOE, "app")
    before = bot_passwords.lookup(7, "app")
    assert bot_passwords.update(7, "app", grants=["patrol"], addresses=["192.0.2.1"])
    after = bot_passwords.lookup(7, "app")
    assert after.hash == before.hash
    assert after.token != before.token
    assert (after.grants, after.addresses) == (("basic", "patrol"), ("192.0.2.1",))
    assert not bot_passwords.update(7, "other")
    with pytest.raises(ValueError, match="no grant"):
        bot_passwords.update(7, "app", grants=["nonsense"])


def test_a_revoked_one_is_gone(bot_passwords):
    bot_passwords.create(ZOE, "app")
    assert bot_passwords.revoke(7, "app")
    assert bot_passwords.lookup(7, "app") is None
    assert not bot_passwords.revoke(7, "app")


def test_each_account_has_its_own(bot_passwords):
    for app in ("b", "a"):
        bot_passwords.create(ZOE, app)
    bot_passwords.create(Account(8, "Bob"), "c")
    assert [bot.app for bot in bot_passwords.list(7)] == ["a", "b"]
    assert bot_passwords.list(9) == ()
    assert bot_passwords.lookup(8, "a") is None


# -- restrictions -----------------------------------------------------------------------------------------------------------


def bot(restrictions):
    return BotPassword(7, "app", "", "", restrictions, ())


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("10.1.2.3", True), ("::ffff:10.1.2.3", True), ("2001:db8::5", True), ("11.0.0.1", False), ("2001:db9::5", False),
        ("", False), ("nonsense", False),
    ],
)  # fmt: skip
def test_addresses_of_both_kinds(address, allowed):
    """F3."""
    assert bot({"IPAddresses": ["10.0.0.0/8", "2001:db8::/32"]}).allows(address) is allowed


@pytest.mark.parametrize(
    "restrictions",
    [
        {},
        {"IPAddresses": []},
        {"IPAddresses": "10.0.0.0/8"},
        {"IPAddresses": ["10.0.0.0/8", "nonsense"]},
        {"IPAddresses": None},
    ],
)
def test_restrictions_that_cannot_be_read_allow_nobody(restrictions):
    assert not bot(restrictions).allows("10.1.2.3")


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"IPAddresses":[1]}', "[" * 100_000, '"x"'])
def test_broken_columns_allow_nothing(bot_passwords, database, text):
    """Refusal by default, and no exception (C-4)."""
    bot_passwords.create(ZOE, "app")
    database.thread().driver.execute("UPDATE bot_passwords SET bp_restrictions = ?, bp_grants = ?", (text, text))
    found = bot_passwords.lookup(7, "app")
    assert not found.allows("10.1.2.3")
    assert found.grants == ()
    assert bot_passwords.list(7) == (found,)


def test_reads_what_the_real_mediawiki_wrote(bot_passwords, database):
    """A row of Special:BotPasswords, stored as a BLOB for once."""
    restrictions = json.dumps({"IPAddresses": ["0.0.0.0/0", "::/0"]})
    database.thread().driver.execute(
        "INSERT INTO bot_passwords VALUES (7, 'app', CAST(':x:' AS BLOB), ?, CAST(? AS BLOB), '[\"basic\",\"editpage\"]')",
        ("t" * 32, restrictions),
    )
    found = bot_passwords.lookup(7, "app")
    assert (found.hash, found.token, found.grants) == (":x:", "t" * 32, ("basic", "editpage"))
    assert found.allows("192.0.2.1")
