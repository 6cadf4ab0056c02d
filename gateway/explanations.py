"""The officer's notes on queries that stand: read them, match them, and write the template."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapters.cells import guarded, unguarded
from gateway.files import whole_file
from schemas.errors import Misconfigured
from schemas.findings import Report, Severity

COLUMNS = ("rule", "child", "note")


@dataclass(frozen=True, slots=True)
class Note:
    """One explanation. Without a child it covers every finding of the rule.

    `beside` holds what the officer keeps in columns of their own, by heading.
    """

    rule: str
    child: str
    note: str
    beside: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Explained:
    """Notes matched with findings.

    `by_finding` maps positions in the findings to their note; `stale` notes match nothing any more;
    `on_errors` stand with errors, which must be corrected, not explained.
    """

    by_finding: dict[int, str]
    stale: tuple[Note, ...]
    on_errors: tuple[Note, ...]


def read_notes(path: Path) -> tuple[Note, ...]:
    """Read a file of notes; raise Misconfigured where it has not the columns rule, child, note."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            return notes_of(handle, path.name)
    except FileNotFoundError:
        raise Misconfigured(
            f"There is no file {path.name}.", hint="Write a template with --write-explanations."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path.name, error) from None


def notes_of(lines: Iterable[str], name: str) -> tuple[Note, ...]:
    """Read notes from the lines of a file of that name; raise Misconfigured as `read_notes` does."""
    rows = csv.DictReader(lines)
    try:
        if rows.fieldnames is None or not set(COLUMNS) <= set(rows.fieldnames):
            raise Misconfigured(
                f"{name} needs the columns {', '.join(COLUMNS)}.",
                hint="Write a template with --write-explanations.",
            )
        own = [heading for heading in rows.fieldnames if heading not in COLUMNS]
        return tuple(_note(row, own, f"{name} line {rows.line_num}") for row in rows)
    except csv.Error as error:
        raise _unreadable(name, error) from None


def _unreadable(name: str, error: Exception) -> Misconfigured:
    return Misconfigured(f"{name} cannot be read ({type(error).__name__}).", hint="Save it as CSV in UTF-8.")


def _note(row: dict[str | Any, str | Any], own: list[str], place: str) -> Note:
    if row.get(None):
        raise Misconfigured(f"{place} has more cells than headings.", hint="Put a note with a comma in double quotes.")
    rule, child, note = (unguarded((row[name] or "").strip()) for name in COLUMNS)
    return Note(rule, child, note, tuple((name, unguarded(row[name] or "")) for name in own))


def explain(report: Report, notes: tuple[Note, ...]) -> Explained:
    """Match notes with findings: first those for the child, then those for the whole rule."""
    written: dict[tuple[str, str], list[Note]] = {}
    for note in notes:
        if note.note:
            written.setdefault((note.rule, note.child), []).append(note)
    found: dict[int, str] = {}
    used: set[Note] = set()
    on_errors: set[Note] = set()
    for position, finding in enumerate(report.findings):
        fitting = written.get((finding.code, finding.child_id)) or written.get((finding.code, ""), [])
        used.update(fitting)
        if finding.severity is Severity.ERROR:
            on_errors.update(fitting)
        elif fitting:
            found[position] = "; ".join(dict.fromkeys(note.note for note in fitting))
    return Explained(
        found,
        tuple(note for note in notes if note.note and note not in used),
        tuple(note for note in notes if note in on_errors),
    )


def write_template(path: Path, report: Report, notes: tuple[Note, ...]) -> int:
    """Write every note there is and a row for each query without one; give the number of queries without one.

    What stands in the file already must be among `notes`: the file is replaced.
    """
    asked = dict.fromkeys(unexplained(report, notes))
    there = {(note.rule, note.child) for note in notes}
    kept = dict.fromkeys((*notes, *(Note(rule, child, "") for rule, child in asked if (rule, child) not in there)))
    headings = dict.fromkeys((*COLUMNS, *(name for note in kept for name, _ in note.beside)))
    with whole_file(path) as place, place.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.DictWriter(handle, headings, restval="", lineterminator="\r\n")
        writer.writeheader()
        for note in kept:
            cells = {"rule": note.rule, "child": note.child, "note": note.note} | dict(note.beside)
            writer.writerow({name: guarded(text) for name, text in cells.items()})
    return len(asked)


def unexplained(report: Report, notes: tuple[Note, ...]) -> Iterator[tuple[str, str]]:
    """Give rule and child of every listed query without a note."""
    explained = explain(report, notes)
    for position, finding in enumerate(report.findings):
        if finding.severity is Severity.QUERY and position not in explained.by_finding:
            yield finding.code, finding.child_id
