"""The contract suites of providers find what they are there to find."""

from __future__ import annotations

import pytest

from wikigate.auth.fields import Field, Need
from wikigate.auth.outcome import Abstain, Fail, Pass, Ui
from wikigate.primitives.message import Message
from wikigate.testing.contracts.precheck import PreCheckContract
from wikigate.testing.contracts.primary import PrimaryContract
from wikigate.testing.contracts.secondary import SecondaryContract

TEXT = Message("rawmessage", ("text",))
NAME = Field("username", "string", TEXT, TEXT)
SECRET = Field("secret", "password", TEXT, TEXT, sensitive=True)
NEED = Need("Request", (NAME, SECRET))
FAIL = Fail(Message("wrongpassword"))


class Provider:
    """A provider of any kind that does what its arguments say."""

    accounts = "none"
    takes_links = False

    def __init__(
        self, ident="good", needs=(NEED,), answer=lambda attempt: FAIL, canonical=str.strip, ended=lambda: None
    ):
        self.id = ident
        self._needs, self._answer, self.canonical_name, self._ended = needs, answer, canonical, ended

    def needs(self, inquiry):
        return self._needs if inquiry.stage == "login" else ()

    def check(self, attempt):
        return self._answer(attempt)

    def begin(self, attempt, *_user):
        return self._answer(attempt) if attempt.filled or _user else Abstain()

    resume = begin

    def paused(self, *_):
        self._ended()

    def ended(self, *_):
        self._ended()


def keep(attempt):
    attempt.memory["kept"] = attempt.filled["Request"].text("secret")
    return FAIL


def keep_object(attempt):
    attempt.memory["kept"] = object()
    return FAIL


def fault(*_):
    raise RuntimeError("broken")


def run(contract, fixture, provider):
    """Run every test of a suite."""
    for name in dir(contract):
        if name.startswith("test_"):
            getattr(contract(), name)(**{fixture: provider})


SUITES = [(PrimaryContract, "primary"), (SecondaryContract, "secondary"), (PreCheckContract, "precheck")]
BROKEN = [
    Provider(ident=""),
    Provider(needs=(NEED, NEED)),
    Provider(needs=(Need("Request", (NAME, NAME)),)),
    Provider(needs=(Need("Request", (Field("open", "password", TEXT, TEXT),)),)),
    Provider(answer=lambda _: "no outcome"),
    Provider(answer=keep_object),
    Provider(answer=fault),
    Provider(ended=fault),
]


@pytest.mark.parametrize(("contract", "fixture"), SUITES)
def test_a_good_provider_passes(contract, fixture):
    run(contract, fixture, Provider())


@pytest.mark.parametrize(("contract", "fixture"), SUITES)
@pytest.mark.parametrize("number", range(len(BROKEN)))
def test_a_broken_one_does_not(contract, fixture, number):
    with pytest.raises((AssertionError, RuntimeError, TypeError)):
        run(contract, fixture, BROKEN[number])


@pytest.mark.parametrize(
    "broken",
    [
        Provider(answer=lambda _: Pass()),
        Provider(answer=keep),
        Provider(canonical=lambda typed: typed + "x"),
        Provider(needs=(), answer=lambda _: Ui((NEED,), TEXT), canonical=fault),
    ],
    ids=["passes without a name", "keeps a secret", "has no canonical form", "cannot read a name"],
)
def test_a_broken_primary_does_not(broken):
    with pytest.raises((AssertionError, RuntimeError)):
        run(PrimaryContract, "primary", broken)
