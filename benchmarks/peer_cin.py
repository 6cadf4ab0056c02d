"""The public validator of the census, and the gateway's own verdict beside its."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
from lxml import etree

from adapters.registry import adapter_named
from benchmarks.peer_cin_reading import STEPS, peer_rows, same_table
from benchmarks.peer_cin_samples import SAMPLES
from benchmarks.peers import WHOLE_RETURN, Peer, Place, Verdict, frozen, rules_of
from schemas.cin.definition import CIN
from schemas.engine import evaluate
from schemas.tables import LINE, above

_WITH_THE_CHILD = {"ChildIdentifiers", "ChildCharacteristics"}


def read(path: Path) -> etree._Element:
    """Read a census."""
    return etree.parse(path).getroot()


def write(root: etree._Element, path: Path) -> Path:
    """Write a census, each record on a line of its own."""
    tree = etree.ElementTree(root)
    etree.indent(tree)
    tree.write(path, encoding="UTF-8", xml_declaration=True)
    return path


def our_verdict(path: Path, _: int) -> Verdict:
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
    return Verdict(frozen(flagged), *rules_of(evaluation))


def _place(tables: dict[str, pl.DataFrame], table: str, row: int) -> Place:
    if table == "AssessmentFactorsList":
        row = int(tables[table].item(row, above("Assessments")))
    table = same_table(table)
    if table in _WITH_THE_CHILD:
        return Place(str(row), table, 0)
    if table == "Header":
        return Place(WHOLE_RETURN, table, 0)
    frame = tables[table]
    return Place(str(frame.item(row, above("ChildIdentifiers"))), table, int(frame.item(row, LINE)))


def places(path: Path) -> Callable[[str, int], Place]:
    """Tell the record behind a row of the peer's tables."""
    rows = peer_rows(etree.parse(path).getroot())
    return lambda table, row: rows[table][row] if table else Place(WHOLE_RETURN, "", 0)


CIN_PEER = Peer(
    CIN,
    title="the public CIN validator",
    release="csc-validator-be-cin 0.1.13",
    kind="censuses",
    about="A rule about the whole return counts as one child.",
    steps=STEPS,
    samples=SAMPLES,
    read=read,
    write=write,
    our_verdict=our_verdict,
    places=places,
)
