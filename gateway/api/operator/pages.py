"""Lists in pages: where one begins, how long it is, and where the next begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from gateway.audit.entry import OBJECT

T = TypeVar("T")
MOST = 200
LAST = 1_000_000
Uuid = Annotated[
    str,
    Path(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", description="Its id."),
]


ObjectName = Annotated[str, Field(pattern=OBJECT.replace(r"\z", "$"))]
"""How an object is named, as the audit log does: its kind and an id without meaning."""


class Page(BaseModel, Generic[T]):
    """A part of a list; `next` is where the next part begins, none at the end."""

    model_config = ConfigDict(frozen=True)

    items: tuple[T, ...]
    next: int | None


@dataclass(frozen=True, slots=True)
class Paging:
    """Which part is asked for."""

    start: int
    limit: int

    @property
    def end(self) -> int:
        """Give where it ends, and one more: whether there is a next part."""
        return self.start + self.limit + 1

    def of(self, found: Sequence[T]) -> Page[T]:
        """Cut the part out of a list that is at least as long as `end` where it can be."""
        after = self.start + self.limit
        return Page(items=tuple(found[self.start : after]), next=after if len(found) > after else None)


def _paging(
    start: Annotated[int, Query(ge=0, le=LAST, description="Where the part begins, from 0.")] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST, description="How long it is at the most.")] = 50,
) -> Paging:
    return Paging(start, limit)


Paged = Annotated[Paging, Depends(_paging)]
"""The part of a list that is asked for."""
