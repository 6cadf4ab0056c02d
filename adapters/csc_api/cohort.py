"""Who is sent: a gate of age, and at least one reason. Source: DfE children's social care data receiver, who is sent.

An unborn child is sent whatever the due date is from the start of the window on: most due dates lie ahead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from adapters.csc_api.choices import Choices
from adapters.csc_api.window import Window

_YEARS = "26y"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a child is in: a row of a table. `chosen` says whether the choices let it count."""

    table: str
    words: str
    inside: Callable[[Window], pl.Expr]
    chosen: Callable[[Choices], bool] = lambda _choices: True


REASONS = (
    Reason(
        "cin_episodes", "A referral's episode touches the window.", lambda it: it.touches("referral_date", "close_date")
    ),
    Reason("cin_plans", "A child in need plan touches the window.", lambda it: it.touches("start_date", "end_date")),
    Reason("cla_placement", "A placement touches the window.", lambda it: it.touches("start_date", "end_date")),
    Reason(
        "cp_plans",
        "A protection plan touches the window, where that is chosen.",
        lambda it: it.touches("start_date", "end_date"),
        lambda choices: choices.plan_only,
    ),
)


def of_age(window: Window) -> pl.Expr:
    """Say that a person was under 26 when the window began, or is not born yet."""
    born = pl.col("date_of_birth").dt.offset_by(_YEARS) > window.start
    unborn = pl.col("date_of_birth").is_null() & (pl.col("expected_date_of_birth") >= window.start)
    return born.fill_null(value=False) | unborn.fill_null(value=False)


def cohort(tables: Mapping[str, pl.DataFrame], window: Window, choices: Choices) -> pl.DataFrame:
    """Give the persons who are sent, as rows of the table of persons."""
    reasons = [
        tables[reason.table].filter(reason.inside(window)).select(pl.col("person"))
        for reason in REASONS
        if reason.chosen(choices)
    ]
    wanted = pl.concat(reasons).unique()
    return tables["person"].filter(of_age(window)).join(wanted, left_on="id", right_on="person", how="semi")
