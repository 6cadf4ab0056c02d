"""Rules on placement types: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

import pytest

from looked_after_builder import marked, outcome

TEMPORARY = ["T0", "T1", "T2", "T3", "T4"]


def two(first: str, second: str, fails: bool) -> list[str]:
    return [f"Episodes.0.{first} Episodes.0.{second}"] if fails else []


@pytest.mark.parametrize(
    ("code", "year", "place", "age"),
    [
        ("370", 2023, "P2", 15),
        ("370", 2024, "P2", 16),
        ("371", 2023, "H5", 14),
        ("371", 2024, "H5", 16),
        ("371", 2025, "K3", 16),
        ("371", 2026, "K3", 16),
        ("371", 2027, "K3", 16),
        ("372", 2026, "R5", 10),
        ("373", 2026, "S1", 4),
        ("374", 2026, "P3", 14),
    ],
)
def test_the_child_is_old_enough_for_the_placement(code: str, year: int, place: str, age: int) -> None:
    header = [{"DOB": "10/06/2001"}]
    early = {"DECOM": f"09/06/{2001 + age}", "PLACE": place}
    cells = ["Episodes.0.DECOM Episodes.0.PLACE Header.0.DOB"]
    assert marked(code, year, Header=header, Episodes=[early]) == cells
    assert marked(code, year, Header=header, Episodes=[early | {"DEC": "10/09/2020"}]) == cells
    others: list[dict[str, str | None]] = [
        {"DECOM": f"10/06/{2001 + age}"},
        {"PLACE": "U1"},
        {"DECOM": "odd"},
        {"PLACE": None},
    ]
    for other in others:
        assert marked(code, year, Header=header, Episodes=[early | other]) == []
    assert marked(code, year, Header=[{"DOB": None}], Episodes=[early]) == []


def test_371_is_about_the_code_of_the_year() -> None:
    header, early = [{"DOB": "10/06/2008"}], {"DECOM": "01/06/2021"}
    assert marked("371", 2025, Header=header, Episodes=[early | {"PLACE": "H5"}]) == []
    assert marked("371", 2024, Header=header, Episodes=[early | {"PLACE": "K3"}]) == []


@pytest.mark.parametrize("code", ["371", "372", "373", "374"])
def test_ages_need_header(code: str) -> None:
    assert outcome(code, absent=["Header"]).reason == "The table Header was not given."


@pytest.mark.parametrize(
    ("code", "place", "last", "over"),
    [
        ("375", "T1", "13/06/2025", "14/06/2025"),
        ("376", "T3", "23/05/2025", "24/05/2025"),
        ("379", "T4", "09/05/2025", "10/05/2025"),
    ],
)
def test_a_temporary_stay_is_short(code: str, place: str, last: str, over: str) -> None:
    stay = {"DECOM": "02/05/2025", "PLACE": place}
    assert marked(code, Episodes=[stay | {"DEC": over}]) == ["Episodes.0.DECOM Episodes.0.DEC Episodes.0.PLACE"]
    others: list[dict[str, str | None]] = [{"DEC": last}, {"DEC": None}, {"DEC": "odd"}, {"DEC": over, "PLACE": "T2"}]
    assert marked(code, Episodes=[stay | other for other in others]) == []


@pytest.mark.parametrize(
    ("place", "start", "reason", "fails"),
    [
        ("A3", "01/04/2015", "P", True),
        ("A5", "01/04/2015", None, True),
        ("A3", "31/03/2015", "P", False),
        ("A3", "odd", "P", False),
        ("A3", "01/04/2015", "S", False),
        ("A3", "01/04/2015", "T", False),
        ("A5", "01/04/2015", "U", False),
        ("A4", "01/04/2015", "P", False),
    ],
)
def test_217_adoption_by_the_current_carer_is_no_change_of_carer(
    place: str, start: str, reason: str | None, fails: bool
) -> None:
    cells = ["Episodes.0.PLACE Episodes.0.DECOM Episodes.0.RNE"] if fails else []
    assert marked("217", Episodes=[{"PLACE": place, "DECOM": start, "RNE": reason}]) == cells


@pytest.mark.parametrize(
    ("place", "end", "fails"),
    [
        ("P2", "28/10/2023", False),
        ("P2", "29/10/2023", True),
        ("P2", None, True),
        ("P2", "odd", True),
        ("H5", None, False),
        (None, None, False),
    ],
)
def test_217t_independent_living_ends_by_28_october_2023(place: str | None, end: str | None, fails: bool) -> None:
    assert marked("217t", 2024, Episodes=[{"PLACE": place, "DEC": end}]) == two("PLACE", "DEC", fails)


@pytest.mark.parametrize(
    ("places", "others"),
    [
        (["T3", "T3"], []),
        (["T3", "T3", "T2"], []),
        (["T3", "T3"], [{"CHILD": "C2", "PLACE": "T3"}]),
        ([], [{"CHILD": None, "PLACE": "T3"}] * 3),
    ],
)
def test_377_two_holidays_of_carers_are_allowed(places: list[str], others: list[dict[str, str | None]]) -> None:
    assert marked("377", Episodes=[*({"PLACE": place} for place in places), *others]) == []


def test_377_a_third_holiday_of_carers_is_one_too_many() -> None:
    rows = [{"PLACE": place} for place in ["T3", "U1", "T3", "t3"]]
    assert marked("377", Episodes=rows) == ["Episodes.0.PLACE Episodes.2.PLACE Episodes.3.PLACE"]


@pytest.mark.parametrize(
    ("place", "reason", "fails"),
    [
        *((place, "S", True) for place in TEMPORARY),
        ("T0", None, True),
        ("T0", "P", False),
        ("T0", "B", False),
        ("U1", "S", False),
        (None, "S", False),
    ],
)
def test_380_a_temporary_placement_is_a_move(place: str | None, reason: str | None, fails: bool) -> None:
    assert marked("380", Episodes=[{"PLACE": place, "RNE": reason}]) == two("PLACE", "RNE", fails)


@pytest.mark.parametrize(
    ("place", "reason", "fails"),
    [
        *((place, "E4A", True) for place in TEMPORARY),
        ("T0", None, False),
        ("T0", "X1", False),
        ("U1", "E4A", False),
        (None, "E4A", False),
    ],
)
def test_381_care_does_not_end_in_a_temporary_placement(place: str | None, reason: str | None, fails: bool) -> None:
    assert marked("381", Episodes=[{"PLACE": place, "REC": reason}]) == two("PLACE", "REC", fails)


@pytest.mark.parametrize(
    ("code", "reason", "place", "fails"),
    [
        *(("390", "E11", place, False) for place in ["A3", "A4", "A5", "A6"]),
        ("390", "E12", "A3", False),
        ("390", "E11", "U1", True),
        ("390", "E12", None, True),
        ("390", "E45", "U1", False),
        ("390", None, "U1", False),
        *(("516", "E45", place, False) for place in ["U1", "U2", "U3", "U4", "U5", "U6"]),
        ("516", "E45", "A3", True),
        ("516", "E46", None, True),
        ("516", "E47", "A3", False),
        ("516", None, "A3", False),
    ],
)
def test_how_care_ended_fits_the_placement(code: str, reason: str | None, place: str | None, fails: bool) -> None:
    assert marked(code, Episodes=[{"REC": reason, "PLACE": place}]) == two("REC", "PLACE", fails)
