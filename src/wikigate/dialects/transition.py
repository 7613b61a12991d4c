"""The transition: today's words, but a success still tells the session's fields and a logout asks for no token (1.27 to 1.34).

Spec legacy §3.6. ``session_fields`` left with 1.28, the query string with 1.29, the logout without a token with 1.33.
"""

from __future__ import annotations

from typing import Final

from wikigate.wire.dialect import Dialect, Era

TRANSITION: Final = Era(
    Dialect(
        name="1.27",
        generator="",
        session_fields=True,
        handshake_fields=True,
        secrets_in_query=True,
        lost_fails=False,
        names_unknown=True,
        logout_token=False,
        usage="see",
        old_codes=True,
        old_texts=True,
        announces_deprecations=False,
        disposition=False,
        block_details=("blockid", "blockedby", "blockedbyid", "blockreason", "blockedtimestamp", "blockexpiry"),
        intoken=True,
        token_action=True,
    ),
    first=(1, 27),
    last=(1, 34),
    usual=(1, 27, 1),
    changes=(
        ((1, 27, 2), {"warns_of_query": True}),
        ((1, 27, 6), {"logout_token": True}),
        (
            (1, 28),
            {"session_fields": False, "handshake_fields": False, "warns_of_query": True, "logout_token": False},
        ),
        ((1, 29), {"secrets_in_query": False, "warns_of_query": False, "old_texts": False}),
        ((1, 30), {"announces_deprecations": True, "usage": "docref"}),
        ((1, 30, 2), {"logout_token": True}),
        ((1, 31), {"logout_token": False, "names_unknown": False, "disposition": True}),
        ((1, 31, 2), {"logout_token": True}),
        ((1, 32), {"logout_token": False}),
        ((1, 32, 2), {"logout_token": True}),
        ((1, 33), {"logout_token": True}),
    ),
)  # fmt: skip
