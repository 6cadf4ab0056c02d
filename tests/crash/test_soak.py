"""A short soak; `make soak` does the long one."""

from __future__ import annotations

from pathlib import Path

from crash.rig import rig
from crash.soak import soak


def test_a_few_random_kills_over_a_running_stream_lose_and_double_nothing(tmp_path: Path) -> None:
    with rig(tmp_path) as made:
        report = soak(made, "SQLite", seed=20_261_128, kills=6)
        assert report.violations == [], made.logs()
        assert report.kills == 6
        assert report.messages >= 3
