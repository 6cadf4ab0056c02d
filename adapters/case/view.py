"""A family as people read it: genogram and chronology as one HTML page, and as CSV for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date

from jinja2 import Environment, PackageLoader, StrictUndefined

from adapters.case.drawing import drawing
from adapters.cells import guarded
from schemas.case.chronology import EVERYTHING, Entry, Filter, Source, chronology, undated
from schemas.case.codes import label
from schemas.case.genogram import genogram
from schemas.case.record import CaseFile

CHRONOLOGY = ("from", "until", "what", "detail", "who", "key", "precision", "sources")
GENOGRAM = ("person", "is", "to", "parental responsibility", "from", "until", "source")


def page(case: CaseFile, day: date, wanted: Filter = EVERYTHING) -> str:
    """Give the family on a day as one page that needs nothing else; every text in it is escaped."""
    environment = Environment(
        loader=PackageLoader("adapters.case", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    family = genogram(case, day)
    return environment.get_template("family.html").render(
        day=day,
        picture=drawing(family),
        family=family,
        entries=chronology(case, wanted),
        undated=undated(case),
        names=_names(case),
        source=_source,
    )


def chronology_csv(case: CaseFile, wanted: Filter = EVERYTHING) -> str:
    """Give the chronology as CSV, a line each; a spreadsheet runs none of it."""
    names = _names(case)
    return _csv(CHRONOLOGY, (_line(entry, names) for entry in chronology(case, wanted)))


def genogram_csv(case: CaseFile) -> str:
    """Give the relationships, those of the past too, as CSV."""
    names = _names(case)
    return _csv(
        GENOGRAM,
        (
            (
                names[tie.person],
                label("RelationshipKind", tie.kind),
                names[tie.other],
                label("ParentalResponsibility", tie.parental_responsibility or ""),
                _day(tie.start_date),
                _day(tie.end_date),
                f"{tie.provenance.source} {tie.id}",
            )
            for tie in case.relationships
        ),
    )


def _line(entry: Entry, names: dict[str, str]) -> tuple[str, ...]:
    return (
        _day(entry.day),
        _day(entry.until),
        entry.words,
        entry.detail,
        ", ".join(names[person] for person in entry.subjects),
        "yes" if entry.key else "no",
        label("Precision", entry.precision),
        "; ".join(_source(source) for source in entry.sources),
    )


def _source(source: Source) -> str:
    copied = f", copied from {source.copied_from}" if source.copied_from else ""
    return f"{source.table} {source.record} ({source.system}, {source.recorded_by}{copied})"


def _names(case: CaseFile) -> dict[str, str]:
    return {
        person.id: " ".join(part for part in (person.forename, person.surname) if part) or person.id
        for person in case.person
    }


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _csv(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return text.getvalue()
