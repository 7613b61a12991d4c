"""``wikigate consumer``: owner-only consumers for bots (M13)."""

from __future__ import annotations

import pytest

from .conftest import Operator


@pytest.fixture(autouse=True)
def _alice(operator: Operator) -> None:
    operator.create_user()


def test_a_made_one_is_told_with_all_that_a_client_needs(operator: Operator) -> None:
    made = operator.facts("consumer", "create", "--owner-only", "--oauth1", "alice", "bot")
    assert set(made) == {"name", "consumer_key", "consumer_secret", "access_token", "access_secret"}
    assert [len(made[name]) for name in ("consumer_key", "consumer_secret", "access_token", "access_secret")] == [
        32, 40, 32, 40,
    ]  # fmt: skip
    bearer = operator.facts("consumer", "create", "--owner-only", "--oauth2", "alice", "other")
    assert bearer["access_token"].count(".") == 2
    assert bearer["access_secret"] == ""


@pytest.mark.parametrize(
    ("version", "words"), [("--oauth1", "mwclient pywikibot requests"), ("--oauth2", "mwclient requests Bearer")]
)
def test_it_shows_how_to_use_it_and_the_secrets_once(operator: Operator, version: str, words: str) -> None:
    """H5: no later command has them. That the snippets run is shown in tests/clients/test_snippets.py."""
    shown = operator.run("consumer", "create", "--owner-only", version, "Alice", "bot").stdout
    assert all(word in shown for word in words.split())
    secret = next(line.split()[2] for line in shown.splitlines() if line.split()[1:2] == ["secret"])
    assert "shown only now" in shown
    assert secret not in operator.run("consumer", "list", "Alice").output


def test_they_are_listed_with_grants_addresses_and_end(operator: Operator) -> None:
    words = ("--grant", "editpage", "--ip", "192.0.2.0/24", "--expires", "2999-12-31")
    made = operator.facts("consumer", "create", "--owner-only", "--oauth1", "Alice", "bot", *words)
    assert operator.facts("consumer", "list", "Alice") == [
        {
            "consumer_key": made["consumer_key"], "name": "bot", "oauth_version": 1, "owner_only": True, "state": "approved",
            "grants": ["basic", "editpage"], "addresses": ["192.0.2.0/24"], "pages": [], "expires": "2999-12-31T00:00:00Z",
            "last_used": None,
        }
    ]  # fmt: skip
    line = operator.run("consumer", "list", "Alice").stdout
    assert (
        "bot  OAuth 1  approved  basic, editpage  from 192.0.2.0/24  until 2999-12-31T00:00:00Z  last used never"
        in line
    )


def test_one_is_good_for_a_year_unless_said_otherwise(operator: Operator) -> None:
    """F8."""
    for name, words in (("a", ()), ("b", ("--expires", "never")), ("c", ("--expires", "30d"))):
        operator.facts("consumer", "create", "--owner-only", "Alice", name, *words)
    ends = [one["expires"] for one in operator.facts("consumer", "list", "Alice")]
    assert ends[1] is None
    assert ends[2] < ends[0]


def test_an_operator_decides_with_a_reason_which_the_audit_keeps(operator: Operator) -> None:
    made = operator.facts("consumer", "create", "Alice", "app", "--callback", "https://app.example/cb")
    for decision in ("disable", "reenable"):
        words = ("consumer", "decide", made["consumer_key"], decision, "--reason", f"a reason to {decision}")
        assert operator.facts(*words)["decision"] == decision
    again = operator.run("consumer", "decide", made["consumer_key"], "reenable")
    assert again.exit_code
    assert "“app” cannot be decided so at its stage" in again.output
    audit = operator.run("audit", "list").output
    assert "consumer.disable" in audit
    assert "a reason to reenable" in operator.run("audit", "list", "--json").output


def test_addresses_are_changed_and_a_new_secret_is_made(operator: Operator) -> None:
    made = operator.facts("consumer", "create", "--owner-only", "--oauth1", "Alice", "bot")
    key = made["consumer_key"]
    operator.facts("consumer", "update", "Alice", key, "--ip", "192.0.2.0/24")
    assert operator.facts("consumer", "list", "Alice")[0]["addresses"] == ["192.0.2.0/24"]
    renewed = operator.facts("consumer", "reset-secret", "Alice", key)
    assert set(renewed) == {"name", "consumer_key", "consumer_secret", "access_token", "access_secret"}
    assert all(renewed[name] != made[name] for name in ("consumer_secret", "access_secret"))
    assert renewed["access_token"] == made["access_token"]
    assert "neither an address nor a range" in operator.run("consumer", "update", "Alice", key, "--ip", "x").output


