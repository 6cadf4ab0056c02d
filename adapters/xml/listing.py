"""Findings up to a limit for each rule; what is beyond it is counted, so that no file can ask for millions of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import polars as pl

from schemas.findings import Finding, Unlisted
from schemas.form import FormRule


class Listing:
    """Takes in the findings of rule after rule."""

    def __init__(self, most: int) -> None:
        """List at most `most` findings of one rule."""
        self._most = most
        self._counts: dict[str, int] = {}
        self._over: dict[str, Unlisted] = {}
        self.findings: list[Finding] = []

    def add_one(self, finding: Finding) -> None:
        """List a finding of which there are only a few."""
        self.findings.append(finding)
        self._counts[finding.code] = self._counts.get(finding.code, 0) + 1

    def add(self, rule: FormRule, children: pl.Series, found: Iterator[Finding]) -> None:
        """List what there is room for, and count the others; `children` has the row of the child of each."""
        listed = self._counts.get(rule.code, 0)
        room = max(self._most - listed, 0)
        self.findings.extend(islice(found, room))
        self._counts[rule.code] = listed + len(children)
        rest = children.slice(room)
        if len(rest):
            before = self._over.get(rule.code)
            rows = frozenset(rest.filter(rest >= 0).unique().to_list())
            count, known = (before.count, before.child_rows) if before else (0, frozenset[int]())
            self._over[rule.code] = Unlisted(rule.code, rule.severity, count + len(rest), known | rows)

    def unlisted(self) -> tuple[Unlisted, ...]:
        """Give what was only counted."""
        return tuple(self._over.values())
