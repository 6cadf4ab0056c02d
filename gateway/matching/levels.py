"""The fields that are compared and how far each may agree, each with the words that a reviewer reads."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Field(StrEnum):
    """What is compared."""

    CROSS = "cross-reference"
    NHS = "NHS number"
    UPN = "pupil number"
    NUMBER = "another identifier"
    FAMILY = "family name"
    GIVEN = "given name"
    BIRTH = "date of birth"
    SEX = "sex"
    PLACE = "address"
    CARERS = "parents or carers"


class Level(StrEnum):
    """How far a field agrees."""

    MISSING = "not compared"
    EXACT = "agrees"
    FEWER = "agrees, but one has more names than the other"
    VARIANT = "agrees by a usual short or other form"
    CLOSE = "differs by little"
    PART = "agrees in part"
    SWAPPED = "agrees with its parts swapped"
    DIGIT = "differs in one digit"
    YEAR = "agrees in the year alone"
    NEAR = "is near the expected date"
    FORMER = "is a former one of the other"
    SECTOR = "is in the same postcode sector"
    WEAK = "is somewhat alike"
    INITIAL = "agrees in the initial alone"
    DIFFER = "differs"


class Fact(StrEnum):
    """What is known of a pair beside its fields, and why no such pair is linked without a person."""

    VERIFIED = "both NHS numbers were checked with the Personal Demographics Service"
    RARE = "the family name is rare here"
    DISPUTED = "more than one date of birth is claimed"
    UNBORN = "one of them is not born yet"
    MULTIPLE = "one of them is a twin or of another multiple birth"
    DECEASED = "one of them has died"
    RESTRICTED = "one of the records is restricted"


@dataclass(frozen=True, slots=True, order=True)
class Reason:
    """One reason for or against: a field and how far it agrees. It holds no value of anybody."""

    field: Field
    level: Level

    def __str__(self) -> str:
        """Say it to a reviewer."""
        name = str(self.field)
        return f"{name[0].upper()}{name[1:]} {self.level}."


ORDER = tuple(Level)
"""From the best to the worst, after `MISSING`."""

_RANK = {level: place for place, level in enumerate(ORDER)}


def best(levels: list[Level]) -> Level:
    """Choose the level that speaks most for a match; MISSING where there is none."""
    return min(levels, key=_RANK.__getitem__, default=Level.MISSING)
