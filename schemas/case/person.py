"""Who somebody is: identity, names, numbers, disabilities, immigration status."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from pydantic import model_validator

from schemas.case.base import CaseRecord, Dated, PersonRecord
from schemas.case.fields import NONE, PERSONAL, SPECIAL, Copying, case_field
from schemas.case.types import ULN, UPN, Key, Line, Narrative, NHSNumber
from schemas.identifiers import is_nhs_number, is_uln, is_upn

_NUMBERS = {"NHS_NUMBER": is_nhs_number, "UPN": is_upn, "FORMER_UPN": is_upn, "ULN": is_uln}


class Person(CaseRecord):
    """A child, an unborn child or an adult of the family."""

    title: ClassVar[str] = "Person"
    dated: ClassVar[Dated | None] = Dated(
        "Born", ("date_of_birth", "expected_date_of_birth"), "date_of_death", key=True
    )

    kind: str | None = case_field("Child, unborn or adult.", PERSONAL, code_set="PersonKind")
    authority_reference: Key | None = case_field(
        "The sending authority's own number for the person.", PERSONAL, reference="PERS001A"
    )
    legacy_reference: Key | None = case_field("The number in an older system.", PERSONAL, reference="PERS014A")
    forename: Line | None = case_field("First name, as used now.", PERSONAL, reference="PERS015A")
    surname: Line | None = case_field("Family name, as used now.", PERSONAL, reference="PERS016A")
    sex: str | None = case_field("Sex as registered.", PERSONAL, code_set="Sex", reference="PERS002A")
    gender_identity: Line | None = case_field("Gender identity, in the person's words.", SPECIAL, reference="PERS003A")
    date_of_birth: date | None = case_field("Empty while unborn.", PERSONAL, reference="PERS005A")
    expected_date_of_birth: date | None = case_field("Of an unborn child.", PERSONAL, reference="PERS009A")
    age_disputed: bool | None = case_field("Whether the date of birth is in dispute.", SPECIAL)
    date_of_death: date | None = case_field("Day of death.", PERSONAL, reference="PERS010A")
    ethnicity: str | None = case_field(
        "Ethnic group.", SPECIAL, code_set="Ethnicity", reference="PERS004A", copying=Copying.CHILD
    )
    religion: Line | None = case_field("Religion or belief.", SPECIAL, copying=Copying.CHILD)
    first_language: Line | None = case_field("Language spoken at home.", SPECIAL, copying=Copying.FAMILY)
    interpreter_needed: bool | None = case_field("Whether an interpreter is needed.", PERSONAL, copying=Copying.FAMILY)
    communication_needs: Narrative | None = case_field("How to communicate with the person.", SPECIAL)
    nationality: Line | None = case_field(
        "Country or nationality.", SPECIAL, reference="PERS012A", copying=Copying.CHILD
    )
    nhs_number: NHSNumber | None = case_field("With its check digit.", PERSONAL, reference="PERS013A")
    nhs_number_verified: str | None = case_field("How the NHS number was checked.", NONE, code_set="Verification")
    nhs_number_verified_on: date | None = case_field("When it was checked.", NONE)
    upn: UPN | None = case_field(
        "Unique pupil number, for education alone; a temporary one ends in a letter.", PERSONAL, reference="PERS006A"
    )
    upn_unknown: str | None = case_field(
        "Why there is no pupil number.", PERSONAL, code_set="UPNunknown", reference="PERS007A"
    )
    uln: ULN | None = case_field("Unique learner number, from 14 on.", PERSONAL, reference="SEND003A")
    has_ehc_plan: bool | None = case_field(
        "Whether an education, health and care plan is recorded.", SPECIAL, reference="PERS008A"
    )

    @property
    def subjects(self) -> tuple[str, ...]:
        """Give the person."""
        return (self.id,)

    @property
    def person(self) -> str:
        """Give the person's own identifier, as every other record about the person gives it."""
        return self.id

    @property
    def is_child(self) -> bool:
        """Tell whether the record is of a child or an unborn child."""
        return self.kind in {"CHILD", "UNBORN"}


class Name(PersonRecord):
    """One of the names that somebody has or had."""

    title: ClassVar[str] = "Names"

    kind: str | None = case_field("What the name is.", PERSONAL, code_set="NameKind")
    forename: Line | None = case_field("First name.", PERSONAL)
    surname: Line | None = case_field("Family name.", PERSONAL)
    start_date: date | None = case_field("Used from.", PERSONAL)
    end_date: date | None = case_field("Used until.", PERSONAL)


class LinkedIdentifier(PersonRecord):
    """A number of the person in another scheme; one that has a check digit must have the right one."""

    title: ClassVar[str] = "Other identifiers"

    kind: str = case_field("Which number.", PERSONAL, code_set="IdentifierKind", reference="LINK003A", required=True)
    value: Line = case_field("The number.", PERSONAL, reference="LINK004A", required=True)
    issuer: Line | None = case_field("Who gave it, where the kind does not say.", PERSONAL)
    start_date: date | None = case_field("Known from.", PERSONAL, reference="LINK005A")
    end_date: date | None = case_field("Known until.", PERSONAL, reference="LINK006A")

    @model_validator(mode="after")
    def _value_fits_its_kind(self) -> Self:
        if self.kind in _NUMBERS and not _NUMBERS[self.kind](self.value):
            raise ValueError(f"the value is no {self.kind}")
        return self


class Disability(PersonRecord):
    """One kind of disability; none is no row."""

    title: ClassVar[str] = "Disabilities"

    code: str = case_field("Kind of disability.", SPECIAL, code_set="Disability", reference="DISA002A", required=True)


class ImmigrationStatus(PersonRecord):
    """An immigration status over time."""

    alike: ClassVar[tuple[str, ...]] = ("start_date",)
    title: ClassVar[str] = "Immigration status"
    dated: ClassVar[Dated | None] = Dated("Immigration status", ("start_date",), "end_date", ("status",))

    status: str | None = case_field(
        "Immigration status.", SPECIAL, code_set="ImmigrationStatus", reference="IMMI002A", copying=Copying.CHILD
    )
    start_date: date | None = case_field("From.", SPECIAL, reference="IMMI003A", copying=Copying.CHILD)
    end_date: date | None = case_field("Until.", SPECIAL, reference="IMMI004A", copying=Copying.CHILD)
