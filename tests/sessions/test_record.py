"""What a row holds besides its columns."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikigate.sessions.record import BotMark, Record


def test_record_reads_back_what_it_wrote():
    record = Record(
        kept={"flow": {"step": 1, "name": "Zoë"}},
        had_login_token=True,
        authenticated=(4, 1795221151),
        bot=BotMark("core", "ab"),
        began=1,
        seen=2,
        address="2001:db8::1",
        agent="Test/1.0",
        force_https=True,
    )
    assert Record.decode(record.encode()) == record


def test_empty_parts_are_left_out():
    assert json.loads(Record(began=1, seen=2).encode()) == {"v": 1, "began": 1, "seen": 2}


def test_long_user_agent_is_cut():
    assert len(Record.decode(Record(agent="x" * 5000).encode()).agent) == 255


@pytest.mark.parametrize(
    "data",
    [b"", b"null", b"[]", b"{}", b'{"v":2,"began":1,"seen":1}', b'{"v":1}', b'{"v":1,"began":"x","seen":1}', b"\xff\xfe",
     b'{"v":1,"began":1,"seen":1,"kept":[]}', b'{"v":1,"began":1,"seen":1,"auth":[1]}', b"[" * 100_000],
)  # fmt: skip
def test_what_another_version_or_nobody_wrote_is_none(data):
    """C-4."""
    assert Record.decode(data) is None


@given(st.binary(max_size=60))
def test_decoding_never_raises(data):
    Record.decode(data)
