"""What becomes of a case file under a decision: a new file made of what may go, and a list of what stays and why."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.policy.agreement import Transform
from gateway.policy.decision import Reason
from schemas.case.base import CaseRecord
from schemas.case.record import CaseFile

Key = tuple[str, str]
"""A record by its table and its identifier there."""


@dataclass(frozen=True, slots=True)
class Reduced:
    """A value that goes in a form that tells less; it stands beside the file, whose field is empty."""

    table: str
    record: str
    field: str
    transform: Transform
    value: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A value that is there and does not go; `field` is empty where the whole record stays. For the sender alone."""

    table: str
    record: str
    persons: tuple[str, ...]
    field: str
    reason: Reason
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """What a rule demands of a child, by the rule's own name for it, and is not sent: not recorded, or `withheld`."""

    person: str
    name: str
    rule: str
    withheld: bool


@dataclass(frozen=True, slots=True)
class ReleasedPart:
    """The places of a hidden child that somebody released by name: a file of its own, never joined with the other."""

    name: str
    person: str
    file: CaseFile


@dataclass(frozen=True, slots=True)
class Masked:
    """What is sent: `file`, the `reduced` values beside it, `released` as parts of their own. The rest stays here."""

    decision: uuid.UUID
    file: CaseFile
    reduced: tuple[Reduced, ...]
    released: tuple[ReleasedPart, ...]
    withheld: tuple[Kept, ...]
    missing: tuple[Missing, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """What is left of a record: values by field, in full; those reduced; the rest."""

    table: str
    record: CaseRecord
    values: Mapping[str, object]
    reduced: tuple[Reduced, ...] = ()
    kept: tuple[Kept, ...] = field(default=())

    @property
    def key(self) -> Key:
        """Give table and identifier."""
        return self.table, self.record.id

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing of it goes."""
        return not self.values and not self.reduced
