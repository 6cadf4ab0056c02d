"""A package as people read it: one page with what is missing, the documents, family, chronology and every record.

The page needs nothing else, runs nothing and loads nothing. A receiver makes its own page from the records that it has
checked, and does not open the sender's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from adapters.case.view import environment, family_in_view, names_of
from adapters.transfer.package import Package, ReleasedPlaces
from adapters.transfer.part import Kind, Part
from adapters.transfer.statement import Status
from adapters.transfer.tables_shown import tables as tables_in_words
from schemas.case.codes import label
from schemas.processes.elements import Need, elements
from schemas.processes.registry import process_of
from schemas.processes.spans import LONDON

_PACKAGE = "adapters.transfer"
_NEEDED = {Need.MUST: "must", Need.SHOULD: "should", Need.ASKED: "was asked for"}


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
    """What is to be known of one child's elements, first of those that are not there."""

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
            tables=tuple(tables_in_words(package.records, names, package.reduced)),
        )
    )


def places_page(package: Package, places: ReleasedPlaces) -> str:
    """Give the page of places that were released."""
    names = names_of(package.records)
    tables = tuple(tables_in_words(places.records, names, ()))
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
                _NEEDED[entry.need],
                entry.status.meaning,
                tuple(why.meaning for why in entry.reasons),
            )
            for entry in sorted(package.statement, key=lambda found: found.status is Status.INCLUDED)
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
