"""Read one XML message into the tables of its layout."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import polars as pl

from adapters.xml.assemble import assemble
from adapters.xml.blocks import Block, Break, WellFormed
from adapters.xml.collect import Collected, Collector
from adapters.xml.events import ElementReader, tags_of, tokenise
from adapters.xml.form import FormCheck, broken
from adapters.xml.limits import Limits
from adapters.xml.nodes import nodes_of
from adapters.xml.source import Readable, Utf8Blocks
from schemas.errors import Rejected
from schemas.findings import Source
from schemas.returns import ReturnData
from schemas.tables import Layout

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Message:
    """What a message of one return looks like to the reader.

    `choose` finds the layout from the first block of text; `child_table` and `child_field` name
    the identifier of a child. Without `values` the form findings are about elements alone.
    """

    choose: Callable[[str], Layout]
    child_table: str
    child_field: str
    values: bool = True


def read_message(path: Readable, message: Message, limits: Limits, progress: Progress | None = None) -> ReturnData:
    """Read a file; see `schemas.tables` for the frames that it gives.

    Raise Rejected where nothing of the file can be checked. A file that breaks off keeps the
    children that were complete before the break.
    """
    source = Utf8Blocks(path)
    blocks = WellFormed(source, limits)
    reading = _Reading(message, limits)
    try:
        for block, tokens in _ahead(blocks, reading):
            reading.add(block, tokens)
            if progress is not None:
                progress(source.done, source.size)
            if reading.over is not None:
                break
    except Rejected:
        # A file that breaks in its first lines may not have said yet which year it is for.
        if reading.begun or blocks.broken is None:
            raise
        raise _unreadable(blocks.broken) from None
    return reading.close(Source(path.name, source.sha256()), reading.over or blocks.broken)


def _ahead(blocks: WellFormed, reading: _Reading) -> Iterator[tuple[Block, pl.DataFrame]]:
    """Cut each block into tags in a second thread, while the one before it is taken in."""
    with ThreadPoolExecutor(1) as thread:
        waiting: tuple[Block, Future[pl.DataFrame]] | None = None
        for block in blocks:
            cutting = thread.submit(tokenise, block, reading.tags(block))
            if waiting is not None:
                yield waiting[0], waiting[1].result()
            waiting = block, cutting
        if waiting is not None:
            yield waiting[0], waiting[1].result()


def _unreadable(fault: Break) -> Rejected:
    """Make the error for a message that breaks before it says what it is."""
    return Rejected(
        f"Nothing of the file can be read: in line {fault.line}, column {fault.column}, {fault.reason}.",
        hint="Export the file again from the case system, as UTF-8.",
    )


class _Reading:
    """One message, block after block."""

    def __init__(self, message: Message, limits: Limits) -> None:
        self._message = message
        self._limits = limits
        self._layout: Layout | None = None
        self.over: Break | None = None

    @property
    def begun(self) -> bool:
        """Tell whether the layout has been found."""
        return self._layout is not None

    def tags(self, block: Block) -> pl.Enum:
        """Give the tags to look for; the first block tells which layout they are from."""
        if self._layout is None:
            self._begin(block.text)
        return self._tags

    def _begin(self, start: str) -> Layout:
        self._layout = self._message.choose(start)
        self._nodes = nodes_of(self._layout)
        self._tags = tags_of(self._nodes)
        self._elements = ElementReader(self._nodes)
        self._collector = Collector(self._nodes)
        return self._layout

    def add(self, block: Block, tokens: pl.DataFrame) -> None:
        """Take in a block; `over` is set where it passes a limit."""
        elements = self._elements.read(tokens)
        deep = self._elements.deepest > self._limits.depth
        self._collector.add(elements.down_to(self._limits.depth) if deep else elements)
        longest = tokens.select(pl.max_horizontal(pl.col("tag", "text").str.len_bytes().max())).item()
        # A block may hold no tag at all.
        if longest is not None and longest > self._limits.text:
            self._stop(block, f"a tag or a text is longer than {self._limits.text:,} bytes")
        if deep:
            self._stop(block, f"elements stand more than {self._limits.depth} deep inside each other")
        elif self._elements.events > 2 * self._limits.elements:
            self._stop(block, f"there are more than {self._limits.elements:,} elements")

    def _stop(self, block: Block, reason: str) -> None:
        self.over = Break(block.line, 1, f"in the part of the file that starts here, {reason}", limit=True)

    def close(self, source: Source, fault: Break | None) -> ReturnData:
        """Give the tables and the form findings."""
        layout = self._layout or self._begin_unread(fault)
        collected = self._collector.close()
        if fault is not None:
            collected = self._complete_children(collected)
        assembled = assemble(layout, self._nodes, collected)
        asked = self._message
        check = FormCheck(
            layout, self._nodes, collected, assembled, asked.child_table, asked.child_field, values=asked.values
        )
        form, unlisted = check.findings(self._limits.findings)
        if fault is not None:
            form = (broken(fault), *form)
        return ReturnData(layout, "", source, assembled.tables, form, unlisted=unlisted)

    def _begin_unread(self, fault: Break | None) -> Layout:
        """Begin with a message of which not one tag could be read."""
        try:
            return self._begin("")
        except Rejected:
            if fault is None:
                raise
            raise _unreadable(fault) from None

    def _complete_children(self, collected: Collected) -> Collected:
        """Leave out the child in whose middle the message breaks off."""
        (key,) = self._nodes.with_opens(self._message.child_table)
        children = collected.occurrences.get(key)
        if children is None or not self._elements.inside(self._nodes.by_key[key]):
            return collected
        return collected.before(children.item(-1, "event"))
