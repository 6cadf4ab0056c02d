"""Whatever a dataset lacks, a return is built of the rest."""

from __future__ import annotations

from random import Random

import polars as pl
import pytest

from adapters.builders import ReturnBuilder, builder_named
from built_returns import year
from ssd_source import InMemory, authority, case_tables

Tables = dict[str, pl.DataFrame]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    found = case_tables(InMemory(authority(60, 5)), tmp_path_factory.mktemp("gaps") / "ssd")
    return {name: frame.collect() for name, frame in found.tables.items()}


def with_gaps(tables: Tables, rng: Random) -> Tables:
    """Empty a fifth of the cells, and whole columns here and there; keep the keys, and some rows twice."""
    return {name: _gaps(frame, rng) for name, frame in tables.items()}


def _gaps(frame: pl.DataFrame, rng: Random) -> pl.DataFrame:
    columns = [name for name in frame.columns if name != "id" and not name.startswith(("origin.", "provenance."))]
    shares = [1.0 if rng.random() < 0.05 else 0.2 for _ in columns]
    kept = [pl.Series([rng.random() >= share for _ in range(frame.height)], dtype=pl.Boolean) for share in shares]
    gaps = [pl.when(keep).then(pl.col(name)).alias(name) for name, keep in zip(columns, kept, strict=True)]
    return pl.concat([frame.with_columns(gaps), frame.head(2)])


@pytest.mark.parametrize("name", ["cin", "ssda903"])
@pytest.mark.parametrize("seed", range(4))
def test_gaps_and_copies_stop_no_return(whole: Tables, name: str, seed: int) -> None:
    builder: ReturnBuilder = builder_named(name)
    built = builder.build(with_gaps(whole, Random(seed)), year())  # made-up gaps
    for table, frame in built.tables.items():
        assert frame.height == built.origins[table].height
        assert frame["@row"].to_list() == list(range(frame.height))
    assert built.notes.height


@pytest.mark.parametrize("name", ["cin", "ssda903"])
def test_every_row_that_is_left_out_is_noted(whole: Tables, name: str) -> None:
    people = whole["person"].head(20)
    built = builder_named(name).build({**whole, "person": people}, year())
    nobody = {key for why, _, key, _ in built.notes.iter_rows() if "whom it is about is not in the dataset" in why}
    assert nobody
    assert not set(built.origins["Header" if name == "ssda903" else "ChildIdentifiers"]["person"]) - set(people["id"])
