"""The page is made from the data, whole."""

from __future__ import annotations

from pathlib import Path

from schemas.processes.elements import elements
from schemas.processes.gateways import GATEWAYS
from schemas.processes.page import page
from schemas.processes.registry import PROCESSES

PAGE = Path(__file__).parents[3] / "docs" / "processes.md"


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: make docs"


def test_the_page_shows_every_process_clock_element_and_gateway() -> None:
    text = page()
    for process in PROCESSES.values():
        section = text.partition(f"\n## {process.code} {process.title}\n")[2].partition("\n## ")[0]
        assert all(f"| `{clock.name}` | " in section for clock in process.own_clocks)
        assert all(remark in section for remark in process.unconfirmed)
    assert all(f"\n| {code} | " in text for code in elements())
    assert all(f"\n| `{code}` | " in text for code in GATEWAYS)


def test_every_row_of_a_table_has_the_columns_of_its_head() -> None:
    width = 0
    for line in page().splitlines():
        cells = line.count(" | ") if line.startswith("|") else 0
        assert not (width and cells) or cells == width, line
        width = cells
