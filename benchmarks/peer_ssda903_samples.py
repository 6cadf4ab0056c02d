"""The returns on which the gateway and the peer are compared: seeded damage, and what damage never does."""

from __future__ import annotations

from benchmarks.generated import Made
from benchmarks.peer_ssda903_changes import (
    all_by_number,
    every_episode_starts,
    homes_by_number,
    last_year_again,
    unlikely_together,
    values_at_random,
)
from benchmarks.peers import Sample

_YEARS = (2023, 2024, 2025, 2026, 2027)
_SEEDS = (1, 2)
_NAME = "ssda903"

SAMPLES = (
    *(Sample(Made(_NAME, year, 200, seed, 0.4), every_episode_starts) for year in _YEARS for seed in _SEEDS),
    *(Sample(Made(_NAME, year, 100, 5, 1.0), every_episode_starts) for year in _YEARS),
    *(Sample(Made(_NAME, year, 150, 6, 0.2)) for year in _YEARS),
    Sample(Made(_NAME, _YEARS[-2], 150, 7, 0.0)),
    *(Sample(Made(_NAME, year, 200, 8, 0.0), values_at_random) for year in _YEARS),
    Sample(Made(_NAME, 2024, 200, 8, 0.0), homes_by_number),
    Sample(Made(_NAME, 2025, 200, 8, 0.0), last_year_again),
    Sample(Made(_NAME, 2026, 200, 8, 0.0), all_by_number),
    Sample(Made(_NAME, 2026, 200, 8, 0.0), unlikely_together),
)
