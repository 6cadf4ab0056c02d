"""Rules on adopted children: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

from typing import Any

import pytest

from looked_after_builder import marked, outcome

Record = dict[str, str | None]
Rows = list[Record]
LEAVER = ("IN_TOUCH", "ACTIV", "ACCOM")
COMPLETE: Record = {
    "DATE_INT": "01/05/2024",
    "DATE_MATCH": "01/06/2024",
    "FOSTER_CARE": "0",
    "NB_ADOPTR": "2",
    "SEX_ADOPTR": "MF",
    "LS_ADOPTR": "L11",
}
ITEMS = tuple(COMPLETE)
CELLS = " ".join(f"AD1.0.{item}" for item in ITEMS)
UNREADABLE: Record = {"DATE_INT": "31/02/2025"}


def _listed(code: str, field: str, good: str, bad: str) -> list[tuple[str, str, Record, bool]]:
    values = [*((value, False) for value in good.split()), *((value, True) for value in bad.split()), (None, False)]
    return [(code, field, {field: value}, fails) for value, fails in values]


def _sexes(code: str, status: str, other: str, good: str) -> list[tuple[str, str, Record, bool]]:
    fields, sexes = "LS_ADOPTR SEX_ADOPTR", ("M1", "F1", "MM", "FF", "MF", None)
    rows: list[tuple[Record, bool]] = [
        ({"LS_ADOPTR": status, "SEX_ADOPTR": sex}, sex not in good.split()) for sex in sexes
    ]
    rows += [({"LS_ADOPTR": other, "SEX_ADOPTR": sex}, False) for sex in sexes]
    return [(code, fields, record, fails) for record, fails in rows]


@pytest.mark.parametrize(
    ("code", "fields", "record", "fails"),
    [
        *_listed("112", "DATE_INT", "01/05/2024", "31/02/2025 2025-05-01 1/5/2024"),
        *_listed("113", "DATE_MATCH", "01/05/2024", "31/02/2025 soon"),
        *_listed("114", "FOSTER_CARE", "0 1", "2 Y"),
        *_listed("175", "NB_ADOPTR", "1 2", "0 3"),
        *_listed("176", "SEX_ADOPTR", "M1 F1 MM FF MF mf", "FM M"),
        *_listed("177", "LS_ADOPTR", "L0 L11 L12 L2 L3 L4 l4", "L1 L5"),
        *_sexes("514", "L0", "L11", "M1 F1"),
        *_sexes("517", "L3", "L4", "MF"),
        *_sexes("518", "L4", "L3", "MM FF"),
        *_sexes("519", "L2", "L0", "MM FF MF"),
        *_sexes("520", "L11", "L12", "MF"),
        *_sexes("524", "L12", "L11", "MM FF"),
        ("511", "NB_ADOPTR SEX_ADOPTR", {"NB_ADOPTR": "2", "SEX_ADOPTR": "M1"}, True),
        ("511", "NB_ADOPTR SEX_ADOPTR", {"NB_ADOPTR": "2", "SEX_ADOPTR": "f1"}, True),
        ("511", "NB_ADOPTR SEX_ADOPTR", {"NB_ADOPTR": "2", "SEX_ADOPTR": "MF"}, False),
        ("511", "NB_ADOPTR SEX_ADOPTR", {"NB_ADOPTR": "2"}, False),
        ("511", "NB_ADOPTR SEX_ADOPTR", {"NB_ADOPTR": "1", "SEX_ADOPTR": "M1"}, False),
        ("333", "DATE_INT DATE_MATCH", {"DATE_INT": "02/06/2024", "DATE_MATCH": "01/06/2024"}, True),
        ("333", "DATE_INT DATE_MATCH", {"DATE_INT": "01/06/2024", "DATE_MATCH": "01/06/2024"}, False),
        ("333", "DATE_INT DATE_MATCH", {"DATE_MATCH": "01/06/2024"}, True),
        ("333", "DATE_INT DATE_MATCH", {"DATE_INT": "31/02/2024", "DATE_MATCH": "01/06/2024"}, True),
        ("333", "DATE_INT DATE_MATCH", {"DATE_INT": "02/06/2024"}, False),
        ("333", "DATE_INT DATE_MATCH", {"DATE_MATCH": "31/02/2024"}, False),
    ],
)
def test_the_items_of_an_adoption_fit_together(code: str, fields: str, record: Record, fails: bool) -> None:
    cells = " ".join(f"AD1.0.{field}" for field in fields.split())
    assert marked(code, AD1=[record]) == ([cells] if fails else [])


@pytest.mark.parametrize("item", ITEMS)
def test_151_an_adoption_is_told_in_full(item: str) -> None:
    assert marked("151", AD1=[{item: COMPLETE[item]}]) == [CELLS]
    assert marked("151", AD1=[COMPLETE | {item: None}]) == [CELLS]


def test_151_all_items_and_none_pass() -> None:
    assert marked("151", AD1=[COMPLETE, {}, COMPLETE | UNREADABLE]) == []


@pytest.mark.parametrize("leaver", LEAVER)
@pytest.mark.parametrize("item", ITEMS)
def test_134_a_care_leaver_was_not_adopted(leaver: str, item: str) -> None:
    leavers: Rows = [{leaver: "0"}, {leaver: "0"}, {leaver: "0", "CHILD": None}]
    adopted: Rows = [{item: "odd"}, {item: "odd", "CHILD": None}]
    assert marked("134", AD1=adopted, OC3=leavers) == [CELLS]


@pytest.mark.parametrize(
    ("adopted", "leaver"),
    [({}, {"ACTIV": "0"}), (COMPLETE, {}), (COMPLETE, {"ACTIV": "0", "CHILD": "C2"}), ({"DOB": "01/05/2020"}, {})],
)
def test_134_rows_without_items_and_of_other_children_pass(adopted: Record, leaver: Record) -> None:
    assert marked("134", AD1=[adopted], OC3=[leaver]) == []


ALL_YEAR: Rows = [{"DECOM": "01/04/2025", "RNE": "S", "LS": "C2"}]
ALL_LEAVER = " ".join(f"OC3.0.{item}" for item in LEAVER)


@pytest.mark.parametrize("item", ITEMS)
def test_187_nobody_here_all_year_was_adopted(item: str) -> None:
    assert marked("187", AD1=[{item: "odd"}, {item: "odd", "CHILD": "C2"}], Episodes=ALL_YEAR) == [CELLS]


@pytest.mark.parametrize("item", LEAVER)
def test_187_nobody_here_all_year_left_care(item: str) -> None:
    assert marked("187", OC3=[{item: "odd"}, {item: "odd", "CHILD": None}], Episodes=ALL_YEAR) == [ALL_LEAVER]


def test_187_looks_at_each_file_that_was_given() -> None:
    given: dict[str, Any] = {"AD1": [COMPLETE], "OC3": [{"ACTIV": "0"}]}
    assert marked("187", **given, Episodes=ALL_YEAR) == [CELLS, ALL_LEAVER]
    assert marked("187", AD1=given["AD1"], Episodes=ALL_YEAR, absent=["OC3"]) == [CELLS]
    assert marked("187", OC3=given["OC3"], Episodes=ALL_YEAR, absent=["AD1"]) == [ALL_LEAVER]
    assert outcome("187", Episodes=ALL_YEAR, absent=["AD1", "OC3"]).reason == "The table AD1 was not given."


@pytest.mark.parametrize(
    ("ended", "fails"), [("31/03/2026", True), ("30/03/2026", False), (None, True), ("31/02/2026", True)]
)
def test_187_is_about_children_here_all_year(ended: str | None, fails: bool) -> None:
    spell = ALL_YEAR[0] | {"DEC": ended, "REC": "E11"}
    assert marked("187", AD1=[COMPLETE], Episodes=[spell]) == ([CELLS] if fails else [])
    assert marked("187", AD1=[{}], OC3=[{}], Episodes=[spell]) == []


MATCHED = "AD1.0.DATE_MATCH Episodes.0.DECOM Episodes.0.REC"


@pytest.mark.parametrize(
    ("code", "episode", "adopted", "cells"),
    [
        ("331", {"REC": "E11", "DECOM": "01/06/2024"}, {"DATE_MATCH": "02/06/2024"}, MATCHED),
        ("331", {"REC": "E12", "DECOM": "01/06/2024"}, {"DATE_MATCH": "02/06/2024"}, MATCHED),
        ("331", {"REC": "E12", "DECOM": "01/06/2024"}, {"DATE_MATCH": "01/06/2024"}, ""),
        ("331", {"REC": "X1", "DECOM": "01/06/2024"}, {"DATE_MATCH": "02/06/2024"}, ""),
        ("331", {"REC": None, "DECOM": "01/06/2024"}, {"DATE_MATCH": "02/06/2024"}, ""),
        ("331", {"REC": "E11", "DECOM": None}, {"DATE_MATCH": "02/06/2024"}, ""),
        ("331", {"REC": "E11", "DECOM": "01/06/2024"}, {"DATE_MATCH": "31/06/2024"}, ""),
        ("331", {"REC": "E11", "DECOM": "01/06/2024", "CHILD": "C2"}, {"DATE_MATCH": "02/06/2024"}, ""),
        *(
            ("335", {"REC": reason, "PLACE": place}, {"FOSTER_CARE": flag}, flag == bad)
            for reason, place, bad in [
                ("E11", "A3", "0"),
                ("E12", "A5", "0"),
                ("E1", "A2", "0"),
                ("E12", "A4", "1"),
                ("E11", "A6", "1"),
                ("E1", "A1", "1"),
            ]
            for flag in ("0", "1", "2", None)
        ),
        ("335", {"REC": "X1", "PLACE": "A3"}, {"FOSTER_CARE": "0"}, ""),
        ("335", {"REC": "E11", "PLACE": "U1"}, {"FOSTER_CARE": "0"}, ""),
        ("335", {"REC": "E11", "PLACE": None}, {"FOSTER_CARE": "1"}, ""),
        *(
            ("521", {"PLACE": place, "DECOM": "01/06/2024"}, {"DATE_INT": "02/06/2024"}, place != "U1")
            for place in ("A3", "A4", "A5", "A6", "U1")
        ),
        ("521", {"PLACE": "A3", "DECOM": "01/06/2024"}, {"DATE_INT": "01/06/2024"}, ""),
        ("521", {"PLACE": "A3", "DECOM": None}, {"DATE_INT": "01/06/2024"}, ""),
        ("521", {"PLACE": "A3", "DECOM": "01/06/2024"}, {}, ""),
        ("582", {"REC": "E11", "DEC": "01/06/2025"}, {"DATE_MATCH": "01/06/2025"}, True),
        ("582", {"REC": "E12", "DEC": "01/06/2025"}, {"DATE_MATCH": "01/06/2025"}, True),
        ("582", {"REC": "E12", "DEC": "01/06/2025"}, {"DATE_MATCH": "31/05/2025"}, ""),
        ("582", {"REC": "X1", "DEC": "01/06/2025"}, {"DATE_MATCH": "01/06/2025"}, ""),
        ("582", {"REC": "E11", "DEC": "soon"}, {"DATE_MATCH": "soon"}, ""),
        ("582", {"REC": "E11"}, {}, ""),
    ],
)
def test_the_adoption_fits_the_episode(code: str, episode: Record, adopted: Record, cells: str | bool) -> None:
    known = {
        "335": "AD1.0.FOSTER_CARE Episodes.0.PLACE Episodes.0.REC",
        "521": "Episodes.0.PLACE Episodes.0.DECOM AD1.0.DATE_INT",
        "582": "Episodes.0.DEC Episodes.0.REC",
    }
    expected = known[code] if cells is True else cells
    assert marked(code, Episodes=[episode], AD1=[adopted]) == ([expected] if expected else [])


@pytest.mark.parametrize("year", [2023, 2027])
def test_582_repeated_rows_of_AD1_make_one_finding(year: int) -> None:
    episodes: Rows = [{"REC": "E11", "DEC": "01/06/2025"}, {"REC": "E11", "DEC": "01/06/2025", "CHILD": None}]
    adopted: Rows = [{"DATE_MATCH": "01/06/2025"}, {"DATE_MATCH": "01/06/2025"}]
    assert marked("582", year, Episodes=episodes, AD1=adopted) == ["Episodes.0.DEC Episodes.0.REC"]


def test_331_each_row_is_shown_once() -> None:
    episodes: Rows = [{"REC": "E11", "DECOM": "01/06/2024"}]
    adopted: Rows = [{"DATE_MATCH": "02/06/2024"}, {"DATE_MATCH": "03/06/2024"}]
    cells = "AD1.0.DATE_MATCH AD1.1.DATE_MATCH Episodes.0.DECOM Episodes.0.REC"
    assert marked("331", Episodes=episodes, AD1=adopted) == [cells]


@pytest.mark.parametrize(
    ("decided", "starts", "fails"),
    [
        ("31/05/2025", [("S", "01/06/2025")], True),
        ("01/06/2025", [("S", "01/06/2025")], False),
        ("31/05/2025", [("L", "01/06/2025")], False),
        ("31/05/2025", [("S", "01/06/2025"), ("S", "01/05/2020"), ("L", "01/08/2025"), ("S", None)], True),
        ("31/05/2025", [("S", "01/05/2025"), ("S", "01/05/2020"), ("L", "01/08/2025")], False),
        (None, [("S", "01/06/2025")], False),
        ("2025", [("S", "01/06/2025")], False),
        ("31/05/2025", [], False),
    ],
)
def test_334_the_decision_falls_in_this_care(decided: str | None, starts: Any, fails: bool) -> None:
    episodes = [{"RNE": reason, "DECOM": day} for reason, day in starts]
    cells = ["AD1.0.DATE_INT Episodes.0.DECOM Episodes.0.RNE"] if fails else []
    assert marked("334", AD1=[{"DATE_INT": decided}], Episodes=episodes) == cells


@pytest.mark.parametrize(
    ("year", "reason", "ended", "in_year"),
    [
        (2026, "E11", "01/04/2025", True),
        (2026, "E12", "31/03/2026", True),
        (2026, "E11", "31/03/2025", False),
        (2026, "E11", "01/04/2026", False),
        (2026, "X1", "01/06/2025", False),
        (2026, None, "01/06/2025", False),
        (2026, "E11", None, False),
        (2026, "E11", "31/02/2026", False),
        (2023, "E11", "31/03/2023", True),
        (2023, "E11", "01/04/2023", False),
        (2027, "E11", "01/04/2026", True),
    ],
)
def test_601_602_an_adoption_in_the_year_is_told(
    year: int, reason: str | None, ended: str | None, in_year: bool
) -> None:
    episodes: Rows = [{"REC": reason, "DEC": ended}]
    assert marked("601", year, Episodes=episodes) == (["Episodes.0.REC Episodes.0.DEC"] if in_year else [])
    assert marked("602", year, Episodes=episodes, AD1=[COMPLETE]) == ([] if in_year else ["AD1.0.CHILD"])


ADOPTED: Rows = [{"REC": "E11", "DEC": "01/06/2025"}]


@pytest.mark.parametrize(
    ("adopted", "fails"),
    [*((COMPLETE | {item: None}, True) for item in ITEMS), (COMPLETE | UNREADABLE, True), ({}, True)],
)
def test_601_an_adoption_is_told_in_full(adopted: Record, fails: bool) -> None:
    cells = [f"Episodes.0.REC Episodes.0.DEC {CELLS}"] if fails else []
    assert marked("601", Episodes=ADOPTED, AD1=[adopted]) == cells


def test_601_an_adoption_told_in_full_passes() -> None:
    assert marked("601", Episodes=ADOPTED, AD1=[COMPLETE]) == []


def test_601_no_adoption_is_told_of_a_child_without_an_identifier() -> None:
    nobody: Record = {"CHILD": None}
    assert marked("601", Episodes=[ADOPTED[0] | nobody], AD1=[COMPLETE | nobody]) == ["Episodes.0.REC Episodes.0.DEC"]


@pytest.mark.parametrize("item", ITEMS)
def test_602_one_item_is_enough(item: str) -> None:
    assert marked("602", AD1=[{item: COMPLETE[item]}]) == ["AD1.0.CHILD"]


def test_602_rows_without_a_readable_item_and_of_adopted_children_pass() -> None:
    assert (
        marked("602", AD1=[{}, UNREADABLE, COMPLETE | {"CHILD": "C2"}], Episodes=[ADOPTED[0] | {"CHILD": "C2"}]) == []
    )


@pytest.mark.parametrize("code", ["331", "334", "335", "521", "582", "601"])
def test_rules_on_both_files_need_both(code: str) -> None:
    assert outcome(code, absent=["AD1"]).reason == "The table AD1 was not given."
