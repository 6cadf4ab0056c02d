"""The tables of the looked-after return, year by year, and how records find their child."""

from __future__ import annotations

import pytest

from looked_after_builder import looked_after
from schemas.fields import Kind
from schemas.ssda903.layout import CHILDREN, XML_ONLY, YEARS, code_set, csv_columns, ssda903_layout
from schemas.tables import above

TEN = ["Header", "Episodes", "Reviews", "UASC", "OC2", "OC3", "AD1", "PlacedAdoption", "PrevPerm", "Missing"]


@pytest.mark.parametrize("year", YEARS)
def test_each_year_has_its_tables(year: int) -> None:
    added = ["SWEpisodes"] * (year >= 2024) + ["DoLo"] * (year >= 2027)
    assert [table.name for table in ssda903_layout(year)] == [CHILDREN, *TEN, *added]
    assert [item.table.name for item in ssda903_layout(year).beside] == [f"{name}_last" for name in TEN + added]


@pytest.mark.parametrize("year", [2016, 2028])
def test_no_other_year_has_a_layout(year: int) -> None:
    with pytest.raises(KeyError, match="the SSDA903 layout covers 2017 to 2027"):
        ssda903_layout(year)


def test_no_two_tables_have_the_same_columns_and_only_xml_has_the_asylum_item() -> None:
    columns = [frozenset(csv_columns(table)) for table in ssda903_layout(2027) if table.name != CHILDREN]
    assert len(set(columns)) == len(columns) == 12
    assert csv_columns(ssda903_layout(2027).table("Header")) == (
        "CHILD",
        "SEX",
        "DOB",
        "ETHNIC",
        "UPN",
        "MOTHER",
        "MC_DOB",
    )
    assert frozenset({("Header", "UASC")}) == XML_ONLY
    assert "UASC" not in csv_columns(ssda903_layout(2027).table("Header_last"))


@pytest.mark.parametrize(
    ("name", "code", "years"),
    [
        ("Sex", "1", range(2017, 2025)),
        ("Sex", "M", range(2025, 2028)),
        ("Sex", "U", range(2025, 2028)),
        ("ReasonEpisodeCeased", "E43", range(2017, 2019)),
        ("ReasonEpisodeCeased", "E45", range(2019, 2028)),
        ("ReasonPlaceChange", "CUSTOD", range(2019, 2028)),
        ("Activity", "F3", range(2017, 2022)),
        ("Activity", "F4", range(2022, 2028)),
        ("Placement", "P2", range(2017, 2025)),
        ("Placement", "H5", range(2017, 2025)),
        ("Placement", "K3", range(2025, 2028)),
        ("Placement", "Z1", range(2017, 2026)),
        ("Placement", "Z14", range(2026, 2028)),
        ("Accommodation", "S2", YEARS),
        ("Accommodation", "S1", range(0)),
        ("SocialWorkerReason", "FCONTA", range(2024, 2028)),
        ("LegalStatus", "D1", YEARS),
    ],
)
def test_a_code_is_good_in_its_years(name: str, code: str, years: range) -> None:
    assert [year for year in YEARS if code in code_set(name).values(year)] == list(years)


@pytest.mark.parametrize("year", YEARS)
def test_every_coded_field_has_codes_in_every_year(year: int) -> None:
    for table in ssda903_layout(year):
        for field in table:
            assert (field.codes is not None) == (field.kind is Kind.CODE)
            assert field.codes is None or field.codes.values(year)


def test_dates_are_day_month_and_year() -> None:
    texts = ["01/05/2025", "2025-05-01", "1/5/2025", "31/02/2025", "01/05/25", None]
    data = looked_after(Episodes=[{"DECOM": text} for text in texts])
    read = data.tables["Episodes"].get_column("DECOM.value").to_list()
    assert [day is not None for day in read] == [True, False, False, False, False, False]


def test_records_belong_to_the_child_of_their_identifier_and_to_its_first_row_in_header() -> None:
    data = looked_after(
        Header=[{"CHILD": "B"}, {"CHILD": "A"}, {"CHILD": "b"}, {"CHILD": None}],
        Episodes=[{"CHILD": "a"}, {"CHILD": "C"}, {"CHILD": None}, {"CHILD": "B"}],
        Episodes_last=[{"CHILD": "A"}, {"CHILD": "D"}],
        Header_last=[{"CHILD": "Z"}, {"CHILD": "A"}],
    )
    tables = data.tables
    assert tables[CHILDREN].get_column("CHILD").to_list() == ["B", "A", "C"]
    assert tables["Episodes"].get_column(above(CHILDREN)).to_list() == [1, 2, None, 0]
    assert tables["Episodes_last"].get_column(above(CHILDREN)).to_list() == [1, None]
    assert tables["Episodes"].get_column(above("Header")).to_list() == [1, None, None, 0]
    assert tables["Episodes_last"].get_column(above("Header_last")).to_list() == [1, None]
