"""Hold a secondary provider to its contract (``wikigate.auth.provider``).

Subclass ``SecondaryContract`` in a test module and define a pytest fixture ``secondary`` in it.
"""

# ruff: noqa: S101  these are tests

from __future__ import annotations

from wikigate.auth.fields import Need
from wikigate.auth.outcome import SECONDARY_OUTCOMES, Outcome, Redirect, Ui
from wikigate.auth.provider import Secondary
from wikigate.primitives.errors import ApiError
from wikigate.testing.contracts.provider import ENDS, SUBMISSIONS, USER, ProviderContract, answer, attempt


class SecondaryContract(ProviderContract):
    """The contract as tests."""

    def test_it_has_a_name(self, secondary: Secondary) -> None:
        """See ``check_identity``."""
        self.check_identity(secondary)
        assert secondary.takes_links in {True, False}

    def test_it_says_what_it_asks_for(self, secondary: Secondary) -> None:
        """See ``check_needs``."""
        self.check_needs(secondary)

    def test_it_answers_properly_whatever_is_filled_in(self, secondary: Secondary) -> None:
        """``begin`` and, after a question, ``resume`` stay within the union, whatever is answered and whatever is left out."""
        for text in (None, *SUBMISSIONS):
            self._converse(secondary, text)

    def test_it_can_be_told_of_any_end(self, secondary: Secondary) -> None:
        """Of an attempt that it knows, and of one that it has forgotten."""
        for end in ENDS:
            secondary.ended(attempt(), end)

    def _converse(self, secondary: Secondary, text: str | None) -> None:
        needs: tuple[Need, ...] = ()
        memory: dict[str, object] = {}
        outcome: Outcome | None = None
        for _ in range(3):
            form = {} if text is None else {one.name: answer(one, text) for need in needs for one in need.fields}
            now = attempt(needs, form, memory)
            try:
                outcome = secondary.begin(now, USER) if outcome is None else secondary.resume(now, USER)
            except ApiError:
                return
            assert isinstance(outcome, SECONDARY_OUTCOMES)
            self.check_memory(memory, [])
            if not isinstance(outcome, (Ui, Redirect)):
                secondary.ended(now, ENDS[1])
                return
            needs = outcome.needs
