"""Whoever asks for something that a page and an API call both offer: the little that a rule must know of either."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from wikigate.accounts.performer import Performer
    from wikigate.actions.services import Services


class Asker(Protocol):
    """An API call or a visit to a page."""

    @property
    def user(self) -> Performer:
        """Who asks, with groups and rights."""
        ...

    @property
    def services(self) -> Services:
        """The wiki's parts."""
        ...

    @property
    def language(self) -> str:
        """The language in which he is answered."""
        ...
