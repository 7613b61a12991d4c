"""Every recorded conversation, replayed: equal, or different where ``differences.toml`` says why.

Mission rows M01 to M05, M07, M11, M12, M14 to M16, M39 and M40.
"""

from __future__ import annotations

import pytest

from .differences import PAGE, counts, deliberate, page
from .play import play, recordings


@pytest.mark.parametrize("recording", list(recordings()), ids=lambda recording: recording.name)
def test_a_recorded_conversation_is_answered_as_it_was(recording):
    outcome = play(recording)
    assert [str(difference) for difference in outcome.unexplained] == []
    assert outcome.not_played == 0
    assert outcome.count == counts()[recording.name]


def test_every_recording_is_counted():
    assert sorted(counts()) == sorted(recording.name for recording in recordings())


def test_every_place_of_a_deliberate_difference_shows_somewhere():
    stated = {f"{decision.id}/{number}" for decision in deliberate() for number in range(len(decision.rules))}
    assert stated == {rule for count in counts().values() for rule in count.explained}


def test_the_page_of_differences_tells_what_the_replay_found():
    assert PAGE.read_text("utf-8") == page(counts().values())
