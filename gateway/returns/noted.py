"""The notes on the queries of a return: kept as one file, matched with a report, written as DfE takes them."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator

from sqlalchemy import Connection

from gateway.explanations import Note, explain, notes_of, unexplained
from gateway.returns.book import File
from gateway.store import documents
from gateway.store.documents import Kind
from gateway.store.errors import Damaged
from gateway.store.store import Store
from schemas.errors import Rejected
from schemas.findings import Report, Severity

NAME = "the notes"


def read(content: bytes) -> tuple[Note, ...]:
    """Read notes. Raise Rejected where they are no text, Misconfigured where they lack a column."""
    if not content:
        return ()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Rejected("The notes cannot be read.", hint="Save them as CSV in UTF-8.") from None
    return notes_of(io.StringIO(text, newline=""), NAME)


def kept(store: Store, return_id: str, *, within: Connection | None = None) -> bytes:
    """Give the newest notes on a return; nothing where there are none."""
    found = documents.newest(store, Kind.NOTES, return_id, within=within)
    return found.content if found else b""


def of_file(store: Store, file: File) -> bytes:
    """Give the notes that were matched with a file, byte for byte; nothing where there were none. Raise Damaged."""
    if file.notes in {None, hashlib.sha256(b"").hexdigest()}:
        return b""
    for each in reversed(documents.versions(store, Kind.NOTES, file.return_id)):
        if hashlib.sha256(each.content).hexdigest() == file.notes:
            return each.content
    raise Damaged("The notes are not there as they were.", hint="Restore the database from a backup.")


def left(report: Report, notes: tuple[Note, ...]) -> int:
    """Count the queries without a note; those beyond the listed ones need a note on the whole rule."""
    wide = {note.rule for note in notes if note.note and not note.child}
    beyond = [item for item in report.unlisted if item.severity is Severity.QUERY and item.code not in wide]
    return sum(1 for _ in unexplained(report, notes)) + sum(item.count for item in beyond)


def return_note(report: Report, notes: tuple[Note, ...], file: File) -> str:
    """Write the notes as the one text that DfE takes on a return: by rule, with the children that each is about."""
    explained = explain(report, notes).by_finding
    texts = dict[tuple[str, str], list[str]]()
    for position, text in sorted(explained.items()):
        finding = report.findings[position]
        texts.setdefault((finding.code, text), []).append(finding.child_id)
    lines = [*(_line(code, text, children) for (code, text), children in texts.items()), *_beyond(report)]
    return "\n".join([f"Notes on the queries of file {file.serial}.", *lines]) + "\n"


def _line(code: str, text: str, children: list[str]) -> str:
    about = sorted({child for child in children if child})
    return f"{code} ({len(children)}): {text}" + (f" Children: {', '.join(about)}." if about else "")


def _beyond(report: Report) -> Iterator[str]:
    for item in report.unlisted:
        if item.severity is Severity.QUERY:
            yield f"{item.code}: {item.count:,} more, as above."
