"""Rules on how care ended: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

import pytest

from looked_after_builder import marked, outcome

BORN = "29/02/2008"
CELLS = ["Episodes.0.REC Episodes.0.DEC Header.0.DOB"]
FROM_AGE = {"387": (["E5", "E6"], 2022), "389": (["E7"], 2024), "460": (["E17"], 2026)}
TO_AGE = {"386": ["E11", "E12"], "407": ["E45", "E46", "E47", "E48"]}


def ended(code: str, reason: str | None, end: str | None, born: str | None = BORN) -> list[str]:
    return marked(code, Header=[{"DOB": born}], Episodes=[{"REC": reason, "DEC": end}])


@pytest.mark.parametrize(("code", "reasons", "year"), [(code, *row) for code, row in FROM_AGE.items()])
def test_the_child_is_old_enough_for_the_way_care_ended(code: str, reasons: list[str], year: int) -> None:
    birthday, before = f"28/02/{year}", f"27/02/{year}"
    if year == 2024:
        birthday, before = "29/02/2024", "28/02/2024"
    for reason in reasons:
        assert ended(code, reason, before) == CELLS
        assert ended(code, reason, birthday) == []
    assert ended(code, "E8", before) == []
    assert ended(code, None, before) == []
    assert ended(code, reasons[0], "odd") == []
    assert ended(code, reasons[0], before, born=None) == []


@pytest.mark.parametrize(("code", "reasons"), TO_AGE.items())
def test_the_child_is_young_enough_for_the_way_care_ended(code: str, reasons: list[str]) -> None:
    for reason in reasons:
        assert ended(code, reason, "28/02/2026") == CELLS
        assert ended(code, reason, "27/02/2026") == []
    assert ended(code, "E8", "28/02/2026") == []
    assert ended(code, None, "28/02/2026") == []
    assert ended(code, reasons[0], None) == []
    assert ended(code, reasons[0], "28/02/2026", born="odd") == []


@pytest.mark.parametrize("code", [*FROM_AGE, *TO_AGE])
def test_ages_need_header(code: str) -> None:
    assert outcome(code, absent=["Header"]).reason == "The table Header was not given."
