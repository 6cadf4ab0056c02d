"""The returns on which the gateway and the peer are compared: seeded damage, and what damage never does."""

from __future__ import annotations

import polars as pl

from benchmarks.generated import Made
from benchmarks.peer_ssda903_reading import Tables, day_read
from benchmarks.peers import Sample

_YEARS = (2023, 2024, 2025, 2026, 2027)
_SEEDS = (1, 2)
_NAME = "ssda903"
_READABLE = r"^\d{2}/\d{2}/\d{4}$"


def every_episode_starts(tables: Tables) -> None:
    """Let an episode whose start cannot be read start when the one before it in the file did."""
    for name in ("Episodes", "Episodes_last"):
        if name in tables:
            start = pl.col("DECOM")
            known = (
                pl.when(start.str.contains(_READABLE) & day_read(start).is_not_null())
                .then(start)
                .forward_fill()
                .fill_null("01/04/2022")
            )
            tables[name] = tables[name].with_columns(known.alias("DECOM"))


SAMPLES = (
    *(Sample(Made(_NAME, year, 200, seed, 0.4), every_episode_starts) for year in _YEARS for seed in _SEEDS),
    *(Sample(Made(_NAME, year, 100, 5, 1.0), every_episode_starts) for year in _YEARS),
    *(Sample(Made(_NAME, year, 150, 6, 0.2)) for year in _YEARS),
    Sample(Made(_NAME, _YEARS[-2], 150, 7, 0.0)),
)
