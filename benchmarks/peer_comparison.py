"""Hold what the gateway finds in a file against what the peer finds, rule by rule and child by child."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from lxml import etree

from adapters.registry import adapter_named
from benchmarks.environment import PEER_SCRIPT, peer_python
from benchmarks.peer_reading import STEPS, WHOLE_RETURN, Place, peer_rows, same_table
from benchmarks.peer_samples import Sample
from schemas.cin.layout import cin_layout
from schemas.engine import evaluate
from schemas.findings import Outcome
from schemas.tables import LINE, above

AS_FOUND = "as found"
_WITH_THE_CHILD = {"ChildIdentifiers", "ChildCharacteristics"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one side says about one file: the records flagged by each rule, and the rules that crashed."""

    flagged: dict[str, frozenset[Place]]
    crashed: frozenset[str]
    rules: frozenset[str]

    def children(self, code: str) -> frozenset[int]:
        """Give the children that a rule flags, by position."""
        return frozenset(place.child for place in self.flagged.get(code, frozenset()))

    def records(self, code: str, child: int) -> frozenset[Place]:
        """Give the records that a rule flags within a child."""
        return frozenset(place for place in self.flagged.get(code, frozenset()) if place.child == child)


@dataclass(frozen=True, slots=True)
class Compared:
    """Both verdicts on one file, as found and after each step towards one way of reading."""

    sample: Sample
    ours: dict[str, Verdict]
    peer: dict[str, Verdict]


def compare(samples: Iterable[Sample], workers: int = 2) -> Iterator[Compared]:
    """Compare both sides on the samples; yield them in order, as they are done."""
    peer_python()
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(_compared, samples)


def _compared(sample: Sample) -> Compared:
    with TemporaryDirectory() as folder:
        paths = _written(sample, Path(folder))
        ours = {step: our_verdict(path) for step, path in paths.items()}
        theirs = _peer_verdicts(paths.values(), sample.made.year)
        return Compared(sample, ours, dict(zip(paths, theirs, strict=True)))


def _written(sample: Sample, folder: Path) -> dict[str, Path]:
    """Write the file as found and after each step."""
    layout = cin_layout(sample.made.year)
    root = sample.root()
    paths = {AS_FOUND: _write(root, folder / "found.xml")}
    for step in STEPS:
        step.rewrite(root, layout)
        paths[step.name] = _write(root, folder / f"{step.name}.xml")
    return paths


def _write(root: etree._Element, path: Path) -> Path:
    tree = etree.ElementTree(root)
    etree.indent(tree)  # so that no two records share a line
    tree.write(path, encoding="UTF-8", xml_declaration=True)
    return path


def our_verdict(path: Path) -> Verdict:
    """Check a file and give what each rule flags."""
    adapter = adapter_named("cin")
    data = adapter.read([path], year=None, authority=None, limits=None, progress=None)
    evaluation = evaluate(adapter.definition, data)
    flagged: dict[str, set[Place]] = {}
    for finding in evaluation.findings:
        places = flagged.setdefault(finding.code, set())
        if not finding.locations:
            places.add(Place(WHOLE_RETURN, "", 0))
        for location in finding.locations:
            if location.row is not None:
                places.add(_place(data.tables, location.table, location.row))
    errored = [item.code for item in evaluation.outcomes if item.outcome is Outcome.ERRORED]
    return Verdict(_frozen(flagged), frozenset(errored), frozenset(item.code for item in evaluation.outcomes))


def _peer_verdicts(paths: Iterable[Path], year: int) -> Iterator[Verdict]:
    files = list(paths)
    command = [str(peer_python()), str(PEER_SCRIPT), str(year), *map(str, files)]
    answers = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    for path, answer in zip(files, answers, strict=True):
        said = json.loads(answer)
        rows = peer_rows(etree.parse(path).getroot())
        flagged = {
            code: {rows[table][row] if table else Place(WHOLE_RETURN, "", 0) for table, row, _ in cells}
            for code, cells in said["failed"].items()
        }
        yield Verdict(_frozen(flagged), frozenset(said["crashed"]), frozenset(said["rules"]))


def _frozen(flagged: dict[str, set[Place]]) -> dict[str, frozenset[Place]]:
    return {code: frozenset(places) for code, places in flagged.items()}


def _place(tables: dict[str, pl.DataFrame], table: str, row: int) -> Place:
    if table == "AssessmentFactorsList":
        row = int(tables[table].item(row, above("Assessments")))
    table = same_table(table)
    if table in _WITH_THE_CHILD:
        return Place(row, table, 0)
    if table == "Header":
        return Place(WHOLE_RETURN, table, 0)
    frame = tables[table]
    return Place(int(frame.item(row, above("ChildIdentifiers"))), table, int(frame.item(row, LINE)))
