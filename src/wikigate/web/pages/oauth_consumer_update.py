"""``update/KEY`` of Special:OAuthConsumerRegistration: where from and for which pages one's consumer may be used, its key, its secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wikigate.accounts.consumer_fields import ConsumerRefused
from wikigate.accounts.consumer_registration import SEE_HIDDEN, UPDATE, NewConsumer
from wikigate.accounts.consumers import Consumers
from wikigate.auth.consumer_changes import ConsumerChanges
from wikigate.primitives.errors import api_error
from wikigate.primitives.message import Message
from wikigate.web.conversation_form import caller_of
from wikigate.web.frame import Frame
from wikigate.web.links import page_url
from wikigate.web.page import PageParts
from wikigate.web.visit import Visit
from wikigate.wire.http import Response

if TYPE_CHECKING:
    from wikigate.accounts.consumers import Registered
    from wikigate.accounts.user import Account

_TITLE: Final = Message("mwoauthconsumerregistration-update")


class ConsumerUpdate:
    """Shows and changes one consumer of its owner; a part of the registration's page, which has seen to it who asks."""

    def __init__(self, parts: PageParts, consumers: Consumers, changes: ConsumerChanges) -> None:
        self._site = parts.services.site
        self._frame: Frame = parts.frame
        self._consumers = consumers
        self._changes = changes

    def show(self, visit: Visit, account: Account, key: str) -> Response:
        """Show the form. Raises ``ApiError``."""
        return self._draw(visit, self._found(visit, account, key))

    def do(self, visit: Visit, account: Account, key: str) -> Response:
        """Change it, or say what is wrong with what was typed. Raises ``ApiError``."""
        found = self._found(visit, account, key)
        by = caller_of(visit)
        addresses, pages = asked_restrictions(visit)
        try:
            self._changes.update(
                by,
                account,
                key,
                addresses=addresses,
                pages=pages,
                rsa_key=visit.text("wprsaKey").strip().replace("\r\n", "\n"),
            )
            made = self._changes.reset_secret(by, account, key) if "wpresetSecret" in visit.form else None
        except ConsumerRefused as refused:
            return self._draw(visit, found, error=refused_text(visit, refused))
        return self._draw(visit, self._found(visit, account, key), made=made, done=True)

    def _found(self, visit: Visit, account: Account, key: str) -> Registered:
        if not visit.user.can(UPDATE):
            raise api_error("badaccess-group0", code="permissiondenied", http_status=403)
        found = next((one for one in self._consumers.owned(account.id) if one.consumer.key == key), None)
        entry = self._consumers.entry(key)
        if found is None or entry is None or (entry.hidden and not visit.user.can(SEE_HIDDEN)):
            raise api_error("mwoauth-invalid-consumer", http_status=404)
        return found

    def _draw(
        self, visit: Visit, found: Registered, *, made: NewConsumer | None = None, error: str = "", done: bool = False
    ) -> Response:
        consumer, again = found.consumer, bool(error) or visit.typed_before
        return self._frame.draw(
            visit,
            "consumer_update.html",
            _TITLE,
            consumer=consumer,
            made=made,
            error=error,
            done=done,
            restrictions=visit.text("wprestrictions-ip") if again else "\n".join(consumer.addresses),
            pages=visit.text("wprestrictions-pages") if again else "\n".join(consumer.pages),
            rsa_key=visit.text("wprsaKey") if again else consumer.rsa_key,
            action=page_url(self._site, f"Special:OAuthConsumerRegistration/update/{consumer.key}"),
            list=page_url(self._site, "Special:OAuthConsumerRegistration"),
            token=visit.token(),
        )


def asked_restrictions(visit: Visit) -> tuple[list[str], list[str]]:
    """Return the addresses and the pages that a form restricts a consumer to, one a line each."""
    pages = [title for line in visit.text("wprestrictions-pages").splitlines() if (title := line.strip())]
    return visit.text("wprestrictions-ip").split(), pages


def refused_text(visit: Visit, refused: ConsumerRefused) -> str:
    """Return why a consumer was refused, in the page's language where there are words for it."""
    return visit.words(refused.message) if refused.message else f"{refused}."
