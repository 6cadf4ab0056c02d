"""The rows of a log at rest and of an export: one line of canonical JSON each, of one of three forms."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from gateway.audit.canonical import JsonValue, canonical
from gateway.audit.entry import read_entry
from gateway.audit.note import Note, read_note
from schemas.errors import Rejected

MOST_BYTES = 131_072
"""The longest row that is read: a checkpoint with all the signatures it may have."""
VERSION = "ics-audit/1"
_ENTRY = re.compile(rb'\{"chain":"([0-9a-f]{64})","entry":(\{.*\})\}\n')


@dataclass(frozen=True, slots=True)
class Header:
    """The first row of an export: the name of the log."""

    origin: str

    def write(self) -> bytes:
        """Write the row."""
        return canonical({"export": VERSION, "origin": self.origin}) + b"\n"


@dataclass(frozen=True, slots=True)
class Link:
    """An entry's canonical bytes, and the chain hash after it."""

    entry: bytes
    chain: bytes

    def write(self) -> bytes:
        """Write the row."""
        return b'{"chain":"%b","entry":%b}\n' % (self.chain.hex().encode(), self.entry)


@dataclass(frozen=True, slots=True)
class Mark:
    """A checkpoint."""

    note: Note

    def write(self) -> bytes:
        """Write the row."""
        return canonical({"checkpoint": self.note.write()}) + b"\n"


Row = Header | Link | Mark


def read_row(line: bytes) -> Row:
    """Read a row with its newline; raise Rejected for what is not exactly what `write` gives."""
    found = _ENTRY.fullmatch(line)
    if found:
        return Link(entry=found[2], chain=bytes.fromhex(found[1].decode()))
    row = _row(line)
    if row is None or row.write() != line:
        raise Rejected("This is no row of an audit log in its canonical form.")
    return row


def sequence_of(link: Link) -> int:
    """Read the entry strictly and give its sequence; raise Rejected where it is none."""
    return read_entry(link.entry).sequence


def _row(line: bytes) -> Header | Mark | None:
    match _parsed(line):
        case {"export": str(version), "origin": str(origin), **rest} if version == VERSION and not rest:
            return Header(origin)
        case {"checkpoint": str(text), **rest} if not rest:
            return Mark(read_note(text))
        case _:
            return None


def _parsed(line: bytes) -> JsonValue:
    try:
        value: JsonValue = json.loads(line.decode())
        canonical(value)  # a half character has no bytes
    except (ValueError, RecursionError):
        return None
    return value