def test_the_pages_that_one_may_edit_are_said_listed_and_taken_away(operator: Operator) -> None:
    words = ("--page", "Main Page", "--page", "Sandbox")
    key = operator.facts("consumer", "create", "--owner-only", "Alice", "bot", *words)["consumer_key"]
    assert operator.facts("consumer", "list", "Alice")[0]["pages"] == ["Main Page", "Sandbox"]
    assert "edits only Main Page, Sandbox  until" in operator.run("consumer", "list", "Alice").stdout
    operator.facts("consumer", "update", "Alice", key)
    assert operator.facts("consumer", "list", "Alice")[0]["pages"] == []


def test_a_name_is_taken_again_by_a_higher_version(operator: Operator) -> None:
    create = ("consumer", "create", "Alice", "app", "--callback", "https://app.example/cb")
    operator.facts(*create)
    assert "choose another name or version" in operator.run(*create).output
    operator.facts(*create, "--app-version", "1.1")
    assert "of version 1.1 already" in operator.run(*create, "--app-version", "1.0.5").output


def test_an_app_too_is_restricted_to_addresses(operator: Operator) -> None:
    words = ("--oauth1", "--callback", "https://app.example/cb", "--ip", "192.0.2.0/24")
    operator.facts("consumer", "create", "Alice", "app", *words)
    assert operator.facts("consumer", "list", "Alice")[0]["addresses"] == ["192.0.2.0/24"]


def test_a_revoked_one_is_not_in_use(operator: Operator) -> None:
    key = operator.facts("consumer", "create", "--owner-only", "Alice", "bot")["consumer_key"]
    assert operator.facts("consumer", "revoke", "Alice", key) == {"consumer_key": key, "revoked": True}
    assert operator.facts("consumer", "list", "Alice")[0]["state"] == "not in use"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("create", "--owner-only", "Alice", "bot", "--grant", "nope"), "there is no grant “nope”"),
        (("create", "--owner-only", "Alice", "bot", "--expires", "soon"), "“soon” is no end"),
        (("create", "--owner-only", "Alice", "bot", "--expires", "2001-01-01"), "“2001-01-01” is past already"),
        (("create", "--owner-only", "Nobody", "bot"), "Nobody"),
        (("create", "Alice", "bot"), "--owner-only"),
        (("create", "Alice", "bot", "--callback", "nowhere"), "the callback must be an absolute address"),
        (("decide", "x", "approve"), "There is no consumer “x”"),
        (("revoke", "Alice", "x"), "“Alice” has no consumer “x”"),
        (("update", "Alice", "x"), "“Alice” has no consumer “x”"),
        (("reset-secret", "Alice", "x"), "“Alice” has no consumer “x”"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(operator: Operator, words: tuple[str, ...], said: str) -> None:
    done = operator.run("consumer", *words)
    assert done.exit_code
    assert said in done.output
    assert "Traceback" not in done.output


def test_an_app_is_made_with_the_address_that_its_users_come_back_to(operator: Operator) -> None:
    made = operator.facts("consumer", "create", "Alice", "app", "--callback", "https://app.example/cb")
    assert set(made) == {"name", "consumer_key", "consumer_secret"}
    assert len(made["consumer_secret"]) == 40
    public = operator.facts("consumer", "create", "Alice", "public", "--callback", "https://app.example/cb", "--public")
    assert public["consumer_secret"] == ""
    assert operator.facts("consumer", "pending") == []
    assert operator.facts("consumer", "decide", made["consumer_key"], "disable")["decision"] == "disable"
    assert operator.facts("consumer", "list", "Alice")[0]["state"] == "not in use"


def test_an_operator_hides_what_he_rejects_or_disables_alone(operator: Operator) -> None:
    made = operator.facts("consumer", "create", "Alice", "app", "--callback", "https://app.example/cb")
    words = ("consumer", "decide", made["consumer_key"])
    assert "goes with reject and disable" in operator.refused(*words, "approve", "--suppress", exit_code=2)
    assert operator.facts(*words, "disable", "--suppress")["decision"] == "disable"
    assert '"hidden"' in operator.run("audit", "list", "--json").output
    assert "cannot be changed" in operator.refused("consumer", "reset-secret", "Alice", made["consumer_key"])


def test_d16_a_consumer_made_and_revoked_by_hand_stands_in_the_audit(operator: Operator) -> None:
    made = operator.facts("consumer", "create", "--owner-only", "--oauth1", "Alice", "bot", "--grant", "basic")
    operator.run("consumer", "create", "Alice", "app", "--callback", "https://app.example/back")
    operator.run("consumer", "create", "Alice", "app", "--callback", "https://app.example/back")
    operator.run("consumer", "revoke", "Alice", made["consumer_key"])
    told = [(row["event"], row["details"]) for row in operator.facts("audit", "list")]
    assert told[::-1][1:] == [
        ("consumer.create", {"app": "bot"}),
        ("consumer.create", {"app": "app"}),
        ("consumer.revoke", {"app": "bot"}),
    ]
