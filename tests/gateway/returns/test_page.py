"""docs/returns.md against the code."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from adapters.collect.read import HEADINGS
from adapters.sheets.headings import plain
from gateway.returns.comparing import Why
from gateway.returns.stages import TRANSITIONS, Stage, Step

PAGE = (Path(__file__).parents[3] / "docs" / "returns.md").read_text(encoding="utf-8")


def rows(section: str) -> list[list[str]]:
    part = PAGE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("| ") and not line.startswith("| ---")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def listed(stages: Iterable[Stage]) -> str:
    wanted = frozenset(stages)
    return ", ".join(f"`{stage}`" for stage in Stage if stage in wanted)


def test_the_stages_and_steps_are_those_of_the_code() -> None:
    found = rows("Stages of a file")
    split = found.index(["Step", "What it does", "From", "To"])
    assert found[1:split] == [[f"`{stage}`", stage.meaning] for stage in Stage]
    assert found[split + 1 :] == [
        [f"`{step}`", step.meaning, listed(TRANSITIONS[step].before), listed(TRANSITIONS[step].after)] for step in Step
    ]


def test_every_reason_for_a_difference_is_explained_and_no_other() -> None:
    found = rows("What DfE says")
    split = found.index(["It says", "Then"])
    told = [row[0] for row in found[split + 1 :]]
    assert [text for text in told if not any(why.startswith(text) for why in Why)] == []
    assert [why for why in Why if not any(why.startswith(text) for text in told)] == []


def test_the_headings_that_are_named_are_understood() -> None:
    found = rows("What DfE says")
    known = {name for names in HEADINGS.values() for name in names}
    named = [plain(text) for row in found[1:5] for text in re.split(", ", row[1])]
    assert set(named) <= known
