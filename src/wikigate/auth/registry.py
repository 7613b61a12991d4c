"""The providers of one wiki in their order, and what they ask for (spec core §8.2).

Promises that ids are unique, that the order is the one given, and that ``fingerprint`` changes with either: a flow begun under other
providers is not continued. Must not decide anything about an attempt.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from wikigate.auth.attempt import Inquiry, Stage
from wikigate.auth.fields import Need
from wikigate.auth.needs import CREATION_REASON_NEED, USERNAME_NEED, remember_me_need, user_data_need
from wikigate.auth.provider import PreCheck, Primary, Secondary
from wikigate.primitives.errors import ConfigError

Provider: TypeAlias = "PreCheck | Primary | Secondary"


class Providers:
    """One wiki's providers; immutable. ``has_mail``: whether accounts have addresses. Raises ``ConfigError`` where two have one id."""

    def __init__(
        self,
        checks: Iterable[PreCheck] = (),
        primaries: Iterable[Primary] = (),
        secondaries: Iterable[Secondary] = (),
        *,
        has_mail: bool = True,
    ) -> None:
        self.checks = tuple(checks)
        self.primaries = tuple(primaries)
        self.secondaries = tuple(secondaries)
        everyone: tuple[Provider, ...] = (*self.checks, *self.primaries, *self.secondaries)
        self.by_id: dict[str, Provider] = {}
        for provider in everyone:
            if provider.id in self.by_id:
                raise ConfigError(f"Two authentication providers are called “{provider.id}”; switch one of them off.")
            self.by_id[provider.id] = provider
        order = [[provider.id for provider in kind] for kind in (self.checks, self.primaries, self.secondaries)]
        self._user_data = user_data_need(has_mail=has_mail)
        self._primary_ids = frozenset(primary.id for primary in self.primaries)
        self.fingerprint = hashlib.sha256(repr(order).encode()).hexdigest()[:16]

    @property
    def can_create(self) -> bool:
        """Whether some primary can be the credential of a new account."""
        return any(primary.accounts != "none" for primary in self.primaries)

    @property
    def can_link(self) -> bool:
        """Whether some primary links outside identities."""
        return any(primary.accounts == "link" for primary in self.primaries)

    @property
    def takes_links(self) -> bool:
        """Whether somebody offers to link identities after a login."""
        return any(secondary.takes_links for secondary in self.secondaries)

    def names(self, typed: str) -> tuple[str, ...]:
        """Return every canonical form that the primaries see in a name, each once; empty for an impossible name."""
        forms = (primary.canonical_name(typed) for primary in self.primaries)
        return tuple(dict.fromkeys(form for form in forms if form is not None))

    def needs(
        self,
        inquiry: Inquiry,
        *,
        remember_days: int = 0,
        memories: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> tuple[Need, ...]:
        """Return what can be filled in at the beginning of a stage, each id once, a primary's marked as one way of several.

        ``remember_days``: see ``remember_me_need``; for a login alone. ``memories``: see ``Inquiry``, by provider.
        """
        found: dict[str, Need] = {}
        for provider in self._asked(inquiry.stage):
            is_primary = provider.id in self._primary_ids
            own = replace(inquiry, memory=memories.get(provider.id, {})) if memories else inquiry
            for asked in provider.needs(own):
                need = (
                    replace(asked, required="primary-required")
                    if is_primary and asked.required == "required"
                    else asked
                )
                known = found.get(need.id)
                if known is None or need.required == "required" or known.required == "optional":
                    found[need.id] = need
        return (*found.values(), *self._own_needs(inquiry, remember_days))

    def _asked(self, stage: Stage) -> tuple[Provider, ...]:
        if stage in {"link", "unlink"}:
            return tuple(primary for primary in self.primaries if primary.accounts == "link")
        if stage in {"change", "remove"}:
            return (*self.primaries, *self.secondaries)
        return (*self.checks, *self.primaries, *self.secondaries)

    def _own_needs(self, inquiry: Inquiry, remember_days: int) -> tuple[Need, ...]:
        """Return what the flow itself asks for, behind everything that providers want."""
        if inquiry.stage == "login":
            return (remember_me_need(remember_days),)
        if inquiry.stage == "create":
            reason = () if inquiry.by_visitor else (CREATION_REASON_NEED,)
            return (USERNAME_NEED, self._user_data, *reason)
        return ()
