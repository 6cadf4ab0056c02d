"""The page about case records says what the code says."""

from __future__ import annotations

import re
from pathlib import Path

from schemas.case import page
from schemas.case.codes import code_sets
from schemas.case.tables import KEYS, TABLES, fields

PAGE = Path(__file__).parents[3] / "docs" / "case-records.md"


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == page.text(), "run: make docs"


def test_every_table_field_and_code_set_has_its_place() -> None:
    text = page.text()
    for table, model in TABLES.items():
        section = text.partition(f"\n## {model.title}: `{table}`\n")[2].partition("\n## ")[0]
        told = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
        assert told == [item.field for item in fields().values() if item.table == table and item.field not in KEYS]
    for name in code_sets():
        assert f"\n## {name}\n" in text


def test_no_cell_of_a_table_is_broken() -> None:
    rows = [line for line in page.text().splitlines() if line.startswith("| `")]
    assert {line.count("|") for line in rows} == {3, 7}
