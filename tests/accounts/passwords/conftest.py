"""A counter of the work that password checks do, so that no test has to measure time."""

from dataclasses import dataclass

import pytest

from wikigate.accounts.passwords import argon2, pbkdf2


@dataclass
class Work:
    """The rounds and memory that were spent since the last look."""

    rounds: int = 0
    argon2: int = 0

    def taken(self) -> tuple[int, int]:
        spent = self.rounds, self.argon2
        self.rounds = self.argon2 = 0
        return spent


@pytest.fixture
def work(monkeypatch):
    """Count the work instead of timing it."""
    spent = Work()
    derive, tag = pbkdf2.pbkdf2, argon2.hash_secret_raw

    def counted_derive(algorithm, password, salt, rounds, length):
        spent.rounds += rounds
        return derive(algorithm, password, salt, rounds, length)

    def counted_tag(password, salt, **parameters):
        spent.argon2 += parameters["memory_cost"] * parameters["time_cost"]
        return tag(password, salt, **parameters)

    monkeypatch.setattr(pbkdf2, "pbkdf2", counted_derive)
    monkeypatch.setattr(argon2, "hash_secret_raw", counted_tag)
    return spent
