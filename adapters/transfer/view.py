"""A package as people read it: one page with what is missing, the documents, family, chronology and every record.

The page needs nothing else, runs nothing and loads nothing. A receiver makes its own page from the records that it has
checked, and does not open the sender's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from adapters.case.view import environment, family_in_view, names_of
from adapters.transfer.package import Package, ReducedValue, ReleasedPlaces
from adapters.transfer.part import Kind, Part
from schemas.case.base import CaseRecord
from schemas.case.codes import label
from schemas.case.fields import CaseField
from schemas.case.record import CaseFile
from schemas.case.tables import KEYS, TABLES, table_fields
from schemas.processes.elements import elements
from schemas.processes.registry import process_of
from schemas.processes.spans import LONDON

_PACKAGE = "adapters.transfer"


@dataclass(frozen=True, slots=True)
class Line:
    """An element in words."""

    item: str
    element: str
    need: str
    status: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChildLines:
    """What is to be known of one child's elements."""

    reference: str
    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A document in words."""

    part: str
    kind: str
    name: str
    media_type: str
    size: int
    changed: bool
    person: str
    written: str
    sha256: str


@dataclass(frozen=True, slots=True)
class TableShown:
    """A table with the columns that any row fills, the record's id before and its origin behind them."""

    name: str
    title: str
    columns: tuple[CaseField, ...]
    rows: tuple[tuple[str, ...], ...]


def page(package: Package) -> str:
    """Give the page of a package, all but the released places; every text in it is escaped."""
    names = names_of(package.records)
    return (
        environment(_PACKAGE)
        .get_template("package.html")
        .render(
            family_in_view(package.records, package.header.composed_at.astimezone(LONDON).date()),
            process=process_of(package.header.process),
            about=tuple(_about(package)),
            statements=tuple(_statements(package, names)),
            papers=tuple(_papers(package, names)),
            tables=tuple(_tables(package.records, names, package.reduced)),
        )
    )


def places_page(package: Package, places: ReleasedPlaces) -> str:
    """Give the page of places that were released."""
    names = names_of(package.records)
    tables = tuple(_tables(places.records, names, ()))
    child = names[package.child(places.child).person]
    return environment(_PACKAGE).get_template("places.html").render(child=child, tables=tables)


def _about(package: Package) -> Iterator[tuple[str, str]]:
    header = package.header
    step = process_of(header.process).step(header.step)
    yield "Process", f"{header.process}, {step.name}: {step.says}"
    yield "From", header.sender
    yield "To", header.receiver
    yield "Purpose", header.purpose
    yield "Legal gateway", ", ".join(header.legal_gateways)
    yield "Agreement", f"{header.agreement_id} version {header.agreement_version}"
    yield "Restriction", ", ".join(label("RestrictionClass", found) for found in package.restriction) or "none"
    yield "Authorised", f"{header.authorised_role} {header.authorised_reference}, {header.authorised_at.isoformat()}"
    yield "Put together", header.composed_at.isoformat()
    yield "Package", package.records.id


def _statements(package: Package, names: dict[str, str]) -> Iterator[ChildLines]:
    for child in package.children:
        lines = tuple(
            Line(
                elements()[entry.element].item,
                entry.element,
                entry.need.meaning,
                entry.status.meaning,
                tuple(why.meaning for why in entry.reasons if why.meaning not in entry.status.meaning),
            )
            for entry in package.statement
            if entry.child == child.reference
        )
        yield ChildLines(child.reference, names[child.person], lines)


def _papers(package: Package, names: dict[str, str]) -> Iterator[PaperLine]:
    rows = {row.id: row for row in package.records.documents}
    for number, paper in enumerate(package.papers, start=1):
        row, part = rows[paper.record], Part(Kind.DOCUMENT.named(number), paper.content)
        yield PaperLine(
            part.name,
            label("DocumentKind", row.kind or ""),
            row.name or "",
            row.media_type or "unknown type",
            part.size,
            paper.changed,
            names[row.person],
            row.created_on.isoformat() if row.created_on else "",
            part.sha256,
        )


def _tables(case: CaseFile, names: dict[str, str], reduced: tuple[ReducedValue, ...]) -> Iterator[TableShown]:
    less = {(value.table, value.record, value.field): f"{value.value} ({value.transform})" for value in reduced}
    for table, records in case.tables():
        columns = tuple(item for item in table_fields(table) if _is_shown(item, table, records, less))
        rows = tuple(
            (
                record.id,
                *(less.get((table, record.id, item.field), _cell(record, item, names)) for item in columns),
                _origin(record),
            )
            for record in records
        )
        if rows:
            yield TableShown(table, TABLES[table].title, columns, rows)


def _is_shown(
    item: CaseField, table: str, records: tuple[CaseRecord, ...], less: dict[tuple[str, str, str], str]
) -> bool:
    if item.field in KEYS and item.field != "person":
        return False
    return any(
        getattr(record, item.field) not in (None, ()) or (table, record.id, item.field) in less for record in records
    )


def _cell(record: CaseRecord, item: CaseField, names: dict[str, str]) -> str:
    value = getattr(record, item.field)
    return ", ".join(_said(found, item, names) for found in (value if isinstance(value, tuple) else (value,)))


def _said(value: object, item: CaseField, names: dict[str, str]) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    if item.codes is not None:
        told = label(item.codes.name, text)
        return text if told == text else f"{told} ({text})"
    return names.get(text, text) if item.points_to == "person" else text


def _origin(record: CaseRecord) -> str:
    told = record.provenance
    copied = f", copied from {told.copied_from}" if told.copied_from else ""
    return f"{told.source} {told.record}, {told.recorded_by}, {told.recorded_at.date().isoformat()}{copied}"
