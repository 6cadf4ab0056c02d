"""A folder of files, one for each table: ssd_person.csv, ssd_person.parquet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from polars.exceptions import ComputeError, NoDataError

from adapters.ssd.source import Found
from schemas.errors import Misconfigured, Rejected

_KINDS = (".csv", ".parquet")


@dataclass(frozen=True, slots=True)
class Folder:
    """The files of a folder by the name of their table, in lower case."""

    files: Mapping[str, Path]

    @classmethod
    def at(cls, place: str) -> Folder:
        """Look at a folder; raise Misconfigured where there is none, Rejected where two files hold one table."""
        folder = Path(place)
        if not folder.is_dir():
            raise Misconfigured(
                f"{folder.name or place} is neither a folder nor the URL of a database.",
                hint="Name a folder of CSV or Parquet files, sqlite:///PATH, postgresql://... or mssql+pyodbc://...",
            )
        files: dict[str, Path] = {}
        for path in sorted(folder.iterdir()):
            if path.suffix.lower() in _KINDS and path.is_file():
                if path.stem.lower() in files:
                    raise Rejected(f"Two files hold the table {path.stem.lower()}.", hint="Take one of them away.")
                files[path.stem.lower()] = path
        return cls(files)

    def tables(self) -> Mapping[str, tuple[Found, ...]]:
        """Give every file with its columns."""
        return {table: self._columns(table) for table in self.files}

    def count(self, table: str) -> int:
        """Count the rows of a file."""
        with _understood(self.files[table]):
            return int(self._scan(table).select(pl.len()).collect().item())

    def parts(self, table: str, columns: tuple[str, ...], rows: int) -> Iterator[pl.DataFrame]:
        """Give the columns of a file as text, at most about `rows` rows at a time."""
        scan = self._scan(table)
        names = {name.lower(): name for name in scan.collect_schema().names()}
        kinds = scan.collect_schema()
        wanted = scan.select(_text(pl.col(names[name]), kinds[names[name]]).alias(name) for name in columns)
        with _understood(self.files[table]):
            yield from wanted.collect_batches(chunk_size=rows, maintain_order=True)

    def _columns(self, table: str) -> tuple[Found, ...]:
        with _understood(self.files[table]):
            return tuple(Found(name.lower()) for name in self._scan(table).collect_schema().names())

    def _scan(self, table: str) -> pl.LazyFrame:
        path = self.files[table]
        return pl.scan_parquet(path) if path.suffix.lower() == ".parquet" else pl.scan_csv(path, infer_schema=False)


@contextmanager
def _understood(path: Path) -> Iterator[None]:
    try:
        yield
    except (ComputeError, NoDataError):
        # What Polars says may quote the file.
        raise Rejected(
            f"{path.name} cannot be read as a table.",
            hint="Save it as CSV in UTF-8 with one line of column names, or as Parquet.",
        ) from None


def _text(column: pl.Expr, kind: pl.DataType) -> pl.Expr:
    if isinstance(kind, pl.Datetime):
        return column.dt.strftime("%Y-%m-%d %H:%M:%S")
    return column.cast(pl.String)
