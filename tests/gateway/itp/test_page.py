"""The page of the protocol against the code."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import BaseModel

from gateway.itp.codes import TABLE
from gateway.itp.directory import Directory, Fault, Partner
from gateway.itp.keys import PublishedKey
from gateway.itp.label import Label
from gateway.itp.manifest import Manifest
from gateway.itp.receipts import LADDER, OUTCOMES, Receipt
from gateway.itp.suites import SIGNATURES, SUITES

PAGE = (Path(__file__).parents[3] / "docs" / "itp.md").read_text(encoding="utf-8")


def section(heading: str) -> str:
    return re.split(r"^#+ ", PAGE.partition(f"# {heading}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


def named(heading: str) -> set[str]:
    """Give what the first columns of a section's tables name."""
    cells = re.findall(r"^\| ([^|]+) \|", section(heading), re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)}


def members(*models: type[BaseModel]) -> set[str]:
    return {field.serialization_alias or name for model in models for name, field in model.model_fields.items()}


def test_every_member_is_on_the_page_and_no_other() -> None:
    assert named("Label") == members(Label)
    assert named("Manifest") == members(Manifest)
    assert named("Directory") == members(Directory, Partner)
    assert named("Keys") == members(PublishedKey)
    assert named("Receipts") == members(Receipt)


def test_every_code_is_on_the_page_with_its_meaning() -> None:
    for code, entry in TABLE.items():
        assert f"| `{code}` | {entry.meaning} | {entry.action} |" in section("Codes")
    assert set(re.findall(r"itp-\d{3}-[a-z-]+", PAGE)) <= {str(code) for code in TABLE}


def test_every_fault_of_a_directory_is_on_the_page() -> None:
    assert set(re.findall(r"`(directory-[a-z]+)`", PAGE)) == {str(fault) for fault in Fault}


def test_every_suite_is_on_the_page() -> None:
    for suite in SUITES.values():
        assert f"| `{suite.name}` | {suite.rank} | `{SIGNATURES[suite.signing]}`" in section("Suites")
    assert named("Suites") == set(SUITES)


def test_every_level_is_on_the_page_with_its_outcomes() -> None:
    rows = re.findall(r"^\| (R\d|N) \| ([^|]+) \|", section("Receipts"), re.MULTILINE)
    assert tuple(level for level, _ in rows) == LADDER
    for level, outcomes in rows:
        assert set(re.findall(r"`([a-z]+)`", outcomes)) == OUTCOMES[level]
