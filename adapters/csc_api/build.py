"""Build the record of each child who is sent, from canonical case tables."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from adapters.csc_api.choices import DEFAULT, Choices
from adapters.csc_api.cohort import cohort
from adapters.csc_api.mapping import (
    CHILD_ID,
    CHILD_SECOND_ID,
    DETAILS,
    EPISODES,
    OF_EPISODE,
    SCORES,
    Rows,
)
from adapters.csc_api.prepare import prepared, read
from adapters.csc_api.window import Window, ever, window
from adapters.mapping.declare import PARENT
from adapters.mapping.tables import Frame
from schemas.csc_api import layout
from schemas.csc_api.record import ChildRecord

_PERSON = "_person"


@dataclass(frozen=True, slots=True)
class Built:
    """One child's record; `person` is the `id` of the child in the case tables."""

    person: str
    child: str
    record: ChildRecord


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Rows that have no place in a record: their episode is not in it, or two children have one id."""

    block: str
    count: int


@dataclass(frozen=True, slots=True)
class Feed:
    """The records of a day, by child; what of them could not be placed; every person whom the source has."""

    day: date
    children: Mapping[str, Built]
    left_out: tuple[LeftOut, ...]
    persons: Mapping[str, str]
    """The `id` in the case tables of every person of the source, by the id under which a child is sent."""


def build(tables: Mapping[str, Frame], day: date, choices: Choices = DEFAULT) -> Feed:
    """Build the feed of a day. Columns of the tables are those of schemas.case.columns."""
    source = read(tables)
    frame, left_out = _records(source, window(day), choices, cohort(source, window(day), choices))
    persons = source["person"].select(CHILD_ID.column(choices, window(day)), "id")
    twice = frame.filter(pl.col(layout.CHILD.key).is_duplicated())
    if twice.height:
        # Which of them is which nobody could tell at DfE.
        left_out = (*left_out, LeftOut(layout.CHILD.name, twice.height))
        frame = frame.filter(pl.col(layout.CHILD.key).is_unique())
    children = {built.child: built for built in _built(frame)}
    return Feed(day, children, left_out, dict(persons.iter_rows()))


def build_ever(
    tables: Mapping[str, Frame], day: date, persons: Iterable[str], choices: Choices = DEFAULT
) -> Mapping[str, ChildRecord]:
    """Build the records of these persons with all that the source has of them, however old; by child."""
    source = read(tables, persons)
    frame, _ = _records(source, ever(day), choices, source["person"])
    return {built.child: built.record for built in _built(frame)}


@dataclass(frozen=True, slots=True)
class _Covered:
    """The tables of the mapping for some people, with the rows that are taken in, and how items are made of them."""

    ready: Mapping[str, pl.DataFrame]
    people: pl.DataFrame
    choices: Choices
    window: Window

    def inside(self, rows: Rows) -> pl.DataFrame:
        """Give the rows of a block that are taken in."""
        wanted = self.people.select(pl.col("id").alias("person"))
        found = self.ready[rows.table].filter(rows.inside(self.choices, self.window))
        return found.join(wanted, on="person", how="semi", maintain_order="left")

    def items(self, rows: Rows) -> list[pl.Expr]:
        """Give the items of a block as columns."""
        return [item.column(self.choices, self.window) for item in rows.items]

    def nested(self, rows: Rows, content: pl.DataFrame, *, many: bool) -> pl.DataFrame:
        """Give a list of objects, or one object, for each `id` that the rows stand under."""
        name = rows.block.name
        items = content.drop_nulls(PARENT).select(PARENT, pl.struct(*self.items(rows)).alias(name))
        return items.group_by(PARENT).agg(pl.col(name) if many else pl.col(name).first())


def _records(
    source: Mapping[str, pl.DataFrame], covered: Window, choices: Choices, people: pl.DataFrame
) -> tuple[pl.DataFrame, tuple[LeftOut, ...]]:
    """Give a row for each child with its record as nested columns, and what could not be placed."""
    parts = _Covered(prepared(source, choices, covered), people, choices, covered)
    episodes, left_out = _episodes(parts)
    scores = parts.nested(SCORES, parts.inside(SCORES), many=True)
    wanted = parts.ready[DETAILS.table].join(people.select("id"), on="id", how="semi")
    joined = wanted.join(episodes, left_on="id", right_on=PARENT, how="left").join(
        scores, left_on="id", right_on=PARENT, how="left"
    )
    frame = joined.select(
        pl.col("id").alias(_PERSON),
        CHILD_ID.column(choices, covered),
        CHILD_SECOND_ID.column(choices, covered),
        pl.struct(*parts.items(DETAILS)).alias(layout.DETAILS.name),
        pl.struct(pl.col(layout.SCORES.name)).alias(layout.HEALTH.name),
        layout.EPISODES.name,
    )
    return frame, left_out


def _episodes(parts: _Covered) -> tuple[pl.DataFrame, tuple[LeftOut, ...]]:
    """Give the list of episodes of each person, each with its inner blocks."""
    episodes = parts.inside(EPISODES)
    parents = episodes.select(pl.col("id").alias(PARENT), "person")
    left_out = []
    for rows in OF_EPISODE:
        content = parts.inside(rows)
        placed = content.join(parents, on=[PARENT, "person"], how="semi")
        if lost := content.height - placed.height:
            left_out.append(LeftOut(rows.block.name, lost))
        inner = parts.nested(rows, placed, many=rows.block.repeats)
        episodes = episodes.join(inner, left_on="id", right_on=PARENT, how="left")
    names = [rows.block.name for rows in OF_EPISODE]
    item = pl.struct(*parts.items(EPISODES), *names).alias(layout.EPISODES.name)
    return episodes.select(PARENT, item).group_by(PARENT).agg(layout.EPISODES.name), tuple(left_out)


def _built(frame: pl.DataFrame) -> Iterator[Built]:
    buffer = io.BytesIO()
    frame.write_ndjson(buffer)
    for line in buffer.getvalue().splitlines():
        members = json.loads(line)
        record = ChildRecord.of(members)
        yield Built(members[_PERSON], members[layout.CHILD.key], record)
