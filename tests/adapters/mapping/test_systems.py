"""A dataset of each case management system makes the same returns."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.builders import builder_named
from adapters.mapping.built import Built
from built_returns import told, year
from ssd_dialects import eclipse, mosaic, systemc
from ssd_source import InMemory, Tables, authority, case_tables

Dialect = Callable[[Tables], Tables]
CHILDREN = 200
RETURNS = ("cin", "ssda903")
# What a system does not hold in a form that can be read; see docs/ssd.md.
LACKING: dict[Dialect, set[str]] = {eclipse: {"SWEpisodes"}}


def built(tables: Tables, folder: Path, name: str) -> Built:
    return builder_named(name).build(case_tables(InMemory(tables), folder).tables, year())


@pytest.fixture(scope="module")
def standard(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Built]:
    folder = tmp_path_factory.mktemp("standard")
    return {name: built(authority(CHILDREN), folder / name, name) for name in RETURNS}


@pytest.mark.parametrize("name", RETURNS)
@pytest.mark.parametrize("system", [systemc, mosaic, eclipse])
def test_the_return_is_the_same(system: Dialect, name: str, tmp_path: Path, standard: dict[str, Built]) -> None:
    own = built(system(authority(CHILDREN)), tmp_path / "own", name)
    for table in standard[name].tables:
        if table not in LACKING.get(system, set()):
            assert told(own, table) == told(standard[name], table), table
