"""A made-up authority's children in care in one year, and those who left in the year before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from adapters.made_up.people import ethnicity
from adapters.ssda903.demo.life import DAY, NEAR, Life, between, birthday
from adapters.ssda903.demo.stays import adopted, care, short_breaks
from schemas.periods import Period

_LEFT_BEFORE = 0.2
_NEEDS = ("N1", "N1", "N1", "N1", "N2", "N3", "N4", "N5", "N5", "N6", "N8")
_LONGEST = timedelta(days=2200)


def population(year: int, children: int, seed: int) -> Iterator[Life]:
    """Make the children of a return, and a fifth more who left in the year before; the same seed, the same children."""
    this, last = Period(year), Period(year - 1)
    left_before = int(children * _LEFT_BEFORE)
    for number in range(1, children + left_before + 1):
        rng = Random(f"903 {year} {seed} {number}")  # noqa: S311  # made-up data, no secret
        yield _life(number, this if number <= children else last, this.end, rng, gone=number > children)


def _life(number: int, period: Period, told_until: date, rng: Random, *, gone: bool) -> Life:
    """Make a child in care at some time of `period`, and no later where `gone`."""
    kind = rng.random()
    life = Life(
        number,
        rng.choice("MF"),
        period.start,
        ethnicity(rng),
        rng.choice(_NEEDS),
        rng.choice(NEAR[:8]),
        f"{rng.random()}",
    )
    if kind < 0.04 and not gone:
        return _with_short_breaks(life, period, rng)
    if kind < 0.12:
        return _on_the_way_to_adoption(life, period, told_until, rng, gone=gone)
    return _in_care(life, period, told_until, rng, asylum=kind < 0.18, gone=gone)


def _in_care(life: Life, period: Period, told_until: date, rng: Random, *, asylum: bool, gone: bool) -> Life:
    start = between(rng, period.start - _LONGEST, period.start - DAY) if rng.random() < 0.65 else _in_year(period, rng)
    oldest = min(17.6, 17.9 - max((period.start - start).days, 0) / 365.25)
    youngest = 14.0 if asylum else 0.02
    age = rng.uniform(min(youngest, oldest - 0.1), oldest)
    born = start - timedelta(days=max(int(age * 365.25), 3))
    adult = birthday(born, 18)
    end = (
        between(rng, max(period.start + DAY, start + timedelta(days=20)), period.end)
        if gone or rng.random() < 0.2
        else None
    )
    if adult <= (end or told_until):
        end = adult
    if end is not None and (end <= start or end > told_until):
        end = None
    need = "N8" if asylum else life.need
    episodes = care(rng, born, start, end, told_until, asylum=asylum)
    life = replace(life, born=born, need=need, asylum=asylum, episodes=tuple(episodes))
    return life if gone else _perhaps_a_mother(life, told_until, rng)


def _in_year(period: Period, rng: Random) -> date:
    return between(rng, period.start + DAY, period.end - timedelta(days=30))


def _perhaps_a_mother(life: Life, told_until: date, rng: Random) -> Life:
    first, last = birthday(life.born, 15), min(life.end or told_until, told_until)
    if life.sex == "F" and not life.asylum and max(first, life.start) + DAY < last and rng.random() < 0.08:
        return replace(life, mother_of=between(rng, max(first, life.start), last - DAY))
    return life


def _on_the_way_to_adoption(life: Life, period: Period, told_until: date, rng: Random, *, gone: bool) -> Life:
    # Who is adopted on the last day was looked after all year, and may not have details of both.
    end = between(rng, period.start + DAY, period.end - DAY) if gone or rng.random() < 0.4 else None
    start = (
        (end - timedelta(days=rng.randint(560, 800)))
        if end
        else _in_year(period, rng) - timedelta(days=rng.randint(0, 330))
    )
    born = start - timedelta(days=rng.randint(2, 900))
    episodes, adoption = adopted(rng, start, end, told_until)
    return replace(life, born=born, episodes=tuple(episodes), adoption=adoption)


def _with_short_breaks(life: Life, period: Period, rng: Random) -> Life:
    first = between(rng, period.start + DAY, period.start + timedelta(days=150))
    born = first - timedelta(days=rng.randint(1500, 5500))
    return replace(life, born=born, need="N2", episodes=tuple(short_breaks(rng, first, period.end)))
