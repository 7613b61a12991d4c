"""What happens to OAuth consumers: registered, decided about by an operator, changed by their owner, allowed something by their users.

Each is a row of the audit, written in the transaction of the deed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING

from wikigate.auth.audit import Audit, AuditEvent

if TYPE_CHECKING:
    from wikigate.accounts.apps import App, Apps
    from wikigate.accounts.consumer_registration import ConsumerRegistration, NewConsumer
    from wikigate.accounts.consumers import Entry
    from wikigate.accounts.directory import Directory
    from wikigate.accounts.user import Account
    from wikigate.auth.audit import Asker
    from wikigate.primitives.clock import Clock


class ConsumerChanges:
    """Changes consumers of one wiki; shared by all threads. ``address``: from where, empty for the command line."""

    def __init__(
        self, registration: ConsumerRegistration, apps: Apps, directory: Directory, audit: Audit, clock: Clock
    ) -> None:
        self._registration = registration
        self._apps = apps
        self._directory = directory
        self._audit = audit
        self._clock = clock

    def register(self, by: Asker, owner: Account, make: Callable[..., NewConsumer]) -> NewConsumer:
        """Let ``make``, a verb of ``ConsumerRegistration`` that takes ``telling``, register a consumer of ``owner``."""

        def tell(name: str, **details: str) -> None:
            self._audit.changed(by, "consumer.create", owner, app=name, **details)

        return make(telling=tell)

    def revoke(self, by: Asker, owner: Account, key: str) -> bool:
        """Disable an owner's consumer; False where there is none. See ``ConsumerRegistration.revoke``."""

        def tell(name: str) -> None:
            self._audit.changed(by, "consumer.revoke", owner, app=name)

        return self._registration.revoke(owner.id, key, telling=tell)

    def give(self, by: Asker, app: App, account: Account, grants: tuple[str, ...]) -> int:
        """Keep what a user allows an app; the acceptance's id. See ``Apps.accept``."""
        with self._audit.together():
            acceptance = self._apps.accept(app, account, grants)
            self._audit.changed(by, "grant.give", account, app=app.name)
        return acceptance

    def take_back(self, by: Asker, account: Account, acceptance: int) -> bool:
        """Take back what a user has allowed an app; False where it is not his. See ``Apps.take_back``."""
        given = next((one for one in self._apps.given_by(account.id) if one.acceptance == acceptance), None)
        if given is None:
            return False
        with self._audit.together():
            done = self._apps.take_back(account.id, acceptance)
            if done:
                self._audit.changed(by, "grant.take-back", account, app=given.app)
        return done

    def narrow(self, by: Asker, account: Account, acceptance: int, grants: Collection[str]) -> bool:
        """Leave an app a part of what a user has allowed it; False where it is not his. See ``Apps.narrow``."""
        given = next((one for one in self._apps.given_by(account.id) if one.acceptance == acceptance), None)
        if given is None:
            return False
        left = ", ".join(grant for grant in given.asked if grant in grants)
        with self._audit.together():
            done = self._apps.narrow(account.id, acceptance, grants)
            if done:
                self._audit.changed(by, "grant.take-back", account, app=given.app, left=left)
        return done

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
        self,
        owner: Account,
        key: str,
        *,
        addresses: Iterable[str],
        pages: Iterable[str] = (),
        rsa_key: str = "",
        address: str = "",
    ) -> bool:
        """Change an owner's consumer; see ``ConsumerRegistration.update``. Raises ``ConsumerRefused``."""

        def tell(_name: str) -> None:
            self._note(address, "update", owner, {"app": key})

        return self._registration.update(owner, key, addresses=addresses, pages=pages, rsa_key=rsa_key, telling=tell)

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
