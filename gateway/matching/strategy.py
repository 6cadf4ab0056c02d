"""Named, versioned strategies: rules, weights, and what is needed to search at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.matching import rules, weights
from gateway.matching.candidate import Candidate
from gateway.matching.comparison import compare
from gateway.matching.levels import Fact, Field, Level, Reason
from gateway.matching.rules import Grade, Rule, Scored
from gateway.matching.weights import Rarity, Weights, probability


@dataclass(frozen=True, slots=True)
class Assessed:
    """What came of comparing two people: references and reasons, and no value of anybody.

    `rule` is the code of the rule that gave the grade; `relatives` how many brothers and sisters are
    common to both, which orders a list and decides nothing.
    """

    reference: str
    grade: Grade
    rule: str
    probability: float
    reasons: tuple[Reason, ...]
    facts: frozenset[Fact]
    restricted: str
    relatives: int = 0

    @property
    def agreed(self) -> tuple[Field, ...]:
        """Give the fields that agree wholly."""
        return tuple(reason.field for reason in self.reasons if reason.level is Level.EXACT)

    @property
    def disagreed(self) -> tuple[Field, ...]:
        """Give the fields that differ."""
        return tuple(reason.field for reason in self.reasons if reason.level is Level.DIFFER)


@dataclass(frozen=True, slots=True)
class Strategy:
    """A way to match. What it once decided can be decided again: a change is a new version."""

    name: str
    version: int
    rules: tuple[Rule, ...]
    weights: Weights

    @property
    def label(self) -> str:
        """Name the strategy and its version, as every result does."""
        return f"{self.name}-{self.version}"

    def assess(self, sought: Candidate, held: Candidate, rarity: Rarity) -> Assessed:
        """Compare a person whom somebody sends or asks for with one whom we hold."""
        comparison = compare(sought, held)
        bits = self.weights.bits(comparison, rarity)
        nhs = self.weights.levels[Field.NHS].get(comparison.nhs, 0.0)
        scored = Scored(comparison, probability(bits), without_nhs=probability(bits - nhs))
        code, grade = self._decide(scored)
        rare = {Fact.RARE} if self.weights.is_rare(comparison, rarity) else set()
        return Assessed(
            reference=held.reference,
            grade=grade,
            rule=code,
            probability=scored.probability,
            reasons=comparison.reasons(),
            facts=comparison.facts | rare,
            restricted=held.restriction,
            relatives=len(sought.siblings & held.siblings),
        )

    def _decide(self, scored: Scored) -> tuple[str, Grade]:
        for rule in self.rules:
            grade = rule.grade(scored)
            if grade is not None:
                return rule.code, grade
        return "", Grade.NONE

    def rule(self, code: str) -> Rule:
        """Give the rule with a code; raise KeyError where the strategy has none."""
        return {rule.code: rule for rule in self.rules}[code]


STANDARD = Strategy("standard", 1, rules.STANDARD_1, weights.STANDARD_1)
STRATEGIES: Mapping[str, Strategy] = {strategy.label: strategy for strategy in (STANDARD,)}
"""Every strategy that was ever used, by its label."""
