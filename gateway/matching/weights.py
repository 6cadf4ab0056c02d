"""How much each level of each field speaks for one person, in bits (Fellegi and Sunter 1969).

Bits are log2 of how often a level comes among pairs of one person, over how often among pairs of two.

These are starting values, set with care and not learned: made-up people are too kind to learn from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import log2

from gateway.matching.comparison import Comparison
from gateway.matching.levels import Field, Level

Rarity = Callable[[str], float]
"""Gives the share of people, from 0 to 1, who have a family name; the name is one word as `Name.whole` writes it."""

_SHARED_IN_A_FAMILY = frozenset({Field.FAMILY, Field.PLACE, Field.CARERS})
_FIELDS = tuple(Field)
_FAMILY_AGREES = 0.85
_MOST_OF_A_NAME = 12.0


@dataclass(frozen=True, slots=True)
class Weights:
    """The bits of every level, those before anything is compared, and two limits.

    `shared` limits what family name, address and carers may add together, because brothers and sisters
    share all three; `rare` is the bits from which a family name counts as rare.
    """

    prior: float
    shared: float
    rare: float
    levels: Mapping[Field, Mapping[Level, float]]

    def bits(self, comparison: Comparison, rarity: Rarity) -> float:
        """Add up what speaks for and against one person."""
        own = shared = 0.0
        for field, level in zip(_FIELDS, comparison.levels(), strict=True):
            if level is Level.MISSING:
                continue
            if field not in _SHARED_IN_A_FAMILY:
                own += self.levels[field].get(level, 0.0)
            elif field is Field.FAMILY and level is Level.EXACT:
                shared += self.family_name(comparison, rarity)
            else:
                shared += self.levels[field].get(level, 0.0)
        return self.prior + own + min(shared, self.shared)

    def family_name(self, comparison: Comparison, rarity: Rarity) -> float:
        """Give the bits of a family name that agrees: the rarer it is, the more."""
        least = self.levels[Field.FAMILY][Level.EXACT]
        shares = [share for name in comparison.family_names if (share := rarity(name)) > 0]
        if not shares:
            return least
        return min(max(log2(_FAMILY_AGREES / min(shares)), least), _MOST_OF_A_NAME)

    def is_rare(self, comparison: Comparison, rarity: Rarity) -> bool:
        """Tell whether the two share a family name that is rare."""
        return comparison.family is Level.EXACT and self.family_name(comparison, rarity) >= self.rare


def probability(bits: float) -> float:
    """Turn bits into a probability."""
    return 1 / (1 + 2**-bits)


STANDARD_1 = Weights(
    prior=-16.6,  # one in 100,000
    shared=16.0,
    rare=11.0,
    levels={
        Field.CROSS: {Level.EXACT: 20.0},
        Field.NHS: {Level.EXACT: 22.0, Level.FORMER: 14.0, Level.DIFFER: -14.0},
        Field.UPN: {Level.EXACT: 16.0, Level.DIFFER: -4.0},
        Field.NUMBER: {Level.EXACT: 14.0},
        Field.FAMILY: {
            Level.EXACT: 5.5,
            Level.CLOSE: 5.0,
            Level.PART: 4.0,
            Level.SWAPPED: 4.0,
            Level.WEAK: 1.0,
            Level.DIFFER: -4.0,
        },
        Field.GIVEN: {
            Level.EXACT: 6.5,
            Level.FEWER: 5.5,
            Level.VARIANT: 4.5,
            Level.CLOSE: 4.5,
            Level.SWAPPED: 4.0,
            Level.PART: 1.0,
            Level.WEAK: 0.0,
            Level.INITIAL: -1.0,
            Level.DIFFER: -4.5,
        },
        Field.BIRTH: {
            Level.EXACT: 12.5,
            Level.SWAPPED: 6.5,
            Level.NEAR: 4.0,
            Level.YEAR: 3.5,
            Level.DIGIT: 3.0,
            Level.DIFFER: -6.5,
        },
        Field.SEX: {Level.EXACT: 1.0, Level.DIFFER: -2.0},
        Field.PLACE: {Level.EXACT: 8.0, Level.SECTOR: 3.0, Level.DIFFER: -1.5},
        Field.CARERS: {Level.EXACT: 8.0, Level.PART: 5.0, Level.DIFFER: -1.0},
    },
)
