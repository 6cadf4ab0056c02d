"""Rules on Header against last year: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

import pytest

from looked_after_builder import marked, outcome

NUMBER, OTHER = "A123456789012", "B123456789012"


@pytest.mark.parametrize(
    ("year", "now", "before", "fails"),
    [
        (2024, "1", "1", False),
        (2024, "1", "2", True),
        (2024, "M", "1", True),
        (2025, "M", "1", False),
        (2025, "F", "2", False),
        (2025, "F", "1", True),
        (2025, "U", "1", True),
        (2025, "1", "1", True),
        (2026, "m", "M", False),
        (2026, "M", "1", True),
        (2026, "F", "M", True),
        (2026, None, "M", True),
        (2026, "M", None, True),
        (2026, None, None, False),
    ],
)
def test_202_the_sex_stays(year: int, now: str | None, before: str | None, fails: bool) -> None:
    cells = ["Header.0.SEX Header_last.0.SEX"] if fails else []
    assert marked("202", year, Header=[{"SEX": now}], Header_last=[{"SEX": before}]) == cells


@pytest.mark.parametrize(
    ("now", "before", "fails"),
    [
        ("01/05/2010", "01/05/2010", False),
        ("02/05/2010", "01/05/2010", True),
        (None, "01/05/2010", True),
        ("02/05/2010", None, True),
        ("May 2010", "01/05/2010", True),
        ("May 2010", None, False),
        (None, None, False),
    ],
)
def test_203_the_date_of_birth_stays(now: str | None, before: str | None, fails: bool) -> None:
    cells = ["Header.0.DOB Header_last.0.DOB"] if fails else []
    assert marked("203", Header=[{"DOB": now}], Header_last=[{"DOB": before}]) == cells


@pytest.mark.parametrize(
    ("now", "before", "fails"),
    [
        ("WBRI", "wbri", False),
        ("WBRI", "WIRI", True),
        (None, "WBRI", True),
        ("WBRI", None, True),
        (None, None, False),
    ],
)
def test_204_the_ethnicity_stays(now: str | None, before: str | None, fails: bool) -> None:
    cells = ["Header.0.ETHNIC Header_last.0.ETHNIC"] if fails else []
    assert marked("204", Header=[{"ETHNIC": now}], Header_last=[{"ETHNIC": before}]) == cells


@pytest.mark.parametrize(("code", "field"), [("202", "SEX"), ("203", "DOB"), ("204", "ETHNIC")])
def test_each_row_of_this_year_is_held_against_the_first_of_last_year(code: str, field: str) -> None:
    one, other = ("01/05/2010", "02/05/2010") if field == "DOB" else ("F", "M")
    now = [{field: one}, {field: other}, {"CHILD": "C2", field: one}, {"CHILD": None, field: one}]
    before = [{"CHILD": None, field: other}, {field: one}, {field: other}]
    assert marked(code, Header=now, Header_last=before) == [f"Header.1.{field} Header_last.1.{field}"]


@pytest.mark.parametrize(
    ("now", "before", "episodes", "fails"),
    [
        ("0", "1", 1, True),
        (None, "1", 2, True),
        ("1", "1", 1, False),
        ("0", "0", 1, False),
        ("0", None, 1, False),
        ("0", "1", 0, False),
    ],
)
def test_207_a_mother_stays_one(now: str | None, before: str | None, episodes: int, fails: bool) -> None:
    cells = ["Header.0.MOTHER Header_last.0.MOTHER"] if fails else []
    rows: list[dict[str, str | None]] = [{}] * episodes
    assert marked("207", Header=[{"MOTHER": now}], Header_last=[{"MOTHER": before}], Episodes=rows) == cells


@pytest.mark.parametrize(
    ("now", "before", "fails"),
    [
        (NUMBER, NUMBER.lower(), False),
        (None, None, False),
        (OTHER, NUMBER, True),
        (None, NUMBER, True),
        ("UN5", NUMBER, True),
        ("UN1", NUMBER, True),
        ("UN2", "UN1", False),
        ("UN5", "UN1", False),
        (None, "UN1", True),
        ("UN1", "UN2", True),
        ("UN3", "UN2", True),
        (None, "UN2", True),
        ("UN1", None, False),
        ("UN5", None, False),
        (NUMBER, "UN1", False),
        (NUMBER, "UN5", False),
        (NUMBER, None, False),
        ("A1234", None, True),
        ("UN6", "UN1", True),
    ],
)
def test_208_a_pupil_number_becomes_known_and_stays(now: str | None, before: str | None, fails: bool) -> None:
    cells = ["Header.0.UPN Header_last.0.UPN"] if fails else []
    assert marked("208", Header=[{"UPN": now}], Header_last=[{"UPN": before}]) == cells


@pytest.mark.parametrize("code", ["202", "203", "204", "207", "208"])
def test_rules_on_last_years_header_need_it(code: str) -> None:
    reason = "Last year's Header was not given. Give last year's return with --previous."
    assert outcome(code, Header=[{}]).reason == reason
