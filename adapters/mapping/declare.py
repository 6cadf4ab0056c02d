"""How a mapping is declared: a row for each item that is made, and for each record the rows that it is made of.

Sources are names of case fields, `table.field`. The first source of an item that can be read back is the field that
then takes it. The two generic classes have no slots: an instance made through an alias could not be frozen then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, ParamSpec, TypeVar

import polars as pl

P = ParamSpec("P")
T = TypeVar("T")

ID = "_id"
"""The column with the id that the case system gives a record."""
PARENT = "_parent"
"""The column with the `id` of the record that a row stands under."""


@dataclass(frozen=True)
class Mapped(Generic[P]):
    """One item: its name, the case fields that it is made from, and how.

    `how` says in words what the expression does; without both the first source is taken as it stands. `back` makes
    the first source of the item again, `also` more of them. `instead` says what to do where the dataset holds none.
    """

    target: str
    sources: tuple[str, ...]
    how: str = ""
    expression: Callable[P, pl.Expr] | None = None
    back: Callable[[pl.Expr], pl.Expr] | None = None
    instead: str = ""
    also: tuple[tuple[str, Callable[[pl.Expr], pl.Expr]], ...] = ()

    def column(self, *args: P.args, **kwargs: P.kwargs) -> pl.Expr:
        """Give the expression over the rows, under the name of the item."""
        if self.expression is not None:
            return self.expression(*args, **kwargs).alias(self.target)
        return pl.col(self.sources[0].partition(".")[2]).alias(self.target)

    @property
    def fields(self) -> tuple[tuple[str, Callable[[pl.Expr], pl.Expr]], ...]:
        """List the sources that can be made again from the item, each with how."""
        if self.back is not None:
            return ((self.sources[0], self.back), *self.also)
        return ((self.sources[0], lambda text: text),) if self.sources and self.expression is None else ()


@dataclass(frozen=True, slots=True)
class Beside:
    """A second record that a row is read back into, where it has a value for one.

    `refers` is its field that names the first record, `named_in` the field of the first that names it; `constant` what
    it always has, `copied` fields that have what an item has.
    """

    table: str
    refers: str = ""
    named_in: str = ""
    constant: tuple[tuple[str, str | bool], ...] = ()
    copied: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Rows(Generic[T, P]):
    """A kind of record: what is made, the case table, which of its rows are in, and its items.

    `taken` says in words what `inside` does. `under` is the case field that refers to the record around it: `id` where
    both are one record. `order` are the columns by which records under one stand, `gathered` the field that holds all
    the rows of a list at once. Read back are the records for which `told` holds, with `constant` fields.
    """

    block: T
    table: str
    taken: str
    inside: Callable[P, pl.Expr]
    items: tuple[Mapped[P], ...]
    under: str = ""
    order: tuple[str, ...] = ()
    gathered: str = ""
    beside: tuple[Beside, ...] = ()
    told: Callable[[], pl.Expr] | None = None
    constant: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Absent:
    """An item, or with `*` a whole record, for which case records have no field: what to do about it."""

    block: str
    target: str
    instead: str
