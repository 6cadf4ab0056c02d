"""Writing what was read keeps what the dataset carries, and nothing that stood in it is lost on the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from adapters.ssd import forms, lists
from adapters.ssd.forms import Form
from adapters.ssd.links import TableLink, table_links
from adapters.ssd.rows import cleaned, converted, leftovers
from adapters.ssd.tables import table_schema
from adapters.ssd.write import written
from schemas.case.codes import code_set
from schemas.ssd.layout import tables

LINKS = list(table_links().values())
HOSTILE = (
    "",
    " ",
    "-1",
    "1900-01-01",
    "2026-02-30",
    "31/12/2025",
    "SSD_PH",
    "PLACEHOLDER_DATA",
    "Y",
    "Yes ",
    "N1 - Abuse",
    "NULL",
    "null, null",
    "[null]",
    "{}",
    "{",
    '{"NFA_FLAG": "Y", "COMMENTS": "a \\"b\\""}',
    '{"1A": "Yes"}',
    '["1A", "??"]',
    "=HYPERLINK(A1)",
    "Zoë\u2019s key",
    "e\u0301\u200b",
    "UN1",
    "1e400",
    "00012",
    "'; DROP TABLE ssd_person; --",
)
_NAMES = st.sampled_from(("Ceri Marlowe", "12 Tansy Walk", 'The "Walk"', "A\\B", "Zoë"))
_KEYS = st.text("abcXYZ019-_/", min_size=1, max_size=12).filter(lambda key: key != "-1")
_NUMBERS: dict[Form, st.SearchStrategy[Any]] = {
    forms.KEY: _KEYS,
    forms.STAFF: _KEYS,
    forms.DATE: st.dates(date(1990, 1, 1), date(2100, 1, 1)),
    forms.FLAG: st.booleans(),
    forms.ZERO_ONE: st.booleans(),
    forms.COUNT: st.integers(0, 40),
    forms.MEASURE: st.floats(0, 1000, allow_nan=False),
    forms.UPN: st.sampled_from(("H801200001001", "G80120000101A")),
    forms.ULN: st.just("1234567899"),
    forms.NHS: st.just("9434765919"),
    forms.URN: st.sampled_from(("SC123456", "1234567", "XXXXXXX")),
    forms.SOCIAL_WORKER: st.just("SW123456"),
    forms.POSTCODE: st.sampled_from(("ZZ99 3CZ", "E1 6AN")),
    forms.PARTIAL_DATE: st.sampled_from(("zz/zz/2019", "01/02/2019")),
    lists.LINES: st.lists(_NAMES, min_size=1, max_size=7),
    lists.UPRN: st.just("100"),
}


def values(form: Form) -> st.SearchStrategy[Any]:
    """Give any value that a form can hold, or none."""
    if form.codes:
        codes = sorted({code.value for code in code_set(form.codes).codes})
        many = "as" in form.name.split()
        found = st.lists(st.sampled_from(codes), unique=True, max_size=4) if many else st.sampled_from(codes)
        return st.none() | (found.map(sorted) if many else found)
    return st.none() | _NUMBERS.get(form, _NAMES)


def standard(link: TableLink) -> st.SearchStrategy[pl.DataFrame]:
    """Give rows of a table as the standard would have them."""
    fields = {field: values(form) for item in link.links for field, form in item.fields[:1]}
    keyed = fields | {"id": _KEYS}
    rows = st.lists(st.fixed_dictionaries(keyed), min_size=1, max_size=6, unique_by=lambda row: row["id"])
    return rows.map(lambda given: _text(link, given))


def _text(link: TableLink, rows: list[dict[str, Any]]) -> pl.DataFrame:
    names = [field for item in link.links for field, _ in item.fields]
    schema = {name: table_schema(link.case)[name] for name in names}
    return written(link, pl.DataFrame([[row.get(name) for name in names] for row in rows], schema=schema, orient="row"))


def back(link: TableLink, text: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Read a table: its values, what is left, and what is written from both."""
    tidy = cleaned(link, text)
    read = converted(link, tidy)
    left = leftovers(link, tidy, read)
    return read, left, written(link, read, left)


def few(test: Callable[..., None]) -> Callable[..., None]:
    return settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))(test)


@pytest.mark.parametrize("link", LINKS, ids=lambda link: link.table)
@few
@given(data=st.data())
def test_what_the_standard_asks_for_comes_back_as_it_was(link: TableLink, data: st.DataObject) -> None:
    text = data.draw(standard(link))
    _, left, again = back(link, text)
    assert left.is_empty()
    assert_frame_equal(again, text.select(again.columns))


@pytest.mark.parametrize("link", LINKS, ids=lambda link: link.table)
@few
@given(data=st.data())
def test_whatever_stands_in_a_column_nothing_of_it_is_lost(link: TableLink, data: st.DataObject) -> None:
    columns = [column.name for column in tables()[link.table].columns]
    cell = st.none() | st.sampled_from(HOSTILE) | st.text(max_size=8)
    rows = data.draw(st.lists(st.tuples(*(cell for _ in columns)), min_size=1, max_size=6))
    text = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String()), orient="row").with_columns(
        pl.Series(tables()[link.table].key.name, [str(number) for number in range(len(rows))])
    )
    read, left, again = back(link, text)
    kept = {(row["id"], row["column"]): row["value"] for row in left.to_dicts()}
    tidy = cleaned(link, text)
    for row, raw in zip(read.to_dicts(), tidy.to_dicts(), strict=True):
        for item in link.links:
            if raw[item.column] is not None and item.fields and all(row[field] is None for field, _ in item.fields):
                assert kept[row["id"], item.column] == raw[item.column]
    read_again, left_again, _ = back(link, again)
    assert_frame_equal(read_again, read)
    assert_frame_equal(left_again, left)
