"""Write a package as parts: the index, a page to read, the family, each child, each document, each released place."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from adapters.transfer import index as indexes
from adapters.transfer.facts import Facts, facts_of, row_of
from adapters.transfer.header import together
from adapters.transfer.index import Index, Listed
from adapters.transfer.package import Package, Paper
from adapters.transfer.part import MIB, MOST_PARTS, MOST_TOTAL, Kind, Part
from adapters.transfer.scopes import Key, Scope, scopes
from adapters.transfer.view import page, places_page
from schemas.case.papers import Document
from schemas.case.record import CaseFile
from schemas.case.text import write_case
from schemas.errors import Rejected

PART_FORMAT = "ics-case-part/1"
JSON, HTML, ANY = "application/json", "text/html", "application/octet-stream"


def parts(package: Package) -> tuple[Part, ...]:
    """Write the parts, the index first; the same package always gives the same bytes.

    Raise Rejected where there is more than a message can carry.
    """
    made = list(_made(package))
    listed = tuple(item for item, _ in made)
    index = indexes.written(
        Index(
            records=package.records.id,
            header=package.header,
            children=package.children,
            parts=listed,
            statement=package.statement,
        )
    )
    _check([index, *(part for _, part in made)], (Kind.INDEX, *(item.kind for item in listed)))
    return (index, *(part for _, part in made))


def _check(made: list[Part], kinds: Iterable[Kind]) -> None:
    apart = "Leave documents out, and send them apart."
    if len(made) > MOST_PARTS:
        raise Rejected(f"The package has more than {MOST_PARTS} parts.", hint=apart)
    if sum(part.size for part in made) > MOST_TOTAL:
        raise Rejected(f"The package has more than {MOST_TOTAL // MIB} MiB.", hint=apart)
    for part, kind in zip(made, kinds, strict=True):
        if part.size > kind.most:
            raise Rejected(f"The part {part.name} is larger than such a part may be.", hint="Send fewer records.")


def _made(package: Package) -> Iterator[tuple[Listed, Part]]:
    everybody = package.restriction
    yield _listed(Kind.VIEW, page(package).encode(), HTML, everybody)
    for child, content in _contents(package).items():
        name = next((found for found in package.children if found.person == child), None)
        if name is None:
            yield _listed(Kind.FAMILY, content, JSON, everybody)
        else:
            number = package.children.index(name) + 1
            yield _listed(Kind.CHILD, content, JSON, name.restriction, number, child=name.reference)
    rows = {row.id: row for row in package.records.documents}
    for number, paper in enumerate(package.papers, start=1):
        yield _document(package, paper, rows[paper.record], number)
    for number, places in enumerate(package.places, start=1):
        restriction = together([package.child(places.child).restriction, ("X2",)])
        told = write_case(places.records).encode()
        yield _listed(Kind.PLACES, told, JSON, restriction, number, child=places.child)
        shown = places_page(package, places).encode()
        yield _listed(Kind.PLACES_VIEW, shown, HTML, restriction, number, child=places.child)


def _listed(
    kind: Kind,
    content: bytes,
    media_type: str,
    restriction: tuple[str, ...],
    number: int = 0,
    **more: Any,  # noqa: ANN401  # what only some kinds have
) -> tuple[Listed, Part]:
    part = Part(kind.named(number), content, restriction)
    listed = Listed(
        kind=kind,
        number=number,
        media_type=media_type,
        size=part.size,
        sha256=part.sha256,
        restriction=restriction,
        **more,
    )
    return listed, part


def _document(package: Package, paper: Paper, row: Document, number: int) -> tuple[Listed, Part]:
    child = next((found for found in package.children if found.person == row.person), None)
    own = child.restriction if child else package.restriction
    restriction = together([own, (row.restriction,) if row.restriction else ()])
    return _listed(
        Kind.DOCUMENT,
        paper.content,
        row.media_type or ANY,
        restriction,
        number,
        child=child.reference if child else None,
        record=paper.record,
        changed=paper.changed,
    )


def _contents(package: Package) -> Mapping[str, bytes]:
    """Give the records of the family, under an empty name, and of each child, as JSON."""
    persons = [child.person for child in package.children]
    reach = scopes(package.records, persons)
    facts = facts_of(package.records, reach)
    reduced: dict[str, list[dict[str, str]]] = {}
    for value in package.reduced:
        whose = whose_part(reach[value.table, value.record])
        reduced.setdefault(whose, []).append(value.model_dump(mode="json"))
    shared = [{"table": table, "values": values} for table, values in facts.shared]
    return {
        whose: _content(_tables(package.records, whose, reach, facts), reduced.get(whose, []), () if whose else shared)
        for whose in ("", *persons)
    }


def whose_part(scope: Scope) -> str:
    """Tell in which child's part a record of that scope is; empty for the family's."""
    return next(iter(scope.children)) if scope.own and len(scope.children) == 1 else ""


def _tables(case: CaseFile, whose: str, reach: Mapping[Key, Scope], facts: Facts) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for table, record in case.records():
        if whose_part(reach[table, record.id]) == whose:
            row = row_of(record)
            found.setdefault(table, []).append(facts.short(table, row) if whose else row)
    return found


def _content(tables: object, reduced: object, facts: object) -> bytes:
    told = {"format": PART_FORMAT, "facts": facts, "records": tables, "reduced": reduced}
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
