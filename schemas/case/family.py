"""Who belongs together: families, relationships, households over time, where they live."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from pydantic import model_validator

from schemas.authorities import held_between
from schemas.case.base import CaseRecord, Dated, PersonRecord
from schemas.case.fields import NONE, PERSONAL, SPECIAL, Copying, case_field
from schemas.case.types import AuthorityCode, Key, Line, Narrative, OnsCode, Postcode

_FAMILY = Copying.FAMILY


class FamilyMember(PersonRecord):
    """Somebody's place in a family or group of people handled together."""

    title: ClassVar[str] = "Family"

    family: Key = case_field("The family's identifier.", PERSONAL, reference="FAMI001A", required=True)


class Relationship(PersonRecord):
    """What `person` is to `other`: the mother of, the sister of; the standard's mother links are such rows."""

    title: ClassVar[str] = "Relationships"

    other: Key = case_field("To whom.", PERSONAL, reference="MOTH001A", points_to="person", required=True)
    kind: str = case_field("What the person is to the other.", PERSONAL, code_set="RelationshipKind", required=True)
    parental_responsibility: str | None = case_field(
        "Where the person's parental responsibility for the other comes from.",
        PERSONAL,
        code_set="ParentalResponsibility",
    )
    start_date: date | None = case_field("From.", PERSONAL)
    end_date: date | None = case_field("Until.", PERSONAL)

    @property
    def subjects(self) -> tuple[str, ...]:
        """Give both persons."""
        return (self.person, self.other)


class Address(PersonRecord):
    """Where somebody lives or lived."""

    alike: ClassVar[tuple[str, ...]] = ("kind", "start_date")
    title: ClassVar[str] = "Addresses"
    dated: ClassVar[Dated | None] = Dated("Moved", ("start_date",), "end_date", ("kind", "housing_basis"))

    kind: str | None = case_field(
        "Kind of address.", PERSONAL, code_set="AddressKind", reference="ADDR003A", copying=_FAMILY
    )
    lines: tuple[Line, ...] = case_field(
        "Flat, house, street and town, a line each.", PERSONAL, reference="ADDR001A", copying=_FAMILY, many=True
    )
    postcode: Postcode | None = case_field(
        "Capitals, one space before the last three characters.", PERSONAL, reference="ADDR006A", copying=_FAMILY
    )
    uprn: Key | None = case_field("Unique property reference number.", PERSONAL, copying=_FAMILY)
    start_date: date | None = case_field("Moved in.", PERSONAL, reference="ADDR004A", copying=_FAMILY)
    end_date: date | None = case_field(
        "Moved out; empty for the address now.", PERSONAL, reference="ADDR005A", copying=_FAMILY
    )
    authority: AuthorityCode | None = case_field(
        "DfE number of the authority in whose area it lies, of its time.", PERSONAL, copying=_FAMILY
    )
    area: OnsCode | None = case_field("ONS code of that authority, of its time.", PERSONAL, copying=_FAMILY)
    housing_basis: str | None = case_field(
        "On what basis the family moved there.", PERSONAL, code_set="HousingBasis", copying=_FAMILY
    )
    hidden: bool | None = case_field("Whether it must be kept from somebody.", SPECIAL)
    hidden_from: tuple[Key, ...] = case_field("From whom.", SPECIAL, points_to="person", many=True)

    @model_validator(mode="after")
    def _authority_is_of_its_time(self) -> Self:
        for name in ("authority", "area"):
            code = getattr(self, name)
            if code and self.start_date and not held_between(code, self.start_date, self.end_date):
                raise ValueError(f"the {name} was not in force while somebody lived there")
        return self


class Household(CaseRecord):
    """People who live together at one address for a time; the address is held once, in its own record."""

    title: ClassVar[str] = "Households"

    address: Key | None = case_field("The record of the address.", PERSONAL, points_to="address")
    start_date: date | None = case_field("From.", PERSONAL)
    end_date: date | None = case_field("Until.", PERSONAL)


class HouseholdMember(PersonRecord):
    """Somebody's time in a household; a child may be in two."""

    title: ClassVar[str] = "Household members"
    dated: ClassVar[Dated | None] = Dated("In a household", ("start_date",), "end_date", ("role",))

    household: Key = case_field("The household.", PERSONAL, points_to="households", required=True)
    role: str | None = case_field("As what.", PERSONAL, code_set="HouseholdRole")
    start_date: date | None = case_field("From.", PERSONAL)
    end_date: date | None = case_field("Until.", PERSONAL)


class ContactArrangement(PersonRecord):
    """Whether and how a child may see somebody."""

    title: ClassVar[str] = "Contact arrangements"
    dated: ClassVar[Dated | None] = Dated("Contact arrangement", ("start_date",), "end_date", ("rule",), key=True)

    other: Key | None = case_field("Whom.", PERSONAL, points_to="person")
    rule: str | None = case_field("What is allowed.", PERSONAL, code_set="ContactRule")
    detail: Narrative | None = case_field("How, where, how often.", SPECIAL)
    start_date: date | None = case_field("From.", PERSONAL)
    end_date: date | None = case_field("Until.", PERSONAL)


class Restriction(PersonRecord):
    """A reason why a person's record, or a part of it, may not go to everybody."""

    title: ClassVar[str] = "Restrictions"

    restriction: str = case_field("Class of restriction.", SPECIAL, code_set="RestrictionClass", required=True)
    hidden_from: tuple[Key, ...] = case_field("From whom.", SPECIAL, points_to="person", many=True)
    reason: Narrative | None = case_field("Why.", SPECIAL)
    start_date: date | None = case_field("From.", NONE)
    review_date: date | None = case_field("To be looked at again on.", NONE)
    end_date: date | None = case_field("Until.", NONE)
