"""How the peer reads a looked-after return, and how to make it read as we do.

A record is told by its row in its table, and its child by CHILD. Where a step gives a record an identifier
of its own, a mark before it leads back to the child, or to the record where that had none.
"""

from __future__ import annotations

import polars as pl

from adapters.sheets.dates import read_otherwise
from benchmarks.peers import Step
from schemas.fields import Kind
from schemas.ssda903.layout import HEADER, LAST
from schemas.tables import Layout
from schemas.typed import BRITISH_DATES

# The texts of each table, last year's under `_last`.
Tables = dict[str, pl.DataFrame]

MARK = "*"
# The whole years that fit into the peer's nanoseconds.
KNOWN_YEARS = (1678, 2261)
# Tables with one row a child.
ONCE = (HEADER, "UASC", "OC2", "OC3", "AD1", "PrevPerm")


def owner(table: str, row: int, child: str) -> str:
    """Tell the child of a record, or the record itself where it has none."""
    return child.strip().upper().lstrip(MARK) or f"{table} {row}".upper()


def written_as_asked(tables: Tables, layout: Layout) -> None:
    """Take away white space, write dates that can mean one day as dd/mm/yyyy, and leave out what is no date."""
    for name, frame in tables.items():
        known = layout.table(name) if layout.has(name) else ()
        fields = [field.name for field in known if field.kind is Kind.DATE]
        trimmed = frame.with_columns(pl.all().str.strip_chars())
        tables[name] = trimmed.with_columns(_as_asked(field) for field in fields if field in frame.columns)


def _as_asked(field: str) -> pl.Expr:
    text = pl.col(field)
    day = pl.coalesce(day_read(text), read_otherwise(text))
    return (
        pl.when(day.dt.year().is_between(*KNOWN_YEARS))
        .then(day.dt.strftime("%d/%m/%Y"))
        .otherwise(pl.lit(""))
        .alias(field)
    )


def day_read(text: pl.Expr) -> pl.Expr:
    """Read what both sides take for a date."""
    day = text.str.to_date(BRITISH_DATES.strptime, strict=False)
    return pl.when(day.dt.year().is_between(*KNOWN_YEARS)).then(day)


def own_identifiers(tables: Tables, _: Layout) -> None:
    """Give records without a child, and second rows of tables with one a child, an identifier of their own."""
    for name, frame in tables.items():
        child = pl.col("CHILD")
        second = pl.int_range(pl.len()).over(child.str.to_uppercase())
        marks = pl.lit(MARK).repeat_by(second).list.join("")
        alone = pl.format(f"{MARK}{name} {{}}", pl.int_range(pl.len()))
        again = pl.format("{}{}", marks, child) if name.removesuffix(LAST) in ONCE else child
        tables[name] = frame.with_columns(pl.when(child == "").then(alone).otherwise(again).alias("CHILD"))


# One after another; the one that overwrites what some rules are about comes last.
STEPS: tuple[Step[Tables], ...] = (
    Step(
        "form",
        "The peer keeps white space around a value, so the value is on no list. It reads no date but dd/mm/yyyy where "
        "the gateway also reads 2026-03-31 or 31.03.2026, and none before 1678 or after 2261. Some of its rules take "
        "for a date what is none, or crash on it.",
        written_as_asked,
    ),
    Step(
        "identifiers",
        "The peer joins tables by CHILD: two rows of a child in Header, OC3 and the like count twice or move the row "
        "numbers of its answer, and rows without an identifier are one child to it.",
        own_identifiers,
        "CHILD",
    ),
)
