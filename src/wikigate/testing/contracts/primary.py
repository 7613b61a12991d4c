"""Hold a primary provider to its contract (``wikigate.auth.provider``).

Subclass ``PrimaryContract`` in a test module and define a pytest fixture ``primary`` in it.
"""

# ruff: noqa: S101  these are tests

from __future__ import annotations

from wikigate.auth.fields import Need
from wikigate.auth.outcome import PRIMARY_OUTCOMES, Abstain, Outcome, Pass, Redirect, Ui
from wikigate.auth.provider import Primary
from wikigate.primitives.errors import ApiError
from wikigate.testing.contracts.provider import ENDS, SUBMISSIONS, ProviderContract, answer, attempt


class PrimaryContract(ProviderContract):
    """The contract as tests."""

    def test_it_has_a_name(self, primary: Primary) -> None:
        """See ``check_identity``."""
        self.check_identity(primary)
        assert primary.accounts in {"none", "create", "link"}

    def test_it_says_what_it_asks_for(self, primary: Primary) -> None:
        """See ``check_needs``."""
        self.check_needs(primary)

    def test_it_has_one_form_for_a_name(self, primary: Primary) -> None:
        """Bringing a canonical name into canonical form changes nothing, and no text makes it raise."""
        for typed in SUBMISSIONS:
            name = primary.canonical_name(typed)
            assert name is None or primary.canonical_name(name) == name

    def test_it_abstains_where_nothing_is_its_business(self, primary: Primary) -> None:
        """An attempt in which nothing was filled in is somebody else's."""
        assert primary.begin(attempt()) == Abstain()

    def test_it_answers_properly_whatever_is_filled_in(self, primary: Primary) -> None:
        """``begin`` and, after a question, ``resume`` stay within the union, and passing names a user."""
        for text in SUBMISSIONS:
            self._converse(primary, text)

    def test_it_can_be_told_of_any_end(self, primary: Primary) -> None:
        """Of an attempt that it knows, and of one that it has forgotten."""
        for end in ENDS:
            primary.ended(attempt(), end)

    def _converse(self, primary: Primary, text: str) -> None:
        needs: tuple[Need, ...] = self.login_needs(primary)
        memory: dict[str, object] = {}
        outcome: Outcome | None = None
        for _ in range(3):
            form = {one.name: answer(one, text) for need in needs for one in need.fields}
            now = attempt(needs, form, memory)
            try:
                outcome = primary.begin(now) if outcome is None else primary.resume(now)
            except ApiError:
                return
            assert isinstance(outcome, PRIMARY_OUTCOMES)
            assert not isinstance(outcome, Pass) or outcome.user
            secrets = [text for need in needs for one in need.fields if one.sensitive and len(text) > 1]
            self.check_memory(memory, secrets)
            if not isinstance(outcome, (Ui, Redirect)):
                primary.ended(now, ENDS[1])
                return
            needs = outcome.needs
