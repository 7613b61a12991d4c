"""Factors kept in a real database, or in no database at all."""

from __future__ import annotations

import json

import pytest

from wikigate.accounts.factors import Factor


class Kept:
    """Factors in memory: what the kinds of code ask ``Factors`` for."""

    def __init__(self):
        self.rows = {}
        self.used = {}

    def put(self, data, kind="totp", ident=1, user=1):
        self.rows[ident] = Factor(ident, user, kind, "", None, data, json.dumps(data))
        return self.rows[ident]

    def of(self, user_id):
        return tuple(row for row in self.rows.values() if row.user_id == user_id)

    def again(self, factor):
        return self.rows.get(factor.id)

    def change(self, factor, data):
        if self.rows[factor.id].stored != factor.stored:
            return False
        self.put(data, factor.kind, factor.id, factor.user_id)
        return True

    def last_step(self, ident):
        return self.used.get(ident, -1)

    def use_step(self, ident, step):
        if self.used.get(ident, -1) >= step:
            return False
        self.used[ident] = step
        return True


@pytest.fixture
def kept():
    return Kept()
