"""Build small looked-after returns for tests from rows under the names of their tables, without a file.

`found("352", Header=[{...}], Episodes=[{...}])` evaluates one rule. A row that names no CHILD is about
the child C1; CHILD=None leaves it blank. This year's tables that are not named are there and empty, but
for those in `absent`; last year's (`Episodes_last`) are there where they are named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import polars as pl

from schemas.engine import evaluate
from schemas.findings import Finding, Outcome, RuleOutcome, Source
from schemas.returns import ReturnData
from schemas.rules import Census
from schemas.ssda903.definition import SSDA903
from schemas.ssda903.layout import ssda903_layout
from schemas.ssda903.linking import linked
from schemas.ssda903.reference import POSTCODES, PROVIDERS
from schemas.tables import LINE, ROW, TYPED, Layout, Table, above, line, value
from schemas.typed import typed

YEAR = 2026
AUTHORITY = "209"
Row = Mapping[str, str | None]
Rows = Sequence[Row]

# Three postcodes to place children at: two in the authority, 10 miles apart, and one in another.
HOME, NEAR, AWAY = "SE13 7SB", "SE6 4RU", "M1 1AE"
DIRECTORY = [
    {"postcode": "SE137SB", "easting": 500000, "northing": 100000, "authority": AUTHORITY},
    {"postcode": "SE64RU", "easting": 516093, "northing": 100000, "authority": AUTHORITY},
    {"postcode": "M11AE", "easting": 500000, "northing": 500000, "authority": "352"},
    {"postcode": "EH11AA", "easting": 325000, "northing": 673000, "authority": "SCO"},
]


def looked_after(
    year: int = YEAR,
    *,
    authority: str = AUTHORITY,
    absent: Sequence[str] = (),
    postcodes: Sequence[Mapping[str, Any]] | None = None,
    providers: Sequence[Mapping[str, Any]] | None = None,
    **tables: Rows,
) -> ReturnData:
    """Make the return of a year; without `postcodes` and `providers` there is no such reference data."""
    layout = ssda903_layout(year)
    read = {name: _frame(layout, layout.table(name), rows) for name, rows in tables.items()}
    empty = {name: frame for name, frame in _empty(year).items() if name not in {*absent, *tables}}
    reference = {
        item.name: pl.DataFrame(rows, schema=dict(item.columns), orient="row").lazy()
        for item, rows in ((POSTCODES, postcodes), (PROVIDERS, providers))
        if rows is not None
    }
    source = Source("made", "0" * 64)
    return ReturnData(layout, authority, source, empty | linked(layout, read), reference=reference)


def census(year: int = YEAR, **given: Any) -> Census:
    """Give the return as a linked rule sees it."""
    return Census(looked_after(year, **given))


def outcome(code: str, year: int = YEAR, **given: Any) -> RuleOutcome:
    """Evaluate one rule and give its outcome."""
    (only,) = evaluate(SSDA903, looked_after(year, **given), frozenset({code})).outcomes
    return only


def found(code: str, year: int = YEAR, **given: Any) -> list[Finding]:
    """Evaluate one rule; fail where it crashed or was not evaluated."""
    result = evaluate(SSDA903, looked_after(year, **given), frozenset({code}))
    (only,) = result.outcomes
    assert only.outcome in {Outcome.PASSED, Outcome.FAILED}, only
    assert (only.outcome is Outcome.FAILED) == bool(result.findings)
    return list(result.findings)


def marked(code: str, year: int = YEAR, **given: Any) -> list[str]:
    """Evaluate one rule; give each finding as its cells, `Table.row.FIELD`, with spaces between."""
    return [
        " ".join(f"{place.table}.{place.row}.{place.field}" for place in finding.locations)
        for finding in found(code, year, **given)
    ]


@cache
def _empty(year: int) -> dict[str, pl.DataFrame]:
    return {table.name: pl.DataFrame(schema=table.schema()) for table in ssda903_layout(year)}


def _frame(layout: Layout, table: Table, rows: Rows) -> pl.DataFrame:
    fields = {field.name: field for field in table}
    strange = {name for row in rows for name in row} - set(fields)
    assert not strange, f"{table.name} has no {strange}"
    cells = [{ROW: at, LINE: at + 2, "CHILD": "C1"} | dict(row) for at, row in enumerate(rows)]
    known = {name: kind for name, kind in table.schema().items() if name not in map(above, table.ancestors)}
    frame = pl.DataFrame(cells, schema=known, orient="row").with_columns(pl.col(LINE).alias(line(n)) for n in fields)
    dated = [name for name in {name for row in rows for name in row} if fields[name].kind in TYPED]
    texts = frame.select(dated).get_columns()
    return frame.with_columns(typed(fields[text.name], text, layout.dates).alias(value(text.name)) for text in texts)
