"""The rules of a strategy, in their order: the first that applies gives the grade of a pair."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from gateway.matching.comparison import Comparison
from gateway.matching.levels import Fact, Level


class Grade(StrEnum):
    """How sure it is that two records are of one person, and who has to look."""

    CERTAIN = "certain"
    """Linked without a person, shown to one, and undone in one step."""
    CONFLICT = "conflict"
    """Facts contradict one another, or a record needs special care: two reviewers."""
    STRONG = "strong"
    """A worker confirms, with the differences shown."""
    POSSIBLE = "possible"
    """A trained reviewer decides."""
    LOW = "low"
    """Listed, not proposed."""
    NONE = "none"
    """Not the same person, or nothing speaks for it."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A comparison with its probability, with and without the NHS numbers."""

    comparison: Comparison
    probability: float
    without_nhs: float


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: code, what it means to a reviewer, and the grade that it gives, None where it does not apply."""

    code: str
    summary: str
    grade: Callable[[Scored], Grade | None]


STRONG_FROM = 0.999
POSSIBLE_FROM = 0.85
LOW_FROM = 0.5

_CAREFUL = frozenset({Fact.DISPUTED, Fact.UNBORN, Fact.MULTIPLE, Fact.DECEASED, Fact.RESTRICTED})
_SIMILAR = frozenset({Level.EXACT, Level.CLOSE, Level.PART, Level.WEAK, Level.SWAPPED})
_SAME = frozenset({Level.EXACT, Level.SWAPPED})
_NEARLY = frozenset({Level.FEWER, Level.VARIANT, Level.CLOSE})
_OTHER_NAME = frozenset({Level.DIFFER, Level.PART, Level.WEAK, Level.INITIAL})


def _identified(c: Comparison) -> bool:
    """Tell whether an NHS number, now or before, or the partner's reference says that they are one."""
    return c.nhs in {Level.EXACT, Level.FORMER} or c.cross is Level.EXACT


def _holds_together(c: Comparison) -> bool:
    """Tell whether names and day of birth bear out what an identifier says."""
    if c.birth is not Level.EXACT:
        return False
    return c.given in _SAME or (c.given in _NEARLY and c.family in _SIMILAR)


def _contradicted(c: Comparison) -> bool:
    """Tell whether an identifier speaks against the pair, or a circumstance calls for a person."""
    return (
        c.nhs in {Level.DIFFER, Level.FORMER}
        or c.upn is Level.DIFFER
        or not _CAREFUL.isdisjoint(c.facts)
        or (c.sex is Level.DIFFER and c.given not in _SAME)
    )


def _different_numbers(s: Scored) -> Grade | None:
    if s.comparison.nhs is not Level.DIFFER or Fact.VERIFIED not in s.comparison.facts:
        return None
    return Grade.CONFLICT if s.without_nhs >= POSSIBLE_FROM else Grade.NONE


def _identifier_alone(s: Scored) -> Grade | None:
    c = s.comparison
    return Grade.CONFLICT if _identified(c) and not _holds_together(c) else None


def _identifier_with_care(s: Scored) -> Grade | None:
    c = s.comparison
    return Grade.CONFLICT if _identified(c) and _contradicted(c) else None


def _identifier_and_near_name(s: Scored) -> Grade | None:
    c = s.comparison
    return Grade.STRONG if _identified(c) and c.given not in _SAME else None


def _known_pair(s: Scored) -> Grade | None:
    return Grade.CERTAIN if s.comparison.cross is Level.EXACT else None


def _nhs_number(s: Scored) -> Grade | None:
    return Grade.CERTAIN if s.comparison.nhs is Level.EXACT else None


def _with_care(s: Scored) -> Grade | None:
    return Grade.CONFLICT if s.probability >= POSSIBLE_FROM and not _CAREFUL.isdisjoint(s.comparison.facts) else None


def _same_day_siblings(s: Scored) -> Grade | None:
    c = s.comparison
    family = c.family is Level.EXACT and (c.place is Level.EXACT or c.carers in {Level.EXACT, Level.PART})
    alike = c.birth is Level.EXACT and c.given in _OTHER_NAME
    return Grade.CONFLICT if family and alike and s.without_nhs >= POSSIBLE_FROM else None


def _unverified_numbers_differ(s: Scored) -> Grade | None:
    differ = s.comparison.nhs is Level.DIFFER
    return Grade.CONFLICT if differ and s.without_nhs >= STRONG_FROM else None


def _names_birth_and_address(s: Scored) -> Grade | None:
    c = s.comparison
    whole = c.family is c.given is c.birth is c.place is Level.EXACT
    return Grade.STRONG if whole and c.nhs is Level.MISSING and c.upn is not Level.DIFFER else None


def _names_and_day(s: Scored) -> Grade | None:
    c = s.comparison
    named = c.family is Level.EXACT and c.given in {Level.EXACT, Level.FEWER}
    return Grade.POSSIBLE if named and c.birth is Level.EXACT else None


def _by_probability(s: Scored) -> Grade | None:
    contradicted = Level.DIFFER in {s.comparison.nhs, s.comparison.upn, s.comparison.birth}
    if s.probability >= STRONG_FROM and not contradicted:
        return Grade.STRONG
    if s.probability >= POSSIBLE_FROM:
        return Grade.POSSIBLE
    return Grade.LOW if s.probability >= LOW_FROM else Grade.NONE


STANDARD_1 = (
    Rule(
        "D5", "Two NHS numbers, both checked, are those of two people, even where all else agrees.", _different_numbers
    ),
    Rule("D2", "An identifier agrees, but names or day of birth do not.", _identifier_alone),
    Rule("D6", "An identifier agrees, but another contradicts it or the case calls for care.", _identifier_with_care),
    Rule(
        "D10",
        "An identifier and day of birth agree, the given names nearly: twins may differ so.",
        _identifier_and_near_name,
    ),
    Rule("D0", "The partner's reference is linked already; names and day of birth still agree.", _known_pair),
    Rule("D1", "NHS number, day of birth and names agree.", _nhs_number),
    Rule("D7", "Much agrees, but the case calls for care.", _with_care),
    Rule("D8", "Born on one day into one family, with another given name: perhaps twins.", _same_day_siblings),
    Rule("D9", "All else agrees, but the NHS numbers differ.", _unverified_numbers_differ),
    Rule("D3", "Names, day of birth and an address agree.", _names_birth_and_address),
    Rule("D4", "Names and day of birth agree.", _names_and_day),
    Rule("S1", "What agrees and what differs was weighed.", _by_probability),
)
