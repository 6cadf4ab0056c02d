"""Two candidates compared, field by field. Neither side comes first: compare(a, b) is compare(b, a)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from gateway.matching.candidate import Candidate, Relative, Restriction, sector
from gateway.matching.levels import Fact, Field, Level, Reason, best
from gateway.matching.names import Name, variants
from gateway.matching.similarity import similarity

_CLOSE = 0.92
_WEAK = 0.80
_DAYS_OFF_EXPECTED = 42
_LAST_MONTH = 12
_SHORT = 3
_OF_MANY = frozenset({"singh", "kaur", "begum", "bibi"})
"""Words in family names that say little about a family."""

_ALIKE = frozenset({Level.EXACT, Level.FEWER, Level.VARIANT, Level.CLOSE})


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far each field agrees, in the order of `Field`, and what else is known of the pair.

    `family_names` are those on which the two agree exactly: how rare they are counts.
    """

    cross: Level
    nhs: Level
    upn: Level
    number: Level
    family: Level
    given: Level
    birth: Level
    sex: Level
    place: Level
    carers: Level
    facts: frozenset[Fact]
    family_names: frozenset[str]

    def levels(self) -> tuple[Level, ...]:
        """Give the levels in the order of `Field`."""
        return (
            self.cross,
            self.nhs,
            self.upn,
            self.number,
            self.family,
            self.given,
            self.birth,
            self.sex,
            self.place,
            self.carers,
        )

    def reasons(self) -> tuple[Reason, ...]:
        """Give every field with its level, without a value."""
        return _reasons(self.levels())


@lru_cache(maxsize=1 << 14)
def _reasons(levels: tuple[Level, ...]) -> tuple[Reason, ...]:
    return tuple(map(Reason, Field, levels))


def compare(one: Candidate, other: Candidate) -> Comparison:
    """Compare two candidates."""
    family, given = _names(one, other)
    return Comparison(
        cross=_shared(one.known_as, other.known_as, otherwise=Level.MISSING),
        nhs=_nhs(one, other),
        upn=_shared(one.upns, other.upns, otherwise=Level.DIFFER),
        number=_shared(one.numbers, other.numbers, otherwise=Level.MISSING),
        family=family,
        given=given,
        birth=births(one, other),
        sex=_sex(one.sex, other.sex),
        place=_place(one, other),
        carers=_carers(one.carers, other.carers),
        facts=_facts(one, other),
        family_names=frozenset(name.whole for name in one.families & other.families),
    )


def _shared(one: frozenset[str], other: frozenset[str], *, otherwise: Level) -> Level:
    if not one or not other:
        return Level.MISSING
    return otherwise if one.isdisjoint(other) else Level.EXACT


def _nhs(one: Candidate, other: Candidate) -> Level:
    if not one.nhs_number or not other.nhs_number:
        return Level.MISSING
    if one.nhs_number == other.nhs_number:
        return Level.EXACT
    superseded = one.nhs_number in other.former_nhs_numbers or other.nhs_number in one.former_nhs_numbers
    return Level.FORMER if superseded else Level.DIFFER


def _names(one: Candidate, other: Candidate) -> tuple[Level, Level]:
    family = best([family_names(mine, theirs) for mine in one.families for theirs in other.families])
    given = best([given_names(mine, theirs) for mine in one.givens for theirs in other.givens])
    if family not in _ALIKE and given not in _ALIKE and _crossed(one, other):
        return Level.SWAPPED, Level.SWAPPED
    return family, given


def _crossed(one: Candidate, other: Candidate) -> bool:
    return not (
        {name.whole for name in one.families}.isdisjoint(name.whole for name in other.givens)
        or {name.whole for name in one.givens}.isdisjoint(name.whole for name in other.families)
    )


def family_names(one: Name, other: Name) -> Level:
    """Compare two family names; the order of a double-barrelled name does not count."""
    if one.whole == other.whole or sorted(one.words) == sorted(other.words):
        return Level.EXACT
    alike = similarity(*sorted((one.whole, other.whole)))
    if alike >= _CLOSE:
        return Level.CLOSE
    if any(len(word) > _SHORT and word not in _OF_MANY for word in set(one.words) & set(other.words)):
        return Level.PART
    return Level.WEAK if alike >= _WEAK else Level.DIFFER


def given_names(one: Name, other: Name) -> Level:
    """Compare given names: what both share is set aside, and the best pair of the rest decides.

    Where one has names that the other has not, they may be two of a family in which one name (as
    Mohammed) is common to all; where both have, the shared one agrees in part only.
    """
    mine, theirs = set(one.words), set(other.words)
    if one.whole == other.whole or mine == theirs:
        return Level.EXACT
    if mine <= theirs or theirs <= mine:
        return Level.FEWER
    shared = bool(mine & theirs)
    found = best([_words(word, another) for word in mine - theirs for another in theirs - mine])
    return best([found, Level.PART]) if shared else found


