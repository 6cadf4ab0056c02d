"""Look over what was read: keys that repeat, rows that lead nowhere, values that no field took, and how fresh it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl

from adapters.ssd.links import Link, TableLink, table_links
from adapters.ssd.notes import Note, Topic, Weight
from adapters.ssd.rows import NO_FIELD
from adapters.ssd.tables import ORIGIN_TABLE, CaseTables
from schemas.ssd.layout import tables

_SHOWN = 5
_LONGEST = 40
STALE_DAYS = 7
_NEWS = (("contacts", "contact_date"), ("cin_episodes", "referral_date"), ("cin_assessments", "start_date"))


def contents(found: CaseTables, today: date) -> Iterator[Note]:
    """Say what the rows of the tables lack; `today` is the day against which their freshness is measured."""
    for link in table_links().values():
        yield from _keys(found, link)
        yield from _orphans(found, link)
    yield from _left(found.leftovers)
    yield from _freshness(found, today)


def _keys(found: CaseTables, link: TableLink) -> Iterator[Note]:
    key = tables()[link.table].key.name
    rows = found.tables[link.case]
    counted = rows.select(
        repeated=pl.col("id").drop_nulls().is_duplicated().sum(), empty=pl.col("id").null_count()
    ).collect()
    repeated, empty = counted.row(0)
    if repeated:
        yield Note(Topic.KEY, Weight.WARN, link.table, key, "Rows share a key that should be one of a kind.", repeated)
    if empty:
        yield Note(Topic.KEY, Weight.WARN, link.table, key, "Rows have no key.", empty)


def _orphans(found: CaseTables, link: TableLink) -> Iterator[Note]:
    if "person" in found.tables[link.case].collect_schema():
        nobody = found.tables[link.case].select(pl.col("person").null_count()).collect().item()
        if nobody:
            yield Note(Topic.ORPHAN, Weight.WARN, link.table, "", "Rows are about nobody who can be found.", nobody)
    for item in link.links:
        parent = _parent(link, item)
        if parent is None:
            continue
        case, field = parent
        own = found.tables[link.case].select(pl.col(_field(item)).alias("key")).drop_nulls()
        known = found.tables[case].select(pl.col(field).alias("key")).drop_nulls().unique()
        lost = own.join(known, on="key", how="anti").select(pl.len()).collect().item()
        if lost:
            parent_table = tables()[link.table].column(item.column).points_to.partition(".")[0]
            told = f"Rows point to a row of {parent_table} that is not there."
            yield Note(Topic.ORPHAN, Weight.WARN, link.table, item.column, told, lost)


def _field(item: Link) -> str:
    """Give the field that holds the reference: where the key itself is one, the field beside it."""
    return item.also[0][0] if item.field == "id" and item.also else item.field


def _parent(link: TableLink, item: Link) -> tuple[str, str] | None:
    """Give the case table and field in which a reference is looked up, None where the column is no reference."""
    parent, _, column = tables()[link.table].column(item.column).points_to.partition(".")
    if not item.field or parent not in table_links():
        return None
    above = table_links()[parent]
    return above.case, next(one.field for one in above.links if one.column == column)


def _left(leftovers: pl.LazyFrame) -> Iterator[Note]:
    groups = leftovers.group_by(ORIGIN_TABLE, "column", "reason").agg(
        pl.len().alias("rows"), pl.col("value").unique().sort().head(_SHOWN).alias("values")
    )
    for row in groups.sort(ORIGIN_TABLE, "column").collect().iter_rows(named=True):
        item = _link(row[ORIGIN_TABLE], row["column"])
        if row["reason"] == NO_FIELD:
            told, weight = "Case records have no field for it; its text is kept.", Weight.INFO
        elif item.form.codes:
            told, weight = f"Values outside the code set {item.form.codes}, kept as text: {_shown(row)}", Weight.WARN
        else:
            told, weight = f"Text that is no {item.form.name}; it is kept as text.", Weight.WARN
        topic = Topic.CODE if item.form.codes and weight is Weight.WARN else Topic.VALUE
        yield Note(topic, weight, row[ORIGIN_TABLE], row["column"], told, row["rows"])


def _shown(row: dict[str, Any]) -> str:
    """List a few of the values; an object may hold a remark about somebody, and is not shown."""
    return ", ".join(value[:_LONGEST] if not value.startswith("{") else "in an object" for value in row["values"])


def _link(table: str, column: str) -> Link:
    return next(item for item in table_links()[table].links if item.column == column)


def _freshness(found: CaseTables, today: date) -> Iterator[Note]:
    latest = [
        found.tables[case].select(pl.col(field).filter(pl.col(field) <= today).max()).collect().item()
        for case, field in _NEWS
    ]
    days = [day for day in latest if day is not None]
    if not days:
        yield Note(Topic.FRESHNESS, Weight.WARN, "", "", "No contact, referral or assessment has a day.")
        return
    age = (today - max(days)).days
    weight = Weight.WARN if age > STALE_DAYS else Weight.INFO
    told = f"The latest contact, referral or assessment is of {max(days).isoformat()}, {age} days ago."
    yield Note(Topic.FRESHNESS, weight, "", "", told)
