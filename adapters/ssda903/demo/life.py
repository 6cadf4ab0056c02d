"""Made-up children and their time in care, from which the returns of all years are taken."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

DAY = timedelta(days=1)
# Postcodes in one authority (209), and some in those around it.
NEAR = (
    "SE12 0JL", "SE4 1RZ", "SE6 9DY", "SE6 4RX", "SE4 1DZ", "SE13 5FX", "SE13 6ZE", "SE4 1DB", "SE26 9DX", "BR1 5PN",
    "SE3 0XF", "SE13 7JU", "SE23 1LA", "SE23 9FT", "SE12 0RW", "SE26 5BL",
)  # fmt: skip
AWAY = ("CT1 1XR", "ME5 9NQ", "TN24 9PN", "CR0 2GA", "SE19 3LA", "RH6 7HS", "SE10 0ZR", "SE22 9QT", "RM9 5UB")
REASONS_TO_MOVE = ("CARPL", "CARPL", "CLOSE", "CREQB", "CREQO", "LAREQ", "CHILD", "OTHER")
FOSTER, LONG_FOSTER, KIN, HOME, SUPPORTED, PARENTS, CARE_HOME = "U6", "U4", "U3", "K2", "K3", "P1", "R1"
SHORT_BREAKS = ("V3", "V4")


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a child lives: type, provider, postcode and Ofsted's number; blank where there is none."""

    place: str
    provider: str = ""
    postcode: str = ""
    urn: str = ""


@dataclass(frozen=True, slots=True)
class Episode:
    """One spell with one legal status and one placement; `end` is None while it is open."""

    start: date
    reason: str
    status: str
    placement: Placement
    end: date | None = None
    ceased: str = ""
    moved: str = ""


@dataclass(frozen=True, slots=True)
class Adoption:
    """What led to an adoption; `fostered` tells that the carer adopts."""

    decided: date
    matched: date
    fostered: bool
    adopters: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Life:
    """One child in care; `draws` seeds what the returns say of reviews, health and so on."""

    number: int
    sex: str
    born: date
    ethnicity: str
    need: str
    home: str
    draws: str
    asylum: bool = False
    mother_of: date | None = None
    adoption: Adoption | None = None
    episodes: tuple[Episode, ...] = field(default_factory=tuple)

    @property
    def start(self) -> date:
        """Give the day on which care started."""
        return self.episodes[0].start

    @property
    def end(self) -> date | None:
        """Give the day on which care ended, None while it lasts."""
        return self.episodes[-1].end

    @property
    def short_breaks(self) -> bool:
        """Tell whether the child has nothing but short breaks."""
        return self.episodes[0].status in SHORT_BREAKS

    def until(self, day: date) -> Life:
        """Give the life as it was known on the evening of a day."""
        known = [episode for episode in self.episodes if episode.start <= day]
        if known and known[-1].end is not None and known[-1].end > day:
            known[-1] = replace(known[-1], end=None, ceased="", moved="")
        return replace(self, episodes=tuple(known))


def birthday(born: date, age: int) -> date:
    """Give a birthday; one on 29 February falls on the 28th in other years."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 2, 28)


def between(rng: Random, first: date, last: date) -> date:
    """Choose a day; the first where the last is before it."""
    return first + timedelta(days=rng.randint(0, max((last - first).days, 0)))
