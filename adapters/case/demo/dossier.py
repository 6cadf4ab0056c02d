"""A case file while it is being made: records are put in, the finished file is taken out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any, TypeVar

from schemas.case.base import CaseRecord, Provenance
from schemas.case.record import CaseFile
from schemas.case.tables import TABLES
from schemas.working_days import is_working_day

SOURCE = "Made-up case system"
_DAY = timedelta(days=1)
T = TypeVar("T")


@dataclass(slots=True)
class Dossier:
    """One family's file in the making. `today` is the last day on which anything may have happened.

    `source` and `need` are who referred the children and why.
    """

    key: str
    today: date
    rng: Random
    worker: str = ""
    team: str = ""
    source: str = "2A"
    need: str = "N1"
    content: dict[str, list[CaseRecord]] = field(default_factory=dict)
    made: int = 0

    def identifier(self) -> str:
        """Give an identifier that the file does not have yet."""
        self.made += 1
        return f"{self.key}.{self.made:04d}"

    def add(self, table: str, entered: date, **values: Any) -> str:  # noqa: ANN401  # each table has its own fields
        """Put a record in, entered on a day (today at the latest), and give its identifier."""
        identifier = values.pop("id", None) or self.identifier()
        hour = time(self.rng.randint(8, 17), self.rng.randint(0, 59), tzinfo=UTC)
        told = Provenance(
            source=SOURCE,
            record=identifier,
            recorded_at=datetime.combine(min(entered, self.today), hour),
            recorded_by=self.worker or "staff-0",
            state="ASSERTED",
        )
        record = TABLES[table](id=identifier, provenance=told, **values)
        self.content.setdefault(table, []).append(record)
        return identifier

    def close(self, table: str, identifier: str, **values: object) -> None:
        """Fill in what was open in a record that was put in before."""
        rows = self.content[table]
        place = next(number for number, row in enumerate(rows) if row.id == identifier)
        rows[place] = rows[place].model_copy(update=values)

    def file(self) -> CaseFile:
        """Take out the file."""
        return CaseFile(id=self.key, **{table: tuple(rows) for table, rows in self.content.items()})  # type: ignore[arg-type]  # each list holds its table's own kind

    def after(self, day: date, least: int, most: int) -> date:
        """Choose a working day between `least` and `most` days after a day, or the next one after it."""
        chosen = day + timedelta(days=self.rng.randint(least, most))
        while not is_working_day(chosen):
            chosen += _DAY
        return chosen

    def past(self, day: date) -> date | None:
        """Give a day if it has come, else None: what is still to come is left open."""
        return day if day <= self.today else None

    def likely(self, share: float) -> bool:
        """Throw the dice: true in a share of the cases."""
        return self.rng.random() < share

    def one(self, choices: Sequence[T]) -> T:
        """Choose one."""
        return self.rng.choice(choices)
