"""Take the guards of the engine away one by one: for each there is a golden case that fails."""

from __future__ import annotations

import importlib.util
import inspect
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from gateway.policy import grounds, mask, people, references, rows
from schemas.errors import GatewayError

GOLDEN = ("test_decide.py", "test_mask.py", "test_hidden.py")
FAILED = (AssertionError, pytest.fail.Exception, GatewayError, ValueError, LookupError)

GUARDS: dict[str, tuple[object, str, Callable[..., Any]]] = {
    "nobody approves": (people, "approvals", lambda *_: ()),
    "nothing is against it": (grounds, "refusals", lambda *_: ()),
    "people stop nothing": (people, "refusals", lambda *_: iter(())),
    "nobody is left out": (people, "left_out", lambda *_: None),
    "no place is hidden": (rows, "_tells", lambda *_: False),
    "no record as a whole": (rows, "_whole", lambda *_: None),
    "nothing is taken": (rows, "_taken", lambda *_: None),
    "references stand": (references, "_pointing", lambda row, _: row),
    "protected people stay": (mask, "without_protected", lambda case, _: case),
}


@cache
def module(name: str) -> ModuleType:
    """Load a module of golden cases under a name of its own."""
    spec = importlib.util.spec_from_file_location(f"golden_{name[:-3]}", Path(__file__).with_name(name))
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def failures() -> Iterator[str]:
    """Run the golden cases that take nothing, and name those that fail."""
    for name in GOLDEN:
        for title, case in inspect.getmembers(module(name), inspect.isfunction):
            if title.startswith("test_") and not inspect.signature(case).parameters:
                try:
                    case()
                except FAILED:
                    yield title


def test_with_every_guard_no_golden_case_fails() -> None:
    assert list(failures()) == []


@pytest.mark.parametrize("guard", GUARDS)
def test_without_a_guard_a_golden_case_fails(guard: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*GUARDS[guard])
    assert next(failures(), None) is not None
