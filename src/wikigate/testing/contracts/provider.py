"""What the contract suites of all three kinds of providers share: attempts to put to them, and outcomes to tell them."""

# ruff: noqa: S101  these are tests

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any, Final, cast, get_args

from wikigate.accounts.user import Account
from wikigate.auth.attempt import Attempt, Caller, Inquiry, Stage
from wikigate.auth.fields import Field, Need, load_all
from wikigate.auth.outcome import Fail, Pass
from wikigate.auth.registry import Provider
from wikigate.auth.stored_needs import restore_needs, store_needs
from wikigate.primitives.message import Message

USER: Final = Account(1, "Alice", token="0" * 32)
ENDS: Final[tuple[Pass | Fail, ...]] = (
    Pass("Alice"),
    Fail(Message("wrongpassword"), "wrong-password"),
    Fail(Message("authmanager-authn-not-in-progress"), "replaced", is_guess=False),
)
SUBMISSIONS: Final = ("", "x", "Alice", "0", "ü\u200e\x00", "a" * 5000, "\ud800", "<b>'\"&|", "123456", "../..")
"""Texts that a field may be answered with; every provider must give a proper outcome for each."""


def caller(**session: Any) -> Caller:
    """Make somebody who calls, with a session that keeps data as a real one does."""
    kept: dict[str, Any] = {}
    visit = SimpleNamespace(cookie=lambda _name: None)
    fake = SimpleNamespace(
        visit=visit,
        account=None, owner=None, can_change_user=True, core="0" * 32, hold=lambda: None, get=kept.get, set=kept.__setitem__,
        remove=lambda key: kept.pop(key, None), **session,
    )  # fmt: skip
    return Caller(cast("Any", fake), "192.0.2.1", 1_795_221_151.0, "contract")


def attempt(
    needs: Iterable[Need] = (), submitted: Mapping[str, str] | None = None, memory: dict[str, Any] | None = None
) -> Attempt:
    """Make an attempt in which a form was sent."""
    filled = load_all(needs, submitted or {})
    names = tuple(text for one in filled if (text := one.text("username"))) or None
    return Attempt(
        "login",
        caller(),
        {one.need.id: one for one in filled},
        return_url="http://example.org/",
        names=names,
        memory={} if memory is None else memory,
    )


def answer(one: Field, text: str) -> str:
    """Choose what to answer to a field: an option where it has some, else the text."""
    return next(iter(one.options)) if one.options else text


class ProviderContract:
    """What holds for every provider; the suites of the three kinds add to it."""

    def check_identity(self, provider: Provider) -> None:
        """``id`` is a name that a configuration can hold, the same at every look."""
        assert provider.id
        assert provider.id == provider.id.strip()
        assert isinstance(provider.id, str)

    def check_needs(self, provider: Provider) -> None:
        """``needs`` answers for every stage and everybody, each id once, in a form that can be stored between requests."""
        for stage in cast("tuple[Stage, ...]", get_args(Stage)):
            for user in (None, "Alice"):
                needs = provider.needs(Inquiry(stage, caller(), user))
                assert len({need.id for need in needs}) == len(needs)
                assert restore_needs(json.loads(json.dumps(store_needs(needs)))) == needs
                for need in needs:
                    names = [one.name for one in need.fields]
                    assert len(set(names)) == len(names)
                    assert all(one.sensitive for one in need.fields if one.type == "password")

    def login_needs(self, provider: Provider) -> tuple[Need, ...]:
        """Return what the provider would have filled in for a login."""
        return provider.needs(Inquiry("login", caller()))

    def check_memory(self, memory: dict[str, Any], secrets: Iterable[str]) -> None:
        """Insist that what a provider keeps is JSON, and that none of it was typed into a sensitive field."""
        written = json.dumps(memory)
        assert json.loads(written) == memory
        for secret in secrets:
            assert json.dumps(secret)[1:-1] not in written
