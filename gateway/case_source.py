"""Where a return is built from: a Standard Safeguarding Dataset, or a folder of case tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import polars as pl

from adapters.case.folder import is_case_folder, read_tables
from adapters.ssd.read import reading
from adapters.ssd.tables import LEFTOVERS, CaseTables, table_schema
from gateway.ssd import password
from schemas.case.tables import TABLES


@contextmanager
def case_source(
    place: str, *, at: datetime, schema: str = "", progress: Callable[[int, int], None] | None = None
) -> Iterator[CaseTables]:
    """Open a database URL, or a folder of the dataset or of case tables; see `adapters.ssd.read.reading`."""
    if "://" not in place and is_case_folder(Path(place)):
        given = read_tables(Path(place))
        nothing = {name: pl.LazyFrame(schema=table_schema(name)) for name in TABLES if name not in given}
        yield CaseTables({**nothing, **given}, pl.LazyFrame(schema=LEFTOVERS))
        return
    with reading(place, recorded_at=at, schema=schema, password=password(place), progress=progress) as found:
        yield found
