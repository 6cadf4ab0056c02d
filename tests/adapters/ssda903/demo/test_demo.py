"""Made-up looked-after returns: without errors, the same each time, and damaged in many ways."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from adapters.base import Companions
from adapters.ssda903.adapter import Ssda903Adapter
from adapters.ssda903.demo.damage import MISTAKES, Spot
from adapters.ssda903.demo.population import population
from adapters.ssda903.demo.tables import Rows, rows_of
from adapters.ssda903.demo.write import write_demo
from looked_after_files import read
from schemas.engine import evaluate
from schemas.ssda903.definition import SSDA903
from schemas.ssda903.layout import ssda903_layout

YEARS = range(2017, 2028)


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.csv")}


@pytest.mark.parametrize("year", YEARS)
def test_a_clean_return_has_no_error_with_last_years_beside_it(tmp_path: Path, year: int) -> None:
    write_demo(tmp_path / "cla", year=year, children=300, seed=year, damage=0.0)
    data = read(tmp_path / "cla", year=None)
    assert data.layout.year == year
    assert data.form == ()
    assert [finding.code for finding in evaluate(SSDA903, data).findings] == []


def test_last_years_return_has_no_error_of_its_own_and_is_the_same_given_apart(tmp_path: Path) -> None:
    write_demo(tmp_path / "cla", year=2026, children=400, seed=1, damage=0.0)
    last = read(tmp_path / "cla" / "last", year=2025)
    assert [finding.code for finding in evaluate(SSDA903, last).findings] == []
    (tmp_path / "cla" / "last").rename(tmp_path / "2025")
    data = Ssda903Adapter().accompanied(read(tmp_path / "cla"), Companions(previous=last))
    assert [finding.code for finding in evaluate(SSDA903, data).findings] == []
    assert data.tables["Header_last"].height == last.tables["Header"].height > 300


def test_every_table_has_records_and_the_number_of_children_is_the_one_asked_for(tmp_path: Path) -> None:
    write_demo(tmp_path / "cla", year=2027, children=600, seed=2, damage=0.0)
    data = read(tmp_path / "cla", year=2027)
    assert {name for name, frame in data.tables.items() if frame.is_empty()} == set()
    assert data.tables["Episodes"]["CHILD"].n_unique() == 600


def test_the_same_seed_makes_the_same_files_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_demo(tmp_path / name, year=2026, children=40, seed=seed, damage=0.3)
    assert content(tmp_path / "a") == content(tmp_path / "b")
    assert content(tmp_path / "a") != content(tmp_path / "c")


def test_damage_leaves_last_years_files_as_they_are(tmp_path: Path) -> None:
    for name, damage in (("a", 0.0), ("b", 1.0)):
        write_demo(tmp_path / name, year=2026, children=40, seed=1, damage=damage)
    clean, damaged = content(tmp_path / "a"), content(tmp_path / "b")
    assert {name for name in clean if clean[name] != damaged[name]} == {name for name in clean if "/" not in name} - {
        name for name in clean if clean[name] == damaged[name]
    }
    assert clean["header.csv"] != damaged["header.csv"]
    assert all(clean[name] == damaged[name] for name in clean if name.startswith("last/"))


@pytest.mark.parametrize("mistake", list(MISTAKES))
def test_every_kind_of_mistake_changes_a_child_and_says_so(mistake: str) -> None:
    layout = ssda903_layout(2027)
    children = [rows_of(layout, life) for life in population(2027, 60, 5)]
    changed = 0
    for at, before in enumerate(children[:-1]):
        rows: Rows = {table: [dict(row) for row in found] for table, found in children[at + 1].items()}
        done = MISTAKES[mistake](Spot(rows, before, layout, Random(at)))
        if not done:
            assert rows == children[at + 1]
        changed += rows != children[at + 1]
    assert changed > 5
