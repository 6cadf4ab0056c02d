"""Compose a package of what may go: records that the policy has masked, and documents that were looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from adapters.transfer.documents import Looked
from adapters.transfer.header import Child, Header
from adapters.transfer.package import Package, ReducedValue, ReleasedPlaces, in_order, keys
from adapters.transfer.statement import statement
from schemas.case.record import CaseFile
from schemas.errors import Rejected
from schemas.processes.registry import process_of


@dataclass(frozen=True, slots=True)
class Content:
    """What a package is made of. `recorded` is what the sender may tell that it has: it is counted, and never goes."""

    children: tuple[Child, ...]
    recorded: CaseFile
    records: CaseFile
    reduced: tuple[ReducedValue, ...] = ()
    places: tuple[ReleasedPlaces, ...] = ()


def compose(header: Header, content: Content, looked: Iterable[Looked]) -> Package:
    """Put a package together; a document that does not go takes its row with it.

    Raise Rejected where a row names a document that nobody has looked at, or a child is not in the records.
    """
    seen = {item.record: item for item in looked}
    records = in_order(without_papers(content.records, seen))
    reduced = _reduced(content.reduced, records)
    if not {child.person for child in content.children} <= {person.id for person in records.person}:
        raise Rejected("A child of the package is not in its records.")
    return Package(
        header=header,
        children=content.children,
        records=records,
        reduced=reduced,
        papers=tuple(paper for row in records.documents if row.sha256 and (paper := seen[row.id].paper)),
        statement=statement(
            process_of(header.process),
            header.step,
            content.children,
            content.recorded,
            records,
            keys(reduced),
        ),
        places=content.places,
    )


def without_papers(records: CaseFile, looked: Mapping[str, Looked]) -> CaseFile:
    """Give the records without the rows of documents that do not go."""
    unseen = [row for row in records.documents if row.sha256 and row.id not in looked]
    if unseen:
        raise Rejected(f"{len(unseen)} documents were not looked at.", hint="Look at each before composing.")
    left = tuple(row for row in records.documents if not row.sha256 or looked[row.id].outcome.goes)
    return records.with_records("documents", left)


def _reduced(values: Iterable[ReducedValue], records: CaseFile) -> tuple[ReducedValue, ...]:
    known = {(table, record.id) for table, record in records.records()}
    left = (value for value in values if (value.table, value.record) in known)
    return tuple(sorted(left, key=lambda value: (value.table, value.record, value.field)))
