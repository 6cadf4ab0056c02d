"""Read Ofsted's list of providers from the workbooks in which it is issued.

There are two workbooks, of children's homes and of social care providers, or one of both. A sheet is known by its
headings, never by its name; codes, closing date and postcode have other headings in each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import polars as pl

from adapters.input_file import require_file
from adapters.sheets.dates import read_otherwise
from adapters.sheets.headings import from_headings
from adapters.sheets.parts import Part
from adapters.sheets.sheet import Sheet, bare
from adapters.sheets.workbook import read_workbook
from adapters.xml.limits import Limits
from schemas.errors import Rejected

# The headings of each item in the layouts, the more telling first. "Provider code" is a placement code here.
_HEADINGS = {
    "urn": ("urn",),
    "places": ("placement code", "provider code"),
    "providers": ("placement provider code", "provider placement code"),
    "closed": ("deregistration date", "closed date"),
    "postcode": ("setting address postcode", "setting postcode"),
    "named": ("local authority", "provider local authority"),
}
# Supported accommodation has a sheet without codes, because they go without saying.
_SUPPORTED = "provider local authority"
_SUPPORTED_PLACE, _SUPPORTED_PROVIDER = "K3", "PR4"
_HINT = "Give the workbook as Ofsted issues it: of children's homes, of social care providers, or of both."


def read_providers(paths: Iterable[Path], limits: Limits) -> pl.DataFrame:
    """Read one or more workbooks into one row for each set of premises.

    Columns: texts urn, postcode (without spaces, in capitals) and named (the authority), lists of texts places and
    providers, and the day closed. Raise Rejected where a workbook has no provider.
    """
    return pl.concat([_workbook(path, limits) for path in paths]).unique(maintain_order=True)


def _workbook(path: Path, limits: Limits) -> pl.DataFrame:
    size = require_file(path)
    if size > limits.file_size:
        raise Rejected(f"{path.name} is larger than the gateway reads.", hint=_HINT)
    part = Part(path.name, path.read_bytes())
    if not part.is_workbook:
        raise Rejected(f"{path.name} is no Excel workbook.", hint=_HINT)
    sheets = [_items(sheet) for sheet in (from_headings(sheet, _has_urn) for sheet in read_workbook(part, limits))]
    lists = [rows for rows in sheets if rows is not None and "places" in rows.columns]
    addresses = [
        rows for rows in sheets if rows is not None and "places" not in rows.columns and "postcode" in rows.columns
    ]
    if not any(rows.height for rows in lists):
        raise Rejected(f"{path.name} lists no provider: no sheet has the headings URN and placement code.", hint=_HINT)
    return pl.concat(_typed(_with_address(rows, addresses)) for rows in lists)


def _has_urn(headings: tuple[str, ...]) -> bool:
    return _place(headings, "urn") is not None


def _place(headings: tuple[str, ...], item: str) -> int | None:
    plain = [re.sub(r"\s+", " ", heading).strip().casefold() for heading in headings]
    return next((plain.index(heading) for heading in _HEADINGS[item] if heading in plain), None)


def _items(sheet: Sheet) -> pl.DataFrame | None:
    """Give the items that a sheet has as texts; None where it has no URN."""
    places = {item: _place(sheet.headings, item) for item in _HEADINGS}
    if places["urn"] is None:
        return None
    rows = sheet.cells.select(bare(f"c{at}").alias(item) for item, at in places.items() if at is not None)
    rows = rows.filter(pl.col("urn").is_not_null())
    if "places" not in rows.columns and _is_supported(sheet.headings):
        rows = rows.with_columns(pl.lit(_SUPPORTED_PLACE).alias("places"))
        if "providers" not in rows.columns:
            rows = rows.with_columns(pl.lit(_SUPPORTED_PROVIDER).alias("providers"))
    return rows


def _is_supported(headings: tuple[str, ...]) -> bool:
    return _SUPPORTED in {heading.strip().casefold() for heading in headings}


def _with_address(rows: pl.DataFrame, addresses: list[pl.DataFrame]) -> pl.DataFrame:
    """Take the postcode from another sheet of the workbook, where this one has none."""
    if "postcode" in rows.columns or not addresses:
        return rows
    known = pl.concat([address.select("urn", "postcode") for address in addresses]).unique(maintain_order=True)
    return rows.join(known, on="urn", how="left", maintain_order="left")


def _typed(rows: pl.DataFrame) -> pl.DataFrame:
    rows = rows.with_columns(
        pl.lit(None, dtype=pl.String).alias(item) for item in _HEADINGS if item not in rows.columns
    )
    return rows.select(
        pl.col("urn").str.to_uppercase(),
        _codes("places"),
        _codes("providers"),
        read_otherwise(pl.col("closed")).alias("closed"),
        pl.col("postcode").str.replace_all(r"\s", "").str.to_uppercase(),
        pl.col("named"),
    )


def _codes(item: str) -> pl.Expr:
    """Cut a list of codes, which has commas or strokes between them."""
    return pl.col(item).str.to_uppercase().str.extract_all(r"[A-Z0-9]+").fill_null([])
