"""The headline figures of the looked-after return, each at its boundary."""

from __future__ import annotations

from typing import Any

import pytest

from looked_after_builder import looked_after
from schemas.figures import Line, declared, measure
from schemas.ssda903.definition import SSDA903

OPEN: dict[str, str | None] = {"DECOM": "01/05/2025", "RNE": "S", "LS": "C2", "PLACE": "U6"}


def lines(title: str, **given: Any) -> dict[str, Line]:
    (found,) = (
        item for item in measure(declared(SSDA903.figures), looked_after(**given)) if item.figure.title == title
    )
    assert found.reason == ""
    return {line.label: line for line in found.lines}


def counts(title: str, **given: Any) -> dict[str, int]:
    return {label: line.count for label, line in lines(title, **given).items() if line.count}


def test_a_child_is_looked_after_on_31_march_until_the_day_before_it_left() -> None:
    episodes = [
        OPEN | {"CHILD": "A"},
        OPEN | {"CHILD": "B", "DEC": "31/03/2026", "REC": "E4A"},
        OPEN | {"CHILD": "C", "DEC": "01/04/2026", "REC": "E4A"},
        OPEN | {"CHILD": "D", "LS": "V4"},
        OPEN | {"CHILD": "E", "DEC": "01/06/2025", "REC": "X1"},
        OPEN | {"CHILD": "E", "DECOM": "01/06/2025", "RNE": "L"},
    ]
    assert counts("Children looked after", Episodes=episodes) == {
        "On 31 March": 3, "At any time in the year": 4, "Started to be looked after": 4, "Ceased to be looked after": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("born", "band"),
    [("31/03/2026", "Under 1"), ("31/03/2025", "1 to 4"), ("01/04/2010", "10 to 15"), (None, "Not known")],
)
def test_age_is_taken_from_header_on_31_march(born: str | None, band: str) -> None:
    found = counts("Children looked after on 31 March by age", Header=[{"DOB": born}], Episodes=[OPEN])
    assert found == {band: 1}


def test_legal_status_and_placement_are_those_of_the_open_episode() -> None:
    episodes = [OPEN | {"DEC": "01/06/2025", "REC": "X1"}, OPEN | {"DECOM": "01/06/2025", "LS": "V2", "PLACE": "K2"}]
    assert counts("Children looked after on 31 March by legal status", Episodes=episodes) == {
        "Section 20, single period": 1
    }
    assert counts("Children looked after on 31 March by placement", Episodes=episodes) == {
        "Registered children's home": 1
    }


@pytest.mark.parametrize(
    ("moves", "number"),
    [
        ([("01/05/2025", "S", "U6")], "One"),
        ([("01/05/2024", "S", "U6")], "One"),
        ([("01/05/2024", "S", "U6"), ("01/05/2025", "P", "U6")], "Two"),
        ([("01/05/2024", "S", "U6"), ("01/05/2025", "L", "U6")], "One"),
        ([("01/05/2025", "S", "U6"), ("01/06/2025", "P", "T0"), ("01/07/2025", "P", "U6")], "One"),
        ([("01/05/2025", "S", "U6"), ("01/06/2025", "B", "K2"), ("01/07/2025", "P", "U6")], "Three or more"),
        ([("01/05/2025", "S", "U6"), ("01/06/2025", "P", "T3"), ("15/06/2025", "P", "U6")], "One"),
        ([("01/03/2025", "S", "U6"), ("01/06/2025", "P", "T3"), ("15/06/2025", "P", "U6")], "One"),
        ([("01/03/2025", "S", "U6"), ("25/03/2025", "P", "T3"), ("15/04/2025", "P", "U6")], "One"),
        ([("01/05/2025", "S", "U6"), ("01/06/2025", "P", "T3"), ("15/06/2025", "P", "K2")], "Two"),
        (
            [
                ("01/05/2025", "S", "U6"),
                ("01/06/2025", "P", "T3"),
                ("08/06/2025", "P", "T1"),
                ("15/06/2025", "P", "U6"),
            ],
            "One",
        ),
        (
            [
                ("01/05/2025", "S", "U6"),
                ("01/06/2025", "P", "T3"),
                ("15/06/2025", "P", "U6"),
                ("01/07/2025", "P", "U6"),
            ],
            "Two",
        ),
    ],
)
def test_starts_and_moves_count_as_placements(moves: list[tuple[str, str, str]], number: str) -> None:
    ends = [start for start, _, _ in moves[1:]]
    episodes = [
        OPEN
        | {"DECOM": start, "RNE": reason, "PLACE": place}
        | ({"DEC": ends[at], "REC": "X1"} if at < len(ends) else {})
        for at, (start, reason, place) in enumerate(moves)
    ]
    assert counts("Placements in the year of children looked after on 31 March", Episodes=episodes) == {number: 1}


