"""How a format is declared: a tree of groups and fields, with one small diff per year.

The tree is the only declaration. Flat tables (schemas.tables), XSDs, readers, writers and the
documentation are derived from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from schemas.codesets import CodeSet


class Kind(StrEnum):
    """What the text of a field must be."""

    TEXT = "text"
    DATE = "date"
    DATETIME = "date-time"
    YEAR = "year"
    INTEGER = "whole number"
    BOOLEAN = "yes or no"
    CODE = "code"
    CHOICE = "choice in words"


class Sensitivity(StrEnum):
    """How harmful a leak of the field would be."""

    NONE = "none"
    PERSONAL = "personal"
    SPECIAL = "special category"


@dataclass(frozen=True, slots=True)
class Field:
    """One item of a return: an element that holds text.

    `item` is the Common Basic Data Set number; `pattern` a regular expression for the whole text, in
    the syntax that XSD and Polars share; `required` means that the collection's schema demands the
    element. `table` names the flat table of a field that repeats within its group: each value is a
    record of its own there. `element` is the name in the message where that differs from `name`.
    Where `any_case` is set letter case does not count: rules see the text in capitals. Where
    `may_be_blank` is set an empty element is as good as none.
    """

    name: str
    item: str
    kind: Kind = Kind.TEXT
    codes: CodeSet | None = None
    pattern: str | None = None
    required: bool = False
    sensitivity: Sensitivity = Sensitivity.PERSONAL
    guidance: str = ""
    table: str | None = None
    element: str = ""
    any_case: bool = False
    may_be_blank: bool = False

    @property
    def tag(self) -> str:
        """Give the name of the field's element in the message."""
        return self.element or self.name


@dataclass(frozen=True, slots=True)
class Group:
    """An element that holds other elements, in order.

    `table` names the flat table to which each occurrence gives one record. A group without a table
    is a wrapper: its fields belong to the nearest table above. `opens` names tables of inner groups
    that get their record here already (Child opens ChildIdentifiers and ChildCharacteristics, so
    that a missing block is a record without values instead of a child that vanishes).
    """

    name: str
    content: tuple[Field | Group, ...]
    table: str | None = None
    required: bool = False
    repeats: bool = False
    opens: tuple[str, ...] = ()

    @property
    def tag(self) -> str:
        """Give the name of the group's element in the message."""
        return self.name


@dataclass(frozen=True, slots=True)
class YearDiff:
    """One change to the tree, in force from the collection of `year` on.

    At the group reached by `path` (element names from the root down), remove the child element
    `remove`, and put `add` in its place, or after the element `after`, or at the end.
    """

    year: int
    path: tuple[str, ...]
    remove: str | None = None
    add: Field | Group | None = None
    after: str | None = None

    def apply(self, root: Group) -> Group:
        """Return the tree with this change made; raise KeyError where the path leads nowhere."""
        if self.path[0] != root.name:
            raise KeyError(f"no element {self.path[0]} at the root")
        return self._apply_at(root, self.path[1:])

    def _apply_at(self, group: Group, rest: tuple[str, ...]) -> Group:
        if rest:
            content = tuple(
                self._apply_at(child, rest[1:]) if isinstance(child, Group) and child.name == rest[0] else child
                for child in group.content
            )
            if content == group.content:
                raise KeyError(f"no element {rest[0]} with something to change in {group.name}")
            return replace(group, content=content)
        return replace(group, content=tuple(self._changed(group)))

    def _changed(self, group: Group) -> Iterator[Field | Group]:
        placed = self.add is None
        for child in group.content:
            if child.name != self.remove:
                yield child
            if self.add is not None and child.name in {self.remove, self.after}:
                yield self.add
                placed = True
        if self.add is not None and not placed:
            yield self.add


def tree_for(base: Group, diffs: tuple[YearDiff, ...], year: int) -> Group:
    """Apply, in order, every diff in force in the collection that ends in `year`."""
    tree = base
    for diff in sorted(diffs, key=lambda item: item.year):
        if diff.year <= year:
            tree = diff.apply(tree)
    return tree
