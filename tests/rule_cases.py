"""Run the tests of one rule outside pytest, against an engine that tells a lie about that rule.

A test file that holds no case of the kind the lie is about does not notice it.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
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

RULES = Path(__file__).parent / "schemas" / "cin" / "rules"
INVENTED = Finding("", Severity.ERROR, "", "", "")
Lie = Callable[[tuple[Finding, ...], int], tuple[Finding, ...]]


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


def tests_of(code: str) -> list[Callable[..., None]]:
    """List the test functions that are named after a rule."""
    return [test for name, test in _all_tests() if code in re.findall(r"(?<=_)\d+Q?(?=_)", name)]


def notice(code: str, lie: Lie) -> bool:
    """Tell whether any test named after the rule fails when the engine lies about it."""
    with patch("census_builder.evaluate", _lying(code, lie)):
        return any(_fails(test, case) for test in tests_of(code) for case in _cases(test))


def _lying(code: str, lie: Lie) -> Callable[..., Evaluation]:
    def evaluate(definition: ReturnDefinition, data: ReturnData, only: frozenset[str]) -> Evaluation:
        truth = schemas.engine.evaluate(definition, data, only)
        if only != {code}:
            return truth
        findings = lie(truth.findings, data.layout.year)
        return Evaluation((RuleOutcome(code, Outcome.FAILED if findings else Outcome.PASSED),), findings)

    return evaluate


def _fails(test: Callable[..., None], case: dict[str, Any]) -> bool:
    try:
        test(**case)
    except (AssertionError, ValueError):  # a ValueError where one finding is unpacked and none is there
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


@cache
def _all_tests() -> tuple[tuple[str, Callable[..., None]], ...]:
    modules = [_module(path) for path in sorted(RULES.glob("test_*.py"))]
    return tuple((name, test) for module in modules for name, test in vars(module).items() if name.startswith("test_"))


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"rule_cases_of_{path.stem}", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
