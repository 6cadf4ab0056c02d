"""Read a looked-after return back into case records."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from adapters.mapping.back import read_back
from adapters.ssda903.build.mapping import DECLARED
from schemas.returns import ReturnData


def case_tables(data: ReturnData, at: datetime) -> dict[str, pl.DataFrame]:
    """Give the case tables that a return tells of; `at` is the time at which they are entered.

    Not in them is what the return only counts or says yes to: OC2, and whose mother a girl is. Each row of Episodes
    makes a placement and a legal status of its own.
    """
    return read_back(data, DECLARED, at)
