"""Change texts of a message in place: every other byte of the file stays what it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

from adapters.edits import Edit
from adapters.xml.nodes import Node, nodes_of
from adapters.xml.source import encoding_of
from schemas.corrections import Correction
from schemas.errors import Rejected
from schemas.fields import Field
from schemas.tables import Layout

_BLOCK = 1 << 20

Correct = Callable[[Field, str], Correction | None]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a changed text stands in the file, in bytes, and the bytes that take its place."""

    start: int
    end: int
    content: bytes


def edit_message(path: Path, layout: Layout, correct: Correct, target: Path | None) -> tuple[Edit, ...]:
    """Ask `correct` for the text of every field; write the file with what it gives to `target`, unless that is None.

    A text with comments or marked sections inside is left as it is. Raise Rejected where the file is not well-formed
    or declares a document type.
    """
    with path.open("rb") as source:
        encoding, _ = encoding_of(source.read(_BLOCK))
        source.seek(0)
        finder = _Finder(path.name, layout, correct, encoding)
        finder.read(source)
        if target is not None:
            with target.open("wb") as written:
                written.writelines(_spliced(source, finder.places))
    return tuple(finder.edits)


def _spliced(source: BinaryIO, places: list[_Place]) -> Iterator[bytes]:
    source.seek(0)
    for place in places:
        yield from _until(source, place.start)
        yield place.content
        source.seek(place.end)
    yield from _until(source, None)


def _until(source: BinaryIO, end: int | None) -> Iterator[bytes]:
    while end is None or source.tell() < end:
        block = source.read(_BLOCK if end is None else min(_BLOCK, end - source.tell()))
        if not block:
            return
        yield block


class _Finder:
    """Finds the texts to change, with the bytes that they span."""

    def __init__(self, name: str, layout: Layout, correct: Correct, encoding: str) -> None:
        self._name = name
        self._layout = layout
        self._correct = correct
        self._encoding = encoding
        self._nodes = {node.path: node for node in nodes_of(layout).by_key.values() if node.field}
        self._path: list[str] = []
        self._text: list[str] = []
        self._start = -1
        self._plain = False
        self.places: list[_Place] = []
        self.edits: list[Edit] = []

    def read(self, source: BinaryIO) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = False
        parser.StartElementHandler = self._opened
        parser.EndElementHandler = self._closed
        parser.CharacterDataHandler = self._characters
        parser.CommentHandler = parser.StartCdataSectionHandler = self._odd
        parser.ProcessingInstructionHandler = self._odd
        parser.StartDoctypeDeclHandler = _forbidden
        self._parser = parser
        try:
            parser.ParseFile(source)
        except expat.ExpatError as error:
            raise Rejected(
                f"Line {error.lineno}, column {error.offset + 1}: the file is not well-formed.",
                hint="Check it first: ics-gateway check says what is wrong there.",
            ) from None

    def _opened(self, name: str, _: dict[str, str]) -> None:
        self._path.append(name.rpartition(":")[2])
        self._text, self._start, self._plain = [], -1, True

    def _characters(self, text: str) -> None:
        if self._start < 0:
            self._start = self._parser.CurrentByteIndex
            self._line = self._parser.CurrentLineNumber
        self._text.append(text)

    def _odd(self, *_: str) -> None:
        self._plain = False

    def _closed(self, _: str) -> None:
        node = self._nodes.get("/".join(self._path))
        if node is not None and self._plain and self._start >= 0:
            self._consider(node, "".join(self._text), self._parser.CurrentByteIndex)
        self._path.pop()
        self._plain = False

    def _consider(self, node: Node, text: str, end: int) -> None:
        found = self._correct(self._layout.table(node.table).field(node.field), text)
        if found is None:
            return
        self.places.append(_Place(self._start, end, escape(found.text, quote=False).encode(self._encoding)))
        self.edits.append(Edit(self._name, self._line, f"{node.table}.{node.field}", text, found.text, found.reason))


def _forbidden(*_: object) -> None:
    raise Rejected(
        "The file has a document type declaration.",
        hint="Export the file again: a return never needs one.",
    )
