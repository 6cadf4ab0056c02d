"""Who is told when an acknowledgement does not come."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest

from schemas.processes.ladder import Pace, escalated
from schemas.processes.spans import LONDON

MANAGER, HEADS = "the sender's duty manager", "the heads of service on both sides"
MISSED = datetime(2026, 12, 24, 17, tzinfo=LONDON)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("pace", "heads"),
    [
        (Pace.URGENT, datetime(2026, 12, 24, 18, tzinfo=LONDON)),
        (Pace.PROTECTION, datetime(2026, 12, 29, 17, tzinfo=LONDON)),
        (Pace.NEED, datetime(2026, 12, 29, 17, tzinfo=LONDON)),
        (Pace.ORDINARY, datetime(2026, 12, 29, 17, tzinfo=LONDON)),
    ],
)
def test_silence_goes_to_the_manager_at_once_and_then_to_the_heads(pace: Pace, heads: datetime) -> None:
    assert escalated(MISSED, pace, MISSED) == ()
    assert escalated(MISSED, pace, MISSED + SECOND) == (MANAGER,)
    assert escalated(MISSED, pace, heads) == (MANAGER,)
    assert escalated(MISSED, pace, heads + SECOND) == (MANAGER, HEADS)


def test_the_heads_are_told_when_the_receiving_office_closes() -> None:
    closed = datetime(2026, 12, 29, 16, 30, tzinfo=LONDON)
    assert escalated(MISSED, Pace.PROTECTION, closed, closes=time(16, 30)) == (MANAGER,)
    assert escalated(MISSED, Pace.PROTECTION, closed + SECOND, closes=time(16, 30)) == (MANAGER, HEADS)
