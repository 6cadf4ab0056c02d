"""Gather, over all blocks, the records and cells that the layout knows and everything else.

What the layout does not know, or not at that place, is kept as an `Oddity` with its text, so that
nothing that stood in the file disappears without a word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import polars as pl

from adapters.xml.events import Elements
from adapters.xml.nodes import Nodes
from schemas.form import MISPLACED_ELEMENT, REPEATED_ELEMENT, STRAY_TEXT, UNKNOWN_ELEMENT, FormRule

_OCCURRENCE = ["event", "line", "text"]
_QUIET = ("xsi:noNamespaceSchemaLocation", "xsi:schemaLocation", "xmlns:")


@dataclass(frozen=True, slots=True)
class Oddity:
    """One element or text that the layout does not expect there."""

    rule: FormRule
    event: int
    line: int
    name: str
    text: str
    path: str


@dataclass(frozen=True, slots=True)
class Decorated:
    """A start tag with attributes or a prefix."""

    line: int
    tag: str
    count: int


@dataclass(slots=True)
class Collected:
    """Everything that stood in the message: occurrences (event, line, text) by node key, and oddities."""

    occurrences: dict[int, pl.DataFrame]
    oddities: list[Oddity]
    decorated: list[Decorated]

    def before(self, event: int) -> Collected:
        """Give what stood before `event`."""
        return Collected(
            {key: found.filter(pl.col("event") < event) for key, found in self.occurrences.items()},
            [item for item in self.oddities if item.event < event],
            self.decorated,
        )


@dataclass(slots=True)
class Collector:
    """Takes in the elements of block after block."""

    nodes: Nodes
    _parts: dict[int, list[pl.DataFrame]] = field(default_factory=dict)
    _oddities: list[Oddity] = field(default_factory=list)
    _decorated: list[Decorated] = field(default_factory=list)
    _before: pl.DataFrame | None = None

    def add(self, elements: Elements) -> None:
        """Take in one block."""
        places = self._places()
        opened = elements.opened.join(places, on="key", how="left", maintain_order="left")
        self._note_unknown(opened.filter(pl.col("order").is_null()))
        self._note_text(elements, opened)
        self._note_siblings(opened)
        kept = opened.filter(pl.col("order").is_not_null()).select("key", *_OCCURRENCE)
        for (key,), part in kept.partition_by("key", as_dict=True, include_key=False).items():
            self._parts.setdefault(int(key), []).append(part)
        tags = elements.decorated.group_by("tag", maintain_order=True).agg(pl.first("line"), pl.len())
        self._decorated += [Decorated(line, tag, count) for tag, line, count in tags.iter_rows() if _matters(tag)]

    def close(self) -> Collected:
        """Give what was gathered."""
        occurrences = {key: pl.concat(parts) for key, parts in self._parts.items()}
        return Collected(occurrences, self._oddities, self._decorated)

    def _places(self) -> pl.DataFrame:
        nodes = self.nodes.by_key.values()
        return pl.DataFrame(
            {
                "key": [node.key for node in nodes],
                "order": [node.order for node in nodes],
                "repeats": [node.repeats for node in nodes],
                "holds": [bool(node.field) for node in nodes],
            },
            schema={"key": pl.Int64, "order": pl.Int32, "repeats": pl.Boolean, "holds": pl.Boolean},
        )

    def _note_unknown(self, unknown: pl.DataFrame) -> None:
        for event, line, name, text, key in unknown.select("event", "line", "name", "text", "key").iter_rows():
            rule = MISPLACED_ELEMENT if name in self.nodes.names else UNKNOWN_ELEMENT
            path = self.nodes.path(key).rpartition("/")[0]
            self._oddities.append(Oddity(rule, event, line, name, text, f"{path}/{name}" if path else name))

    def _note_text(self, elements: Elements, opened: pl.DataFrame) -> None:
        inside = opened.filter(~pl.col("holds") & (pl.col("text").str.len_bytes() > 0))
        self._stray(inside.select("key", *_OCCURRENCE))
        if elements.stray.height:
            # The element around a text that follows an end tag is the last one of its depth.
            around = opened.select("event", "depth", "key")
            around = around if self._before is None else pl.concat([self._before.select(around.columns), around])
            self._stray(elements.stray.join_asof(around, on="event", by="depth").select("key", *_OCCURRENCE))

    def _stray(self, found: pl.DataFrame) -> None:
        for key, event, line, text in found.iter_rows():
            self._oddities.append(Oddity(STRAY_TEXT, event, line, "", text, self.nodes.path(key or 0)))

    def _note_siblings(self, opened: pl.DataFrame) -> None:
        """Note elements that stand before one that should follow them, or a second time.

        An element that stands deeper than the one before it is the first in its parent; any other
        belongs to the parent of the last element of its depth. Elements that the layout does not
        know have no order and are passed over.
        """
        fresh = opened.select("event", "line", "name", "depth", "key", "order", "repeats", "holds")
        frame = fresh if self._before is None else pl.concat([self._before, fresh])
        frame = frame.with_columns((pl.col("depth") > pl.col("depth").shift(1)).alias("first"))
        families = frame.sort("depth", maintain_order=True).with_columns(pl.col("first").cum_sum().alias("family"))
        siblings = families.filter(pl.col("order").is_not_null())
        beside = (pl.col("family") == pl.col("family").shift(1)) & (pl.col("depth") == pl.col("depth").shift(1))
        wrong = pl.col("order") < pl.col("order").shift(1)
        again = (pl.col("key") == pl.col("key").shift(1)) & ~pl.col("repeats") & ~pl.col("holds")
        bad = siblings.select(
            "event", "line", "name", "key", wrong.alias("wrong"), (beside & (wrong | again)).alias("bad")
        )
        since = fresh.item(0, "event") if fresh.height else 0
        for event, line, name, key, is_wrong in bad.filter("bad", pl.col("event") >= since).drop("bad").iter_rows():
            rule = MISPLACED_ELEMENT if is_wrong else REPEATED_ELEMENT
            self._oddities.append(Oddity(rule, event, line, name, "", self.nodes.path(key)))
        ends = pl.col("depth").ne_missing(pl.col("depth").shift(-1))
        last = pl.concat([families.filter(ends), siblings.filter(ends)]).select(fresh.columns)
        self._before = last.unique("event").sort("event")


def _matters(tag: str) -> bool:
    """Tell whether a start tag has a prefix or an attribute that a schema would refuse."""
    name, _, attributes = tag.strip().rstrip("/").partition(" ")
    named = re.findall(r"([^\s=]+)\s*=\s*(?:\"[^\"]*\"|'[^']*')", attributes)
    return ":" in name or any(not item.startswith(_QUIET) for item in named)
