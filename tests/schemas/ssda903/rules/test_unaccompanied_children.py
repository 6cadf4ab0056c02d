"""Rules on unaccompanied asylum-seeking children: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

from typing import Any

import pytest

from looked_after_builder import found, marked, outcome
from schemas.findings import Severity

Rows = list[dict[str, Any]]
Tables = dict[str, Any]
NO_LAST_YEAR = "Last year's UASC was not given. Give last year's return with --previous."


@pytest.mark.parametrize(
    ("ends", "fails"),
    [("01/04/2025", False), ("31/03/2025", True), ("2025-04-01", True), ("31/04/2025", True), (None, False)],
)
def test_104_the_status_ends_in_the_year_or_later(ends: str | None, fails: bool) -> None:
    assert marked("104", UASC=[{"DUC": ends}]) == (["UASC.0.DUC"] if fails else [])


@pytest.mark.parametrize(("flag", "fails"), [("0", False), ("1", False), ("2", True), ("yes", True), (None, True)])
def test_105_the_xml_form_says_whether_a_child_is_one(flag: str | None, fails: bool) -> None:
    header = [{"UASC": "0"}, {"UASC": flag, "CHILD": "C2"}]
    assert marked("105", Header=header) == (["Header.1.UASC"] if fails else [])


def test_105_is_about_the_xml_form_alone() -> None:
    assert outcome("105", Header=[{}], UASC=[{}]).reason == "Only the XML form has the item UASC."


@pytest.mark.parametrize(
    ("now", "before", "fails"),
    [
        (None, "01/04/2024", False),
        (None, "31/03/2025", False),
        (None, "31/03/2024", True),
        (None, "01/04/2025", True),
        (None, None, True),
        (None, "in May", True),
        ("01/05/2024", "01/05/2024", True),
        ("in May", "01/05/2024", True),
    ],
)
def test_205A_the_status_ended_last_year(now: str | None, before: str | None, fails: bool) -> None:
    rows: Tables = {"Header": [{"UASC": "0"}], "UASC": [{"DUC": now}], "UASC_last": [{"DUC": before}]}
    cells = ["UASC.0.DUC Header.0.CHILD Header.0.UASC"] if fails else []
    assert marked("205A", **rows) == cells


def test_205A_in_the_files_a_child_without_a_row_has_not_the_status() -> None:
    header: Rows = [{}, {}, {"CHILD": "C2"}, {"CHILD": None}]
    last: Rows = [{}, {"CHILD": "C2", "DUC": "01/05/2024"}, {"CHILD": "C9"}, {"CHILD": None}]
    assert marked("205A", Header=header, UASC_last=last) == ["Header.0.CHILD Header.0.UASC"]
    assert marked("205A", Header=header, UASC=[{"DUC": "01/05/2025"}], UASC_last=last) == []
    assert marked("205A", UASC=[{}], UASC_last=last, absent=["Header"]) == []


def test_205A_the_flag_of_last_years_xml_form_counts() -> None:
    last: Tables = {"Header_last": [{"UASC": "0"}], "UASC_last": [{}]}
    assert marked("205A", Header=[{"UASC": "0"}], **last) == []


@pytest.mark.parametrize(
    ("now", "before", "born", "fails"),
    [
        ("01/09/2027", "01/09/2027", "01/09/2009", False),
        ("01/04/2025", "01/09/2027", "01/09/2009", False),
        ("31/03/2026", "01/09/2027", "01/09/2009", False),
        ("31/03/2025", "01/09/2027", "01/09/2009", True),
        ("01/04/2026", "01/09/2027", "01/09/2009", True),
        (None, "01/09/2027", "01/09/2009", True),
        ("01/05/2025", "02/09/2027", "01/09/2009", True),
        ("01/05/2025", None, "01/09/2009", True),
        ("01/05/2025", "01/09/2027", None, True),
        ("28/02/2026", "28/02/2026", "29/02/2008", False),
        ("01/03/2026", "01/03/2026", "29/02/2008", True),
        (None, None, None, True),
    ],
)
def test_205B_the_end_is_the_18th_birthday_until_it_is_known(
    now: str | None, before: str | None, born: str | None, fails: bool
) -> None:
    rows: Tables = {"Header": [{}], "UASC": [{"DUC": now}], "UASC_last": [{"DUC": before, "DOB": born}]}
    assert marked("205B", **rows) == (["UASC.0.DUC Header.0.UASC"] if fails else [])
    assert marked("205B", **(rows | {"Header": []}), absent=["Header"]) == (["UASC.0.DUC"] if fails else [])


def test_205B_is_about_children_of_both_years() -> None:
    assert marked("205B", Header=[{}], UASC=[{}], UASC_last=[{"CHILD": "C2"}]) == []
    assert marked("205B", Header=[{}], UASC=[{"CHILD": None}], UASC_last=[{}]) == []


@pytest.mark.parametrize(
    ("flag", "flag_last", "now", "before", "fails"),
    [
        ("0", "0", "01/05/2025", None, True),
        ("0", "0", None, "in May", True),
        ("0", "0", "in May", None, True),
        ("0", "0", None, None, False),
        ("1", "0", "01/05/2025", None, False),
        ("0", "1", "01/05/2025", None, False),
        (None, "0", "01/05/2025", None, False),
    ],
)
def test_205C_the_end_is_of_a_status(
    flag: str | None, flag_last: str, now: str | None, before: str | None, fails: bool
) -> None:
    this: Tables = {"Header": [{"UASC": flag}], "UASC": [{"DUC": now}]}
    last: Tables = {"Header_last": [{"UASC": flag_last}], "UASC_last": [{"DUC": before}]}
    assert marked("205C", **this, **last) == (["UASC.0.DUC Header.0.UASC"] if fails else [])


def test_205C_a_child_who_is_new_this_year_had_no_status_before() -> None:
    rows: Tables = {"Header": [{"UASC": "0"}], "UASC": [{"DUC": "01/05/2025"}]}
    assert marked("205C", **rows, UASC_last=[{"CHILD": "C2"}]) == ["UASC.0.DUC Header.0.UASC"]


@pytest.mark.parametrize(
    ("header_last", "uasc", "uasc_last", "fails"),
    [
        ([{}], [{}], [], True),
        ([{"UASC": "0"}], [{}], [{}], True),
        ([{}], [{}], [{}], False),
        ([{"UASC": "1"}], [{}], [], False),
        ([{"CHILD": "C2"}], [{}], [], False),
        ([{}], [{"CHILD": "C2"}], [], False),
    ],
)
def test_205D_the_status_is_not_new(header_last: Rows, uasc: Rows, uasc_last: Rows, fails: bool) -> None:
    last: Tables = {"Header_last": header_last, "UASC_last": uasc_last}
    assert marked("205D", Header=[{}], UASC=uasc, **last) == (["Header.0.CHILD Header.0.UASC"] if fails else [])
    assert marked("205D", UASC=uasc, **last, absent=["Header"]) == (["UASC.0.CHILD"] if fails else [])


@pytest.mark.parametrize("code", ["205A", "205B", "205C"])
def test_rules_on_the_status_of_last_year_need_its_file(code: str) -> None:
    assert outcome(code, Header=[{}], UASC=[{}]).reason == NO_LAST_YEAR


def test_205D_needs_last_years_header_to_know_who_is_new() -> None:
    reason = "Last year's Header was not given. Give last year's return with --previous."
    assert outcome("205D", Header=[{}], UASC=[{}], UASC_last=[]).reason == reason
    assert outcome("205D", Header=[{}], UASC=[{}], Header_last=[{}]).reason == NO_LAST_YEAR


@pytest.mark.parametrize(
    ("year", "born", "flag", "listed", "fails"),
    [
        (2025, "01/04/2014", None, True, True),
        (2025, "31/03/2014", None, True, False),
        (2026, "01/04/2015", "1", False, True),
        (2026, "31/03/2015", "1", False, False),
        (2026, "01/04/2015", "0", True, False),
        (2026, "01/04/2015", None, False, False),
        (2026, None, None, True, False),
        (2026, "April 2015", None, True, False),
    ],
)
def test_231_a_child_under_11_seldom_comes_alone(
    year: int, born: str | None, flag: str | None, listed: bool, fails: bool
) -> None:
    uasc: Rows = [{}] if listed else []
    cells = ["Header.0.DOB Header.0.UASC"] if fails else []
    assert marked("231", year, Header=[{"DOB": born, "UASC": flag}], UASC=uasc) == cells


def test_231_asks_whether_the_age_is_right() -> None:
    assert found("231", Header=[{"DOB": "01/04/2020"}], UASC=[{}])[0].severity is Severity.QUERY


@pytest.mark.parametrize(
    ("flag", "ends", "fails"),
    [
        ("0", "01/05/2025", True),
        ("x", "01/05/2025", True),
        ("0", "in May", True),
        ("0", None, False),
        ("1", "01/05/2025", False),
        (None, "01/05/2025", False),
    ],
)
def test_303_a_child_with_an_end_of_the_status_has_it(flag: str | None, ends: str | None, fails: bool) -> None:
    rows: Tables = {"Header": [{"UASC": flag}], "UASC": [{"DUC": ends}, {"CHILD": None, "DUC": ends}]}
    assert marked("303", **rows) == (["UASC.0.DUC Header.0.UASC"] if fails else [])


@pytest.mark.parametrize(
    ("ends", "born", "fails"),
    [
        ("01/05/2026", "01/05/2008", False),
        ("02/05/2026", "01/05/2008", True),
        ("28/02/2026", "29/02/2008", False),
        ("01/03/2026", "29/02/2008", True),
        (None, "01/05/2008", False),
        ("02/05/2026", None, False),
        ("in May", "01/05/2008", False),
    ],
)
def test_304_the_status_ends_by_the_18th_birthday(ends: str | None, born: str | None, fails: bool) -> None:
    assert marked("304", UASC=[{"DUC": ends, "DOB": born}]) == (["UASC.0.DUC UASC.0.DOB"] if fails else [])


@pytest.mark.parametrize(
    ("start", "end", "item", "fails"),
    [
        ("01/05/2020", "31/03/2025", "IN_TOUCH", True),
        ("01/05/2020", "01/04/2025", "IN_TOUCH", False),
        ("01/04/2026", None, "ACTIV", True),
        ("31/03/2026", None, "ACTIV", False),
        ("01/05/2020", None, "ACCOM", False),
        (None, None, "ACCOM", True),
        ("01/05/2020", "31/03/2025", "DOB", False),
    ],
)
def test_1014_a_care_leaver_is_not_listed(start: str | None, end: str | None, item: str, fails: bool) -> None:
    rows: Tables = {
        "Episodes": [{"DECOM": start, "DEC": end}],
        "OC3": [{item: "0"}, {"CHILD": None, item: "0"}],
    }
    cells = ["OC3.0.IN_TOUCH OC3.0.ACTIV OC3.0.ACCOM UASC.0.DUC"] if fails else []
    assert marked("1014", **rows, UASC=[{}, {"CHILD": None}]) == cells


def test_1014_a_care_leaver_without_any_episode_fails_and_one_who_is_not_listed_passes() -> None:
    cells = ["OC3.0.IN_TOUCH OC3.0.ACTIV OC3.0.ACCOM UASC.0.DUC"]
    assert marked("1014", OC3=[{"IN_TOUCH": "YES"}], UASC=[{}]) == cells
    assert marked("1014", OC3=[{"IN_TOUCH": "YES"}], UASC=[{"CHILD": "C2"}]) == []
