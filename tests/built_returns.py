"""Case tables made of a few rows, and what is built from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

import polars as pl

from adapters.mapping.built import Built
from adapters.mapping.span import ReturnYear, return_year
from schemas.case.columns import schema

MADE = datetime(2026, 4, 20, 9, 30, tzinfo=UTC)
Row = Mapping[str, object]
CHILD: Row = {"id": "A1", "date_of_birth": date(2014, 5, 6), "sex": "F", "ethnicity": "WBRI", "upn_unknown": "UN3"}
REFERRAL: Row = {
    "id": "R1",
    "person": "A1",
    "referral_date": date(2025, 6, 2),
    "source": "6",
    "primary_need": "N1",
    "no_further_action": False,
}


def year(number: int = 2026, **more: object) -> ReturnYear:
    return return_year(number, MADE, authority="209", **more)  # type: ignore[arg-type]  # the tests name what there is


def tables(**content: Sequence[Row]) -> dict[str, pl.DataFrame]:
    """Make case tables; a child with one referral is there where no others are given, and ids are numbers."""
    given = {"person": [CHILD], "cin_episodes": [REFERRAL], **content}
    return {name: _table(name, rows) for name, rows in given.items()}


def _table(name: str, rows: Sequence[Row]) -> pl.DataFrame:
    columns = {**schema(name), "origin.table": pl.String(), "origin.key": pl.String()}
    whole = [
        {"id": str(number), **({} if name == "person" else {"person": "A1"}), **row}
        for number, row in enumerate(rows, 1)
    ]
    cells = [
        tuple((row | {"origin.table": f"ssd_{name}", "origin.key": row["id"]}).get(column) for column in columns)
        for row in whole
    ]
    return pl.DataFrame(cells, schema=columns, orient="row")


def told(built: Built, table: str) -> list[dict[str, str]]:
    """Give the records of a table: the items that have a text."""
    fields = [field.name for field in built.layout.table(table)]
    return [
        {name: text for name, text in row.items() if text is not None}
        for row in built.tables[table].select(fields).to_dicts()
    ]


def only(built: Built, table: str) -> dict[str, str]:
    """Give the one record of a table."""
    (row,) = told(built, table)
    return row


def notes(built: Built) -> list[tuple[str, str, str]]:
    """Give the notes without the person: why, table, key."""
    return [row[:3] for row in built.notes.iter_rows()]
