"""Take some of the children of a package alone, with what is theirs of the family."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from adapters.transfer.header import Child
from adapters.transfer.package import Package, ReducedValue, keys
from adapters.transfer.scopes import scopes
from adapters.transfer.statement import Entry, cells, lessened, reduced_cells
from schemas.case.base import CaseRecord
from schemas.case.record import CaseFile
from schemas.errors import Rejected

_COPIED = {"copied_from": None, "copied_person": None, "copied_at": None, "copied_by": None}


def only(package: Package, children: Collection[str]) -> Package:
    """Give the package for these of its children, by reference; what ties them to the others is left out.

    The references stay. Where less of the family may go with fewer children, the agreement is asked again and the
    package composed anew. Raise Rejected where no child is left or one is not in it.
    """
    chosen = tuple(child for child in package.children if child.reference in children)
    if not chosen or len(chosen) < len(set(children)):
        raise Rejected("The package does not have these children.", hint="Name some of its children by reference.")
    if len(chosen) == len(package.children):
        return package
    released = frozenset(child.person for child in chosen)
    left = _records(package, released)
    known = {(table, record.id) for table, record in left.records()}
    references = {child.reference for child in chosen}
    reduced = tuple(value for value in package.reduced if (value.table, value.record) in known)
    return replace(
        package,
        children=chosen,
        records=left,
        reduced=reduced,
        papers=tuple(paper for paper in package.papers if ("documents", paper.record) in known),
        statement=_statement(package, chosen, left, reduced),
        places=tuple(places for places in package.places if places.child in references),
    )


def _statement(
    package: Package, chosen: tuple[Child, ...], left: CaseFile, reduced: tuple[ReducedValue, ...]
) -> tuple[Entry, ...]:
    everybody, them = ([child.person for child in children] for children in (package.children, chosen))
    full, less = cells(package.records, everybody), reduced_cells(package.records, everybody, keys(package.reduced))
    had = {person: full[person] + less[person] for person in them}
    return lessened(package.statement, chosen, had, cells(left, them), reduced_cells(left, them, keys(reduced)))


def _records(package: Package, released: frozenset[str]) -> CaseFile:
    reach = scopes(package.records, (child.person for child in package.children))
    content = {
        table: tuple(row for row in rows if reach[table, row.id].reaches(released))
        for table, rows in package.records.tables()
    }
    known = {(table, row.id) for table, rows in content.items() for row in rows}
    return CaseFile(
        id=package.records.id,
        **{table: tuple(_without_copying(table, row, known) for row in rows) for table, rows in content.items()},  # type: ignore[arg-type]  # each table keeps its own kind
    )


def _without_copying(table: str, record: CaseRecord, known: set[tuple[str, str]]) -> CaseRecord:
    """Leave out what a record was copied from where that does not go."""
    told = record.provenance
    if told.copied_from is None or (table, told.copied_from) in known:
        return record
    return record.model_copy(update={"provenance": told.model_copy(update=_COPIED)})
