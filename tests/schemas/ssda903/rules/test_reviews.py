"""Rules on reviews: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

import pytest

from looked_after_builder import marked


@pytest.mark.parametrize(
    ("day", "fails"), [("01/05/2025", False), ("1/5/2025", True), ("31/06/2025", True), (None, True)]
)
def test_166_a_review_has_a_date(day: str | None, fails: bool) -> None:
    assert marked("166", Reviews=[{"REVIEW": day}]) == (["Reviews.0.REVIEW"] if fails else [])


@pytest.mark.parametrize(
    ("day", "participation", "fails"),
    [
        ("01/05/2025", "PN0", False),
        ("01/05/2025", "pn7", False),
        ("01/05/2025", "PN8", True),
        ("01/05/2025", None, True),
        ("in May", None, True),
        ("in May", "PN1", False),
        (None, "PN1", True),
        (None, None, False),
    ],
)
def test_167_a_review_has_a_date_and_a_code(day: str | None, participation: str | None, fails: bool) -> None:
    cells = ["Reviews.0.REVIEW_CODE Reviews.0.REVIEW"] if fails else []
    assert marked("167", Reviews=[{"REVIEW": day, "REVIEW_CODE": participation}]) == cells


@pytest.mark.parametrize(
    ("code", "participation", "day", "born", "fails"),
    [
        ("440", "PN0", "30/04/2025", "01/05/2021", False),
        ("440", "PN0", "01/05/2025", "01/05/2021", True),
        ("440", "PN1", "01/05/2025", "01/05/2021", False),
        ("440", "PN0", "28/02/2024", "29/02/2020", False),
        ("440", "PN0", "29/02/2024", "29/02/2020", True),
        ("440", "PN0", None, "01/05/2021", False),
        ("440", "PN0", "01/05/2025", None, False),
        ("440", "PN0", "in May", "01/05/2021", False),
        ("441", "PN1", "30/04/2025", "01/05/2021", True),
        ("441", "PN7", "30/04/2025", "01/05/2021", True),
        ("441", "PN7", "01/05/2025", "01/05/2021", False),
        ("441", "PN0", "30/04/2025", "01/05/2021", False),
        ("441", "PN8", "30/04/2025", "01/05/2021", False),
        ("441", None, "30/04/2025", "01/05/2021", False),
        ("441", "PN1", None, "01/05/2021", False),
        ("441", "PN1", "30/04/2025", "May 2021", False),
    ],
)
def test_children_take_part_from_their_fourth_birthday(
    code: str, participation: str | None, day: str | None, born: str | None, fails: bool
) -> None:
    cells = ["Reviews.0.DOB Reviews.0.REVIEW Reviews.0.REVIEW_CODE"] if fails else []
    assert marked(code, Reviews=[{"DOB": born, "REVIEW": day, "REVIEW_CODE": participation}]) == cells
