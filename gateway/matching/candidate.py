"""A person as matching sees one: small, frozen, normalised. Made from a case record or from what a message says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gateway.matching.names import Name, family_name, given_name
from schemas.identifiers import is_nhs_number, is_temporary_upn, is_upn

_SEXES = frozenset({"F", "M"})
_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][A-Z]{2}")
_NO_PLACE = re.compile(r"ZZ99[0-9A-Z]{3}")  # the pseudo postcodes for no fixed abode, abroad, unknown
_INWARD = 3


class Restriction(StrEnum):
    """Classes of restricted records (reference on governance, section 2); each is stricter than the one before."""

    NORMAL = "X0"
    SENSITIVE = "X1"
    HIDDEN_ADDRESS = "X2"
    ADOPTION = "X3"
    WATCHED = "X4"
    PROTECTED = "X5"


CLOSED = frozenset({Restriction.HIDDEN_ADDRESS, Restriction.ADOPTION, Restriction.WATCHED, Restriction.PROTECTED})
"""Classes whose records never answer to an address."""


@dataclass(frozen=True, slots=True)
class Relative:
    """A parent, carer, brother or sister: names, and the day of birth where it is known."""

    family: Name | None
    given: Name | None
    born: date | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person. `reference` is opaque; a missing fact is an empty collection, "" or None.

    `families` and `givens` hold every name known, now and before; `births` every day of birth claimed;
    `known_as` the references under which partners know the person, from matches that a person confirmed,
    and the sender's own reference in an incoming message (see `partner_reference`); `numbers` others
    than NHS number and UPN, as "kind:value"; `upns` permanent ones, now and before.
    """

    reference: str
    families: frozenset[Name] = frozenset()
    givens: frozenset[Name] = frozenset()
    births: frozenset[date] = frozenset()
    expected: date | None = None
    sex: str = ""
    nhs_number: str = ""
    nhs_verified: bool = False
    former_nhs_numbers: frozenset[str] = frozenset()
    upns: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    known_as: frozenset[str] = frozenset()
    postcodes: frozenset[str] = frozenset()
    uprns: frozenset[str] = frozenset()
    carers: frozenset[Relative] = frozenset()
    siblings: frozenset[Relative] = frozenset()
    restriction: Restriction = Restriction.NORMAL
    multiple_birth: bool = False
    deceased: bool = False

    @property
    def closed(self) -> bool:
        """Tell whether the person's addresses are left out of every comparison."""
        return self.restriction in CLOSED

    @property
    def has_address(self) -> bool:
        """Tell whether an address is among what is known."""
        return bool(self.postcodes or self.uprns)


def candidate(
    reference: str,
    *,
    family: Iterable[str] = (),
    given: Iterable[str] = (),
    births: Iterable[date] = (),
    expected: date | None = None,
    sex: str = "",
    nhs_number: str = "",
    nhs_verified: bool = False,
    former_nhs_numbers: Iterable[str] = (),
    upns: Iterable[str] = (),
    numbers: Iterable[str] = (),
    known_as: Iterable[str] = (),
    postcodes: Iterable[str] = (),
    uprns: Iterable[str] = (),
    carers: Iterable[Relative] = (),
    siblings: Iterable[Relative] = (),
    restriction: Restriction = Restriction.NORMAL,
    multiple_birth: bool = False,
    deceased: bool = False,
) -> Candidate:
    """Make a candidate from values as they were written; what has not the form of its kind is left out.

    A temporary pupil number is left out too: it is given anew until the true one is found.
    """
    nhs = _digits(nhs_number)
    sound = is_nhs_number(nhs)
    return Candidate(
        reference=reference,
        families=frozenset(name for text in family if (name := family_name(text))),
        givens=frozenset(name for text in given if (name := given_name(text))),
        births=frozenset(births),
        expected=expected,
        sex=sex if sex in _SEXES else "",
        nhs_number=nhs if sound else "",
        nhs_verified=nhs_verified and sound,
        former_nhs_numbers=frozenset(number for text in former_nhs_numbers if is_nhs_number(number := _digits(text))),
        upns=frozenset(upn for text in upns if is_upn(upn := _tight(text)) and not is_temporary_upn(upn)),
        numbers=frozenset(numbers),
        known_as=frozenset(known_as),
        postcodes=frozenset(code for text in postcodes if (code := postcode(text))),
        uprns=frozenset(digits for text in uprns if (digits := _digits(text).lstrip("0"))),
        carers=frozenset(carers),
        siblings=frozenset(siblings),
        restriction=restriction,
        multiple_birth=multiple_birth,
        deceased=deceased,
    )


def relative(family: str, given: str, born: date | None = None) -> Relative:
    """Make a relative from names as they were written."""
    return Relative(family_name(family), given_name(given), born)


def partner_reference(partner: str, reference: str) -> str:
    """Write the reference that a partner gave a person, so that no two partners' are the same."""
    return f"{partner}|{reference}"


def postcode(text: str) -> str:
    """Write a postcode without space in capitals; "" where it is none, or stands for no place."""
    code = _tight(text)
    return code if _POSTCODE.fullmatch(code) and not _NO_PLACE.fullmatch(code) else ""


def sector(code: str) -> str:
    """Give the sector of a postcode as `postcode` writes it: the outward part and the first digit after it."""
    return code[: len(code) - _INWARD + 1]


def _tight(text: str) -> str:
    return "".join(text.split()).upper()


def _digits(text: str) -> str:
    return re.sub(r"[\s-]", "", text)
