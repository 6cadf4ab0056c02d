"""Rules on care leavers: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

from typing import Any

import pytest

from looked_after_builder import marked, outcome

Record = dict[str, str | None]
Rows = list[Record]
ITEMS = ("IN_TOUCH", "ACTIV", "ACCOM")
HEALTH = [
    "CONVICTED",
    "HEALTH_CHECK",
    "IMMUNISATIONS",
    "TEETH_CHECK",
    "HEALTH_ASSESSMENT",
    "SUBSTANCE_MISUSE",
    "INTERVENTION_RECEIVED",
    "INTERVENTION_OFFERED",
]
CELLS = "OC3.0.IN_TOUCH OC3.0.ACTIV OC3.0.ACCOM"


@pytest.mark.parametrize(
    ("code", "field", "value", "fails"),
    [
        *(("131", "IN_TOUCH", good, False) for good in ["YES", "NO", "DIED", "REFU", "NREQ", "RHOM", "yes"]),
        ("131", "IN_TOUCH", "GONE", True),
        ("131", "IN_TOUCH", None, True),
        *(
            ("132", "ACTIV", good, False)
            for good in ["F1", "P1", "F2", "P2", "F4", "P4", "F5", "P5", "G4", "G5", "G6", "0"]
        ),
        ("132", "ACTIV", "F3", True),
        ("132", "ACTIV", "P3", True),
        ("132", "ACTIV", None, True),
        *(("133", "ACCOM", good, False) for good in ["B1", "H2", "S2", "X2", "Z1", "0"]),
        ("133", "ACCOM", "S1", True),
        ("133", "ACCOM", "X1", True),
        ("133", "ACCOM", None, True),
    ],
)
def test_each_item_is_on_its_list(code: str, field: str, value: str | None, fails: bool) -> None:
    assert marked(code, OC3=[{field: value}]) == ([f"OC3.0.{field}"] if fails else [])


@pytest.mark.parametrize(
    ("items", "fails"),
    [
        ("IN_TOUCH", True),
        ("ACTIV", True),
        ("ACCOM", True),
        ("IN_TOUCH ACCOM", True),
        ("IN_TOUCH ACTIV ACCOM", False),
        ("", False),
    ],
)
def test_153_the_three_items_go_together(items: str, fails: bool) -> None:
    assert marked("153", OC3=[dict.fromkeys(items.split(), "0")]) == ([CELLS] if fails else [])


@pytest.mark.parametrize("item", ITEMS)
@pytest.mark.parametrize("health", HEALTH)
def test_215_a_care_leaver_has_no_items_on_a_year_of_care(item: str, health: str) -> None:
    cells = " ".join([CELLS, *(f"OC2.0.{field}" for field in HEALTH)])
    rows = [{health: "0"}, {"CHILD": None, health: "0"}]
    assert marked("215", OC3=[{item: "0"}, {"CHILD": None, item: "0"}], OC2=rows) == [cells]


@pytest.mark.parametrize(
    ("leaver", "health"),
    [
        ({}, {"CONVICTED": "0"}),
        ({"IN_TOUCH": "YES"}, {"SDQ_SCORE": "12"}),
        ({"IN_TOUCH": "YES"}, {"CONVICTED": "0", "CHILD": "C2"}),
    ],
)
def test_215_rows_without_answers_pass(leaver: Record, health: Record) -> None:
    assert marked("215", OC3=[leaver], OC2=[health]) == []


@pytest.mark.parametrize(
    ("code", "touch", "activity", "accommodation", "fails"),
    [
        ("344", "DIED", "0", "0", False),
        ("344", "DIED", None, None, False),
        ("344", "DIED", "F1", None, True),
        ("344", "RHOM", "0", "B1", True),
        ("344", "RHOM", "F1", "0", True),
        ("344", "NO", "F1", "B1", False),
        ("344", None, "F1", "B1", False),
        ("345", "YES", "F1", "B1", False),
        ("345", "YES", "0", "B1", True),
        ("345", "YES", "F1", "0", True),
        ("345", "YES", None, "0", True),
        ("345", "YES", None, None, False),
        ("345", "NO", "0", "0", False),
    ],
)
def test_what_is_known_fits_the_contact(
    code: str, touch: str | None, activity: str | None, accommodation: str | None, fails: bool
) -> None:
    rows = [{"IN_TOUCH": touch, "ACTIV": activity, "ACCOM": accommodation}]
    assert marked(code, OC3=rows) == ([CELLS] if fails else [])


@pytest.mark.parametrize(
    ("year", "accommodation", "born", "fails"),
    [
        (2024, "T1", "01/04/2005", False),
        (2024, "T1", "02/04/2005", True),
        (2026, "T2", "02/04/2007", True),
        (2026, "T2", "01/04/2007", False),
        (2026, "U1", "02/04/2007", False),
        (2026, None, "02/04/2007", False),
        (2026, "T1", None, False),
        (2026, "T1", "2007", False),
    ],
)
def test_347_a_foyer_is_for_adults(year: int, accommodation: str | None, born: str | None, fails: bool) -> None:
    cells = ["OC3.0.ACCOM OC3.0.DOB"] if fails else []
    assert marked("347", year, OC3=[{"ACCOM": accommodation, "DOB": born}]) == cells


@pytest.mark.parametrize("year", [2026, 2027])
@pytest.mark.parametrize(
    ("now", "before", "fails"),
    [("YES", "DIED", True), (None, "DIED", True), ("died", "DIED", False), ("YES", "NO", False), ("YES", None, False)],
)
def test_348_nobody_comes_back_from_the_dead(year: int, now: str | None, before: str | None, fails: bool) -> None:
    cells = ["OC3.0.IN_TOUCH OC3_last.0.IN_TOUCH"] if fails else []
    assert marked("348", year, OC3=[{"IN_TOUCH": now}], OC3_last=[{"IN_TOUCH": before}]) == cells


@pytest.mark.parametrize("item", ITEMS)
@pytest.mark.parametrize(
    ("born", "fails"), [("01/04/2009", True), ("31/03/2009", False), ("31/03/1990", False), (None, False)]
)
def test_391_a_care_leaver_is_17_by_the_end_of_the_year(item: str, born: str | None, fails: bool) -> None:
    cells = [f"OC3.0.DOB {CELLS}"] if fails else []
    assert marked("391", OC3=[{"DOB": born, item: "0"}]) == cells


def test_391_is_about_rows_with_answers() -> None:
    assert marked("391", OC3=[{"DOB": "01/04/2009"}]) == []


@pytest.mark.parametrize("item", ITEMS)
def test_1000_nobody_leaves_care_dead(item: str) -> None:
    died: Rows = [{"REC": "E2"}, {"REC": "E2"}]
    leavers: Rows = [{item: "0"}, {item: "0", "CHILD": None}]
    assert marked("1000", OC3=leavers, Episodes=[*died, {"CHILD": None, "REC": "E2"}]) == [CELLS]
    assert marked("1000", OC3=leavers, Episodes_last=died) == [CELLS]


@pytest.mark.parametrize(
    ("leaver", "episode"),
    [({}, {"REC": "E2"}), ({"IN_TOUCH": "DIED"}, {"REC": "E8"}), ({"IN_TOUCH": "NO"}, {"REC": "E2", "CHILD": "C2"})],
)
def test_1000_other_reasons_and_rows_without_answers_pass(leaver: Record, episode: Record) -> None:
    assert marked("1000", OC3=[leaver], Episodes=[episode], Episodes_last=[episode]) == []


# Born on 1 May 2008: 14 on 1 May 2022, 16 on 1 May 2024 and not yet 20.
@pytest.mark.parametrize(
    ("spells", "before", "fails"),
    [
        # 91 days after 14, all of them after 16.
        ([("01/05/2024", "31/07/2024", "E8", "C2")], [], False),
        ([("01/05/2024", "30/07/2024", "E8", "C2")], [], True),
        # Long care before 16, and a day after.
        ([("01/01/2020", "01/05/2024", "E8", "C2")], [], True),
        ([("01/01/2020", "02/05/2024", "E8", "C2")], [], False),
        # Care before 14 does not count.
        ([("01/01/2010", "01/06/2022", "X1", "C2"), ("01/05/2024", "29/06/2024", "E8", "C2")], [], True),
        ([("01/01/2010", "01/06/2022", "X1", "C2"), ("01/05/2024", "30/06/2024", "E8", "C2")], [], False),
        # The two years add up.
        ([("01/06/2025", "31/07/2025", "E8", "C2")], [("01/05/2024", "31/05/2024", "E8", "C2")], True),
        ([("01/06/2025", "31/07/2025", "E8", "C2")], [("01/05/2024", "01/06/2024", "E8", "C2")], False),
        # An open episode runs to the end of the year where it is the last.
        ([("30/12/2025", None, None, "C2")], [], False),
        ([("31/12/2025", None, None, "C2")], [], True),
        ([("01/05/2024", None, None, "C2"), ("01/01/2026", "02/01/2026", "E8", "C2")], [], True),
        # The same episode in both years counts once, as it ended.
        ([("01/05/2025", "01/06/2025", "E8", "C2")], [("01/05/2025", None, None, "C2")], True),
        ([("01/05/2024", "31/07/2025", "E8", "C2")], [("01/05/2024", None, None, "C2")], False),
        # Short breaks are no care.
        ([("01/05/2024", "31/07/2025", "E8", "V3")], [], True),
        ([("01/05/2024", "31/07/2025", "E8", "V4")], [], True),
        ([("01/05/2024", "31/07/2025", "E8", None)], [], False),
        # An adopted child is no care leaver; one adopted earlier may be again.
        ([("01/05/2024", "31/07/2025", "E11", "E1")], [], True),
        ([("01/05/2024", "31/07/2025", "E12", "E1")], [], True),
        ([("01/05/2025", "31/07/2025", "E8", "C2")], [("01/05/2024", "31/07/2024", "E11", "E1")], False),
        # Dates that cannot be read.
        ([(None, "31/07/2025", "E8", "C2")], [], True),
        ([], [], True),
    ],
)
def test_1001_a_care_leaver_was_in_care_long_enough(spells: Any, before: Any, fails: bool) -> None:
    names = ("DECOM", "DEC", "REC", "LS")
    this, last = ([dict(zip(names, spell, strict=True)) for spell in rows] for rows in (spells, before))
    header = [{"DOB": "01/05/2008"}]
    assert marked("1001", Header=header, OC3=[{}], Episodes=this, Episodes_last=last) == ([CELLS] if fails else [])


@pytest.mark.parametrize(
    ("born", "fails"), [("01/04/2006", True), ("31/03/2006", False), (None, False), ("2006", False)]
)
def test_1001_is_about_care_leavers_under_20_in_header(born: str | None, fails: bool) -> None:
    leavers: Rows = [{}, {"CHILD": "C2"}, {"CHILD": None}]
    assert marked("1001", Header=[{"DOB": born}], OC3=leavers, Episodes_last=[]) == ([CELLS] if fails else [])


@pytest.mark.parametrize(
    ("this", "before", "fails"), [([], [], True), ([{}], [], False), ([], [{}], False), ([{"CHILD": "C2"}], [], True)]
)
def test_1002_a_care_leaver_was_in_care(this: Rows, before: Rows, fails: bool) -> None:
    assert marked("1002", OC3=[{}], Episodes=this, Episodes_last=before) == ([CELLS] if fails else [])


def test_1002_a_row_without_an_identifier_has_no_episodes() -> None:
    nobody: Rows = [{"CHILD": None}]
    assert marked("1002", OC3=nobody, Episodes=nobody, Episodes_last=nobody) == [CELLS]


@pytest.mark.parametrize("code", ["1001", "1002", "1010"])
def test_rules_on_earlier_care_need_last_year(code: str) -> None:
    reason = "Last year's Episodes was not given. Give last year's return with --previous."
    assert outcome(code, Header=[{}], OC3=[{}]).reason == reason


# 18 on 1 June 2025; 17 on the same day; 19; 16.
@pytest.mark.parametrize(
    ("born", "start", "end", "fails"),
    [
        ("01/06/2007", "01/06/2025", None, True),
        ("01/06/2007", "02/06/2025", None, False),
        ("01/06/2007", "01/05/2020", "02/06/2025", True),
        ("01/06/2007", "01/05/2020", "01/06/2025", False),
        ("01/06/2008", "01/05/2020", "02/06/2025", True),
        ("01/06/2008", "01/05/2020", "01/06/2025", False),
        ("01/04/2007", "01/05/2020", None, True),
        ("31/03/2007", "01/05/2020", None, False),
        ("31/03/2009", "01/05/2020", None, True),
        ("01/04/2009", "01/05/2020", None, False),
        ("01/06/2007", None, None, False),
        (None, "01/05/2020", None, False),
    ],
)
def test_1007_a_care_leaver_was_not_in_care_on_the_birthday(
    born: str | None, start: str | None, end: str | None, fails: bool
) -> None:
    episodes: Rows = [
        {"DECOM": start, "DEC": end},
        {"DECOM": start, "DEC": end},
        {"DECOM": "01/01/2001", "DEC": "01/01/2002"},
    ]
    cells = [f"{CELLS} OC3.0.DOB"] if fails else []
    assert marked("1007", OC3=[{"DOB": born, "IN_TOUCH": "YES"}], Episodes=episodes) == cells


def test_1007_is_about_rows_with_answers() -> None:
    assert marked("1007", OC3=[{"DOB": "01/06/2007"}], Episodes=[{"DECOM": "01/05/2020"}]) == []


@pytest.mark.parametrize(
    ("year", "born", "ended", "reason", "fails"),
    [
        (2024, "01/06/2005", "02/06/2023", "E8", True),
        (2024, "01/06/2005", "01/06/2023", "E8", False),
        (2026, "01/06/2007", "02/06/2025", "E8", True),
        (2026, "01/06/2007", "01/06/2025", "E8", False),
        (2026, "01/06/2008", "02/06/2025", "E8", True),
        (2026, "01/06/2008", "01/06/2025", None, False),
        (2026, "01/06/2008", "02/06/2025", None, True),
        (2026, "01/06/2008", "02/06/2025", "X1", False),
        (2026, "01/06/2008", None, None, False),
        (2026, "29/02/2008", "01/03/2026", "E8", True),
        (2026, "29/02/2008", "28/02/2026", "E8", False),
        (2026, "31/03/2007", "31/03/2026", "E8", False),
        (2026, "01/04/2009", "31/03/2026", "E8", False),
        (2026, None, "02/06/2025", "E8", False),
    ],
)
def test_1016_a_care_leaver_left_by_the_birthday(
    year: int, born: str | None, ended: str | None, reason: str | None, fails: bool
) -> None:
    episodes: Rows = [
        {"DECOM": "01/05/2022", "DEC": ended, "REC": reason},
        {"DECOM": "01/05/2021", "DEC": "01/05/2027", "REC": "E8"},
    ]
    cells = [f"{CELLS} OC3.0.DOB"] if fails else []
    assert marked("1016", year, OC3=[{"DOB": born, "ACCOM": "0"}], Episodes=episodes) == cells


def test_1016_is_about_rows_with_answers() -> None:
    assert marked("1016", OC3=[{"DOB": "01/06/2007"}], Episodes=[{"DECOM": "01/05/2020", "DEC": "01/01/2026"}]) == []


@pytest.mark.parametrize(
    ("before", "this", "fails"),
    [
        ([("01/05/2024", None)], [], True),
        ([("01/05/2024", "01/06/2024")], [], False),
        ([("01/06/2024", None), ("01/05/2024", "01/06/2024")], [], True),
        ([("01/06/2024", "01/07/2024"), ("01/05/2024", None)], [], False),
        ([(None, None)], [], False),
        ([("01/05/2024", None)], [{}], False),
        ([], [], False),
    ],
)
def test_1010_the_episode_that_was_open_is_there(before: Any, this: Rows, fails: bool) -> None:
    last = [{"DECOM": start, "DEC": end} for start, end in before]
    assert marked("1010", OC3=[{}], Episodes=this, Episodes_last=last) == ([CELLS] if fails else [])


@pytest.mark.parametrize(
    ("reason", "earlier", "leaver", "fails"),
    [
        ("E3", "X1", {"IN_TOUCH": "YES"}, True),
        ("E3", "X1", {"ACTIV": "0"}, True),
        ("E3", "X1", {"ACCOM": "0"}, True),
        ("E3", "X1", {}, False),
        ("E8", "E3", {"IN_TOUCH": "YES"}, False),
        (None, None, {"IN_TOUCH": "YES"}, False),
    ],
)
def test_1011_the_other_authority_tells_of_its_care_leavers(
    reason: str | None, earlier: str | None, leaver: Record, fails: bool
) -> None:
    episodes = [{"DECOM": "01/05/2025", "REC": reason}, {"DECOM": "01/05/2024", "REC": earlier}]
    assert marked("1011", OC3=[leaver], Episodes=episodes) == ([CELLS] if fails else [])


@pytest.mark.parametrize("table", ["PlacedAdoption", "Missing", "Reviews", "AD1", "PrevPerm", "OC2"])
def test_1012_a_care_leaver_without_episodes_has_nothing_else(table: str) -> None:
    rows: dict[str, Any] = {table: [{}, {"CHILD": "C2"}, {}, {"CHILD": None}]}
    leavers: Rows = [{}, {"CHILD": None}]
    assert marked("1012", OC3=leavers, **rows) == [f"{table}.0.CHILD", f"{table}.2.CHILD"]
    assert marked("1012", OC3=leavers, **rows, Episodes=[{}]) == []
    assert marked("1012", OC3=leavers, absent=[table]) == []


def test_1012_a_child_who_is_no_care_leaver_passes() -> None:
    assert marked("1012", Reviews=[{}]) == []


@pytest.mark.parametrize(
    ("accommodation", "born", "fails"),
    [
        ("Z1", "01/04/2008", True),
        ("Z2", "31/03/2009", True),
        ("Z1", "31/03/2008", False),
        ("Z1", "01/04/2009", False),
        ("B1", "01/05/2008", False),
        (None, "01/05/2008", False),
        ("Z1", None, False),
        ("Z1", "2008", False),
    ],
)
def test_3001_at_17_nobody_lives_with_a_former_foster_carer(
    accommodation: str | None, born: str | None, fails: bool
) -> None:
    cells = ["OC3.0.ACCOM Header.0.DOB"] if fails else []
    assert marked("3001", Header=[{"DOB": born}], OC3=[{"ACCOM": accommodation, "DOB": "01/01/2000"}]) == cells
