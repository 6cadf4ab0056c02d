"""One entry of the audit log: opaque ids, closed lists and hashes, so that no personal data finds a place."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from gateway.audit.canonical import MOST, canonical
from gateway.audit.events import Action, Outcome
from gateway.itp.codes import Code
from gateway.itp.identifiers import Organisation as Checked
from schemas.errors import Rejected

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
_SHA256 = r"[0-9a-f]{64}"
_ORGANISATION = Checked.form.pattern
KINDS = (
    "agreement",
    "backup",
    "break-glass",
    "case",
    "checkpoint",
    "conversation",
    "delivery",
    "directory",
    "export",
    "hold",
    "key",
    "message",
    "partner",
    "receipt",
    "return",
    "role",
    "rules",
    "session",
    "setting",
    "staff",
    "subject",
    "token",
    "transfer",
)
"""What an object id can name."""

Organisation = Annotated[str, Field(pattern=rf"^{_ORGANISATION}\z")]
OBJECT = rf"^(?:(?:{'|'.join(KINDS)}):(?:{_UUID}|{_SHA256})|{_ORGANISATION})\z"
"""How an object is named: its kind and an id without meaning, or an organisation."""
ObjectId = Annotated[str, Field(pattern=OBJECT)]
OpaqueId = Annotated[str, Field(pattern=rf"^{_UUID}\z")]
Digest = Annotated[str, Field(pattern=rf"^{_SHA256}\z")]
Purpose = Annotated[str, Field(pattern=r"^P[0-9]{1,3}\z")]
LegalGateway = Annotated[str, Field(pattern=r"^G[0-9]{1,3}\z")]
Count = Annotated[int, Field(ge=0, le=MOST)]
MOST_OBJECTS = 16


class Role(StrEnum):
    """In what capacity somebody acted (the roles of access control, and the gateway itself)."""

    PRACTITIONER = "practitioner"
    MANAGER = "manager"
    REVIEWING_OFFICER = "reviewing-officer"
    DUTY = "duty"
    SUPPORT = "support"
    DATA_STEWARD = "data-steward"
    GOVERNANCE = "governance"
    AUDITOR = "auditor"
    OPERATOR = "operator"
    PARTNER = "partner"
    GATEWAY = "gateway"


class Event(BaseModel):
    """What happened, before it has its place in the log."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", cache_strings="keys")

    organisation: Organisation
    role: Role
    staff: OpaqueId | None = None
    action: Action
    objects: Annotated[tuple[ObjectId, ...], Field(max_length=MOST_OBJECTS)] = ()
    purpose: Purpose | None = None
    legal_gateway: LegalGateway | None = None
    decision: OpaqueId | None = None
    before: Digest | None = None
    after: Digest | None = None
    count: Count | None = None
    request: OpaqueId | None = None
    outcome: Outcome
    # A code of the protocol as its text is one too; a free word could be a name.
    code: Annotated[Code, Field(strict=False)] | None = None

    @classmethod
    def of(cls, **fields: object) -> Self:
        """Make one, or raise Rejected: the error names fields and never what stood in them."""
        try:
            return cls.model_validate(fields)
        except ValidationError as error:
            raise Rejected(_without_values(error)) from None

    def canonical(self) -> bytes:
        """Write it as canonical JSON; what is absent is left out."""
        return canonical(self.model_dump(mode="json", exclude_none=True))


_Kind = TypeVar("_Kind", bound=Event)


class Entry(Event):
    """An event at its place: `sequence` counts from 0 without gaps, `at` is in UTC."""

    sequence: Count
    at: datetime

    @field_validator("at")
    @classmethod
    def _is_utc(cls, at: datetime) -> datetime:
        if at.utcoffset() is None or at.utcoffset() != UTC.utcoffset(None):
            raise ValueError("The time must be in UTC.")
        return at.astimezone(UTC)


def read_entry(text: bytes) -> Entry:
    """Read the canonical bytes of an entry; raise Rejected for anything else."""
    return _read(Entry, text)


def read_event(text: bytes) -> Event:
    """Read the canonical bytes of an event; raise Rejected for anything else."""
    return _read(Event, text)


def _read(kind: type[_Kind], text: bytes) -> _Kind:
    try:
        entry = kind.model_validate_json(text)
    except ValidationError as error:
        raise Rejected(_without_values(error)) from None
    if entry.canonical() != text:
        raise Rejected("This is an entry, but not in its canonical form.")
    return entry


def _without_values(error: ValidationError) -> str:
    details = error.errors(include_url=False, include_context=False, include_input=False)
    # A place holds names of our fields, positions, or an unknown key, which is the caller's own text.
    names = {str(part) for detail in details for part in detail["loc"][:1] if str(part) in Entry.model_fields}
    return f"This is no audit entry: wrong or missing {', '.join(sorted(names)) or 'form'}."
