"""Run the tests of one rule outside pytest, against an engine that tells a lie about that rule.

A test file that holds no case of the kind the lie is about does not notice it.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

import schemas.engine
from schemas.engine import Evaluation
from schemas.findings import Finding, Outcome, RuleOutcome, Severity
from schemas.returns import ReturnData
from schemas.rules import ReturnDefinition

INVENTED = Finding("", Severity.ERROR, "", "", "")
Lie = Callable[[tuple[Finding, ...], int], tuple[Finding, ...]]


@dataclass(frozen=True, slots=True)
class Case:
    """One case: a test function and its arguments."""

    function: Callable[..., None]
    arguments: dict[str, Any]


def never_fails(_found: tuple[Finding, ...], _year: int) -> tuple[Finding, ...]:
    """Say that the rule passes, whatever it found."""
    return ()


def never_passes(found: tuple[Finding, ...], _year: int) -> tuple[Finding, ...]:
    """Say that the rule fails where it passes."""
    return found or (INVENTED,)


def points_nowhere(found: tuple[Finding, ...], _year: int) -> tuple[Finding, ...]:
    """Leave the cells out of what the rule found."""
    return tuple(replace(finding, locations=()) for finding in found)


def only_where(lie: Lie, applies: Callable[[int], bool]) -> Lie:
    """Tell the lie about the collection years that `applies` names."""
    return lambda found, year: lie(found, year) if applies(year) else found


@dataclass(frozen=True, slots=True)
class RuleTests:
    """The tests of the rules of one return: their folder, and the module through which they evaluate a rule."""

    folder: Path
    builder: str

    def of(self, code: str) -> list[Case]:
        """List the cases that are about a rule: by the name of their test, or by their argument `code`."""
        return _cases_by_code(self.folder).get(code, [])

    def notice(self, code: str, lie: Lie) -> bool:
        """Tell whether any case about the rule fails when the engine lies about it."""
        with patch(f"{self.builder}.evaluate", _lying(code, lie)):
            return any(_fails(case) for case in self.of(code))


@cache
def _cases_by_code(folder: Path) -> dict[str, list[Case]]:
    found: dict[str, list[Case]] = {}
    for path in sorted(folder.glob("test_*.py")):
        for name, test in vars(_module(path)).items():
            if name.startswith("test_"):
                for arguments in _cases(test):
                    for code in {*name.split("_"), arguments.get("code")}:
                        if isinstance(code, str):
                            found.setdefault(code, []).append(Case(test, arguments))
    return found


def _lying(code: str, lie: Lie) -> Callable[..., Evaluation]:
    def evaluate(definition: ReturnDefinition, data: ReturnData, only: frozenset[str]) -> Evaluation:
        truth = schemas.engine.evaluate(definition, data, only)
        if only != {code}:
            return truth
        (outcome,) = truth.outcomes
        if outcome.outcome not in {Outcome.PASSED, Outcome.FAILED}:
            return truth
        findings = lie(truth.findings, data.layout.year)
        return Evaluation((RuleOutcome(code, Outcome.FAILED if findings else Outcome.PASSED),), findings)

    return evaluate


def _fails(case: Case) -> bool:
    try:
        case.function(**case.arguments)
    except (AssertionError, ValueError, IndexError):  # the last two where one finding is taken and none is there
        return True
    return False


def _cases(test: Callable[..., None]) -> Iterator[dict[str, Any]]:
    """List the arguments of every case of a parametrised test."""
    tables = [mark.args for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
    for rows in product(*(values for _, values in tables)):
        case: dict[str, Any] = {}
        for (names, _), row in zip(tables, rows, strict=True):
            case |= {names: row} if isinstance(names, str) else dict(zip(names, row, strict=True))
        yield case


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"rule_cases_of_{path.stem}", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
