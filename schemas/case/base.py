"""What every case record has: an identity, a person, where it came from, and how it speaks in a chronology."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator

from schemas.case.codes import known
from schemas.case.fields import EXTRA, NONE, PERSONAL, case_field
from schemas.case.types import Key, Line, Moment

T = TypeVar("T")


class Frozen(BaseModel):
    """A value that never changes; an unknown field, a wrong type or a wrong code is refused.

    What was refused never stands in the error: it may be personal.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    @field_validator("*", mode="after")
    @classmethod
    def _code_known(cls, value: T, info: ValidationInfo) -> T:
        name = info.field_name or ""
        declared = cls.model_fields[name].json_schema_extra
        facts = declared.get(EXTRA) if isinstance(declared, dict) else None
        if value is None or not isinstance(facts, dict) or "codes" not in facts:
            return value
        codes = str(facts["codes"])
        for code in value if isinstance(value, tuple) else (value,):
            if code not in known(codes):
                raise ValueError(f"is no code of {codes}")
        return value


class Provenance(Frozen):
    """Where a record came from: who said it, when, and from which record it was copied."""

    source: Line = case_field("The system or organisation that the record came from.", NONE, required=True)
    record: Key = case_field("The record's identifier there.", PERSONAL, required=True)
    recorded_at: Moment = case_field("When it was entered there.", PERSONAL, required=True)
    recorded_by: Key = case_field("Who entered it: an opaque reference, never a name.", PERSONAL, required=True)
    state: str = case_field("How far it can be relied on.", NONE, code_set="ProvenanceState", required=True)
    via: Key | None = case_field("The message that brought it here.", PERSONAL)
    copied_from: Key | None = case_field("The record that it was copied from, here.", PERSONAL)
    copied_person: Key | None = case_field("The person whom that record is about.", PERSONAL)
    copied_at: Moment | None = case_field("When it was copied.", PERSONAL)
    copied_by: Key | None = case_field("Who copied it.", PERSONAL)
    decided_at: Moment | None = case_field("When it was confirmed, disputed or superseded.", PERSONAL)
    decided_by: Key | None = case_field("Who confirmed, disputed or superseded it.", PERSONAL)


@dataclass(frozen=True, slots=True)
class Dated:
    """How a record speaks in a chronology.

    `on` names the date fields, of which the first that is filled counts; `due`, where none is filled,
    the day on which it should be; `until` the field of the day on which it ended; `tells` the fields
    whose values stand beside the words.
    """

    words: str
    on: tuple[str, ...]
    until: str = ""
    tells: tuple[str, ...] = ()
    key: bool = False
    due: str = ""


class CaseRecord(Frozen):
    """One row of a case table. Left-out fields are None: a record with its keys alone is good."""

    title: ClassVar[str]
    dated: ClassVar[Dated | None] = None
    # The fields by which records of a brother and a sister are the same fact; without them none is copied.
    alike: ClassVar[tuple[str, ...]] = ()

    id: Key = case_field("Opaque identifier, one in its table.", PERSONAL, required=True)
    provenance: Provenance = case_field("Where the record came from.", PERSONAL, required=True)

    @property
    def subjects(self) -> tuple[str, ...]:
        """List the persons whom the record is about."""
        return ()


class PersonRecord(CaseRecord):
    """A row about one person."""

    person: Key = case_field("Whom the record is about.", PERSONAL, points_to="person", required=True)

    @property
    def subjects(self) -> tuple[str, ...]:
        """Give the one person."""
        return (self.person,)
