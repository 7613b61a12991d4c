"""What happens to OAuth consumers after they were registered: an operator's decision, an owner's change; each is a row of the audit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from wikigate.auth.audit import Audit, AuditEvent

if TYPE_CHECKING:
    from wikigate.accounts.consumer_registration import ConsumerRegistration, NewConsumer
    from wikigate.accounts.consumers import Entry
    from wikigate.accounts.directory import Directory
    from wikigate.accounts.user import Account
    from wikigate.primitives.clock import Clock


class ConsumerChanges:
    """Changes consumers of one wiki; shared by all threads. ``address``: from where, empty for the command line."""

    def __init__(self, registration: ConsumerRegistration, directory: Directory, audit: Audit, clock: Clock) -> None:
        self._registration = registration
        self._directory = directory
        self._audit = audit
        self._clock = clock

    def decide(
        self,
        by: str,
        key: str,
        deed: str,
        *,
        reason: str = "",
        seen: int | None = None,
        hide: bool = False,
        may_hide: bool = True,
        address: str = "",
    ) -> None:
        """Take one of ``DEEDS`` for an operator; see ``ConsumerRegistration.decide``. Raises ``ConsumerRefused``."""

        def tell(entry: Entry) -> None:
            owner = self._directory.by_id(entry.owner_id)
            details = {"app": entry.name, "by": by, "reason": reason}
            self._note(address, deed, owner, {**details, "hidden": "yes"} if hide else details)

        self._registration.decide(key, deed, seen=seen, hide=hide, may_hide=may_hide, telling=tell)

    def update(
        self, owner: Account, key: str, *, addresses: Iterable[str], rsa_key: str = "", address: str = ""
    ) -> bool:
        """Change an owner's consumer; see ``ConsumerRegistration.update``. Raises ``ConsumerRefused``."""

        def tell(_name: str) -> None:
            self._note(address, "update", owner, {"app": key})

        return self._registration.update(owner, key, addresses=addresses, rsa_key=rsa_key, telling=tell)

    def reset_secret(self, owner: Account, key: str, *, address: str = "") -> NewConsumer | None:
        """Give an owner's consumer another secret; see ``ConsumerRegistration.reset_secret``."""

        def tell(name: str) -> None:
            self._note(address, "reset", owner, {"app": name})

        return self._registration.reset_secret(owner, key, telling=tell)

    def _note(self, address: str, what: str, owner: Account | None, details: dict[str, str]) -> None:
        ident, name = (owner.id, owner.name) if owner is not None else (0, "")
        event = f"consumer.{what}"
        now = self._clock.now()
        self._audit.record(AuditEvent(event, now, address, user_id=ident, user_name=name, details=details))
