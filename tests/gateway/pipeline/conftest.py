"""Authorities for the steps: Ann and Ben each alone on both databases, and both over real servers on SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from exchange_rig import Two, two
from gateway.store.store import Store
from itp_exchange import ANN, BEN
from pipeline_rig import Alone, alone


@pytest.fixture
def ann(store: Store, tmp_path: Path) -> Iterator[Alone]:
    """Give Ann, who reaches nobody."""
    yield from alone(ANN, store, tmp_path)


@pytest.fixture
def ben(store: Store, tmp_path: Path) -> Iterator[Alone]:
    """Give Ben, to whom a test brings messages of Ann's by hand."""
    yield from alone(BEN, store, tmp_path)


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Two]:
    """Give Ann and Ben, who reach each other."""
    with two(tmp_path, {}) as found:
        yield found
