"""Blocks of a message that expat has proved well-formed, cut where a tag begins.

Expat does the parsing that needs a parser: encodings, well-formedness, refusal of DTDs. What it has
passed has one property that makes the rest fast: in well-formed XML without DTD, comments,
processing instructions and CDATA sections, `<` stands only at the start of a tag. Those three are
taken out here (the text of CDATA stays, and a `LOST_BREAK` for every line break that goes), so that
a block is a plain sequence of tags, each with the text that follows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from xml.parsers import expat

from adapters.xml.limits import Limits
from adapters.xml.source import Undecodable
from schemas.errors import Rejected

# Stands in no well-formed XML, so that lines can be counted without changing a text.
LOST_BREAK = "\x01"
_MARKUP = re.compile(rb"<!--.*?-->|<!\[CDATA\[(.*?)\]\]>|<\?.*?\?>", re.DOTALL)
# A tag that ends an element; of an element that only begins before a break nothing is whole.
_ENDED = re.compile(rb"""</[^>]*>|<(?:[^>"'/]|"[^"]*"|'[^']*')+/>""")
_BREAK = re.compile(rb"\r\n?|\n")
_EXPLAINED = {
    expat.errors.XML_ERROR_TAG_MISMATCH: "an end tag does not match the element that is open",
    expat.errors.XML_ERROR_NO_ELEMENTS: "the file ends before everything that was opened is closed",
    expat.errors.XML_ERROR_UNCLOSED_TOKEN: "the file ends in the middle of a tag",
    expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION: "a CDATA section is not closed",
    expat.errors.XML_ERROR_INVALID_TOKEN: (
        "a character stands where it may not (an & or < that should be written &amp; or &lt;, "
        "or a letter in another encoding than the file declares)"
    ),
    expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT: "something follows the end of the message",
    expat.errors.XML_ERROR_UNDEFINED_ENTITY: "an entity is used that XML does not define",
    expat.errors.XML_ERROR_DUPLICATE_ATTRIBUTE: "an element has the same attribute twice",
    expat.errors.XML_ERROR_BAD_CHAR_REF: "a character reference names no character",
    expat.errors.XML_ERROR_MISPLACED_XML_PI: "something stands before the XML declaration, which must come first",
    expat.errors.XML_ERROR_PARTIAL_CHAR: "the file ends in the middle of a character",
}


@dataclass(frozen=True, slots=True)
class Break:
    """Where and why a message stops being readable; `limit` tells that a limit was passed."""

    line: int
    column: int
    reason: str
    limit: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A run of complete tags with their text; `line` is the source line of its first character."""

    text: str
    line: int

    @property
    def breaks(self) -> int:
        """Count the line breaks of the source."""
        return self.text.count("\n") + self.text.count(LOST_BREAK)


class WellFormed:
    """The blocks of a message up to its end or its first fault, which is then in `broken`."""

    def __init__(self, blocks: Iterable[bytes], limits: Limits) -> None:
        self._blocks = blocks
        self._limits = limits
        self._fed = 0
        self._marked = False
        self._cdata: int | None = None
        self.broken: Break | None = None
        self._parser = expat.ParserCreate("utf-8")
        self._parser.StartDoctypeDeclHandler = _refuse_doctype
        self._parser.CommentHandler = self._mark
        self._parser.ProcessingInstructionHandler = self._mark
        self._parser.XmlDeclHandler = self._mark
        self._parser.StartCdataSectionHandler = self._open_cdata
        self._parser.EndCdataSectionHandler = self._close_cdata

    def __iter__(self) -> Iterator[Block]:
        """Give the blocks; raise Rejected where the file has a document type declaration."""
        waiting, line = b"", 1
        for passed in self._passed():
            held = waiting + passed.ready
            if passed.marked:
                held = _MARKUP.sub(_without_markup, held)
            cut = len(held) if passed.last else held.rfind(b"<")
            if cut > 0:
                block = Block(_one_break(held[:cut].decode("utf-8")), line)
                yield block
                line += block.breaks
            waiting = held[max(cut, 0) :]
            if len(waiting) > self._limits.text:
                self.broken = self._over("a text or a tag", self._limits.text)
                break
        if self.broken and (ended := _ENDED.match(waiting)):
            yield Block(ended.group().decode("utf-8"), line)

    def _passed(self) -> Iterator[_Passed]:
        """Feed expat and give the bytes that it has passed, held back to whole tokens."""
        held = b""
        start = 0
        for block in self._read():
            failed = self._feed(block)
            held += block
            end = self._safe_end() - start
            yield _Passed(held[:end], self._marked, last=False)
            self._marked = self._cdata is not None
            held, start = held[end:], start + end
            if failed or self.broken:
                return
            if len(held) > self._limits.text:
                self.broken = self._over("a comment, a tag or a text", self._limits.text)
                return
        if not self.broken and not self._finish():
            yield _Passed(held, self._marked, last=True)

    def _read(self) -> Iterator[bytes]:
        try:
            yield from self._blocks
        except Undecodable as error:
            reason = f"the bytes here are not text in the encoding {error.encoding}"
            self.broken = Break(self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1, reason)

    def _feed(self, block: bytes) -> bool:
        self._fed += len(block)
        try:
            self._parser.Parse(block, False)  # noqa: FBT003  # pyexpat takes it by position only
        except expat.ExpatError as error:
            self.broken = _break(error)
        return self.broken is not None

    def _finish(self) -> bool:
        try:
            self._parser.Parse(b"", True)  # noqa: FBT003  # pyexpat takes it by position only
        except expat.ExpatError as error:
            self.broken = _break(error)
        return self.broken is not None

    def _safe_end(self) -> int:
        end = self._parser.ErrorByteIndex if self.broken is not None else self._parser.CurrentByteIndex
        end = self._fed if end < 0 else end
        return end if self._cdata is None else min(end, self._cdata)

    def _over(self, what: str, limit: int) -> Break:
        return Break(
            self._parser.CurrentLineNumber,
            self._parser.CurrentColumnNumber + 1,
            f"{what} is longer than {limit:,} bytes",
            limit=True,
        )

    def _mark(self, *_: object) -> None:
        self._marked = True

    def _open_cdata(self) -> None:
        self._marked = True
        self._cdata = self._parser.CurrentByteIndex

    def _close_cdata(self) -> None:
        self._cdata = None


@dataclass(frozen=True, slots=True)
class _Passed:
    ready: bytes
    marked: bool
    last: bool


def _break(error: expat.ExpatError) -> Break:
    reason = expat.ErrorString(error.code)
    return Break(error.lineno, error.offset + 1, _EXPLAINED.get(reason, reason))


def _refuse_doctype(*_: object) -> None:
    raise Rejected(
        "The file has a document type declaration (<!DOCTYPE ...>), which can hide harmful content. It was not read.",
        hint="Remove the declaration, or export the file again from the case system: the collection uses none.",
    )


def _without_markup(found: re.Match[bytes]) -> bytes:
    text = found.group(1)
    if text is None:
        return LOST_BREAK.encode() * len(_BREAK.findall(found.group()))
    return escape(text.decode("utf-8"), quote=False).encode("utf-8")


def _one_break(text: str) -> str:
    """Write every line break as XML 1.0 (2.11) says that a reader sees it."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
