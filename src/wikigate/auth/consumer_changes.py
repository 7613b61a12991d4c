"""What happens to OAuth consumers: registered, decided about by an operator, changed by their owner, allowed something by their users.

Each is a row of the audit, written in the transaction of the deed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wikigate.accounts.apps import App, Apps
    from wikigate.accounts.consumer_registration import ConsumerRegistration, NewConsumer
    from wikigate.accounts.consumers import Entry
    from wikigate.accounts.directory import Directory
    from wikigate.accounts.user import Account
    from wikigate.auth.audit import Asker, Audit


class ConsumerChanges:
    """Changes consumers of one wiki; shared by all threads. ``by``: who asks, as the audit has it."""

    def __init__(self, registration: ConsumerRegistration, apps: Apps, directory: Directory, audit: Audit) -> None:
        self._registration = registration
        self._apps = apps
        self._directory = directory
        self._audit = audit

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
        given = self._apps.given(account.id, acceptance)
        if given is None:
            return False
        with self._audit.together():
            done = self._apps.take_back(account.id, acceptance)
            if done:
                self._audit.changed(by, "grant.take-back", account, app=given.app)
        return done

    def narrow(self, by: Asker, account: Account, acceptance: int, grants: Collection[str]) -> bool:
        """Leave an app a part of what a user has allowed it; False where it is not his. See ``Apps.narrow``."""
        given = self._apps.given(account.id, acceptance)
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
        by: Asker,
        operator: str,
        key: str,
        deed: str,
        *,
        reason: str = "",
        seen: int | None = None,
        hide: bool = False,
        may_hide: bool = True,
    ) -> None:
        """Take one of ``DEEDS`` for an operator, whose name is empty at the command line; see ``ConsumerRegistration.decide``.

        Raises ``ConsumerRefused``.
        """

        def tell(entry: Entry) -> None:
            owner = self._directory.by_id(entry.owner_id)
            hidden = {"hidden": "yes"} if hide else {}
            self._audit.changed(by, f"consumer.{deed}", owner, app=entry.name, by=operator, reason=reason, **hidden)

        self._registration.decide(key, deed, seen=seen, hide=hide, may_hide=may_hide, telling=tell)

    def update(
        self,
        by: Asker,
        owner: Account,
        key: str,
        *,
        addresses: Iterable[str],
        pages: Iterable[str] = (),
        rsa_key: str = "",
    ) -> bool:
        """Change an owner's consumer; see ``ConsumerRegistration.update``. Raises ``ConsumerRefused``."""

        def tell(name: str) -> None:
            self._audit.changed(by, "consumer.update", owner, app=name)

        return self._registration.update(owner, key, addresses=addresses, pages=pages, rsa_key=rsa_key, telling=tell)

    def reset_secret(self, by: Asker, owner: Account, key: str) -> NewConsumer | None:
        """Give an owner's consumer another secret; see ``ConsumerRegistration.reset_secret``. Raises ``ConsumerRefused``."""

        def tell(name: str) -> None:
            self._audit.changed(by, "consumer.reset", owner, app=name)

        return self._registration.reset_secret(owner, key, telling=tell)
