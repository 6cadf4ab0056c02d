"""The parts of a package as they travel: a neutral name, bytes, and how restricted they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256

MIB = 1 << 20
MOST_TOTAL = 512 * MIB
MOST_PARTS = 500
"""As many as the manifest of a message can list."""


class Kind(StrEnum):
    """What is in a part; a part's name is its kind, with a number where there may be more, and so tells of nobody."""

    INDEX = "index"
    VIEW = "view"
    FAMILY = "family"
    CHILD = "child"
    DOCUMENT = "document"
    PLACES = "places"
    PLACES_VIEW = "places-view"

    def named(self, number: int = 0) -> str:
        """Give the name of the part of this kind with that number."""
        return f"{self.value}-{number}" if number else self.value

    @property
    def most(self) -> int:
        """Give how many bytes such a part may have."""
        return MOST_BYTES.get(self, 64 * MIB)


MOST_BYTES = {Kind.INDEX: 4 * MIB, Kind.DOCUMENT: 100 * MIB, Kind.PLACES: MIB, Kind.PLACES_VIEW: 4 * MIB}
"""How many bytes a part of a kind may have, where it is not 64 MiB."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part. `restriction` lists the classes of the records that it is made of, the least first."""

    name: str
    content: bytes = field(repr=False)
    restriction: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """Give the SHA-256 of the bytes in hexadecimal."""
        return sha256(self.content).hexdigest()

    @property
    def size(self) -> int:
        """Count the bytes."""
        return len(self.content)
