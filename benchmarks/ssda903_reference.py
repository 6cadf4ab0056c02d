"""What both sides know about postcodes and providers when looked-after returns are compared."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import polars as pl
import xlsxwriter

from benchmarks.generated import DATA
from gateway.reference import build_postcodes
from gateway.reference import postcode_file as kept
from gateway.settings import REFERENCE_FOLDER

AUTHORITY, AUTHORITY_ONS = "209", "E09000023"
_SUPPORTED = "K3"
_SHEETS = {
    "Providers": (
        "urn", "local authority", "placement code", "placement provider code", "deregistration date",
        "setting address postcode",
    ),
    "SA providers": ("urn", "provider local authority", "closed date", "setting address postcode"),
}  # fmt: skip
# Of the providers named in a return, one in so many is missing from the list, closed, or of another kind.
_MISSING, _CLOSED, _OTHER = 13, 7, 11
_CLOSED_ON = date(2022, 10, 1)


def reference_environment() -> dict[str, str]:
    """Say in the gateway's settings where the directory of postcodes is; make it where it is missing."""
    environment = {REFERENCE_FOLDER.variable: str(DATA / "reference")}
    if not kept(environment).exists():
        build_postcodes(None, environment)
    return environment


@cache
def postcode_file() -> Path:
    """Give the directory of postcodes, from the data package that the peer has too."""
    return kept(reference_environment())


def providers_beside(folder: Path) -> Path:
    """Say where the workbook of providers is that goes with a folder of returns."""
    return folder.parent / f"{folder.name}.xlsx"


def write_providers(episodes: pl.DataFrame, path: Path, *, flawed: bool = True) -> None:
    """Write Ofsted's combined workbook with the providers that episodes name; where `flawed`, some do not fit."""
    rows: dict[str, list[tuple[str | date, ...]]] = {name: [headings] for name, headings in _SHEETS.items()}
    for sheet, row in _providers(episodes, flawed=flawed):
        rows[sheet].append(row)
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as book:
        for name, lines in rows.items():
            sheet = book.add_worksheet(name)
            for number, line in enumerate(lines):
                sheet.write_row(number, 0, line)


def _providers(episodes: pl.DataFrame, *, flawed: bool) -> Iterator[tuple[str, tuple[str | date, ...]]]:
    named = episodes.select(pl.col("URN", "PLACE", "PLACE_PROVIDER", "PL_POST").str.strip_chars())
    named = named.filter(pl.col("URN").str.contains(r"^(SC)?\d+$")).unique(
        "URN" if flawed else None, keep="first", maintain_order=True
    )
    for number, (urn, place, provider, postcode) in enumerate(named.sort("URN").iter_rows(), start=1):
        if not flawed or number % _MISSING:
            closed = _CLOSED_ON if flawed and number % _CLOSED == 0 else ""
            if place == _SUPPORTED:
                yield "SA providers", (urn, "Lewisham", closed, postcode)
            else:
                kind = "R3" if flawed and number % _OTHER == 0 else place
                yield "Providers", (urn, "Lewisham", kind, provider, closed, postcode)
