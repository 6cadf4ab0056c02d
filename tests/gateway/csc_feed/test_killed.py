"""A sending process that is killed at random moments."""

from __future__ import annotations

import random

from csc_kill import Killing, sent_twice
from store_builder import opened


def test_whatever_moment_a_sender_is_killed_at_the_stand_in_ends_with_the_state_of_the_source(sqlite_url: str) -> None:
    killing = Killing(sqlite_url, 100, random.Random(6))
    receiver = killing.run(8, faults=False)
    assert killing.killed >= 8
    assert killing.interrupted, "one at least was killed in the middle of a call"
    assert receiver.held == killing.source.records()
    store = opened(sqlite_url)
    assert sent_twice(store) == [], "what was accepted is not sent again"
    store.engine.dispose()
