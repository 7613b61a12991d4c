"""Hold a keeper of credentials to its contract (``wikigate.auth.provider.Keeper``).

Subclass ``KeeperContract`` in a test module and define a pytest fixture ``keeper`` in it: a primary or secondary, in a wiki whose account
number 1 is ``Alice``.
"""

# ruff: noqa: S101  these are tests

from __future__ import annotations

from typing import cast

from wikigate.auth.attempt import Inquiry, Stage
from wikigate.auth.fields import Filled, Need, load_all
from wikigate.auth.provider import Keeper
from wikigate.auth.registry import Provider
from wikigate.primitives.errors import ApiError
from wikigate.primitives.message import Message
from wikigate.testing.contracts.provider import SUBMISSIONS, USER, ProviderContract, answer, caller

_FOREIGN = Need("Somebody else's")
_SOURCE = "192.0.2.1"


class KeeperContract(ProviderContract):
    """The contract as tests."""

    def test_it_keeps_credentials(self, keeper: Keeper) -> None:
        """It has both verbs, and is a provider as well."""
        assert isinstance(keeper, Keeper)
        self.check_identity(cast("Provider", keeper))

    def test_another_s_credential_is_left_to_him(self, keeper: Keeper) -> None:
        """Neither changed nor removed, whatever the need is called."""
        for ident in ("", "x", _FOREIGN.id, "\ud800"):
            need = Need(ident)
            assert keeper.change(USER, Filled(need, {}), _SOURCE) is None
            assert keeper.remove(USER, ident) is False

    def test_a_change_is_done_refused_in_words_or_another_s(self, keeper: Keeper) -> None:
        """Whatever is filled into what it asks for; ``ApiError`` aside nothing is raised, and a refusal says why."""
        for text in SUBMISSIONS:
            for filled in self._filled(keeper, text):
                try:
                    found = keeper.change(USER, filled, _SOURCE)
                except ApiError:
                    continue
                if callable(found):
                    found()
                else:
                    assert found is None or all(isinstance(one, Message) and one.key for one in found)

    def test_what_can_be_removed_can_be_removed_twice(self, keeper: Keeper) -> None:
        """The second time nothing is left; both times the answer is a plain yes or no."""
        for stage in ("remove", "unlink"):
            for need in self._needs(keeper, stage):
                assert keeper.remove(USER, need.id) in {True, False}
                assert keeper.remove(USER, need.id) in {True, False}
                assert need.id not in {one.id for one in self._needs(keeper, stage) if ":" in one.id}

    def test_after_a_change_the_credential_is_still_there_to_be_changed(self, keeper: Keeper) -> None:
        """What can be changed once can be changed again."""
        before = {need.id for need in self._needs(keeper, "change")}
        for filled in self._filled(keeper, "another horse battery"):
            found = keeper.change(USER, filled, _SOURCE)
            if callable(found):
                found()
        assert {need.id for need in self._needs(keeper, "change")} == before

    @staticmethod
    def _needs(keeper: Keeper, stage: Stage) -> tuple[Need, ...]:
        return cast("Provider", keeper).needs(Inquiry(stage, caller(), USER.name))

    def _filled(self, keeper: Keeper, text: str) -> tuple[Filled, ...]:
        needs = self._needs(keeper, "change")
        return load_all(needs, {one.name: answer(one, text) for need in needs for one in need.fields})
