"""Gather, over all blocks, the records and cells that the layout knows and everything else.

What the layout does not know, or not at that place, is kept as an oddity with its text, so that
nothing that stood in the file disappears without a word.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from adapters.xml.events import Elements
from adapters.xml.nodes import Nodes
from schemas.form import MISPLACED_ELEMENT, REPEATED_ELEMENT, STRAY_TEXT, UNKNOWN_ELEMENT

_OCCURRENCE = ["event", "line", "text"]
_ODDITY = pl.Schema(
    {"code": pl.String, "event": pl.Int64, "line": pl.Int32, "name": pl.String, "text": pl.String, "key": pl.Int64}
)
_QUIET = r"""\s(?:xsi:(?:noNamespaceSchemaLocation|schemaLocation)|xmlns:[^\s=]+)\s*=\s*(?:"[^"]*"|'[^']*')"""
_ATTRIBUTE = r"""\s[^\s=]+\s*=\s*["']"""
_PREFIX = r"^[^\s:/]+:"


@dataclass(frozen=True, slots=True)
class Decorated:
    """Start tags with attributes or a prefix: the first one, and how many there are."""

    line: int
    tag: str
    count: int


@dataclass(slots=True)
class Collected:
    """Everything that stood in the message.

    `occurrences` are frames (event, line, text) by node key. `oddities` has a row for each element or
    text that the layout does not expect where it stands: code of the form rule, event, line, name and
    text of the element, key of its path.
    """

    occurrences: dict[int, pl.DataFrame]
    oddities: pl.DataFrame
    decorated: Decorated | None

    def before(self, event: int) -> Collected:
        """Give what stood before `event`."""
        earlier = pl.col("event") < event
        occurrences = {key: found.filter(earlier) for key, found in self.occurrences.items()}
        return Collected(occurrences, self.oddities.filter(earlier), self.decorated)


@dataclass(slots=True)
class Collector:
    """Takes in the elements of block after block."""

    nodes: Nodes
    _parts: dict[int, list[pl.DataFrame]] = field(default_factory=dict)
    _oddities: list[pl.DataFrame] = field(default_factory=list)
    _decorated: Decorated | None = None
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
        self._note_decorated(elements.decorated)

    def close(self) -> Collected:
        """Give what was gathered."""
        occurrences = {key: pl.concat(parts) for key, parts in self._parts.items()}
        oddities = pl.concat([pl.DataFrame(schema=_ODDITY), *self._oddities])
        return Collected(occurrences, oddities, self._decorated)

    def _note(self, code: pl.Expr, found: pl.DataFrame, name: pl.Expr, text: pl.Expr) -> None:
        if found.height:
            columns = (code.alias("code"), "event", "line", name.alias("name"), text.alias("text"), "key")
            self._oddities.append(found.select(columns).cast(_ODDITY))

    def _note_decorated(self, tags: pl.DataFrame) -> None:
        tag = pl.col("tag")
        odd = tag.str.contains(_PREFIX) | tag.str.replace_all(_QUIET, "").str.contains(_ATTRIBUTE)
        found = tags.filter(odd)
        if found.height:
            first = self._decorated or Decorated(found.item(0, "line"), found.item(0, "tag"), 0)
            self._decorated = Decorated(first.line, first.tag, first.count + found.height)

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
        elsewhere = pl.col("name").is_in(list(self.nodes.names))
        code = pl.when(elsewhere).then(pl.lit(MISPLACED_ELEMENT.code)).otherwise(pl.lit(UNKNOWN_ELEMENT.code))
        self._note(code, unknown, pl.col("name"), pl.col("text"))

    def _note_text(self, elements: Elements, opened: pl.DataFrame) -> None:
        stray, nameless = pl.lit(STRAY_TEXT.code), pl.lit("")
        inside = opened.filter(~pl.col("holds") & (pl.col("text").str.len_bytes() > 0))
        self._note(stray, inside, nameless, pl.col("text"))
        if elements.stray.height:
            # The element around a text that follows an end tag is the last one of its depth.
            around = opened.select("event", "depth", "key")
            around = around if self._before is None else pl.concat([self._before.select(around.columns), around])
            placed = elements.stray.join_asof(around, on="event", by="depth").with_columns(pl.col("key").fill_null(-1))
            self._note(stray, placed, nameless, pl.col("text"))

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
        told = pl.when(wrong).then(pl.lit(MISPLACED_ELEMENT.code)).when(again).then(pl.lit(REPEATED_ELEMENT.code))
        since = fresh.item(0, "event") if fresh.height else 0
        bad = siblings.with_columns(pl.when(beside).then(told).alias("code")).filter(pl.col("event") >= since)
        self._note(pl.col("code"), bad.drop_nulls("code"), pl.col("name"), pl.lit(""))
        ends = pl.col("depth").ne_missing(pl.col("depth").shift(-1))
        last = pl.concat([families.filter(ends), siblings.filter(ends)]).select(fresh.columns)
        self._before = last.unique("event").sort("event")
