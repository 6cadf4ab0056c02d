"""Ben's gateway for each module of the pack, and as it is at the beginning for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance_server import Server, serving
from itp_exchange import NOW
from store_builder import opened


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("ben")
    store = opened(f"sqlite:///{shutil.copy(sqlite_template, folder / 'store.sqlite')}")
    with serving(store, folder) as server:
        yield server
    store.engine.dispose()


@pytest.fixture
def ben(running: Server) -> Iterator[Server]:
    """Give Ben's gateway, at the time and with the directory that every test begins with."""
    running.clock.now = NOW
    before = running.known.directory
    yield running
    running.known.directory = before
