"""The chronology of a family: derived from the records, never typed again, every line with its sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from schemas.case.base import CaseRecord, Dated
from schemas.case.codes import label
from schemas.case.record import CaseFile
from schemas.case.tables import TABLES, field


@dataclass(frozen=True, slots=True)
class Source:
    """The record that a line comes from, and where that record came from."""

    table: str
    record: str
    system: str
    recorded_by: str
    copied_from: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: what happened when to whom. Records that say the same of several people make one line."""

    day: date
    until: date | None
    table: str
    words: str
    detail: str
    subjects: tuple[str, ...]
    sources: tuple[Source, ...]
    key: bool
    precision: str

    @property
    def says(self) -> tuple[object, ...]:
        """Give all but the people and the sources."""
        return (self.day, self.until, self.table, self.words, self.detail, self.key, self.precision)


@dataclass(frozen=True, slots=True)
class Filter:
    """What of a chronology is wanted; empty means everything. A line counts when it runs in the time asked for."""

    persons: frozenset[str] = frozenset()
    tables: frozenset[str] = frozenset()
    since: date | None = None
    until: date | None = None
    key_only: bool = False

    def takes(self, entry: Entry) -> bool:
        """Tell whether a line is wanted."""
        return (
            (not self.persons or not self.persons.isdisjoint(entry.subjects))
            and (not self.tables or entry.table in self.tables)
            and (self.since is None or (entry.until or entry.day) >= self.since)
            and (self.until is None or entry.day <= self.until)
            and (entry.key or not self.key_only)
        )


EVERYTHING = Filter()


def chronology(case: CaseFile, wanted: Filter = EVERYTHING) -> tuple[Entry, ...]:
    """List what happened, the earliest first; every record that has a date is the source of exactly one line."""
    found = [entry for entry in _lines(case) if wanted.takes(entry)]
    return tuple(sorted(_joined(found), key=lambda entry: (entry.day, entry.table, entry.subjects)))


def undated(case: CaseFile) -> tuple[tuple[str, str], ...]:
    """List the records (table, id) that should have a date and have none, so that no line tells of them."""
    return tuple(
        (table, record.id)
        for table, record in case.records()
        if TABLES[table].dated is not None and _entry(table, record) is None
    )


def _lines(case: CaseFile) -> Iterator[Entry]:
    for table, record in case.records():
        entry = _entry(table, record)
        if entry is not None:
            yield entry


def _entry(table: str, record: CaseRecord) -> Entry | None:
    dated = type(record).dated
    if dated is None:
        return None
    day = next((value for name in dated.on if (value := getattr(record, name)) is not None), None)
    words = dated.words
    if day is None and dated.due:
        day, words = getattr(record, dated.due), f"{dated.words}, due"
    if day is None:
        return None
    told = record.provenance
    source = Source(table, record.id, told.source, told.recorded_by, told.copied_from)
    key = getattr(record, "significance", None) == "KEY" or dated.key
    precision = getattr(record, "precision", None) or "DAY"
    until = getattr(record, dated.until) if dated.until else None
    return Entry(day, until, table, words, _detail(table, record, dated), record.subjects, (source,), key, precision)


def _detail(table: str, record: CaseRecord, dated: Dated) -> str:
    told = ((name, _words(table, name, getattr(record, name))) for name in dated.tells)
    return "; ".join(f"{name.replace('_', ' ')}: {words}" for name, words in told if words)


def _words(table: str, name: str, value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(_words(table, name, item) for item in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    codes = field(table, name).codes
    if value is None or codes is None:
        return "" if value is None else str(value)
    return label(codes.name, str(value))


def _joined(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Make one line of those that say the same, with all their people and all their sources."""
    found: dict[tuple[object, ...], Entry] = {}
    for entry in entries:
        same = found.get(entry.says)
        if same is None:
            found[entry.says] = entry
        else:
            people = tuple(dict.fromkeys((*same.subjects, *entry.subjects)))
            found[entry.says] = replace(same, subjects=people, sources=(*same.sources, *entry.sources))
    yield from found.values()
