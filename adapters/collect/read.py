"""Read an error report by its headings, whatever their order and spelling; no layout of it is published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import polars as pl

from adapters.sheets.csv import read_csv
from adapters.sheets.headings import from_headings, plain
from adapters.sheets.parts import Part
from adapters.sheets.sheet import Sheet, bare
from adapters.sheets.workbook import read_workbook
from adapters.xml.limits import Limits
from schemas.errors import Rejected

# The headings of each item, in small letters and digits alone, the more telling first.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "code": (
        *("rulenumber", "ruleno", "rulecode", "ruleid", "errornumber", "errorno", "errorcode", "errorid"),
        *("validationrule", "validationnumber", "validationcode", "querynumber", "rule", "code", "error", "number"),
    ),
    "child": (
        *("lachildid", "uniquelachildid", "lachildidentifier", "childid", "childidentifier", "childla", "child"),
        *("uniquereference", "pupilid", "recordid", "identifier"),
    ),
    "severity": ("errortype", "ruletype", "severity", "errorlevel", "errororquery", "errorquery", "type", "level"),
    "count": ("numberoferrors", "noof", "noofoccurrences", "occurrences", "errorcount", "count", "total"),
    "message": ("errormessage", "message", "ruledescription", "errordescription", "description", "details", "detail"),
}
_CODE = r"\b([0-9]{3,4}[A-Za-z]?|[A-Z]{2,}[0-9]+[A-Za-z0-9]*)\b"
_WORD = r"^([A-Za-z]{3})$"
_QUERY, _ERROR = "(?i)^q", "(?i)^e"
_HINT = "Save the error report as CSV or as an Excel workbook, with its headings: the rule's number at least."


@dataclass(frozen=True, slots=True)
class ErrorReport:
    """What DfE lists: a row for each `code`, `child` and `severity` (error, query or empty) with its `count`.

    `by_child` tells whether it names children at all; without them it counts each rule.
    """

    rows: pl.DataFrame
    by_child: bool


def read_errors(name: str, content: bytes, limits: Limits) -> ErrorReport:
    """Read an error report of CSV or a workbook. Raise Rejected where no column has the number of a rule."""
    part = Part(name, content)
    sheets = read_workbook(part, limits) if part.is_workbook else (read_csv(name, content, _is_known),)
    tables = [table for table in map(_table, sheets) if table is not None]
    if not tables:
        raise Rejected(f"{name} has no column with the number of a rule.", hint=_HINT)
    # A summary beside the list would count everything twice.
    with_child = [table for table in tables if "child" in table.columns]
    rows = pl.concat([_filled(table) for table in with_child or tables])
    grouped = rows.group_by("code", "child", "severity", maintain_order=True).agg(pl.col("count").sum())
    return ErrorReport(grouped, bool(with_child))


def _is_known(heading: str) -> bool:
    return any(plain(heading) in names for names in HEADINGS.values())


def _place(headings: tuple[str, ...], item: str) -> int | None:
    found = [plain(heading) for heading in headings]
    return next((found.index(name) for name in HEADINGS[item] if name in found), None)


def _is_head(headings: tuple[str, ...]) -> bool:
    return _place(headings, "code") is not None and sum(map(_is_known, headings)) > 1


def _table(sheet: Sheet) -> pl.DataFrame | None:
    """Give the items of a sheet as texts; None where it has no rules."""
    begun = from_headings(sheet, _is_head)
    if not _is_head(begun.headings):
        return None
    places = {item: _place(begun.headings, item) for item in HEADINGS}
    columns = dict(_once(places))
    rows = begun.cells.select(bare(f"c{at}").alias(item) for item, at in columns.items())
    return rows.filter(_code().is_not_null())


def _once(places: Mapping[str, int | None]) -> Iterator[tuple[str, int]]:
    """Give each column to the first item that claims it."""
    taken = set[int]()
    for item, at in places.items():
        if at is not None and at not in taken:
            taken.add(at)
            yield item, at


def _code() -> pl.Expr:
    text = pl.col("code")
    return pl.coalesce(text.str.extract(_CODE), text.str.extract(_WORD)).str.to_uppercase()


def _filled(table: pl.DataFrame) -> pl.DataFrame:
    """Give every table the same columns, with what can be told of each row."""
    has = partial(_column, table)
    kind = has("severity")
    error = pl.when(kind.str.contains(_ERROR)).then(pl.lit("error")).otherwise(pl.lit(""))
    severity = pl.when(kind.str.contains(_QUERY)).then(pl.lit("query")).otherwise(error)
    return table.select(
        _code().alias("code"),
        has("child").fill_null("").alias("child"),
        severity.alias("severity"),
        has("count").str.replace_all(",", "").cast(pl.Int64, strict=False).fill_null(1).alias("count"),
    )


def _column(table: pl.DataFrame, name: str) -> pl.Expr:
    return pl.col(name) if name in table.columns else pl.lit(None, dtype=pl.String)
