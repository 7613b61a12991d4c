"""An attempt between two requests: versioned JSON in the session's data (spec core §7.3 step 5, security C12).

Bound to the providers and their order (``fingerprint``), to whoever was logged in when it began (``owner``) and to ten minutes. It says
which provider waits for an answer, who has been vouched for, and what was asked. Promises: nothing that was sent in a sensitive field is
in it; what cannot be read, or was written by another version or for other providers, is None and never an exception.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from wikigate.auth.fields import Answer, Filled, Need
from wikigate.auth.outcome import CreateOffer, LinkOffer
from wikigate.auth.stored_needs import restore_message, restore_needs, store_message, store_needs

VERSION: Final = 3


@dataclass(slots=True)
class FlowState:
    """One attempt in progress.

    ``waiting``: id of the provider that is resumed next; empty after a restart, when everything is asked again. ``user_id`` and
    ``user``: the account that a primary has vouched for, 0 and empty before. ``seen``: ids of the providers asked so far, in order.
    ``names``: see ``Attempt``. ``filled``: what was answered at the beginning, without sensitive fields.
    ``pending``: the needs of the last answer; ``away``: it sent the caller's browser elsewhere, which brings them back.
    ``links`` and ``offer``: see ``Attempt``.
    ``memory``: the providers' own, by id; ``notes``: see ``Attempt``.
    """

    began: int
    owner: int = 0
    return_url: str = ""
    waiting: str = ""
    user_id: int = 0
    user: str = ""
    seen: list[str] = field(default_factory=list)
    names: tuple[str, ...] | None = None
    filled: tuple[Filled, ...] = ()
    pending: tuple[Need, ...] = ()
    away: bool = False
    links: tuple[LinkOffer, ...] = ()
    offer: CreateOffer | None = None
    memory: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False)
    notes: dict[str, Any] = field(default_factory=dict, repr=False)

    def store(self, fingerprint: str) -> dict[str, Any]:
        """Write the state for the session."""
        return {
            "v": VERSION,
            "for": fingerprint,
            "began": self.began,
            "owner": self.owner,
            "return": self.return_url,
            "waiting": self.waiting,
            "user": [self.user_id, self.user],
            "seen": self.seen,
            "names": None if self.names is None else list(self.names),
            "asked": store_needs(filled.need for filled in self.filled),
            "answers": [filled.harmless() for filled in self.filled],
            "pending": store_needs(self.pending),
            "away": self.away,
            "links": [store_link(link) for link in self.links],
            "offer": store_offer(self.offer),
            "memory": {ident: kept for ident, kept in self.memory.items() if kept},
            "notes": self.notes,
        }

    @classmethod
    def restore(cls, stored: Any, fingerprint: str) -> FlowState | None:
        """Read a state written for these very providers; None for anything else."""
        try:
            if stored["v"] != VERSION or stored["for"] != fingerprint:
                return None
            asked = restore_needs(stored["asked"])
            return cls(
                began=int(stored["began"]),
                owner=int(stored["owner"]),
                return_url=str(stored["return"]),
                waiting=str(stored["waiting"]),
                user_id=int(stored["user"][0]),
                user=str(stored["user"][1]),
                seen=[str(ident) for ident in stored["seen"]],
                names=None if stored["names"] is None else tuple(map(str, stored["names"])),
                filled=tuple(
                    Filled(need, _answers(answers)) for need, answers in zip(asked, stored["answers"], strict=True)
                ),
                pending=restore_needs(stored["pending"]),
                away=bool(stored["away"]),
                links=tuple(map(restore_link, stored["links"])),
                offer=restore_offer(stored["offer"]),
                memory={str(ident): dict(kept) for ident, kept in stored["memory"].items()},
                notes=dict(stored["notes"]),
            )
        except (ValueError, TypeError, KeyError, IndexError, AttributeError):
            return None


@dataclass(frozen=True, slots=True)
class Preserved:
    """What a FAIL or RESTART leaves for the next attempt (spec core §7.5): identities to link, and one to create an account with."""

    links: tuple[LinkOffer, ...] = ()
    create: CreateOffer | None = None

    def __bool__(self) -> bool:
        return bool(self.links) or self.create is not None

    def store(self) -> dict[str, Any]:
        """Write it for the session."""
        return {
            "v": VERSION,
            "links": [store_link(link) for link in self.links],
            "create": store_offer(self.create),
        }

    @classmethod
    def restore(cls, stored: Any) -> Preserved:
        """Read it; anything unreadable is nothing."""
        try:
            if stored["v"] != VERSION:
                return cls()
            return cls(tuple(map(restore_link, stored["links"])), restore_offer(stored["create"]))
        except (ValueError, TypeError, KeyError, IndexError, AttributeError):
            return cls()


def store_link(link: LinkOffer) -> dict[str, Any]:
    """Write an offer to link."""
    return {"id": link.id, "provider": link.provider, "label": store_message(link.label), "data": dict(link.data)}


def restore_link(stored: Any) -> LinkOffer:
    """Read an offer to link."""
    return LinkOffer(str(stored["id"]), str(stored["provider"]), restore_message(stored["label"]), dict(stored["data"]))


def store_offer(offer: CreateOffer | None) -> dict[str, Any] | None:
    """Write an offer to create an account."""
    return None if offer is None else asdict(offer) | {"data": dict(offer.data)}


def restore_offer(stored: Any) -> CreateOffer | None:
    """Read an offer to create an account."""
    if stored is None:
        return None
    return CreateOffer(str(stored["provider"]), str(stored["user"]), dict(stored["data"]))


def _answers(stored: Mapping[str, Any]) -> dict[str, Answer]:
    return {str(name): tuple(map(str, v)) if isinstance(v, list) else v for name, v in stored.items()}
