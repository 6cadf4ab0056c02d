"""Case tables as a folder of Parquet files, one for each table, named as it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from adapters.whole import whole_folder
from schemas.case.columns import schema
from schemas.case.tables import TABLES
from schemas.errors import Rejected

_ENDING = ".parquet"


def is_case_folder(folder: Path) -> bool:
    """Tell whether a folder has case tables."""
    return folder.is_dir() and any((folder / f"{table}{_ENDING}").is_file() for table in TABLES)


def write_tables(folder: Path, tables: Mapping[str, pl.DataFrame]) -> None:
    """Write each table; the folder appears whole or not at all. Raise Rejected where it is in use."""
    with whole_folder(folder) as place:
        for name, frame in tables.items():
            frame.write_parquet(place / f"{name}{_ENDING}")


def read_tables(folder: Path) -> dict[str, pl.LazyFrame]:
    """Give the tables of a folder; raise Rejected where one is none."""
    return {
        name: _table(name, folder / f"{name}{_ENDING}") for name in TABLES if (folder / f"{name}{_ENDING}").is_file()
    }


def _table(name: str, path: Path) -> pl.LazyFrame:
    try:
        columns = pl.read_parquet_schema(path)
    except (PolarsError, OSError):
        raise Rejected(f"{path.name} is no Parquet file.", hint="Make the folder again.") from None
    wrong = [column for column, kind in columns.items() if schema(name).get(column) != kind]
    if wrong:
        raise Rejected(
            f"{path.name}: {len(wrong)} of its columns are none of the case table, or hold something else.",
            hint="docs/case-records.md lists the columns.",
        )
    return pl.scan_parquet(path)
