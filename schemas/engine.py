"""Evaluate the rules of a year over the tables of a return, all together.

Row rules of one table become one lazy select; linked rules one lazy frame each; everything is
collected at once, so that Polars shares the work. A rule that crashes is reported as errored and
hides no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import polars as pl
from polars.exceptions import PanicException, PolarsError

from schemas.findings import MOST_LISTED, Finding, Outcome, RuleOutcome, Unlisted
from schemas.locate import FailingCells, findings_for
from schemas.returns import ReturnData
from schemas.rules import Census, FieldRef, NotGiven, ReturnDefinition, Row, Rule, joined

_T = TypeVar("_T")

_BATCHES = 4
# What a rule can raise: a mistake in the rule itself, or Polars refusing the query.
CRASHES = (PolarsError, PanicException, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What became of every rule, and what the failed ones found."""

    outcomes: tuple[RuleOutcome, ...]
    findings: tuple[Finding, ...]
    unlisted: tuple[Unlisted, ...] = ()


@dataclass(frozen=True, slots=True)
class _Query:
    """One lazy frame to collect, the rules that it answers, and how to read the answer."""

    rules: tuple[Rule, ...]
    frame: pl.LazyFrame


def evaluate(
    definition: ReturnDefinition, data: ReturnData, only: frozenset[str] | None = None, *, most: int = MOST_LISTED
) -> Evaluation:
    """Evaluate the rules of the return's year, or those in `only`.

    Every rule gets one outcome. Findings stand by rule code, then by document order; of each
    rule the first `most` are listed.
    """
    rules = [item for item in definition.rules(data.layout.year) if only is None or item.code in only]
    run = _Run(data)
    outcomes = {item.code: run.not_evaluated(item) for item in rules}
    failing, errors = run.failing([item for item in rules if outcomes[item.code] is None])
    outcomes |= run.found_absent
    findings: list[Finding] = []
    unlisted: list[Unlisted] = []
    closed: list[RuleOutcome] = []
    for item in rules:
        found: tuple[Finding, ...] = ()
        if item.code in failing:
            try:
                found, over = findings_for(item, failing[item.code], definition, data, most)
            except CRASHES as error:
                errors[item.code] = _description(error)
            else:
                findings.extend(found)
                unlisted.extend([over] if over.count else [])
        closed.append(outcomes[item.code] or _outcome(item, found, errors))
    return Evaluation(tuple(closed), tuple(findings), tuple(unlisted))


def _outcome(item: Rule, found: tuple[Finding, ...], errors: dict[str, str]) -> RuleOutcome:
    if item.code in errors:
        return RuleOutcome(item.code, Outcome.ERRORED, errors[item.code])
    return RuleOutcome(item.code, Outcome.FAILED if found else Outcome.PASSED)


def _description(error: BaseException) -> str:
    # The text of an error may quote values of the return; its type never does.
    return f"The rule crashed ({type(error).__name__}). Please report this as a fault of the gateway."


class _Run:
    """The evaluation of some rules over one return."""

    def __init__(self, data: ReturnData) -> None:
        self._data = data
        self._census = Census(data)
        self.found_absent: dict[str, RuleOutcome] = {}

    def not_evaluated(self, item: Rule) -> RuleOutcome | None:
        """Give the outcome of a rule that needs a table which this return does not have."""
        absent = next((table for table in item.needs if table not in self._data.tables), None)
        if absent is None:
            return None
        return RuleOutcome(item.code, Outcome.NOT_EVALUATED, self._data.layout.absence(absent))

    def failing(self, rules: list[Rule]) -> tuple[dict[str, FailingCells], dict[str, str]]:
        """Give the failing cells of each rule that fails, and a reason for each rule that crashes."""
        errors: dict[str, str] = {}
        queries = [query for query in self._queries(rules, errors) if query is not None]
        answers: dict[str, FailingCells] = {}
        try:
            frames = _collected([query.frame for query in queries])
        except CRASHES:
            frames = None
        if frames is None:
            # One of them crashed: run each rule alone, so that only the culprit is lost.
            for item in rules:
                if item.code not in errors and item.code not in self.found_absent:
                    answers |= self._alone(item, errors)
        else:
            for query, frame in zip(queries, frames, strict=True):
                answers |= _answers(query, frame)
        return answers, errors

    def _alone(self, item: Rule, errors: dict[str, str]) -> dict[str, FailingCells]:
        try:
            (query,) = self._queries([item], errors)
            return _answers(query, query.frame.collect())
        except CRASHES as error:
            errors[item.code] = _description(error)
            return {}

    def _queries(self, rules: list[Rule], errors: dict[str, str]) -> Iterable[_Query]:
        by_table: dict[str, list[Rule]] = {}
        for item in rules:
            if item.row_check is not None:
                by_table.setdefault(item.table, []).append(item)
            elif item.linked_check is not None:
                linked = self._guarded(item, errors, partial(item.linked_check, self._census))
                if linked is not None:
                    yield _Query((item,), linked)
        for table, group in by_table.items():
            query = self._row_query(table, group, errors)
            if query is not None:
                yield query

    def _row_query(self, table: str, rules: list[Rule], errors: dict[str, str]) -> _Query | None:
        joins: set[FieldRef] = set()
        row = Row(self._data, table, joins)
        built: list[tuple[Rule, pl.Expr]] = []
        for item in rules:
            if item.row_check is not None:
                condition = self._guarded(item, errors, partial(item.row_check, row))
                if condition is not None:
                    built.append((item, condition.fill_null(value=False).alias(item.code)))
        if not built:
            return None
        frame = self._with_enclosing(table, joins)
        return _Query(tuple(item for item, _ in built), frame.select(condition for _, condition in built))

    def _guarded(self, item: Rule, errors: dict[str, str], build: Callable[[], _T]) -> _T | None:
        try:
            return build()
        except NotGiven as reason:
            self.found_absent[item.code] = RuleOutcome(item.code, Outcome.NOT_EVALUATED, str(reason))
        except CRASHES as error:
            errors[item.code] = _description(error)
        return None

    def _with_enclosing(self, table: str, joins: set[FieldRef]) -> pl.LazyFrame:
        frame = self._rows(table)
        for outer in sorted({reference.table for reference in joins}):
            wanted = sorted(reference.field for reference in joins if reference.table == outer)
            columns = [pl.col(name).alias(joined(outer, name)) for name in wanted]
            frame = frame.join(
                self._rows(outer).select(pl.col(outer), *columns), on=outer, how="left", maintain_order="left"
            )
        return frame

    def _rows(self, table: str) -> pl.LazyFrame:
        return self._census.records(self._data.layout.table(table))


def _collected(frames: list[pl.LazyFrame]) -> list[pl.DataFrame]:
    """Collect frames together, in batches: while one is planned, which is serial, others are run."""
    with ThreadPoolExecutor(_BATCHES) as threads:
        batches = list(threads.map(pl.collect_all, (frames[first::_BATCHES] for first in range(_BATCHES))))
    return [batches[at % _BATCHES][at // _BATCHES] for at in range(len(frames))]


def _answers(query: _Query, frame: pl.DataFrame) -> dict[str, FailingCells]:
    if query.rules[0].linked_check is not None:
        return {query.rules[0].code: FailingCells(frame=frame)} if frame.height else {}
    failing = {item.code: frame.get_column(item.code).arg_true() for item in query.rules}
    return {code: FailingCells(rows=rows) for code, rows in failing.items() if len(rows)}
