"""Every mapping against the layouts, the case records and the dataset: nothing is left out, nothing is invented."""

from __future__ import annotations

import pytest

from adapters.builders import BUILDERS, ReturnBuilder
from adapters.mapping.page import in_dataset
from schemas.case.tables import TABLES
from schemas.ssda903.layout import CHILDREN, XML_ONLY

each_return = pytest.mark.parametrize("builder", BUILDERS, ids=lambda builder: builder.definition.name)


@each_return
def test_every_item_of_every_year_is_mapped_or_said_to_be_absent(builder: ReturnBuilder) -> None:
    made = {(rows.block, item.target) for rows in builder.declared for item in rows.items if rows.block != CHILDREN}
    absent = {(gap.block, gap.target) for gap in builder.absent}
    known = {
        (table.name, field.name)
        for year in builder.definition.years
        for table in builder.definition.layout(year)
        for field in table
        if table.name != CHILDREN
    } - XML_ONLY
    whole = {block for block, target in absent if target == "*"}
    assert {(table, field) for table, field in known if table not in whole} == made | {
        pair for pair in absent if pair[1] != "*"
    }
    assert not made & absent
    assert whole <= {table for table, _ in known}


@each_return
def test_every_source_is_a_field_of_case_records(builder: ReturnBuilder) -> None:
    sources = {source for rows in builder.declared for item in rows.items for source in item.sources}
    assert sources <= {f"{table}.{field}" for table, model in TABLES.items() for field in model.model_fields}


@each_return
def test_what_the_dataset_lacks_says_what_to_do_and_nothing_else_does(builder: ReturnBuilder) -> None:
    for rows in builder.declared:
        for item in rows.items:
            assert bool(item.instead) is not in_dataset(item), (rows.block, item.target)
    assert all(gap.instead for gap in builder.absent)


@each_return
def test_what_is_not_taken_as_it_stands_says_how(builder: ReturnBuilder) -> None:
    for rows in builder.declared:
        assert rows.taken
        for item in rows.items:
            assert bool(item.how) is (item.expression is not None), (rows.block, item.target)


@each_return
def test_outer_records_are_declared_before_what_stands_in_them(builder: ReturnBuilder) -> None:
    names = [rows.block for rows in builder.declared]
    for year in builder.definition.years:
        layout = builder.definition.layout(year)
        for name in names:
            if layout.has(name):
                outer = [around for around in layout.table(name).ancestors if around in names]
                assert all(names.index(around) < names.index(name) for around in outer)
