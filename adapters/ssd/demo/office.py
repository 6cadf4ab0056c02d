"""The made-up authority: its teams and workers, and the scene in which a child's history is made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from adapters.case.demo.people import FORENAMES, SURNAMES
from adapters.ssd.demo.rows import Rows
from adapters.ssda903.demo.life import AWAY, NEAR

T = TypeVar("T")
_TEAMS = (
    "Assessment team 1",
    "Assessment team 2",
    "Safeguarding team 1",
    "Safeguarding team 2",
    "Children in care team",
)
LEAVING_CARE = "Leaving care team"
_CASELOAD = 15
_AGENCY = 0.1
# The looked-after return looks postcodes up, and no child may be placed at that of a home.
HOMES, PLACEMENTS = NEAR[:8], (*NEAR[8:], *AWAY)
_FIRST_REGISTRATION = 100_000


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker, by identifiers."""

    id: str
    team: str


@dataclass(frozen=True, slots=True)
class Office:
    """The authority, and the first and last day of the year on whose last day the dataset is taken."""

    rows: Rows
    rng: Random
    start: date
    today: date
    workers: tuple[Worker, ...]
    advisers: tuple[Worker, ...]

    def one(self, choices: tuple[T, ...]) -> T:
        """Choose one."""
        return choices[self.rng.randrange(len(choices))]

    def other(self, choices: tuple[T, ...], taken: T) -> T:
        """Choose one of two or more that is not the one that is taken."""
        chosen = choices[self.rng.randrange(len(choices) - 1)]
        return choices[-1] if chosen == taken else chosen

    def likely(self, share: float) -> bool:
        """Tell, with this probability, that something is so."""
        return self.rng.random() < share

    def after(self, day: date, least: int, most: int) -> date:
        """Choose a day between `least` and `most` days after `day`."""
        return day + timedelta(days=self.rng.randint(least, most))

    def past(self, day: date) -> date | None:
        """Give a day that has come, None for one to come."""
        return day if day <= self.today else None


def opened(rows: Rows, rng: Random, start: date, today: date, children: int) -> Office:
    """Set up the teams and the workers for so many children."""
    top = rows.add("department", name="Children's social care")
    teams = [_team(rows, name, top) for name in _TEAMS]
    leaving = _team(rows, LEAVING_CARE, top)
    count = max(len(teams), children // _CASELOAD)
    workers = tuple(_worker(rows, rng, number, teams[number % len(teams)]) for number in range(count))
    advisers = tuple(_worker(rows, rng, count + number, leaving) for number in range(max(2, count // 10)))
    return Office(rows, rng, start, today, workers, advisers)


def _team(rows: Rows, name: str, top: str) -> str:
    return rows.add("department", name=name, parent=top, parent_name="Children's social care")


def _worker(rows: Rows, rng: Random, number: int, team: str) -> Worker:
    identifier = rows.add(
        "professionals",
        id=f"W{number + 1}",
        staff_number=f"N{number + 1:06}",
        # The number keeps two workers apart who are called the same.
        name=f"{rng.choice(FORENAMES[rng.choice('FM')])} {rng.choice(SURNAMES)} ({number + 1})",
        registration=f"SW{_FIRST_REGISTRATION + number}",
        agency_worker=rng.random() < _AGENCY,
        job_title="Social worker",
        caseload=rng.randint(8, 22),
        team_name="Children's social care",
        full_time_equivalent=rng.choice((1.0, 1.0, 0.8)),
    )
    return Worker(identifier, team)
