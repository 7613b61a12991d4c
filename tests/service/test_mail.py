"""A running server sends its mails by itself (mission M10; security K1)."""

from __future__ import annotations

import threading
from pathlib import Path

from tests.outbound.mail_server import MailServer

from .server import CONFIG, PASSWORD, PATIENCE, Client, Server


def test_of_two_workers_one_sends_each_mail(tmp_path: Path) -> None:
    arrived, names = threading.Semaphore(0), ("alice", "bob", "carol")
    with MailServer(tmp_path) as mails:
        mails.on_mail = arrived.release
        mail = f'[mail]\nserver = "127.0.0.1"\nport = {mails.port}\nsecurity = "none"\n'
        server = Server(tmp_path, "--workers", "2", config=CONFIG + mail)
        for name in names:
            words = ("user", "create", name, "--password-stdin", "--email", f"{name}@example.org")
            server.command(*words, stdin=f"{PASSWORD}\n")
        server.start()
        try:
            client = Client(server)
            for name in names:
                answer = client.post({"action": "resetpassword", "user": name, "token": "+\\"})
                assert answer == {"resetpassword": {"status": "success"}}
            client.close()
            for _ in names:
                assert arrived.acquire(timeout=PATIENCE)
            # What is due is tried by yet another process: nothing is.
            assert "0 sent" in server.command("outbox", "send")
        finally:
            server.stop()
    recipients = sorted(recipient for _, recipients, _ in mails.taken for recipient in recipients)
    assert recipients == [f"{name}@example.org" for name in names]
