"""What a worker hears of the signals that end it, whenever they come (K10)."""

from __future__ import annotations

import signal
import subprocess
import sys

START = "import os, signal, sys, threading; from wikigate.cli.worker_signals import heed_signals, let_forks_end\n"


def run(script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", START + script], capture_output=True, text=True, check=False, timeout=30
    )


def test_a_signal_that_meets_a_fork_ends_the_new_process() -> None:
    """It comes before the new process has run a line of its own, and the handler that it inherits would take it for its parent's."""
    done = run("""
signal.signal(signal.SIGTERM, lambda *_: None)
os.register_at_fork(after_in_child=lambda: os.kill(os.getpid(), signal.SIGTERM))
let_forks_end()
child = os.fork()
if not child:
    os._exit(0)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
os.kill(os.getpid(), signal.SIGTERM)
print("the parent goes on")
""")
    assert done.stdout.split("\n")[:2] == [str(-signal.SIGTERM), "the parent goes on"], done.stderr


def test_a_handler_is_told_once_though_the_main_thread_sleeps() -> None:
    done = run("""
heed_signals()
told, asleep = [], threading.Event()
def handler(number, frame):
    told.append(number)
    asleep.set()
signal.signal(signal.SIGTERM, handler)
for _ in range(3):
    os.kill(os.getpid(), signal.SIGTERM)
asleep.wait()
for _ in range(3):
    os.kill(os.getpid(), signal.SIGTERM)
print(len(told))
""")
    assert (done.stdout, done.returncode) == ("1\n", 0), done.stderr


def test_a_process_without_a_handler_ends() -> None:
    done = run("heed_signals(); os.kill(os.getpid(), signal.SIGTERM); threading.Event().wait()")
    assert done.returncode == 128 + signal.SIGTERM, done.stderr
