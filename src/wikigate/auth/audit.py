"""The audit: one row for each answer that a login or an account creation gave (security H6).

An event that tells of a deed is written in the deed's own transaction (``Audit.together``), so that there is never one without the other;
what tells of a refusal or a question stands for itself.

Append-only. Promises: never a password, code, token or anything else that was typed: a name is noted only if an account has it, since
people type passwords into the wrong field. The one exception is the reason that somebody is asked for who looks into another's case.
Why an attempt failed, and so which half of it was wrong, is for the owner of the database; the caller is told the same either way (B8).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from wikigate.accounts.user import Account

_WRITES_BETWEEN_TRIMS: Final = 64
_SLICE: Final = 256

EVENTS: Final = (
    *(f"{stage}.{answer}" for stage in ("login", "create", "link") for answer in ("pass", "fail", "ui", "redirect", "restart")),
    "botlogin.pass", "botlogin.fail", "logout",
    "session.ended",  # sessions of the account: the oldest for the limit, or ended by somebody (``by``: operator, owner; ``issuer``)
    "credentials.change", "credentials.remove",
    "email.change",  # by its owner, on the page
    "password.unchecked",  # taken though the list of breached ones did not answer
    "password.reminder",
    "botpassword.create", "botpassword.update", "botpassword.reset", "botpassword.revoke",
    "factor.add", "factor.remove", "factor.recovery-codes",
    "factor.verify",  # looked up by somebody else
    *(f"consumer.{deed}" for deed in ("approve", "reject", "disable", "reenable")),  # decided by an operator (``by``), ``reason``
    "consumer.create", "consumer.update", "consumer.reset", "consumer.revoke",  # by its owner
    "grant.give", "grant.take-back",  # to an app (``app``), by its user
    "account.created", "account.groups", "account.locked", "account.unlocked",
    "account.linked",  # with an outside identity (``issuer``)
    "throttle.lifted",
)  # fmt: skip
"""What can have happened."""
_KNOWN: Final = frozenset(EVENTS)


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One event.

    ``event``: one of ``EVENTS``.
    ``moment``: seconds. ``user_id``, ``user_name``: the account concerned, 0 and empty where there is none. ``details``: plain values,
    ``code`` (the answer's message code), ``reason``, ``app``, ``count`` (how many sessions), ``by``,
    ``kind`` and ``factor`` (its id).
    """

    event: str
    moment: float
    address: str
    request_id: str = ""
    user_id: int = 0
    user_name: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse an event that no reader would know."""
        if self.event not in _KNOWN:
            raise ValueError(f"“{self.event}” is none of EVENTS")


class Asker(Protocol):
    """Who asks, as a line of the audit has it."""

    @property
    def now(self) -> float:
        """When."""
        ...

    @property
    def address(self) -> str:
        """From where."""
        ...

    @property
    def request_id(self) -> str:
        """In which request."""
        ...


@dataclass(frozen=True, slots=True)
class ByHand:
    """Who asks at the server itself: an operator, in no request."""

    now: float
    address: str = ""
    request_id: str = ""


class AuditRows(Protocol):
    """The table ``wikigate_audit``."""

    def together(self) -> AbstractContextManager[None]:
        """Join what this thread writes inside, events among it, into one transaction."""
        ...

    def append(
        self, *, moment: int, event: str, user_id: int, user_name: str, address: str, request_id: str, details: str
    ) -> None:
        """Add one row, in the caller's transaction where there is one. Raises ``StoreUnavailable``."""
        ...

    def trim(self, before: int, limit: int) -> int:
        """Delete at most ``limit`` events older than a moment; the number deleted."""
        ...


class Audit:
    """Writes the audit; shared by all threads.

    ``keep_days``: for how long events are kept, 0: for ever. What is older goes in small slices as others are written.
    """

    def __init__(self, rows: AuditRows, *, keep_days: int = 0) -> None:
        self._rows = rows
        self._keep = keep_days * 86_400
        self._written = 0

    def together(self) -> AbstractContextManager[None]:
        """Join a deed and the events that tell of it: both are done or neither. No provider is asked and nothing is hashed inside."""
        return self._rows.together()

    def record(self, event: AuditEvent) -> None:
        """Write an event down: one insert. Raises ``StoreUnavailable``: what cannot be noted shall not happen."""
        self._rows.append(
            moment=int(event.moment),
            event=event.event,
            user_id=event.user_id,
            user_name=event.user_name,
            address=event.address,
            request_id=event.request_id,
            details=json.dumps(dict(event.details), separators=(",", ":"), sort_keys=True),
        )
        # Two threads may count as one here: it is only a matter of how often.
        self._written += 1
        if self._keep and self._written % _WRITES_BETWEEN_TRIMS == 0:
            self._rows.trim(int(event.moment) - self._keep, _SLICE)

    def ended(self, asker: Asker, account: Account, count: int) -> None:
        """Note that so many older sessions of an account ended for a new one (security D16); nothing for none."""
        if count:
            details = {"count": count}
            self.record(
                AuditEvent(
                    "session.ended", asker.now, asker.address, asker.request_id, account.id, account.name, details
                )
            )

    def created(self, by: Asker, name: str, user_id: int) -> None:
        """Note that an account was made; within its transaction."""
        self.record(AuditEvent("account.created", by.now, by.address, by.request_id, user_id, name))

    def changed(self, by: Asker, event: str, account: Account | None, /, **details: Any) -> None:
        """Note that somebody changed something of an account; None for one that there is no more."""
        ident, name = (account.id, account.name) if account is not None else (0, "")
        self.record(AuditEvent(event, by.now, by.address, by.request_id, ident, name, details))
