"""Rules on health of children looked after for a year: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

import pytest

from looked_after_builder import marked


@pytest.mark.parametrize(
    ("ended", "score", "fails"),
    [
        ("31/03/2026", "12", False),
        ("30/03/2026", "12", True),
        ("30/03/2026", "many", True),
        ("30/03/2026", None, False),
    ],
)
def test_185_a_score_is_for_a_child_looked_after_all_year(ended: str, score: str | None, fails: bool) -> None:
    episodes = [{"DECOM": "01/04/2025", "RNE": "S", "DEC": ended, "REC": "E8", "LS": "C2"}]
    assert marked("185", Episodes=episodes, OC2=[{"SDQ_SCORE": score}]) == (["OC2.0.SDQ_SCORE"] if fails else [])


@pytest.mark.parametrize("child", ["C2", None])
def test_185_a_child_without_episodes_has_no_score(child: str | None) -> None:
    assert marked("185", OC2=[{"SDQ_SCORE": "1", "CHILD": child}]) == ["OC2.0.SDQ_SCORE"]
