"""Special:OAuthManageConsumers: the operators' queue of consumers by stage, and what they decide (spec extensions §3.2).

``wikigate consumer pending`` and ``consumer decide`` do the same by the same service.
"""

from __future__ import annotations

import re
from typing import Final

from wikigate.accounts.consumer_fields import ConsumerRefused
from wikigate.accounts.consumer_registration import DEEDS, HIDE, HIDING, MANAGE, SEE_HIDDEN
from wikigate.accounts.consumers import APPROVED, Consumers, Entry
from wikigate.auth.consumer_changes import ConsumerChanges
from wikigate.primitives.errors import api_error
from wikigate.primitives.message import Message, PlainText
from wikigate.primitives.timestamps import iso8601, parse_ts14
from wikigate.web.conversation_form import caller_of
from wikigate.web.frame import redirect
from wikigate.web.listing import Line, Link, Listing
from wikigate.web.operator_page import OperatorPage
from wikigate.web.page import PageParts
from wikigate.web.visit import Visit
from wikigate.wire.http import Response

STAGES: Final = ("proposed", "approved", "rejected", "expired", "disabled")
"""The stages by the names that the page's addresses have; the order is that of ``oarc_stage``."""
_KEY: Final = re.compile(r"[0-9a-f]{32}")
_LONGEST_REASON: Final = 255


class ManageConsumersPage(OperatorPage):
    """Lists the consumers of a stage; a subpage that is a key is that consumer's."""

    name = "OAuthManageConsumers"
    right = MANAGE
    kept = ("wpreason",)

    def __init__(self, parts: PageParts, consumers: Consumers, changes: ConsumerChanges) -> None:
        super().__init__(parts)
        self._consumers = consumers
        self._changes = changes

    def show(self, visit: Visit) -> Response:
        """Show the queue, or one consumer."""
        return self._one(visit, self._entry(visit)) if _KEY.fullmatch(visit.subpage) else self._queue(visit)

    def do(self, visit: Visit) -> Response:
        """Decide about the consumer, as it was when the page was shown."""
        entry, deed, seen = self._entry(visit), visit.text("wpaction"), visit.text("wpstage")
        account = visit.session.account
        if deed not in DEEDS or account is None or seen not in map(str, range(len(STAGES))):
            return self._one(visit, entry)
        try:
            self._changes.decide(
                caller_of(visit),
                account.name,
                entry.key,
                deed,
                reason=visit.text("wpreason")[:_LONGEST_REASON],
                seen=int(seen),
                hide="wpsuppress" in visit.form,
                may_hide=visit.user.can(HIDE),
            )
        except ConsumerRefused as refused:
            return self._one(visit, self._entry(visit), Message("rawmessage", (PlainText(f"{refused}."),)))
        return redirect(self.url(entry.key))

    def _entry(self, visit: Visit) -> Entry:
        entry = self._consumers.entry(visit.subpage)
        if entry is None or (entry.hidden and not visit.user.can(SEE_HIDDEN)):
            raise api_error("mwoauth-invalid-consumer", http_status=404)
        return entry

    def _queue(self, visit: Visit) -> Response:
        stage = visit.subpage if visit.subpage in STAGES else STAGES[0]
        entries = self._consumers.entries(hidden=visit.user.can(SEE_HIDDEN))
        lines = [
            Line(
                (
                    Link(one.name, self.url(one.key)),
                    self._owner(visit, one),
                    f"OAuth {one.oauth_version}",
                    _moment(one),
                    self._grants(visit, one),
                )
            )
            for one in entries
            if one.stage == STAGES.index(stage)
        ]
        heads = ("name", "owner", "version", "registered", "grants")
        listing = Listing(
            self.words(visit, f"mwoauthmanageconsumers-{stage}"),
            self.columns(visit, *(f"mwoauth-consumer-{head}" for head in heads)),
            lines,
            self.words(visit, "mwoauthmanageconsumers-none"),
        )
        counts = [sum(one.stage == number for one in entries) for number in range(len(STAGES))]
        links = [
            Link(f"{self.words(visit, f'mwoauthmanageconsumers-{name}')} ({count})", self.url(name))
            for name, count in zip(STAGES, counts, strict=True)
        ]
        return self.draw(visit, listing, links=links)

    def _one(self, visit: Visit, entry: Entry, error: Message | None = None) -> Response:
        found: dict[str, str | Link] = {
            "mwoauth-consumer-key": entry.key,
            "mwoauth-consumer-owner": self._owner(visit, entry),
            "mwoauth-consumer-stage": self._stage(visit, entry),
            "mwoauth-consumer-version": f"OAuth {entry.oauth_version}",
            "mwoauth-consumer-kind": self.words(visit, f"mwoauth-consumer-kind-{'own' if entry.owner_only else 'app'}"),
            "mwoauth-consumer-callback": entry.callback,
            "mwoauth-consumer-description": entry.description,
            "mwoauth-consumer-email": entry.email,
            "mwoauth-consumer-registered": _moment(entry),
            "mwoauth-consumer-grants": self._grants(visit, entry),
        }
        deeds = [
            deed
            for deed, (_, possible) in DEEDS.items()
            if entry.stage in possible or (deed == "disable" and entry.stage > APPROVED and visit.user.can(HIDE))
        ]
        return self.draw(
            visit,
            self.facts(visit, entry.name, found),
            title=Message("mwoauthmanageconsumers-one", (PlainText(entry.name),)),
            error=error,
            links=[Link(self.words(visit, self.name.lower()), self.url())],
            form="consumer_decision.html",
            deeds=deeds,
            may_hide=visit.user.can(HIDE) and set(deeds) & set(HIDING),
            stage=entry.stage,
            decision_token=visit.token(),
            reason=visit.text("wpreason"),
        )

    def _owner(self, visit: Visit, entry: Entry) -> str:
        owner = visit.services.directory.by_id(entry.owner_id)
        return owner.name if owner else ""

    def _stage(self, visit: Visit, entry: Entry) -> str:
        stage = self.words(visit, f"mwoauth-consumer-stage-{entry.stage}")
        return f"{stage}, {self.words(visit, 'mwoauth-consumer-hidden')}" if entry.hidden else stage

    def _grants(self, visit: Visit, entry: Entry) -> str:
        return ", ".join(self.words(visit, f"grant-{grant}") for grant in entry.grants)


def _moment(entry: Entry) -> str:
    moment = parse_ts14(entry.registered)
    return "" if moment is None else iso8601(moment)
