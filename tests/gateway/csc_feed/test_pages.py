"""The page of the feed against the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from adapters.csc_api.choices import Choices
from gateway.csc_feed.answers import MEANINGS
from gateway.csc_feed.configuration import Configuration, Endpoint, Pace
from gateway.csc_feed.stand_in.receiver import Fault
from gateway.csc_feed.standing import State
from schemas.csc_api.problems import Code

PAGE = (Path(__file__).parents[3] / "docs" / "csc-api.md").read_text(encoding="utf-8")
PARTS: tuple[tuple[str, type[BaseModel]], ...] = (
    ("", Configuration),
    ("choices.", Choices),
    ("pace.", Pace),
    ("environments.test.", Endpoint),
)
KEYS = [
    (f"{prefix}{name}", info.description)
    for prefix, model in PARTS
    for name, info in model.model_fields.items()
    if name not in {"choices", "pace", "environments"}
]


@pytest.mark.parametrize(("key", "meaning"), KEYS)
def test_every_key_of_the_configuration_is_explained(key: str, meaning: str) -> None:
    (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| `{key}` |")]
    assert row.endswith(f"| {meaning} |")


def test_no_key_is_explained_that_there_is_not() -> None:
    listed = PAGE.partition("\n## The configuration\n")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `([\w.]+)` \|", listed, re.MULTILINE) == [key for key, _ in KEYS]


@pytest.mark.parametrize("code", Code)
def test_every_fault_is_explained(code: Code) -> None:
    assert f"| {code.value} | {code.meaning} | {code.action} |\n" in PAGE


@pytest.mark.parametrize("state", State)
def test_every_state_is_explained(state: State) -> None:
    assert f"| `{state.value}` | {state.meaning} |\n" in PAGE


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_of_the_stand_in_is_listed(fault: Fault) -> None:
    assert f"| `{fault.value}` | {fault.meaning} |\n" in PAGE


@pytest.mark.parametrize("status", sorted(MEANINGS))
def test_every_status_is_in_the_table_of_answers(status: int) -> None:
    answers = PAGE.partition("\n## What answers mean\n")[2].partition("\n## ")[0]
    assert re.search(rf"^\|[^|]*\b{status}\b[^|]*\|", answers, re.MULTILINE)
