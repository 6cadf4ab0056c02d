"""The page about packages against the code: every refusal, outcome, part and reason is on it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from adapters.transfer.documents import Outcome
from adapters.transfer.part import MIB, MOST_BYTES, MOST_PARTS, MOST_TOTAL, Kind
from adapters.transfer.refusal import Code
from adapters.transfer.statement import Status, Why


@cache
def page() -> str:
    return (Path(__file__).parents[3] / "docs" / "packages.md").read_text(encoding="utf-8")


def rows() -> str:
    return "\n".join(line for line in page().splitlines() if line.startswith("| `"))


@pytest.mark.parametrize("value", [*Code, *Outcome, *Status, *Why], ids=str)
def test_every_code_is_explained(value: str) -> None:
    assert f"`{value}`" in rows()


@pytest.mark.parametrize("kind", list(Kind), ids=str)
def test_every_kind_of_part_is_explained(kind: Kind) -> None:
    assert f"`{kind}`" in rows() or f"`{kind}-1`" in rows()


def test_no_code_is_explained_that_there_is_not() -> None:
    named = set(re.findall(r"`(package-[a-z-]+|document-[a-z-]+)`", page()))
    assert named <= {*Code, *Outcome}


def test_the_limits_are_those_of_the_code() -> None:
    assert f"More than {MOST_PARTS} parts" in page()
    (row,) = [line for line in page().splitlines() if line.startswith("| `package-too-large`")]
    told = [int(number) for number in re.findall(r"\d+", row)]
    assert told[:4] == [
        Kind.CHILD.most // MIB,
        MOST_BYTES[Kind.DOCUMENT] // MIB,
        Kind.INDEX.most // MIB,
        Kind.PLACES.most // MIB,
    ]
    assert MOST_TOTAL // MIB in told
