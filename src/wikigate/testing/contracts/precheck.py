"""Hold a pre-check to its contract (``wikigate.auth.provider``).

Subclass ``PreCheckContract`` in a test module and define a pytest fixture ``precheck`` in it.
"""

# ruff: noqa: S101  these are tests

from __future__ import annotations

import json
from itertools import product

from wikigate.auth.outcome import Fail, Question, Redirect, Restart, Ui
from wikigate.auth.provider import PreCheck
from wikigate.primitives.message import Message
from wikigate.testing.contracts.provider import ENDS, SUBMISSIONS, USER, ProviderContract, answer, attempt

_QUESTIONS: tuple[Question, ...] = (
    Ui((), Message("rawmessage", ("Which colour?",))),
    Redirect((), "https://idp.example/"),
    Restart(),
)


class PreCheckContract(ProviderContract):
    """The contract as tests."""

    def test_it_has_a_name(self, precheck: PreCheck) -> None:
        """See ``check_identity``."""
        self.check_identity(precheck)

    def test_it_says_what_it_asks_for(self, precheck: PreCheck) -> None:
        """See ``check_needs``."""
        self.check_needs(precheck)

    def test_it_lets_pass_or_fails_whatever_is_filled_in(self, precheck: PreCheck) -> None:
        """Nothing else comes out, and the message of a failure can be shown."""
        needs = self.login_needs(precheck)
        for text in SUBMISSIONS:
            form = {one.name: answer(one, text) for need in needs for one in need.fields}
            now = attempt(needs, form)
            outcome = precheck.check(now)
            assert outcome is None or (isinstance(outcome, Fail) and outcome.message.key)
            self.check_memory(now.memory, [])
            precheck.ended(now, outcome or ENDS[1])

    def test_it_can_be_told_of_any_pause_and_any_end(self, precheck: PreCheck) -> None:
        """In the same request and, with what it kept, in a later one; and of an attempt that it has forgotten."""
        for (question, end), user in product(product(_QUESTIONS, ENDS), (None, USER)):
            first = attempt()
            if precheck.check(first) is None:
                precheck.paused(first, question, user)
            later = attempt(memory=json.loads(json.dumps(first.memory)))
            precheck.ended(later, end)
            precheck.ended(attempt(), end)
