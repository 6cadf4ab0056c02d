"""What is written beside the tables: documents, events that somebody noted, who knows of a sharing, what was copied."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from schemas.case.base import Dated, PersonRecord
from schemas.case.fields import NONE, PERSONAL, SPECIAL, Copying, case_field
from schemas.case.types import Count, JsonText, Key, Line, MediaType, Narrative, Sha256


class Document(PersonRecord):
    """A document about a person; its bytes travel apart, and the hash ties the two."""

    title: ClassVar[str] = "Documents"
    dated: ClassVar[Dated | None] = Dated("Document", ("created_on",), tells=("kind",))

    name: Line | None = case_field("Title, never a name of a person or place.", SPECIAL)
    kind: str | None = case_field("What it is.", PERSONAL, code_set="DocumentKind")
    author_role: Line | None = case_field("Role of the author.", NONE)
    created_on: date | None = case_field("Written on.", PERSONAL)
    media_type: MediaType | None = case_field("Such as application/pdf.", NONE)
    size: Count | None = case_field("Bytes.", NONE)
    sha256: Sha256 | None = case_field("SHA-256 of the bytes.", NONE)
    third_party: bool | None = case_field("Whether it tells of others than the family.", SPECIAL)
    restriction: str | None = case_field("Class of restriction.", SPECIAL, code_set="RestrictionClass")
    released: bool | None = case_field("Whether a person has released it for sending.", NONE)


class Event(PersonRecord):
    """Something that happened, noted by a worker because no other record holds it."""

    alike: ClassVar[tuple[str, ...]] = ("happened_on", "kind")
    title: ClassVar[str] = "Events"
    dated: ClassVar[Dated | None] = Dated("Event", ("happened_on",), "ended_on", ("kind", "summary"))

    happened_on: date | None = case_field("On, or about.", PERSONAL, copying=Copying.FAMILY)
    ended_on: date | None = case_field("Until.", PERSONAL, copying=Copying.FAMILY)
    precision: str | None = case_field("How exact the day is.", NONE, code_set="Precision", copying=Copying.FAMILY)
    kind: str | None = case_field("What it is about.", PERSONAL, code_set="EventKind", copying=Copying.FAMILY)
    summary: Line | None = case_field("In a line.", SPECIAL, copying=Copying.FAMILY)
    detail: Narrative | None = case_field("In full.", SPECIAL, copying=Copying.FAMILY)
    significance: str | None = case_field(
        "How much it matters.", PERSONAL, code_set="Significance", copying=Copying.FAMILY
    )


class Awareness(PersonRecord):
    """Whether somebody knows that the record is shared, and what they say to it."""

    title: ClassVar[str] = "Awareness of sharing"
    dated: ClassVar[Dated | None] = Dated("Told of the sharing", ("told_on",), tells=("answer",))

    about: Key | None = case_field("The child whose record is shared.", PERSONAL, points_to="person")
    answer: str | None = case_field("Whether told, and the answer.", PERSONAL, code_set="Awareness")
    told_on: date | None = case_field("Told on, or decided not to tell.", PERSONAL)
    reason_not_told: Narrative | None = case_field("Why not told.", SPECIAL)
    views: Narrative | None = case_field("What they say.", SPECIAL)


class CopiedValue(PersonRecord):
    """What a worker decided on one value of a brother's or sister's record: who and when is the row's provenance."""

    title: ClassVar[str] = "Copied values"

    table: Line = case_field("Table of the person's own record.", NONE, required=True)
    record: Key = case_field("That record.", PERSONAL, required=True)
    field: Line = case_field("Field of it.", NONE, required=True)
    decision: str = case_field("What was decided.", NONE, code_set="CopyDecision", required=True)
    copied_from: Key = case_field("The other record.", PERSONAL, required=True)
    copied_person: Key = case_field("Whom it is about.", PERSONAL, points_to="person", required=True)
    own_value: JsonText | None = case_field("The person's own value before the decision, as JSON.", SPECIAL)
    other_value: JsonText | None = case_field("The other's value at the decision, as JSON.", SPECIAL)
