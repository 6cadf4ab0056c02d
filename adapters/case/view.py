"""A family as people read it: genogram and chronology as one HTML page, and as CSV for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date
from functools import cache

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from adapters.case.drawing import drawing
from adapters.cells import guarded
from schemas.case.chronology import EVERYTHING, Entry, Filter, Source, chronology, undated
from schemas.case.codes import label
from schemas.case.genogram import genogram
from schemas.case.record import CaseFile

CHRONOLOGY = ("from", "until", "what", "detail", "who", "key", "precision", "sources")
# Marks of Unicode that turn or embed the direction of a text (UAX #9).
_TURNS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C))
GENOGRAM = ("person", "is", "to", "parental responsibility", "from", "until", "source")


@cache
def environment(*packages: str) -> Environment:
    """Give the environment that fills pages in, with the templates of these packages beside those of the family."""
    return Environment(
        loader=ChoiceLoader([PackageLoader(package, "templates") for package in (*packages, "adapters.case")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_without_turns,
    )


def _without_turns(value: object) -> object:
    """Take out of a text what would turn the order of the letters round it, and so show another text."""
    return value.translate(_TURNS) if isinstance(value, str) and not isinstance(value, Markup) else value


def page(case: CaseFile, day: date, wanted: Filter = EVERYTHING) -> str:
    """Give the family on a day as one page that needs nothing else; every text in it is escaped."""
    return environment().get_template("family.html").render(family_in_view(case, day, wanted))


def family_in_view(case: CaseFile, day: date, wanted: Filter = EVERYTHING) -> dict[str, object]:
    """Give what the page of a family is filled in with."""
    family = genogram(case, day)
    return {
        "day": day,
        "picture": drawing(family),
        "family": family,
        "entries": chronology(case, wanted),
        "undated": undated(case),
        "names": names_of(case),
        "source": _source,
    }


def chronology_csv(case: CaseFile, wanted: Filter = EVERYTHING) -> str:
    """Give the chronology as CSV, a line each; a spreadsheet runs none of it."""
    names = names_of(case)
    return _csv(CHRONOLOGY, (_line(entry, names) for entry in chronology(case, wanted)))


def genogram_csv(case: CaseFile) -> str:
    """Give the relationships, those of the past too, as CSV."""
    names = names_of(case)
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


def names_of(case: CaseFile) -> dict[str, str]:
    """Give what each person is called, the identifier where no name is known."""
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
