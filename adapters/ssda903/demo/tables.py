"""What the return of one year says of a made-up child."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import TypeAlias

from adapters.made_up.people import upn
from adapters.ssda903.demo.life import DAY, HOME, SHORT_BREAKS, Adoption, Episode, Life, between, birthday
from schemas.periods import Period
from schemas.tables import Layout

Row: TypeAlias = "dict[str, str]"
Rows: TypeAlias = "dict[str, list[Row]]"
_SEX_CODES_CHANGED = 2025
_TRAINING_TOLD_APART_SINCE = 2022
_OLD_SEX = {"M": "1", "F": "2"}
_SOCIAL_WORKERS = 400
_ADULT = 18
_TIME_IN_CARE = timedelta(days=91)


@dataclass(frozen=True, slots=True)
class _Told:
    """A child as the return of a year sees it: what was known at its end, and what happened in it."""

    layout: Layout
    period: Period
    life: Life
    episodes: tuple[Episode, ...]
    rng: Random

    def day(self, day: date | None) -> str:
        return f"{day:%d/%m/%Y}" if day else ""

    def row(self, **items: str) -> Row:
        return {"CHILD": f"DEMO{self.life.number:06d}", "DOB": self.day(self.life.born), **items}

    def age_by(self, years: int, day: date) -> bool:
        """Tell whether the child has reached an age on a day."""
        return birthday(self.life.born, years) <= day

    def birthday_in_year(self, years: int) -> bool:
        return self.period.start <= birthday(self.life.born, years) <= self.period.end

    @property
    def all_year(self) -> bool:
        """Tell whether the child was looked after for twelve months on the last day; see the guide to the return."""
        begun = any(item.reason == "S" and item.start > self.period.start for item in self.episodes)
        ended = any(item.end and item.end < self.period.end and item.ceased != "X1" for item in self.episodes)
        return bool(self.episodes) and not begun and not ended and not self.life.short_breaks


def rows_of(layout: Layout, life: Life) -> Rows:
    """Give the rows of each table that a child has in the return of a year; none where it is not in it."""
    period = Period(layout.year)
    known = life.until(period.end)
    if not known.episodes:
        return {}
    episodes = tuple(item for item in known.episodes if item.end is None or item.end >= period.start)
    told = _Told(layout, period, known, episodes, Random(f"{layout.year} {life.draws}"))  # noqa: S311  # made-up data
    leaver = _care_leaver(told)
    if not episodes and not leaver:
        return {}
    rows: Rows = {"Header": [_header(told)], "OC3": leaver}
    if episodes:
        rows |= {
            "Episodes": [_episode(told, item) for item in episodes],
            "Reviews": _reviews(told),
            "UASC": _asylum(told),
            "OC2": _health(told),
            "PrevPerm": _permanence(told),
            "Missing": _missing(told),
            "SWEpisodes": _social_worker(told),
            "DoLo": _liberty(told),
        }
        if life.adoption is not None:
            rows |= _adoption(told, life.adoption)
    return {name: found for name, found in rows.items() if found and layout.has(name)}


def _sex(told: _Told) -> str:
    return told.life.sex if told.layout.year >= _SEX_CODES_CHANGED else _OLD_SEX[told.life.sex]


def _header(told: _Told) -> Row:
    life = told.life
    row = told.row(SEX=_sex(told), ETHNIC=life.ethnicity)
    number = upn(life.number, Random(life.draws))  # noqa: S311  # made-up data
    row["UPN"] = number if told.age_by(4, told.period.end) else "UN1"
    if life.sex == "F" and told.episodes and not life.short_breaks:
        mother = life.mother_of is not None and life.mother_of <= told.period.end
        row["MOTHER"] = "1" if mother else "0"
        row["MC_DOB"] = told.day(life.mother_of) if mother else ""
    return row


def _episode(told: _Told, item: Episode) -> Row:
    breaks = item.status in SHORT_BREAKS
    row = told.row(
        DECOM=told.day(item.start),
        RNE=item.reason,
        LS=item.status,
        CIN=told.life.need,
        PLACE=item.placement.place,
        PLACE_PROVIDER=item.placement.provider,
        DEC=told.day(item.end),
        REC=item.ceased,
        REASON_PLACE_CHANGE=item.moved,
        HOME_POST="" if breaks or told.life.asylum else told.life.home,
        PL_POST=item.placement.postcode,
        URN=item.placement.urn,
    )
    del row["DOB"]
    return row


def _reviews(told: _Told) -> list[Row]:
    if told.life.short_breaks:
        return []
    found = []
    last = min(told.life.end or told.period.end, told.period.end)
    day, step = told.life.start + timedelta(days=20), timedelta(days=90)
    while day <= last:
        if day >= told.period.start:
            code = told.rng.choice(("PN1", "PN1", "PN2", "PN3", "PN5", "PN7")) if told.age_by(4, day) else "PN0"
            found.append(told.row(REVIEW=told.day(day), REVIEW_CODE=code))
        day, step = day + step, timedelta(days=182)
    return found


def _asylum(told: _Told) -> list[Row]:
    if not told.life.asylum:
        return []
    return [told.row(SEX=_sex(told), DUC=told.day(birthday(told.life.born, _ADULT)))]


def _health(told: _Told) -> list[Row]:
    if not told.all_year:
        return []
    rng, end = told.rng, told.period.end
    row = told.row()
    if told.age_by(4, told.period.start) and not told.age_by(17, end):
        row |= (
            {"SDQ_SCORE": str(rng.randint(0, 40))}
            if rng.random() < 0.8
            else {"SDQ_REASON": rng.choice(("SDQ2", "SDQ4"))}
        )
    elif told.birthday_in_year(4) or told.birthday_in_year(17):
        row["SDQ_REASON"] = "SDQ1"
    row |= {"CONVICTED": str(int(rng.random() < 0.03))} if told.age_by(10, end) else {}
    row |= {} if told.age_by(5, end) else {"HEALTH_CHECK": str(int(rng.random() < 0.9))}
    row |= {name: str(int(rng.random() < 0.88)) for name in ("IMMUNISATIONS", "TEETH_CHECK", "HEALTH_ASSESSMENT")}
    misuse = told.age_by(12, end) and rng.random() < 0.05
    row["SUBSTANCE_MISUSE"] = str(int(misuse))
    if misuse:
        received = rng.random() < 0.6
        row["INTERVENTION_RECEIVED"] = str(int(received))
        row |= {} if received else {"INTERVENTION_OFFERED": str(rng.randint(0, 1))}
    return [row]


def _permanence(told: _Told) -> list[Row]:
    starts = [item.start for item in told.episodes if item.reason == "S" and item.start >= told.period.start]
    if not starts:
        return []
    if told.rng.random() < 0.93 or (told.life.start - told.life.born).days < 900:
        return [told.row(PREV_PERM="Z1")]
    day = between(told.rng, told.life.born + timedelta(days=300), told.life.start - timedelta(days=60))
    known = told.rng.choice((f"{day:%d/%m/%Y}", f"ZZ/{day:%m/%Y}", f"ZZ/ZZ/{day.year}"))
    if known.startswith("ZZ") and day.year >= told.life.start.year:
        known = f"{day:%d/%m/%Y}"
    return [
        told.row(
            PREV_PERM=told.rng.choice(("P1", "P2", "P3")),
            LA_PERM=told.rng.choice(("209", "203", "999")),
            DATE_PERM=known,
        )
    ]


def _missing(told: _Told) -> list[Row]:
    first = max(told.life.start + timedelta(days=3), told.period.start, birthday(told.life.born, 11))
    last = min(told.life.end or told.period.end, told.period.end) - timedelta(days=12)
    if told.life.short_breaks or first >= last or told.rng.random() > 0.08:
        return []
    found = []
    day = between(told.rng, first, last)
    for _ in range(told.rng.choice((1, 1, 2, 4))):
        back = day + timedelta(days=told.rng.randint(0, 4))
        if back > last:
            break
        found.append(told.row(MISSING=told.rng.choice("MMA"), MIS_START=told.day(day), MIS_END=told.day(back)))
        day = back + timedelta(days=told.rng.randint(2, 40))
    return found


def _social_worker(told: _Told) -> list[Row]:
    if told.life.short_breaks:
        return []
    worker = f"SW{told.rng.randint(1, _SOCIAL_WORKERS) + 10_000}"
    return [told.row(SW_ID=worker, SW_DECOM=told.day(told.life.start), SW_REASON="FCONTA")]


def _liberty(told: _Told) -> list[Row]:
    for item in told.episodes:
        first = max(item.start + DAY, told.period.start)
        last = min(item.end or told.period.end, told.period.end) - DAY
        if item.placement.place == HOME and first + timedelta(days=30) < last and told.rng.random() < 0.1:
            start = between(told.rng, first, last - timedelta(days=28))
            return [told.row(DOLO_START=told.day(start), DOLO_END=told.day(start + timedelta(days=28)))]
    return []


def _adoption(told: _Told, adoption: Adoption) -> Rows:
    rows: Rows = {}
    if adoption.decided <= min(told.period.end, told.life.end or told.period.end):
        rows["PlacedAdoption"] = [told.row(DATE_PLACED=told.day(adoption.decided))]
    if told.episodes[-1].ceased in {"E11", "E12"}:
        count, sexes, status = adoption.adopters
        rows["AD1"] = [
            told.row(
                DATE_INT=told.day(adoption.decided),
                DATE_MATCH=told.day(adoption.matched),
                FOSTER_CARE=str(int(adoption.fostered)),
                NB_ADOPTR=count,
                SEX_ADOPTR=sexes,
                LS_ADOPTR=status,
            )
        ]
    return rows


def _activities(year: int) -> tuple[str, ...]:
    return ("F2", "P2", "G5", *(("F4", "F5") if year >= _TRAINING_TOLD_APART_SINCE else ("F3",)))


def _care_leaver(told: _Told) -> list[Row]:
    """Give the details of a young person who left care as an adult, this year or last."""
    life, end = told.life, told.life.end
    adult = birthday(life.born, _ADULT)
    seen_since = Period(told.layout.year - 1).start
    long_enough = end is not None and end - max(life.start, birthday(life.born, 14), seen_since) > _TIME_IN_CARE
    recently = bool(told.episodes) or told.birthday_in_year(19)
    if life.short_breaks or end != adult or not long_enough or not recently or told.all_year:
        return []
    return [
        told.row(
            IN_TOUCH="YES",
            ACTIV=told.rng.choice(_activities(told.layout.year)),
            ACCOM=told.rng.choice(("U1", "D1", "E1", "B1")),
        )
    ]
