"""A made-up source of the DfE feed: case tables that a test can change row by row, and any number of children."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from adapters.csc_api.build import build
from schemas.case.columns import schema
from schemas.csc_api.record import ChildRecord

DAY = date(2026, 6, 1)
_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"


def upn(number: int) -> str:
    """Give the pupil number of a made-up child, with its check letter."""
    body = f"801200{number:06d}"
    place = sum(int(digit) * weight for weight, digit in enumerate(body, start=2)) % 23
    return _UPN_LETTERS[place] + body


@dataclass
class Source:
    """Rows by table and id."""

    rows: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)

    def put(self, table: str, identifier: str, **values: Any) -> None:
        """Add a row, or change values of one."""
        self.rows.setdefault(table, {}).setdefault(identifier, {"id": identifier}).update(values)

    def drop(self, table: str, identifier: str) -> None:
        """Take a row out."""
        del self.rows[table][identifier]

    def drop_child(self, number: int) -> None:
        """Take a child out with everything about it."""
        person = f"C-{number}"
        for table, rows in self.rows.items():
            for identifier in [key for key, row in rows.items() if row.get("person", row["id"]) == person]:
                self.drop(table, identifier)

    def tables(self) -> dict[str, pl.DataFrame]:
        """Give the tables, each with the columns that its rows have."""
        found = {}
        for table, rows in self.rows.items():
            columns = {name for row in rows.values() for name in row}
            kinds = {name: kind for name, kind in schema(table).items() if name in columns}
            if kinds:
                found[table] = pl.DataFrame(list(rows.values()), schema=kinds)
        return found

    def records(self, day: date = DAY) -> dict[str, ChildRecord]:
        """Give the record of each child as the source has it."""
        return {child: built.record for child, built in build(self.tables(), day).children.items()}


def child(source: Source, number: int) -> None:
    """Add a child: every one has a referral and an assessment, and what else depends on the number."""
    me = {"person": f"C-{number}"}
    source.put(
        "person",
        f"C-{number}",
        forename=f"Given{number}",
        surname="O'Sample",
        sex="F",
        ethnicity="WBRI",
        date_of_birth=date(2014, 1 + number % 12, 1),
        upn=upn(number),
        legacy_reference=f"M-{number}",
    )
    source.put(
        "cin_episodes", f"E-{number}", **me, referral_date=date(2025, 1, 6), source="2A", no_further_action=False
    )
    mine = {**me, "referral": f"E-{number}"}
    source.put("cin_assessments", f"A-{number}", **mine, start_date=date(2025, 1, 8), authorised_date=date(2025, 2, 10))
    source.put("assessment_factors", f"F-{number}", **me, assessment=f"A-{number}", factors=["3B", "16A"])
    if number % 2:
        source.put("cin_plans", f"P-{number}", **mine, start_date=date(2025, 2, 10), end_date=date(2025, 5, 1))
    if number % 3 == 0:
        source.put("s47_enquiry", f"S-{number}", **mine, start_date=date(2025, 5, 1), outcomes=["CP_CONFERENCE"])
        source.put("initial_cp_conference", f"I-{number}", **mine, enquiry=f"S-{number}", held_on=date(2025, 5, 20))
        source.put("cp_plans", f"CP-{number}", **mine, start_date=date(2025, 5, 20))
    if number % 4 == 0:
        _looked_after(source, number)


def _looked_after(source: Source, number: int) -> None:
    me = {"person": f"C-{number}"}
    source.put("cla_placement", f"L-{number}", **me, start_date=date(2025, 9, 1), kind="U6", postcode="ZZ99 3WZ")
    source.put(
        "cla_episodes",
        f"LE-{number}",
        **me,
        placement=f"L-{number}",
        referral=f"E-{number}",
        start_date=date(2025, 9, 1),
        start_reason="S",
    )
    source.put("sdq_scores", f"Q-{number}", **me, completed_on=date(2026, 1, 20), score=13)
    source.put("permanence", f"PM-{number}", **me, decision_date=date(2026, 1, 5))


def population(children: int) -> Source:
    """Make a source of so many children, from number 1."""
    source = Source()
    for number in range(1, children + 1):
        child(source, number)
    return source


def everyday(source: Source, seed: int) -> None:
    """Let a day pass: a child is added, one changed, one loses an entry of a list, one a block, one leaves."""
    added, changed, less, blockless, gone = (1000 + seed, 2 + 4 * seed, 1 + 4 * seed, 4 + 4 * seed, 3 + 4 * seed)
    child(source, added)
    source.put("person", f"C-{changed}", surname="Renamed", ethnicity="AIND")
    source.put("cin_episodes", f"E-{changed}", close_date=date(2026, 5, 1), close_reason="RC7")
    source.drop("cin_plans", f"P-{less}")
    source.drop("permanence", f"PM-{blockless}")
    source.put("cla_placement", f"L-{blockless}", end_date=date(2026, 5, 2))
    source.drop_child(gone)
