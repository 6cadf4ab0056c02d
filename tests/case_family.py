"""A small family, written record by record, for tests that need to know every one of them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from schemas.case.base import CaseRecord, Provenance
from schemas.case.copying import Decision
from schemas.case.record import CaseFile
from schemas.case.tables import TABLES

TODAY = date(2026, 6, 1)
ENTERED = datetime(2026, 5, 1, 9, tzinfo=UTC)
DECIDED = datetime(2026, 6, 1, 15, tzinfo=UTC)


def record(table: str, identifier: str, **values: Any) -> CaseRecord:
    """Make a record that worker w1 entered."""
    told = Provenance(
        source="system a", record=f"src-{identifier}", recorded_at=ENTERED, recorded_by="w1", state="ASSERTED"
    )
    return TABLES[table](id=identifier, provenance=told, **values)


def family(**more: list[CaseRecord]) -> CaseFile:
    """Give a mother, a father and two children; `more` adds records to tables, or people."""
    content: dict[str, list[CaseRecord]] = {
        "person": [
            record("person", "mum", kind="ADULT", sex="F", forename="Ada", date_of_birth=date(1990, 1, 1)),
            record("person", "dad", kind="ADULT", sex="M", forename="Bob", date_of_birth=date(1988, 1, 1)),
            record("person", "eva", kind="CHILD", sex="F", forename="Eva", date_of_birth=date(2014, 3, 3)),
            record("person", "jon", kind="CHILD", sex="M", forename="Jon", date_of_birth=date(2018, 4, 4)),
        ],
        "relationships": [
            record("relationships", f"{parent}-{child}", person=parent, other=child, kind=kind)
            for parent, kind in (("mum", "MOTHER"), ("dad", "FATHER"))
            for child in ("jon", "eva")
        ],
    }
    for table, rows in more.items():
        content.setdefault(table, []).extend(rows)
    return CaseFile(id="f1", **{table: tuple(rows) for table, rows in content.items()})  # type: ignore[arg-type]  # each table holds its own kind


def decision(identifier: str = "new-1") -> Decision:
    """Let worker w2 decide."""
    return Decision("w2", DECIDED, identifier, "system a")
