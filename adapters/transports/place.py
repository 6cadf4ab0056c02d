"""What a carrier of files needs from the folder it works in, local or remote."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from adapters.transports.archive import Read


class Kind(StrEnum):
    """What a name stands for."""

    FILE = "file"
    LINK = "link"
    FOLDER = "folder"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a name without opening it or following it."""

    kind: Kind
    size: int
    version: str


class Draft(Protocol):
    """A file that is being written beside its place.

    `size` is what an earlier attempt left; the first `settled` bytes of it need not be compared again.
    """

    size: int
    settled: int

    def read(self, offset: int, size: int) -> bytes:
        """Read what is there, fewer bytes at the end."""
        ...

    def write(self, offset: int, data: bytes) -> None:
        """Write all of `data`."""
        ...

    def finish(self, size: int) -> None:
        """Cut the file at `size` and have it on the disk."""
        ...


class Place(Protocol):
    """One folder. Names are single path segments. Every call raises an error of schemas/errors.py."""

    def entries(self, limit: int) -> Iterator[tuple[str, Facts]]:
        """Give names and facts in any order, at most `limit` of them."""
        ...

    def facts(self, name: str) -> Facts | None:
        """Look at a name; None where there is nothing."""
        ...

    def read(self, name: str) -> AbstractContextManager[Read]:
        """Open a plain file to be read from its start. Raise Transient where it is gone."""
        ...

    def draft(self, name: str) -> AbstractContextManager[Draft]:
        """Open a file to write, and make it where it is not there."""
        ...

    def publish(self, draft: str, name: str) -> bool:
        """Give a finished draft its name in one step; False, and nothing done, where the name is taken."""
        ...

    def remove(self, name: str) -> None:
        """Remove a file; one that is gone already is no error."""
        ...
