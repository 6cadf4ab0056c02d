"""Read a package back: every size, hash, count, table and record is checked, and what does not fit is refused whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from adapters.transfer.content_type import ZIP, fits, kind_of
from adapters.transfer.header import restriction_of
from adapters.transfer.index import Index, Listed, read_index
from adapters.transfer.office import is_harmless
from adapters.transfer.package import Package, Paper, ReleasedPlaces, keys
from adapters.transfer.part import MOST_PARTS, Kind, Part
from adapters.transfer.passive import is_passive
from adapters.transfer.records import read_places, read_records
from adapters.transfer.refusal import Code, NotAPackage
from adapters.transfer.statement import Status, cells, count, is_of_the_package, reduced_cells
from schemas.case.record import CaseFile
from schemas.processes.elements import Need, elements
from schemas.processes.registry import PROCESSES


def read(parts: Iterable[Part]) -> Package:
    """Read the parts of one package, the index first; raise NotAPackage where anything does not fit."""
    found = tuple(parts)
    if len(found) > MOST_PARTS:
        raise NotAPackage(Code.TOO_MANY)
    if not found:
        raise NotAPackage(Code.NO_INDEX)
    index = read_index(found[0])
    content = _matched(index, found)
    _check_pages(index, content)
    package = _package(index, content)
    _check_documents(index, package)
    _check_statement(package)
    return package


def _check_pages(index: Index, content: Mapping[str, bytes]) -> None:
    """Check that there is a page of the package and of each released place, on which nothing can be done but read."""
    numbers = {kind: {item.number for item in index.parts if item.kind is kind} for kind in Kind}
    if numbers[Kind.VIEW] != {0} or numbers[Kind.PLACES] != numbers[Kind.PLACES_VIEW]:
        raise NotAPackage(Code.MISSING)
    for item in index.parts:
        if item.kind in {Kind.VIEW, Kind.PLACES_VIEW} and not is_passive(content[item.name]):
            raise NotAPackage(Code.VIEW, item.name)


def _matched(index: Index, parts: Sequence[Part]) -> Mapping[str, bytes]:
    """Give the bytes of every part by its name, each the one that the index lists."""
    if parts[0].restriction != restriction_of(index.header, index.children):
        raise NotAPackage(Code.MARKING, Kind.INDEX.value)
    given = {part.name: part for part in parts[1:]}
    listed = {item.name: item for item in index.parts}
    for name in listed:
        if name not in given:
            raise NotAPackage(Code.MISSING, name)
    if len(parts) - 1 > len(listed):
        raise NotAPackage(Code.EXTRA)
    for name, item in listed.items():
        _check_part(item, given[name])
    return {name: part.content for name, part in given.items()}


def _check_part(item: Listed, part: Part) -> None:
    if part.size > item.kind.most:
        raise NotAPackage(Code.TOO_LARGE, item.name)
    if part.size != item.size:
        raise NotAPackage(Code.SIZE, item.name)
    if part.sha256 != item.sha256:
        raise NotAPackage(Code.HASH, item.name)
    if part.restriction != item.restriction:
        raise NotAPackage(Code.MARKING, item.name)


def _package(index: Index, content: Mapping[str, bytes]) -> Package:
    records, reduced = read_records(index, content)
    return Package(
        header=index.header,
        children=index.children,
        records=records,
        reduced=reduced,
        papers=tuple(
            Paper(item.record or "", content[item.name], item.changed)
            for item in index.parts
            if item.kind is Kind.DOCUMENT
        ),
        statement=index.statement,
        places=tuple(
            ReleasedPlaces(item.child or "", read_places(content[item.name], item, index))
            for item in index.parts
            if item.kind is Kind.PLACES
        ),
    )


def _check_documents(index: Index, package: Package) -> None:
    """Check that every document has its row and every row with a hash its document, and that they say the same."""
    rows = {row.id: row for row in package.records.documents}
    items = {item.record: item for item in index.parts if item.kind is Kind.DOCUMENT}
    if len(items) < len(package.papers) or {row.id for row in rows.values() if row.sha256} != items.keys():
        raise NotAPackage(Code.DOCUMENT)
    for paper in package.papers:
        row, item = rows[paper.record], items[paper.record]
        if not item.changed and (row.sha256 != item.sha256 or row.size not in {None, item.size}):
            raise NotAPackage(Code.DOCUMENT, item.name)
        if not fits(row.media_type, paper.content):
            raise NotAPackage(Code.TYPE, item.name)
        if kind_of(paper.content) == ZIP and not is_harmless(paper.content):
            raise NotAPackage(Code.UNSAFE, item.name)


def _check_statement(package: Package) -> None:
    """Check that the statement has every element of the step once for each child, and says truly what is there."""
    header = package.header
    process = PROCESSES.get(header.process)
    if process is None or process.version != header.process_version:
        raise NotAPackage(Code.PROCESS)
    if header.step not in {step.name for step in process.steps}:
        raise NotAPackage(Code.PROCESS)
    needs = process.needs(header.step)
    told = {(entry.child, entry.element): entry for entry in package.statement}
    demanded = {
        (child.reference, code) for child in package.children for code, need in needs.items() if need is not Need.ASKED
    }
    allowed = {(child.reference, code) for child in package.children for code in needs}
    if len(told) < len(package.statement) or not demanded <= told.keys() <= allowed:
        raise NotAPackage(Code.STATEMENT)
    there = _there(package)
    if any(
        (entry.status is Status.INCLUDED) is not (key in there) or entry.need is not needs[entry.element]
        for key, entry in told.items()
    ):
        raise NotAPackage(Code.STATEMENT)


def _there(package: Package) -> frozenset[tuple[str, str]]:
    persons = [child.person for child in package.children]
    found: CaseFile = package.records
    whole = cells(found, persons)
    less = reduced_cells(found, persons, keys(package.reduced))
    return frozenset(
        (child.reference, code)
        for child in package.children
        for code, element in elements().items()
        if is_of_the_package(element) or count(element, whole[child.person]) + count(element, less[child.person])
    )
