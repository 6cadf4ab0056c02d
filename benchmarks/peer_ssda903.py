"""The public validator of the looked-after return, and the gateway's own verdict beside its."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import polars as pl

from adapters.base import Companions
from adapters.registry import adapter_named
from adapters.ssda903.demo.write import LAST_FOLDER
from adapters.ssda903.recognise import table_of
from benchmarks.peer_ssda903_reading import STEPS, Tables, owner
from benchmarks.peer_ssda903_samples import SAMPLES
from benchmarks.peers import Peer, Place, Verdict, frozen, rules_of
from benchmarks.ssda903_reference import AUTHORITY, AUTHORITY_ONS, postcode_file, providers_beside, write_providers
from schemas.engine import evaluate
from schemas.ssda903.definition import SSDA903
from schemas.ssda903.layout import LAST

_ALL = 1_000_000_000


def tables_in(folder: Path) -> Tables:
    """Read the CSV files of a folder and of the one with last year's inside."""
    return dict(_tables(folder, "")) | dict(_tables(folder / LAST_FOLDER, LAST))


def _tables(folder: Path, suffix: str) -> Iterator[tuple[str, pl.DataFrame]]:
    for path in sorted(folder.glob("*.csv")):
        frame = pl.read_csv(path, infer_schema=False).fill_null("")
        table = table_of(tuple(frame.columns))
        if table is not None:
            yield f"{table.name}{suffix}", frame


def write(tables: Tables, path: Path) -> Path:
    """Write a return into a folder, and beside it the providers that it names."""
    (path / LAST_FOLDER).mkdir(parents=True)
    for name, frame in tables.items():
        folder = path / LAST_FOLDER if name.endswith(LAST) else path
        frame.write_csv(folder / f"{name.removesuffix(LAST)}.csv")
    write_providers(tables["Episodes"], providers_beside(path))
    return path


def our_verdict(path: Path, year: int) -> Verdict:
    """Check a folder and give what each rule flags."""
    adapter = adapter_named(SSDA903.name)
    data = adapter.read([path], year=year, authority=AUTHORITY, limits=None, progress=None)
    beside = Companions(postcodes=postcode_file(), providers=(providers_beside(path),))
    evaluation = evaluate(SSDA903, adapter.accompanied(data, beside), most=_ALL)
    place = places(path)
    flagged: dict[str, set[Place]] = {}
    for finding in evaluation.findings:
        cells = [(cell.table, cell.row) for cell in finding.locations if cell.row is not None]
        flagged.setdefault(finding.code, set()).update(place(table, row) for table, row in cells)
    return Verdict(frozen(flagged), *rules_of(evaluation))


def places(path: Path) -> Callable[[str, int], Place]:
    """Tell the record behind a row of a table; a row that is not there, as the peer sometimes names, is no child's."""
    children = {name: dict(enumerate(frame.get_column("CHILD"))) for name, frame in tables_in(path).items()}
    return cache(lambda table, row: Place(owner(table, row, children[table].get(row, "")), table, row))


SSDA903_PEER = Peer(
    SSDA903,
    title="the public looked-after validator",
    release="csc-validator-be-903 0.1.17",
    kind="returns",
    about="Both sides have last year's files, the same directory of postcodes and the same list of providers. Each "
    "rule of the peer gets a copy of the data here: left to itself, it lets some rules alter what later ones read. "
    "Some of the returns have codes and ends at random, so that rules speak which seeded damage leaves silent.",
    steps=STEPS,
    samples=SAMPLES,
    read=tables_in,
    write=write,
    our_verdict=our_verdict,
    places=places,
    arguments=(AUTHORITY_ONS, "alone"),
)
