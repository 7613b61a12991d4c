"""The signals that end a worker: each is heard, whenever it comes, and granian is told of it once (security K10).

A worker inherits the handlers of the process that starts it, which would swallow the signal; granian sets a worker's own only when its
application is built, and they hear badly: Python runs them in the main thread alone, which sleeps on where the system hands the signal to
another one, and granian waits for ever when it is told twice before its server listens.
"""

from __future__ import annotations

import os
import signal
import threading
from typing import Final

_ENDING: Final = (signal.SIGTERM, signal.SIGINT)


def let_forks_end() -> None:
    """See that every process that this one forks ends at once when it is told to, until it calls ``heed_signals``.

    Python forgets a signal that comes before the new process has begun to run; while it is blocked, the system keeps it.
    """
    before: list[set[int | signal.Signals]] = []

    def block() -> None:
        before.append(signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING))

    def go_on() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, before.pop())

    def begin() -> None:
        for number in _ENDING:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)

    os.register_at_fork(before=block, after_in_parent=go_on, after_in_child=begin)


def heed_signals() -> None:
    """Let a thread of its own wait for the signal that ends this process, and call once the handler that there is by then.

    Where there is none, nothing has begun, and the process ends. To be called before other threads start: they inherit that no signal
    interrupts them.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)

    def wait() -> None:
        number = signal.sigwait(_ENDING)
        told = signal.getsignal(number)
        if not callable(told):
            os._exit(128 + number)
        told(number, None)

    threading.Thread(target=wait, name="signals", daemon=True).start()
