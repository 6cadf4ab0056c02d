"""Rules on who the child is: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

import pytest

from looked_after_builder import marked, outcome


@pytest.mark.parametrize(
    ("year", "sex", "fails"),
    [
        (2023, "1", False),
        (2024, "2", False),
        (2024, "M", True),
        (2025, "1", True),
        (2025, "m", False),
        (2026, "F", False),
        (2027, "U", False),
        (2027, "X", True),
        (2026, None, True),
    ],
)
def test_101_the_sex_is_a_code_of_the_year(year: int, sex: str | None, fails: bool) -> None:
    assert marked("101", year, Header=[{"SEX": sex}]) == (["Header.0.SEX"] if fails else [])


@pytest.mark.parametrize(
    ("born", "fails"),
    [("29/02/2012", False), ("29/02/2013", True), ("2012-02-29", True), ("1/2/2012", True), (None, True)],
)
def test_102_the_date_of_birth_can_be_read(born: str | None, fails: bool) -> None:
    assert marked("102", Header=[{"DOB": born}]) == (["Header.0.DOB"] if fails else [])


@pytest.mark.parametrize(
    ("ethnicity", "fails"), [("WBRI", False), ("nobt", False), ("REFU", False), ("WBR", True), (None, True)]
)
def test_103_the_ethnicity_is_on_the_list(ethnicity: str | None, fails: bool) -> None:
    assert marked("103", Header=[{"ETHNIC": ethnicity}]) == (["Header.0.ETHNIC"] if fails else [])


@pytest.mark.parametrize(
    ("number", "fails"),
    [
        ("A123456789012", False),
        ("A12345678901B", False),
        ("a12345678901s", False),
        ("UN1", False),
        ("UN5", False),
        (None, False),
        ("UN0", True),
        ("UN6", True),
        ("I123456789012", True),
        ("O123456789012", True),
        ("S123456789012", True),
        ("A12345678901", True),
        ("A1234567890123", True),
        ("A1234567890BC", True),
        ("1123456789012", True),
    ],
)
def test_168_a_pupil_number_has_the_form_of_one(number: str | None, fails: bool) -> None:
    assert marked("168", Header=[{"UPN": number}]) == (["Header.0.UPN"] if fails else [])


@pytest.mark.parametrize(("born", "fails"), [("01/05/2025", False), (None, False), ("31/04/2025", True)])
def test_171_the_birth_date_of_her_child_can_be_read(born: str | None, fails: bool) -> None:
    assert marked("171", Header=[{"MC_DOB": born}]) == (["Header.0.MC_DOB"] if fails else [])


@pytest.mark.parametrize(
    ("year", "sex", "born", "fails"),
    [
        (2024, "1", "01/05/2023", True),
        (2024, "1", None, False),
        (2024, "2", "01/05/2023", False),
        (2025, "M", "01/05/2023", True),
        (2025, "M", "last May", True),
        (2025, "M", None, False),
        (2025, "F", "01/05/2023", False),
        (2025, "1", "01/05/2023", False),
        (2025, None, "01/05/2023", False),
    ],
)
def test_174_a_boy_has_no_birth_date_of_her_child(year: int, sex: str | None, born: str | None, fails: bool) -> None:
    cells = ["Header.0.SEX Header.0.MC_DOB"] if fails else []
    assert marked("174", year, Header=[{"SEX": sex, "MC_DOB": born}]) == cells


@pytest.mark.parametrize(
    ("year", "number", "born", "fails"),
    [
        (2026, "UN1", "31/08/2020", True),
        (2026, "UN1", "01/09/2020", False),
        (2025, "un1", "31/08/2019", True),
        (2025, "UN1", "01/09/2019", False),
        (2026, "UN2", "31/08/2020", False),
        (2026, None, "31/08/2020", False),
        (2026, "UN1", None, False),
        (2026, "UN1", "2020", False),
    ],
)
def test_209_a_child_of_school_age_is_not_below_it(
    year: int, number: str | None, born: str | None, fails: bool
) -> None:
    cells = ["Header.0.UPN Header.0.DOB"] if fails else []
    assert marked("209", year, Header=[{"UPN": number, "DOB": born}]) == cells


@pytest.mark.parametrize(
    ("year", "number", "start", "fails"),
    [
        (2026, "UN4", "23/03/2026", True),
        (2026, "UN4", "24/03/2026", False),
        (2025, "UN4", "24/03/2025", False),
        (2025, "UN4", "23/03/2025", True),
        (2026, "UN3", "23/03/2026", False),
        (2026, "UN4", None, False),
        (2026, "UN4", "soon", False),
    ],
)
def test_210_a_number_is_not_known_for_a_week_at_most(year: int, number: str, start: str | None, fails: bool) -> None:
    cells = ["Header.0.UPN Episodes.0.DECOM"] if fails else []
    assert marked("210", year, Header=[{"UPN": number}], Episodes=[{"DECOM": start}]) == cells


def test_210_a_row_of_header_is_one_finding_with_all_its_early_episodes() -> None:
    header = [{"UPN": "UN4"}, {"UPN": "UN4", "CHILD": "C2"}, {"UPN": "UN4", "CHILD": None}]
    starts = [("C1", "01/05/2025"), ("C1", "30/03/2026"), ("C1", "01/06/2025"), (None, "01/05/2025")]
    episodes = [{"CHILD": child, "DECOM": start} for child, start in starts]
    assert marked("210", Header=header, Episodes=episodes) == ["Header.0.UPN Episodes.0.DECOM Episodes.2.DECOM"]


@pytest.mark.parametrize(
    ("year", "sex", "fails"),
    [(2025, "U", True), (2025, "F", False), (2026, "u", True), (2027, "M", False), (2026, None, False)],
)
def test_232_the_sex_is_known(year: int, sex: str | None, fails: bool) -> None:
    assert marked("232", year, Header=[{"SEX": sex}]) == (["Header.0.SEX"] if fails else [])


@pytest.mark.parametrize(
    ("year", "born", "fails"),
    [
        (2026, "31/03/2026", False),
        (2026, "01/04/2026", True),
        (2025, "31/03/2026", True),
        (2026, None, False),
        (2026, "32/03/2026", False),
    ],
)
def test_301_the_child_is_born_by_the_end_of_the_year(year: int, born: str | None, fails: bool) -> None:
    assert marked("301", year, Header=[{"DOB": born}]) == (["Header.0.DOB"] if fails else [])


@pytest.mark.parametrize(
    ("year", "born", "fails"),
    [
        (2026, "01/04/2000", False),
        (2026, "31/03/2000", True),
        (2027, "01/04/2000", True),
        (2026, None, False),
        (2026, "31/02/2000", False),
    ],
)
def test_351_nobody_is_over_25_at_the_start(year: int, born: str | None, fails: bool) -> None:
    assert marked("351", year, Header=[{"DOB": born}]) == (["Header.0.DOB"] if fails else [])


@pytest.mark.parametrize(
    ("number", "statuses", "fails"),
    [
        (None, ["C2"], True),
        (None, [None], True),
        (None, ["V3", "V2"], True),
        (None, ["V3", "V4"], False),
        (None, [], False),
        ("UN1", ["C2"], False),
    ],
)
def test_442_a_looked_after_child_has_a_pupil_number(number: str | None, statuses: list[str], fails: bool) -> None:
    episodes = [{"LS": status} for status in statuses]
    cells = ["Header.0.UPN"] if fails else []
    assert marked("442", Header=[{"UPN": number}, {"CHILD": None}], Episodes=[*episodes, {"CHILD": None}]) == cells


@pytest.mark.parametrize("code", ["210", "442"])
def test_rules_on_pupil_numbers_and_care_need_the_episodes(code: str) -> None:
    assert outcome(code, absent=["Episodes"]).reason == "The table Episodes was not given."


@pytest.mark.parametrize(
    ("numbers", "cells"),
    [
        (["A123456789012", "a123456789012", "B123456789012"], ["Header.0.UPN Header.1.UPN"]),
        (["A123456789012", "B123456789012"], []),
        (["UN1", "UN1"], []),
        (["UN6", "UN6"], ["Header.0.UPN Header.1.UPN"]),
        ([None, None], []),
    ],
)
def test_444_a_pupil_number_is_of_one_child(numbers: list[str | None], cells: list[str]) -> None:
    assert marked("444", Header=[{"UPN": number, "CHILD": f"C{at}"} for at, number in enumerate(numbers)]) == cells
