"""Build small censuses for tests from nested values, without a file.

`child(...)` and `episode(...)` take the fields of their record by name and lists of inner records;
`found(code, year, *children)` evaluates one rule and returns its findings.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from schemas.cin.definition import CIN
from schemas.cin.layout import cin_layout
from schemas.engine import evaluate
from schemas.findings import Finding, Outcome, Source
from schemas.returns import ReturnData
from schemas.tables import TYPED, Table, above, line, value
from schemas.typed import typed

Record = dict[str, Any]


def child(*episodes: Record, disabilities: Any = (), **fields: Any) -> Record:
    """Make a child: its identifiers and ethnicity as fields, its disabilities and episodes inside."""
    return {"fields": fields, "Disabilities": list(disabilities), "CINdetails": list(episodes)}


def episode(**content: Any) -> Record:
    """Make a referral episode; lists under table names are its inner records.

    Assessments take `factors=[...]`, ChildProtectionPlans take `reviews=[...]`.
    """
    return content


def census(year: int, *children: Record, header: dict[str, str] | None = None) -> ReturnData:
    """Make the return of a year; the header defaults to one that fits."""
    default = {"Collection": "CIN", "Year": str(year), "ReferenceDate": f"{year}-03-31", "LEA": "999"}
    return _Builder(year).build(header if header is not None else default, children)


def found(code: str, year: int, *children: Record, header: dict[str, str] | None = None) -> list[Finding]:
    """Evaluate one rule; fail where it crashed or was not evaluated."""
    result = evaluate(CIN, census(year, *children, header=header), frozenset({code}))
    (outcome,) = result.outcomes
    assert outcome.outcome in {Outcome.PASSED, Outcome.FAILED}, outcome
    assert (outcome.outcome is Outcome.FAILED) == bool(result.findings)
    return list(result.findings)


def cells(finding: Finding) -> list[tuple[str, int | None, str]]:
    """List the cells of a finding as (table, row, field)."""
    return [(place.table, place.row, place.field) for place in finding.locations]


def marked(code: str, *children: Record, year: int = 2026) -> list[str]:
    """Evaluate one rule; give each finding as its cells, `Table.row.Field`, with spaces between."""
    return [" ".join(f"{t}.{row}.{field}" for t, row, field in cells(item)) for item in found(code, year, *children)]


class _Builder:
    def __init__(self, year: int) -> None:
        self.layout = cin_layout(year)
        self.records: dict[str, list[Record]] = {table.name: [] for table in self.layout}
        self.line = 0

    def build(self, header: dict[str, str], children: tuple[Record, ...]) -> ReturnData:
        self._add("Header", {}, header)
        for item in children:
            self._add_child(item)
        tables = {table.name: _frame(table, self.records[table.name]) for table in self.layout}
        return ReturnData(self.layout, "999", Source("made.xml", "0" * 64), tables)

    def _add_child(self, item: Record) -> None:
        fields = dict(item["fields"])
        characteristics = {"Ethnicity": fields.pop("Ethnicity", None)}
        place = {"ChildIdentifiers": self._add("ChildIdentifiers", {}, fields)}
        inside = place | {"ChildCharacteristics": self._add("ChildCharacteristics", place, characteristics)}
        for code in item["Disabilities"]:
            self._add("Disabilities", inside, {"Disability": code})
        for content in item["CINdetails"]:
            self._add_episode(place, content)

    def _add_episode(self, place: dict[str, int], content: Record) -> None:
        inner = {name: rows for name, rows in content.items() if isinstance(rows, list)}
        own = {name: text for name, text in content.items() if name not in inner}
        place = place | {"CINdetails": self._add("CINdetails", place, own)}
        for table, rows in inner.items():
            for row in rows:
                self._add_inner(table, place, dict(row))

    def _add_inner(self, table: str, place: dict[str, int], row: Record) -> None:
        factors, reviews = row.pop("factors", []), row.pop("reviews", [])
        place = place | {table: self._add(table, place, row)}
        for code in factors:
            self._add("AssessmentFactorsList", place, {"AssessmentFactor": code})
        for day in reviews:
            self._add("Reviews", place, {"CPPreviewDate": day})

    def _add(self, table: str, place: dict[str, int], fields: Record) -> int:
        declared = self.layout.table(table)
        unknown = set(fields) - {field.name for field in declared}
        assert not unknown, f"{table} has no {unknown}"
        row = len(self.records[table])
        self.line += 1
        record: Record = {"@row": row, "@line": self.line}
        record |= {above(name): place[name] for name in declared.ancestors}
        for field in declared:
            text = fields.get(field.name)
            self.line += text is not None
            record[field.name] = text
            record[line(field.name)] = self.line if text is not None else None
        self.records[table].append(record)
        return row


def _frame(table: Table, records: list[Record]) -> pl.DataFrame:
    texts = {name: kind for name, kind in table.schema().items() if not name.endswith(".value")}
    frame = pl.DataFrame(records, schema=texts, orient="row")
    columns = [
        typed(field, frame.get_column(field.name)).alias(value(field.name)) for field in table if field.kind in TYPED
    ]
    return frame.with_columns(columns).select(list(table.schema()))
