"""Rules on episodes one after the other: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

import pytest

from looked_after_builder import marked

LATER = {"DECOM": "01/06/2025"}


@pytest.mark.parametrize(
    ("end", "reason", "fails"),
    [("01/06/2025", "X1", False), (None, "X1", True), ("01/06/2025", None, True), ("odd", "X1", False)],
)
def test_142_an_earlier_episode_has_an_end(end: str | None, reason: str | None, fails: bool) -> None:
    episodes = [LATER, {"DECOM": "01/05/2025", "DEC": end, "REC": reason}]
    assert marked("142", Episodes=episodes) == (["Episodes.1.DEC Episodes.1.REC"] if fails else [])


@pytest.mark.parametrize("other", [{"CHILD": "C2"}, {"CHILD": None}, {"DECOM": "unknown"}, {"DECOM": None}])
def test_142_only_a_dated_episode_of_the_same_child_is_later(other: dict[str, str | None]) -> None:
    assert marked("142", Episodes=[{"DECOM": "01/05/2025"}, LATER | other]) == []


@pytest.mark.parametrize(
    ("start", "reason", "fails"),
    [("01/06/2025", "S", True), ("02/06/2025", "S", False), ("31/05/2025", "S", False), ("01/06/2025", "P", False)],
)
def test_431_care_does_not_start_anew_where_it_went_on(start: str, reason: str, fails: bool) -> None:
    episodes = [{"DECOM": start, "RNE": reason}, {"DECOM": "01/05/2025", "DEC": "01/06/2025"}]
    assert marked("431", Episodes=episodes) == (["Episodes.0.RNE Episodes.0.DECOM"] if fails else [])


def test_431_the_episode_before_is_of_the_same_child() -> None:
    episodes = [{"DECOM": "01/06/2025", "RNE": "S", "CHILD": "C2"}, {"DECOM": "01/05/2025", "DEC": "01/06/2025"}]
    assert marked("431", Episodes=episodes) == []
