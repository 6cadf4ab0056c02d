"""Read a census back into case records."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from adapters.cin.build.mapping import DECLARED
from adapters.mapping.back import read_back
from schemas.returns import ReturnData


def case_tables(data: ReturnData, at: datetime) -> dict[str, pl.DataFrame]:
    """Give the case tables that a census tells of; `at` is the time at which they are entered.

    Not in them is what the mapping names as absent: case records have no field for it.
    """
    return read_back(data, DECLARED, at)
