"""Put each record of the looked-after return under its child: the last step of every reader.

A child is an identifier. A record whose CHILD is blank belongs to none; where a child has several
rows in Header, its records belong to the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from schemas.returns import Faults, ReturnData
from schemas.ssda903.layout import CHILDREN, FIRST_YEAR, HEADER, LAST, ssda903_layout
from schemas.tables import LINE, ROW, Layout, above, line

_CHILD = "CHILD"
_KEY = "@key"


def linked(layout: Layout, read: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Make the tables of a `ReturnData` from those that were given, each without the columns of those around it.

    `read` has this year's tables by name and last year's with `_last`. The table of children is
    made from this year's records, in the order in which they are named first.
    """
    given = {name: frame.with_columns(_key().alias(_KEY)) for name, frame in read.items()}
    children = _children([given[table.name] for table in layout if table.name in given])
    found = {CHILDREN: children.select(list(layout.table(CHILDREN).schema()))}
    first = {name: _first_rows(given[name]) for name in (HEADER, f"{HEADER}{LAST}") if name in given}
    for name, frame in given.items():
        around = [children.select(_KEY, pl.col(ROW).alias(above(CHILDREN)))]
        around += [
            first.get(outer, _nothing()).rename({ROW: above(outer)}) for outer in layout.table(name).ancestors[1:]
        ]
        found[name] = _placed(frame.lazy(), around).select(list(layout.table(name).schema())).collect()
    return found


def last_year_of(data: ReturnData) -> ReturnData | None:
    """Give last year's return as one of its own, of the tables that lie beside this year's; none without any."""
    before = {name: frame for name, frame in data.tables.items() if data.layout.has(name) and name.endswith(LAST)}
    if not before or data.layout.year == FIRST_YEAR:
        return None
    apart = {
        name.removesuffix(LAST): frame.drop(map(above, data.layout.table(name).ancestors))
        for name, frame in before.items()
    }
    layout = ssda903_layout(data.layout.year - 1)
    own = {name: frame for name, frame in apart.items() if layout.has(name)}
    alone = replace(data, form=(), notices=(), unlisted=(), left_out=(), beside=Faults())
    return replace(alone, layout=layout, tables=linked(layout, own))


def _placed(frame: pl.LazyFrame, around: list[pl.DataFrame]) -> pl.LazyFrame:
    for outer in around:
        frame = frame.join(outer.lazy(), on=_KEY, how="left", maintain_order="left")
    return frame


def _key() -> pl.Expr:
    """Give what tells children apart: the identifier, whatever its letter case."""
    return pl.col(_CHILD).str.to_uppercase()


def _children(frames: list[pl.DataFrame]) -> pl.DataFrame:
    named = [frame.select(LINE, _CHILD, line(_CHILD), _KEY) for frame in frames] or [_nobody()]
    once = pl.concat(named).filter(pl.col(_KEY).is_not_null()).unique(_KEY, keep="first", maintain_order=True)
    return once.with_columns(pl.int_range(pl.len(), dtype=pl.Int32).alias(ROW))


def _first_rows(header: pl.DataFrame) -> pl.DataFrame:
    return header.select(_KEY, ROW).unique(_KEY, keep="first", maintain_order=True)


def _nothing() -> pl.DataFrame:
    return pl.DataFrame(schema={_KEY: pl.String, ROW: pl.Int32})


def _nobody() -> pl.DataFrame:
    return pl.DataFrame(schema={LINE: pl.Int32, _CHILD: pl.String, line(_CHILD): pl.Int32, _KEY: pl.String})
