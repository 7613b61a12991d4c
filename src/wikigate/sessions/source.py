"""The contract of a session source: a way in which a request can say who sends it.

Cookies and bot passwords are the built-in sources; OAuth signatures and bearer tokens come through the same seam. Sources stand in
order of ``priority``, highest first. For each request the manager asks ``claim`` of one after the other until a source gives a session;
sources of the same priority are still asked then, and two sessions of one priority are refused with ``sessionmanager-tie``, HTTP 400
(spec core §4.5). Sources are objects of one wiki, made at start and shared by all threads.

``claim`` is called at most once a request, before anything else. It returns

* None: the request says nothing to this source;
* ``REFUSED``: it says something that does not hold; ``forget`` will be called when the answer is written;
* a ``Session``: its ``account``, ``core``, ``persisted`` and what else the source knows are filled in. The source has verified
  everything: the manager asks no more. A source whose sessions ride on no cookie gives a ``core`` that is the same for the same
  credential, so that tokens handed out in one request verify in the next.

At most one read of a session row and one of an account where the request is in order. ``StoreUnavailable`` passes through: a database
that does not answer is never a refusal, and no cookie is touched then (spec security D-1).

``persist`` is called when the session's cookies are due: it was made, renewed or given to somebody. ``forget`` deletes what the client
still holds of a session that is over or was refused; it touches only cookies that came with the request. Both only write headers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, Protocol

from wikigate.primitives.message import Message
from wikigate.wire.http import Response

if TYPE_CHECKING:
    from wikigate.sessions.session import Session
    from wikigate.sessions.visit import Visit

REFUSED: Final = "refused"
Refused = Literal["refused"]


class SessionSource(Protocol):
    """One way of saying who one is; see the module's text for when each method is called."""

    @property
    def name(self) -> str:
        """MediaWiki's class name, as messages show it."""
        ...

    @property
    def description(self) -> Message:
        """What its sessions are called, for people: “cookie-based sessions”."""
        ...

    @property
    def priority(self) -> int:
        """1 to 100; MediaWiki gives cookies 30 and bot passwords 75."""
        ...

    @property
    def can_change_user(self) -> bool:
        """Whether a login may give the session to somebody else."""
        ...

    @property
    def can_log_out(self) -> bool:
        """Whether a logout may end the session (False: ``cannotlogout``)."""
        ...

    def claim(self, visit: Visit) -> Session | Refused | None:
        """Say whose request this is."""
        ...

    def persist(self, session: Session, response: Response) -> None:
        """Send what the client must hold to come back in this session."""
        ...

    def forget(self, visit: Visit, response: Response) -> None:
        """Delete what the client holds of it."""
        ...
