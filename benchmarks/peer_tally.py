"""Count, rule by rule, where the gateway and the peer agree and in which ways they differ."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from benchmarks.peers import AS_FOUND, Compared, Peer, Step, Verdict
from schemas.rules import code_order

Explanations = dict[tuple[str, str], str]

# The ways in which a rule can differ once both sides read the same.
DIFFERENCES = {
    "gateway": "only the gateway flags the child",
    "peer": "only the peer flags the child",
    "records": "both flag the child, but other records of it",
    "crash": "the peer's rule crashes on the file",
}


@dataclass(slots=True)
class RuleTally:
    """The figures of one rule, in children; crashes in files."""

    agree: int = 0
    differences: Counter[str] = field(default_factory=Counter)
    read_otherwise: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Tally:
    """The figures of all rules."""

    peer: Peer[Any]
    rules: dict[str, RuleTally] = field(default_factory=dict)
    samples: int = 0
    children: int = 0
    unreadable: int = 0
    errored: set[str] = field(default_factory=set)
    alone: set[str] = field(default_factory=set)

    def add(self, compared: Compared) -> None:
        """Count one sample."""
        self.samples += 1
        self.children += compared.sample.made.children
        found = compared.peer[AS_FOUND]
        self.unreadable += found.crashed == found.rules
        for code in compared.ours[AS_FOUND].rules | found.rules:
            self._count(code, compared)

    def _count(self, code: str, compared: Compared) -> None:
        rule = self.rules.setdefault(code, RuleTally())
        steps = self._steps(code, compared.sample.made.year)
        ours, peer = compared.ours[steps[-1].name], compared.peer[steps[-1].name]
        if code in ours.crashed:
            self.errored.add(code)
        if code not in ours.rules or code not in peer.rules:
            self.alone.add(code)
        elif code in peer.crashed:
            rule.differences["crash"] += 1
        else:
            _count_children(rule, code, ours, peer)
            names = [AS_FOUND, *(step.name for step in steps)]
            _count_reading(rule, code, [(name, compared.ours[name], compared.peer[name]) for name in names])

    def problems(self, explanations: Explanations) -> list[str]:
        """List the differences without explanation and the explanations without difference."""
        missing = [f"{code}: no explanation ({DIFFERENCES[kind]})" for code, kind in self.unexplained(explanations)]
        needless = set(explanations) - self._needed()
        stale = [f"{code}: explained but not needed ({kind})" for code, kind in sorted(needless)]
        ours = [f"{code}: crashes in the gateway" for code in sorted(self.errored)]
        single = [f"{code}: only one side has the rule" for code in sorted(self.alone)]
        return [*missing, *stale, *ours, *single]

    def unexplained(self, explanations: Explanations) -> list[tuple[str, str]]:
        """List the differences without explanation: rule and kind."""
        return sorted(self._needed() - set(explanations))

    def _needed(self) -> set[tuple[str, str]]:
        return {(code, kind) for code, rule in self.rules.items() for kind in rule.differences}

    def in_order(self) -> list[tuple[str, RuleTally]]:
        """List the rules by code."""
        return sorted(self.rules.items(), key=lambda item: code_order(item[0]))

    def _steps(self, code: str, year: int) -> list[Step[Any]]:
        """List the steps to take before a rule is judged."""
        item = next((item for item in self.peer.definition.rules(year) if item.code == code), None)
        fields = {reference.field for reference in item.fields} if item else set()
        return list(takewhile(lambda step: step.field not in fields, self.peer.steps))


def _count_children(rule: RuleTally, code: str, ours: Verdict, peer: Verdict) -> None:
    mine, theirs = ours.children(code), peer.children(code)
    others = sum(ours.records(code, child) != peer.records(code, child) for child in mine & theirs)
    rule.agree += len(mine & theirs) - others
    rule.differences += Counter({"gateway": len(mine - theirs), "peer": len(theirs - mine), "records": others})


def _count_reading(rule: RuleTally, code: str, steps: list[tuple[str, Verdict, Verdict]]) -> None:
    """Note, for each child that differs in the file as found, the step after which it no longer does."""
    _, ours, peer = steps[0]
    if code in peer.crashed:
        return
    for child in ours.children(code) ^ peer.children(code):
        alike = [
            code not in theirs.crashed and (child in mine.children(code)) == (child in theirs.children(code))
            for _, mine, theirs in steps
        ]
        if alike[-1]:
            last_apart = max(number for number, same in enumerate(alike) if not same)
            rule.read_otherwise[steps[last_apart + 1][0]] += 1
