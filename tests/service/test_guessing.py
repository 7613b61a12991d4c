"""The throttle over two worker processes (mission of the first light, point 7): exact against guesses, no harm to the right password."""

from __future__ import annotations

from collections import Counter

from .server import PASSWORD, Client, Server, at_once


def outcomes(server: Server, name: str, passwords: list[str]) -> Counter[str]:
    clients = [Client(server).prepare() for _ in passwords]
    try:
        answers = at_once(lambda pair: pair[0].log_in(name, pair[1]), list(zip(clients, passwords, strict=True)))
    finally:
        for client in clients:
            client.close()
    return Counter(answer.get("messagecode", answer["status"]) for answer in answers)


def test_b2_of_fifty_wrong_logins_at_once_exactly_five_are_judged(server: Server) -> None:
    assert outcomes(server, "Alice", ["wrong"] * 50) == {"wrongpassword": 5, "login-throttled": 45}


def test_b3_eight_right_logins_at_once_all_pass(server: Server) -> None:
    assert outcomes(server, "Bob", [PASSWORD] * 8) == {"PASS": 8}


def test_b3_four_wrong_ones_at_once_do_not_stop_eight_right_ones(server: Server) -> None:
    assert outcomes(server, "Carol", [PASSWORD, PASSWORD, "wrong"] * 4) == {"PASS": 8, "wrongpassword": 4}
