"""Rules on episodes against last year: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

import pytest

from looked_after_builder import marked, outcome


@pytest.mark.parametrize(
    ("start", "ended", "fails"),
    [("01/05/2024", None, False), ("02/05/2024", None, True), ("02/05/2024", "31/03/2025", False)],
)
def test_502_the_open_episode_of_last_year_is_carried_over(start: str, ended: str | None, fails: bool) -> None:
    this, before = [{"DECOM": start}, {"DECOM": "01/07/2025"}], [{"DECOM": "01/05/2024", "DEC": ended}]
    cells = ["Episodes.0.DECOM Episodes_last.0.DECOM"] if fails else []
    assert marked("502", Episodes=this, Episodes_last=before) == cells


def test_502_looks_at_the_last_episode_of_last_year() -> None:
    before = [{"DECOM": "01/05/2024", "DEC": "01/06/2024"}, {"DECOM": "01/04/2024"}]
    assert marked("502", Episodes=[{"DECOM": "01/04/2025"}], Episodes_last=before) == []


def test_502_needs_last_year() -> None:
    reason = "Last year's Episodes was not given. Give last year's return with --previous."
    assert outcome("502").reason == reason
