"""Every column of the standard has its place in the case records, or is known to have none."""

from __future__ import annotations

import pytest

from adapters.ssd.links import TableLink, table_links
from schemas.case.tables import TABLES, fields
from schemas.ssd.layout import tables

LINKS = list(table_links().values())
WITHOUT_A_FIELD = {"pers_is_mother", "moth_childs_dob", "cinv_cin_plan_id"}


def test_every_table_but_the_undefined_costs_is_held() -> None:
    carrying = {table.name for table in tables().values() if table.carries_cases}
    assert carrying - table_links().keys() == {"ssd_s251_finance"}
    assert len({link.case for link in LINKS}) == len(LINKS)


@pytest.mark.parametrize("link", LINKS, ids=lambda link: link.table)
def test_every_column_of_a_table_goes_to_a_field_that_its_case_table_has(link: TableLink) -> None:
    known = TABLES[link.case].model_fields
    assert [item.column for item in link.links] == [column.name for column in tables()[link.table].columns]
    for item in link.links:
        assert item.field in known or item.column in WITHOUT_A_FIELD
        assert all(field in known for field, _ in item.also)


@pytest.mark.parametrize("link", LINKS, ids=lambda link: link.table)
def test_no_two_columns_fill_one_field(link: TableLink) -> None:
    filled = [field for item in link.links for field, _ in item.fields]
    assert len(set(filled)) == len(filled)


@pytest.mark.parametrize("link", LINKS, ids=lambda link: link.table)
def test_a_row_about_a_person_says_whom_or_where_to_find_out(link: TableLink) -> None:
    if "person" in TABLES[link.case].model_fields:
        said = any(field == "person" for item in link.links for field, _ in item.fields)
        assert said or link.person_through
    columns = {item.column for item in link.links}
    for column, case, by in link.person_through:
        assert column in columns
        assert by in TABLES[case].model_fields


def test_every_field_that_names_an_item_is_filled_from_it() -> None:
    filled = {f"{link.case}.{field}" for link in LINKS for item in link.links for field, _ in item.fields}
    assert {item.name for item in fields().values() if item.reference} - filled == {"person.uln"}
