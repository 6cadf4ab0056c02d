"""What the doctor of a dataset says: one note for each thing that differs from the standard, by name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Weight(StrEnum):
    """How much a note matters: `info` is as it should be for the system, `warn` costs something in what is built."""

    INFO = "info"
    WARN = "warn"


class Topic(StrEnum):
    """What a note is about."""

    SOURCE = "source"
    TABLE = "table"
    COLUMN = "column"
    TYPE = "type"
    KEY = "key"
    ORPHAN = "orphan"
    CODE = "code"
    VALUE = "value"
    FRESHNESS = "freshness"


@dataclass(frozen=True, slots=True)
class Note:
    """One note; `count` is the number of rows, 0 where it is not about rows. No value of a person stands in it."""

    topic: Topic
    weight: Weight
    table: str
    column: str
    says: str
    count: int = 0