@pytest.mark.parametrize(
    ("started", "held", "on_time"),
    [
        ("01/09/2025", ["29/09/2025", "29/12/2025"], 1),
        ("01/09/2025", ["30/09/2025", "29/12/2025"], 0),
        ("01/09/2025", ["29/09/2025", "30/12/2025"], 0),
        ("01/09/2025", ["29/09/2025"], 0),
        ("01/09/2025", [], 0),
        ("09/03/2026", [], 1),
        ("01/09/2024", ["01/10/2025"], 1),
        ("01/09/2024", ["02/10/2025"], 0),
        ("01/09/2024", ["01/05/2025"], 0),
        ("01/09/2024", ["01/05/2025", "01/11/2025"], 1),
    ],
)
def test_reviews_are_on_time_when_none_came_late_and_none_is_overdue(
    started: str, held: list[str], on_time: int
) -> None:
    found = lines(
        "Reviews of children looked after on 31 March",
        Episodes=[OPEN | {"DECOM": started}], Reviews=[{"REVIEW": day} for day in held],
    )  # fmt: skip
    assert found["All reviews on time"] == Line("All reviews on time", "All reviews on time", on_time, 1)


def test_health_checks_are_shares_of_the_children_they_are_asked_for() -> None:
    rows = [
        {"CHILD": "A", "HEALTH_ASSESSMENT": "1", "TEETH_CHECK": "0", "HEALTH_CHECK": "1", "SDQ_SCORE": None},
        {"CHILD": "B", "HEALTH_ASSESSMENT": "0", "TEETH_CHECK": "0", "HEALTH_CHECK": None, "SDQ_SCORE": "12"},
    ]
    found = lines("Health of children looked after for the whole year", OC2=rows)
    assert [(found[name].count, found[name].of) for name in ("Health assessment", "Dental check")] == [(1, 2), (0, 2)]
    assert (found["Development check"].count, found["Development check"].of) == (1, 1)


def test_missing_incidents_are_counted_with_the_children_who_had_one() -> None:
    rows = [
        {"MISSING": "M", "MIS_START": "01/04/2025"}, {"MISSING": "M", "MIS_START": "31/03/2026"},
        {"MISSING": "A", "MIS_START": "01/05/2025"}, {"MISSING": "M", "MIS_START": "31/03/2025"},
    ]  # fmt: skip
    assert counts("Missing from care", Missing=rows) == {
        "Missing": 2, "Children who went missing": 1, "Away without authorisation": 1,
        "Children away without authorisation": 1,
    }  # fmt: skip


def test_adoptions_and_care_leavers_are_counted() -> None:
    placed = [OPEN | {"PLACE": "A5"}]
    assert counts("Adoption", Episodes=placed, AD1=[{}]) == {"Adopted": 1, "Placed for adoption on 31 March": 1}
    leavers = [{"IN_TOUCH": "YES", "ACTIV": "F4", "ACCOM": "B1"}, {"IN_TOUCH": "NO", "ACTIV": "G5", "ACCOM": "S2"}]
    assert counts("Care leavers", OC3=leavers) == {
        "Young people": 2, "In touch": 1, "In education, employment or training": 1, "In suitable accommodation": 1,
    }  # fmt: skip


def test_a_figure_whose_file_was_not_given_says_so() -> None:
    (found,) = (
        item
        for item in measure(declared(SSDA903.figures), looked_after(absent=["OC2"]))
        if "Health" in item.figure.title
    )
    assert found.lines == ()
    assert found.reason == "The table OC2 was not given."