def _words(one: str, other: str) -> Level:
    if other in variants(one):
        return Level.VARIANT
    alike = similarity(*sorted((one, other)))
    same_initial = one[0] == other[0]
    if alike >= _CLOSE and same_initial:
        return Level.CLOSE
    if alike >= _WEAK:
        return Level.WEAK
    return Level.INITIAL if same_initial and 1 in {len(one), len(other)} else Level.DIFFER


def births(one: Candidate, other: Candidate) -> Level:
    """Compare days of birth. The first of January stands for a day that nobody knew: only its year counts."""
    if one.births and other.births:
        return best([_days(mine, theirs) for mine in one.births for theirs in other.births])
    mine, theirs = _awaited(one), _awaited(other)
    if not mine or not theirs:
        return Level.MISSING
    near = any(abs((a - b).days) <= _DAYS_OFF_EXPECTED for a in mine for b in theirs)
    return Level.NEAR if near else Level.DIFFER


def _awaited(one: Candidate) -> Collection[date]:
    return one.births or ({one.expected} if one.expected else ())


def is_default(day: date) -> bool:
    """Tell whether a date is one that is written when the day is not known."""
    return day.month == 1 and day.day == 1


def swapped(day: date) -> date | None:
    """Give the date with day and month swapped; None where there is none, or it is the same."""
    if day.day > _LAST_MONTH or day.day == day.month:
        return None
    return date(day.year, day.day, day.month)


def _days(one: date, other: date) -> Level:
    if is_default(one) or is_default(other):
        return Level.YEAR if one.year == other.year else Level.DIFFER
    if one == other:
        return Level.EXACT
    if swapped(one) == other:
        return Level.SWAPPED
    differing = sum(a != b for a, b in zip(one.isoformat(), other.isoformat(), strict=True))
    return Level.DIGIT if differing == 1 else Level.DIFFER


def _sex(one: str, other: str) -> Level:
    if not one or not other:
        return Level.MISSING
    return Level.EXACT if one == other else Level.DIFFER


def _place(one: Candidate, other: Candidate) -> Level:
    """Compare addresses, now or ever; those of a closed record are never looked at."""
    if one.closed or other.closed or not one.has_address or not other.has_address:
        return Level.MISSING
    if not (one.uprns.isdisjoint(other.uprns) and one.postcodes.isdisjoint(other.postcodes)):
        return Level.EXACT
    near = not {sector(code) for code in one.postcodes}.isdisjoint(map(sector, other.postcodes))
    return Level.SECTOR if near else Level.DIFFER


def _carers(one: frozenset[Relative], other: frozenset[Relative]) -> Level:
    if not one or not other:
        return Level.MISSING
    mine = sum(any(same_relative(carer, another) for another in other) for carer in one)
    theirs = sum(any(same_relative(carer, another) for another in one) for carer in other)
    agreeing = min(mine, theirs)
    return (Level.DIFFER, Level.PART)[agreeing] if agreeing <= 1 else Level.EXACT


def same_relative(one: Relative, other: Relative) -> bool:
    """Tell whether two relatives may be one: given name alike, and family name or day of birth too."""
    if not one.given or not other.given or given_names(one.given, other.given) not in _ALIKE:
        return False
    if one.born and other.born:
        return one.born == other.born
    return bool(one.family and other.family and family_names(one.family, other.family) in _ALIKE)


def _facts(one: Candidate, other: Candidate) -> frozenset[Fact]:
    facts = {
        Fact.VERIFIED: one.nhs_verified and other.nhs_verified,
        Fact.DISPUTED: len(one.births) > 1 or len(other.births) > 1,
        Fact.UNBORN: not (one.births and other.births) and bool(one.expected or other.expected),
        Fact.MULTIPLE: _one_of_several(one) or _one_of_several(other),
        Fact.DECEASED: one.deceased or other.deceased,
        Fact.RESTRICTED: {one.restriction, other.restriction} != {Restriction.NORMAL},
    }
    return frozenset(fact for fact, holds in facts.items() if holds)


def _one_of_several(one: Candidate) -> bool:
    """Tell whether somebody is of a multiple birth, by the record or by a brother's or sister's day of birth."""
    return one.multiple_birth or any(
        sibling.born in one.births and not is_default(sibling.born) for sibling in one.siblings if sibling.born
    )
