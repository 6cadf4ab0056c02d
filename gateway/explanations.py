"""The officer's notes on queries that stand: read them, match them, and write the template."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from adapters.cells import guarded, unguarded
from schemas.errors import Misconfigured
from schemas.findings import Report, Severity

COLUMNS = ("rule", "child", "note")


@dataclass(frozen=True, slots=True)
class Note:
    """One explanation. Without a child it covers every finding of the rule."""

    rule: str
    child: str
    note: str


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
            rows = csv.DictReader(handle)
            if rows.fieldnames is None or not set(COLUMNS) <= set(rows.fieldnames):
                raise Misconfigured(
                    f"{path.name} needs the columns {', '.join(COLUMNS)}.",
                    hint="Write a template with --write-explanations.",
                )
            return tuple(Note(*(unguarded((row[name] or "").strip()) for name in COLUMNS)) for row in rows)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Misconfigured(
            f"{path.name} cannot be read ({type(error).__name__}).", hint="Save it as CSV in UTF-8."
        ) from None


def explain(report: Report, notes: tuple[Note, ...]) -> Explained:
    """Match notes with findings: first those for the child, then those for the whole rule."""
    written = {(note.rule, note.child): note for note in notes if note.note}
    found: dict[int, str] = {}
    used: set[Note] = set()
    on_errors: set[Note] = set()
    for position, finding in enumerate(report.findings):
        note = written.get((finding.code, finding.child_id)) or written.get((finding.code, ""))
        if note is None:
            continue
        used.add(note)
        if finding.severity is Severity.ERROR:
            on_errors.add(note)
        else:
            found[position] = note.note
    return Explained(
        found,
        tuple(note for note in notes if note.note and note not in used),
        tuple(note for note in notes if note in on_errors),
    )


def write_template(path: Path, report: Report, notes: tuple[Note, ...]) -> int:
    """Write every note there is and a row for each query without one; give the number of such rows."""
    explained = explain(report, notes)
    rows = [(note.rule, note.child, note.note) for note in notes]
    asked = {
        (finding.code, finding.child_id, ""): None
        for position, finding in enumerate(report.findings)
        if finding.severity is Severity.QUERY and position not in explained.by_finding
    }
    new = [row for row in asked if row not in rows]
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([guarded(cell) for cell in row] for row in (*rows, *new))
    return len(new)
