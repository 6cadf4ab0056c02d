"""The auditor's page against the code."""

from __future__ import annotations

import re
from pathlib import Path

from gateway.audit.entry import Entry
from gateway.audit.verify import Reason

PAGE = (Path(__file__).parents[3] / "docs" / "audit.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_every_fault_is_explained() -> None:
    assert re.findall(r"^\| `([a-z-]+)` \|", section("Verify it"), re.MULTILINE) == list(Reason)


def test_every_field_is_explained() -> None:
    cells = re.findall(r"^\| (`[^|]+`) \|", section("What one entry says"), re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", " ".join(cells))) == set(Entry.model_fields)
