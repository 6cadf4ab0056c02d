"""The dataset as it is declared fits together."""

from __future__ import annotations

from collections import Counter

import pytest

from schemas.case.tables import fields
from schemas.ssd.layout import System, Table, tables

CARRYING = [table for table in tables().values() if table.carries_cases]


def test_it_has_the_tables_of_the_standard() -> None:
    assert Counter(table.status for table in tables().values()) == {
        "live": 37,
        "placeholder": 9,
        "helper": 1,
        "development": 1,
        "working": 1,
        "outbox": 1,
        "retired": 1,
    }


def test_no_two_columns_have_one_name_or_one_item_number() -> None:
    columns = [column for table in CARRYING for column in table.columns]
    names = Counter(name for column in columns for name in column.names)
    items = Counter(column.reference for column in columns if column.reference)
    assert [name for name, count in (names + items).items() if count > 1] == []


@pytest.mark.parametrize("table", CARRYING, ids=lambda table: table.name)
def test_every_table_has_a_key_and_points_only_at_columns_that_exist(table: Table) -> None:
    assert table.key.filled
    for column in table.columns:
        if column.points_to:
            parent, _, name = column.points_to.partition(".")
            assert tables()[parent].column(name).name == name


def test_every_item_number_of_a_case_field_is_a_column() -> None:
    items = {column.reference for table in CARRYING for column in table.columns}
    assert {item.reference for item in fields().values() if item.reference} <= items


def test_what_systems_call_otherwise_or_lack_is_known() -> None:
    assert tables()["ssd_person"].column("pers_single_unique_id").names == (
        "pers_single_unique_id",
        "pers_common_child_id",
    )
    assert tables()["ssd_cin_plans"].key.names == ("cinp_cin_plan_id", "cin_plan_id")
    assert tables()["ssd_cla_reviews"].column("clar_cla_person_id").absent == (System.ECLIPSE,)
    assert tables()["ssd_cla_reviews"].column("clar_cla_person_id").since == "1.4.1"
    assert System.MOSAIC not in tables()["ssd_family"].systems


def test_a_column_or_key_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError, match="ssd_person has no column pers_shoe_size"):
        tables()["ssd_person"].column("pers_shoe_size")
    with pytest.raises(LookupError, match="ssd_pre_cla_care_plan has no key"):
        _ = tables()["ssd_pre_cla_care_plan"].key
