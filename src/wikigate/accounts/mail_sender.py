"""Mails from the outbox to the mail server.

Promises: of several processes that send at once each mail goes out by one; none is sent again that may have been taken already, unless an
operator says so; a mail server that is down costs tries further and further apart, for a day. No transaction is open while one is sent.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wikigate.outbound.mail import Mail
from wikigate.outbound.smtp import MailDelayed, MailRefused, MailUnsure
from wikigate.primitives.errors import StoreUnavailable
from wikigate.primitives.ids import random_id

if TYPE_CHECKING:
    from wikigate.accounts.post import Post
    from wikigate.outbound.smtp import Carrier
    from wikigate.primitives.clock import Clock
    from wikigate.primitives.ids import RandomBytes
    from wikigate.store.outbox import OutboxRow

_LOG: Final = logging.getLogger("wikigate.mail")
LEASE: Final = 900
"""Seconds after which a mail that a process has claimed is another's: longer than sending can take."""

_FIRST_PAUSE: Final = 60
_LONGEST_PAUSE: Final = 3600
_PAUSE: Final = 5.0


@dataclass(slots=True)
class Tally:
    """What one run came to, in numbers of mails."""

    sent: int = 0
    delayed: int = 0
    failed: int = 0
    unsure: int = 0


class MailSender:
    """Sends the mails of one wiki; shared by all threads."""

    def __init__(
        self,
        post: Post,
        carrier: Carrier,
        clock: Clock,
        random_bytes: RandomBytes,
        *,
        sender: str,
        sender_name: str,
        retry_for: int,
        keep: int,
    ) -> None:
        self._post = post
        self._rows = post.rows
        self._carrier = carrier
        self._clock = clock
        self._random_bytes = random_bytes
        self._sender = sender
        self._sender_name = sender_name
        self._retry_for = retry_for
        self._keep = keep
        self._ending = threading.Event()

    def send_due(self) -> Tally:
        """Send every mail that is due now, each once. Raises ``StoreUnavailable``."""
        tally = Tally()
        tally.unsure += self._rows.doubt(now=self._now(), error="the process that was sending it has ended")
        while not self._ending.is_set():
            claim, now = random_id(self._random_bytes), self._now()
            row = self._rows.claim(claim, now=now, until=now + LEASE)
            if row is None:
                break
            self._send(row, claim, tally)
        self._rows.trim(self._now() - self._keep)
        return tally

    def run(self) -> None:
        """Send what is due, again and again, until ``end``; for a thread of its own."""
        while not self._ending.is_set():
            try:
                self.send_due()
            except StoreUnavailable as fault:
                _LOG.warning("mails wait: %s", fault)
            except Exception:  # noqa: BLE001  this thread is all that sends mails: whatever is wrong with one, the others go on
                _LOG.exception("a mail was not sent")
            self._ending.wait(_PAUSE)

    def end(self) -> None:
        """Let ``run`` come to its end after the mail in hand."""
        self._ending.set()

    def _send(self, row: OutboxRow, claim: str, tally: Tally) -> None:
        now, again = self._now(), False
        try:
            # The seal, the addresses and the subject are judged before anything is told to anybody.
            mail = Mail(
                self._sender,
                self._sender_name,
                row.recipient,
                row.subject,
                self._post.open(row),
                row.created,
                f"wikigate.{row.created}.{row.id}",
            )
            taken = self._carrier.carry(mail, lambda: self._rows.hand_over(row.id, claim, until=now + LEASE))
        except (MailRefused, ValueError) as error:
            self._rows.end(row.id, claim, "failed", now=now, error=str(error))
            tally.failed += 1
        except MailUnsure as error:
            self._rows.end(row.id, claim, "unsure", now=now, error=str(error))
            tally.unsure += 1
        except MailDelayed as error:
            again = self._delay(row, claim, now, str(error), tally)
        else:
            if taken:
                self._rows.sent(row.id, claim, now=self._now())
                tally.sent += 1
            return
        _LOG.warning("mail %d was not sent (%s)", row.id, "it may be tried again" if again else "see the outbox")

    def _delay(self, row: OutboxRow, claim: str, now: int, error: str, tally: Tally) -> bool:
        """Let a mail wait, twice as long each time; False where it has failed, after ``retry_for``."""
        pause = min(_FIRST_PAUSE * 2 ** min(row.tries - 1, 10), _LONGEST_PAUSE)
        if now + pause > row.created + self._retry_for:
            self._rows.end(row.id, claim, "failed", now=now, error=error)
            tally.failed += 1
            return False
        self._rows.put_back(row.id, claim, due=now + pause, error=error)
        tally.delayed += 1
        return True

    def _now(self) -> int:
        return int(self._clock.now())
