"""Rules on one episode: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

import pytest

from looked_after_builder import found, marked, outcome

CODES = {
    "143": ("RNE", "S", "X"),
    "144": ("LS", "D1", "C3"),
    "145": ("CIN", "N8", "N9"),
    "149": ("REC", "E4A", "E4"),
    "1009": ("REASON_PLACE_CHANGE", "CUSTOD", "LIIAF"),
}
PLACEMENTS_OF_EVERY_YEAR = "A3 A4 A5 A6 K1 K2 P1 P3 R1 R2 R3 R5 S1 T0 T1 T2 T3 T4 U1 U2 U3 U4 U5 U6"
CHANGING_PLACEMENTS = "A1 E1 H5 K3 P2 Z1 Z11 Z12 Z13 Z14"
START_AND_END = "Episodes.0.DECOM Episodes.0.DEC"


@pytest.mark.parametrize(("code", "field", "good", "bad"), [(code, *row) for code, row in CODES.items()])
def test_a_code_is_on_the_list(code: str, field: str, good: str, bad: str) -> None:
    rows = [{field: bad}, {field: good}, {field: good.lower()}, {field: None}, {field: good * 2}]
    assert marked(code, Episodes=rows) == [f"Episodes.0.{field}", f"Episodes.4.{field}"]
    assert marked(code, Episodes=rows[1:4]) == []


@pytest.mark.parametrize(
    ("field", "codes"),
    [
        ("RNE", "S P L T U B"),
        ("LS", "C1 C2 D1 E1 V2 V3 V4 J1 J2 J3 L1 L2 L3"),
        ("CIN", "N1 N2 N3 N4 N5 N6 N7 N8"),
        ("REC", "X1 E11 E12 E2 E3 E4A E4B E13 E14 E15 E16 E17 E41 E45 E46 E47 E48 E5 E6 E7 E8 E9"),
        ("REASON_PLACE_CHANGE", "CARPL CLOSE ALLEG STAND APPRR CREQB CREQO CHILD LAREQ PLACE CUSTOD OTHER"),
    ],
)
@pytest.mark.parametrize("year", [2023, 2027])
def test_the_lists_of_codes_are_those_of_the_department(field: str, codes: str, year: int) -> None:
    code = next(code for code, (name, _, _) in CODES.items() if name == field)
    assert marked(code, year, Episodes=[{field: value} for value in codes.split()]) == []


@pytest.mark.parametrize(
    ("year", "only"),
    [
        (2023, "H5 P2 Z1"),
        (2024, "H5 P2 Z1"),
        (2025, "K3 Z1"),
        (2026, "K3 Z11 Z12 Z13 Z14"),
        (2027, "K3 Z11 Z12 Z13 Z14"),
    ],
)
def test_146_the_type_of_placement_is_one_of_the_year(year: int, only: str) -> None:
    good = f"{PLACEMENTS_OF_EVERY_YEAR} {only} u1".split()
    bad = sorted({*CHANGING_PLACEMENTS.split()} - {*only.split()})
    rows: list[dict[str, str | None]] = [{"PLACE": place} for place in bad + good]
    assert marked("146", year, Episodes=rows) == [f"Episodes.{at}.PLACE" for at in range(len(bad))]
    assert marked("146", year, Episodes=[*rows[len(bad) :], {"PLACE": None}]) == []


@pytest.mark.parametrize(("code", "field"), [("141", "DECOM"), ("147", "DEC")])
@pytest.mark.parametrize(
    ("text", "fails"),
    [("01/05/2025", False), (None, False), ("1/5/2025", True), ("2025-05-01", True), ("31/02/2025", True)],
)
def test_a_date_can_be_read(code: str, field: str, text: str | None, fails: bool) -> None:
    assert marked(code, Episodes=[{field: text}]) == ([f"Episodes.0.{field}"] if fails else [])


@pytest.mark.parametrize(
    ("end", "reason", "fails"),
    [
        ("01/06/2025", "X1", False),
        (None, None, False),
        ("01/06/2025", None, True),
        (None, "X1", True),
        ("odd", "X1", False),
        ("odd", None, True),
    ],
)
def test_148_an_end_has_a_reason_and_a_reason_an_end(end: str | None, reason: str | None, fails: bool) -> None:
    assert marked("148", Episodes=[{"DEC": end, "REC": reason}]) == (["Episodes.0.DEC Episodes.0.REC"] if fails else [])


@pytest.mark.parametrize("year", [2026, 2027])
@pytest.mark.parametrize(
    ("end", "reason", "fails"),
    [(None, "CARPL", True), (None, None, False), ("01/06/2025", "CARPL", False), ("odd", "CARPL", False)],
)
def test_233_an_open_episode_has_no_reason_for_a_move(
    year: int, end: str | None, reason: str | None, fails: bool
) -> None:
    cells = ["Episodes.0.REASON_PLACE_CHANGE Episodes.0.DEC"] if fails else []
    assert marked("233", year, Episodes=[{"DEC": end, "REASON_PLACE_CHANGE": reason}]) == cells


@pytest.mark.parametrize(
    ("born", "start", "fails"),
    [
        ("01/04/2008", "31/03/2026", False),
        ("01/04/2008", "01/04/2026", True),
        ("29/02/2008", "27/02/2026", False),
        ("29/02/2008", "28/02/2026", True),
        ("nineties", "01/04/2026", False),
        ("01/04/2008", None, False),
    ],
)
def test_352_care_starts_before_the_18th_birthday(born: str, start: str | None, fails: bool) -> None:
    cells = ["Episodes.0.DECOM Episodes.0.RNE Header.0.DOB"] if fails else []
    assert marked("352", Header=[{"DOB": born}], Episodes=[{"DECOM": start, "RNE": "S"}]) == cells


def test_352_is_about_the_start_of_care_and_reads_the_first_row_of_a_child_in_header() -> None:
    header = [{"DOB": "01/04/2008"}, {"DOB": "01/04/2018"}, {"CHILD": "C2", "DOB": "01/04/2018"}]
    episodes = [
        {"DECOM": "01/04/2026", "RNE": "P"},
        {"DECOM": "01/04/2026", "RNE": "S", "CHILD": "C2"},
        {"DECOM": "01/04/2026", "RNE": "S", "CHILD": None},
        {"DECOM": "01/04/2026", "RNE": "S", "CHILD": "c1"},
    ]
    (finding,) = found("352", Header=header, Episodes=episodes)
    assert (finding.child_id, finding.locations[0].row) == ("C1", 3)


@pytest.mark.parametrize("code", ["352", "359"])
def test_rules_on_ages_need_header(code: str) -> None:
    assert outcome(code, absent=["Header"]).reason == "The table Header was not given."


@pytest.mark.parametrize(
    ("code", "field", "passing", "failing"),
    [
        ("353", "DECOM", "14/10/1991", "13/10/1991"),
        ("354", "DECOM", "31/03/2026", "01/04/2026"),
        ("385", "DEC", "31/03/2026", "01/04/2026"),
    ],
)
def test_a_date_lies_between_the_children_act_and_the_end_of_the_year(
    code: str, field: str, passing: str, failing: str
) -> None:
    rows = [{field: failing}, {field: passing}, {field: None}, {field: "odd"}]
    assert marked(code, Episodes=rows) == [f"Episodes.0.{field}"]
    assert marked(code, Episodes=rows[1:]) == []


def test_354_follows_the_collection_year() -> None:
    assert marked("354", 2024, Episodes=[{"DECOM": "01/04/2024"}]) == ["Episodes.0.DECOM"]
    assert marked("354", 2025, Episodes=[{"DECOM": "01/04/2024"}]) == []


@pytest.mark.parametrize(
    ("start", "end", "fails"),
    [
        ("02/05/2025", "02/05/2025", True),
        ("02/05/2025", "03/05/2025", False),
        ("02/05/2025", "01/05/2025", False),
        (None, None, False),
        ("02/05/2025", None, False),
        ("odd", "odd", True),
    ],
)
def test_355_an_episode_does_not_end_on_its_first_day(start: str | None, end: str | None, fails: bool) -> None:
    assert marked("355", Episodes=[{"DECOM": start, "DEC": end}]) == ([START_AND_END] if fails else [])


@pytest.mark.parametrize(
    ("end", "fails"), [("01/05/2025", True), ("02/05/2025", False), (None, False), ("soon", False)]
)
def test_356_an_episode_ends_on_or_after_its_start(end: str | None, fails: bool) -> None:
    assert marked("356", Episodes=[{"DECOM": "02/05/2025", "DEC": end}]) == ([START_AND_END] if fails else [])


@pytest.mark.parametrize(
    ("born", "episode", "fails"),
    [
        ("30/03/2008", {}, True),
        ("31/03/2008", {}, False),
        ("odd", {}, False),
        ("30/03/2008", {"LS": "V2", "PLACE": "K2"}, False),
        ("30/03/2008", {"LS": "V2", "PLACE": "K1"}, True),
        ("30/03/2008", {"LS": "C2", "PLACE": "K2"}, True),
        ("30/03/2008", {"LS": None, "PLACE": "K2"}, True),
        ("30/03/2008", {"DEC": "29/03/2026"}, False),
        ("30/03/2008", {"DEC": "odd"}, False),
    ],
)
def test_359_an_episode_ends_by_the_18th_birthday(born: str, episode: dict[str, str | None], fails: bool) -> None:
    cells = ["Episodes.0.DEC Episodes.0.LS Episodes.0.PLACE Header.0.DOB"] if fails else []
    assert marked("359", Header=[{"DOB": born}], Episodes=[episode]) == cells
