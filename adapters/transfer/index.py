"""The index: the first part of a package, which says what the package is and lists every other part with its hash."""

from __future__ import annotations

import json
from typing import Annotated, Literal

from pydantic import Field, ValidationError, model_validator

from adapters.transfer.header import Child, Header, Reference, RestrictionClass, restriction_of
from adapters.transfer.part import MOST_PARTS, Kind, Part
from adapters.transfer.refusal import Code, NotAPackage
from adapters.transfer.statement import Entry
from schemas import strict_json
from schemas.case.base import Frozen
from schemas.case.types import Key, MediaType, Sha256

FORMAT: Literal["ics-case-package/1"] = "ics-case-package/1"
_DEPTH = 5
_MOST_ENTRIES = 50 * 100


class Listed(Frozen):
    """A part: what is in it, of which child where it is of one, and for a document its row and whether it was changed.

    `changed` tells that metadata was taken out, so that the bytes are not those whose hash the row has.
    """

    kind: Kind
    number: int = Field(default=0, ge=0, le=MOST_PARTS)
    media_type: MediaType
    size: int = Field(ge=0)
    sha256: Sha256
    restriction: tuple[RestrictionClass, ...] = ()
    child: Reference | None = None
    record: Key | None = None
    changed: bool = False

    @property
    def name(self) -> str:
        """Give the name of the part."""
        return self.kind.named(self.number)


class Index(Frozen):
    """What the package is and what is in it."""

    format: Literal["ics-case-package/1"] = FORMAT
    records: Key
    header: Header
    children: Annotated[tuple[Child, ...], Field(min_length=1, max_length=100)]
    parts: Annotated[tuple[Listed, ...], Field(max_length=MOST_PARTS)]
    statement: Annotated[tuple[Entry, ...], Field(max_length=_MOST_ENTRIES)] = ()

    @model_validator(mode="after")
    def _names_are_one(self) -> Index:
        for names in (
            [part.name for part in self.parts],
            [child.reference for child in self.children],
            [child.person for child in self.children],
        ):
            if len(set(names)) < len(names):
                raise ValueError("names something twice")
        return self


def written(index: Index) -> Part:
    """Give the index as a part: one spelling, with everybody's restriction."""
    content = json.dumps(
        index.model_dump(mode="json", exclude_defaults=True) | {"format": index.format},
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    ).encode()
    return Part(Kind.INDEX.named(), content, restriction_of(index.header, index.children))


def read_index(part: Part) -> Index:
    """Read the index; raise NotAPackage."""
    if part.name != Kind.INDEX:
        raise NotAPackage(Code.NO_INDEX)
    parse(part, Kind.INDEX, _DEPTH)
    try:
        return Index.model_validate_json(part.content)
    except ValidationError:
        raise NotAPackage(Code.INDEX) from None


def parse(part: Part, kind: Kind, depth: int) -> object:
    """Parse a part of JSON within the limits of its kind; raise NotAPackage."""
    if part.size > kind.most:
        raise NotAPackage(Code.TOO_LARGE, kind.value)
    try:
        return strict_json.parse(part.content, limit=kind.most, depth=depth)
    except strict_json.NotStrict:
        raise NotAPackage(Code.NOT_JSON, kind.value) from None
