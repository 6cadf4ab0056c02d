"""docs/store.md against the tables."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gateway.store.tables import Base

PAGE = (Path(__file__).parents[3] / "docs" / "store.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("table", sorted(Base.metadata.tables))
def test_the_rights_of_every_table_are_given(table: str) -> None:
    (grants,) = re.findall(r"```sql\n(GRANT .*?)```", PAGE, re.DOTALL)
    assert len(re.findall(rf"\b{table}\b", grants)) == 1
