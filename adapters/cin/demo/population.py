"""A made-up authority's census: families, and the episodes of their children."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random

from adapters.cin.demo import work
from adapters.cin.demo.people import Person, characteristics, identifiers
from adapters.made_up.people import ethnicity
from adapters.xml.write import Record
from schemas.periods import Period

_DAYS_OF_CHILDHOOD = 6500
_FAMILY_SIZES = (1, 1, 1, 1, 2, 2, 3, 4)
_KINDS: tuple[tuple[float, Callable[[work.Scene], Record]], ...] = (
    (0.22, work.no_further_action),
    (0.30, work.assessed_and_closed),
    (0.26, work.planned),
    (0.07, work.enquired),
    (0.15, work.protected),
)


def header(year: int) -> Record:
    """Give the header of a made-up return; its date is fixed by the year."""
    return {
        "CollectionDetails": {"Collection": "CIN", "Year": str(year), "ReferenceDate": f"{year}-03-31"},
        "Source": {
            "SourceLevel": "L",
            "LEA": "999",
            "SoftwareCode": "ics-gateway demo",
            "Release": "1",
            "SerialNo": "001",
            "DateTime": f"{year}-04-06T09:30:00",
        },
        "Content": {"CBDSLevels": {"CBDSLevel": "Child"}},
    }


def population(year: int, children: int, seed: int) -> Iterator[Record]:
    """Make the children of a census, family by family; the same seed makes the same children."""
    rng = Random(f"{year} {seed}")  # noqa: S311  # made-up data, no secret
    made = 0
    while made < children:
        size = min(rng.choice(_FAMILY_SIZES), children - made)
        for child in _family(Period(year), size, made + 1, rng):
            made += 1
            yield child


def _family(period: Period, size: int, first: int, rng: Random) -> Iterator[Record]:
    shared_ethnicity = ethnicity(rng)
    kind = _kind(rng)
    referral = _referral_day(period, rng, kind)
    for number in range(first, first + size):
        yield _child(period, number, shared_ethnicity, kind if rng.random() < 0.8 else _kind(rng), referral, rng)


def _kind(rng: Random) -> Callable[[work.Scene], Record]:
    kinds = [kind for _, kind in _KINDS]
    return rng.choices(kinds, [weight for weight, _ in _KINDS])[0]


def _referral_day(period: Period, rng: Random, kind: Callable[[work.Scene], Record]) -> date:
    early = kind in {work.planned, work.protected} and rng.random() < 0.3
    first = period.start - timedelta(days=400) if early else period.start
    last = period.start - timedelta(days=60) if early else period.end - timedelta(days=3)
    return first + timedelta(days=rng.randint(0, (last - first).days))


def _child(
    period: Period,
    number: int,
    shared_ethnicity: str,
    kind: Callable[[work.Scene], Record],
    referral: date,
    rng: Random,
) -> Record:
    if referral < period.start and kind not in {work.planned, work.protected}:
        kind = work.planned
    unborn = referral > period.end - timedelta(days=150) and rng.random() < 0.06
    if unborn:
        born = period.end + timedelta(days=rng.randint(1, 120))
    else:
        oldest = _DAYS_OF_CHILDHOOD if rng.random() < 0.98 else _DAYS_OF_CHILDHOOD + 700
        born = referral - timedelta(days=rng.randint(1, oldest))
    if not unborn and rng.random() < 0.002 and referral + timedelta(days=30) < period.end:
        return _child_who_died(period, number, shared_ethnicity, born, referral, rng)
    episodes = _episodes(period, kind, referral, rng)
    person = Person(number, born, unborn, "U" if unborn else rng.choice("FM"), shared_ethnicity)
    return _record(person, period, episodes, rng)


def _child_who_died(
    period: Period, number: int, shared_ethnicity: str, born: date, referral: date, rng: Random
) -> Record:
    day = max(referral, period.start) + timedelta(days=rng.randint(5, 25))
    scene = work.Scene(period, referral, period.end, rng)
    person = Person(number, born, unborn=False, sex=rng.choice("FM"), ethnicity=shared_ethnicity, died=day)
    return _record(person, period, [work.died(scene, day)], rng)


def _episodes(period: Period, kind: Callable[[work.Scene], Record], referral: date, rng: Random) -> list[Record]:
    again = rng.random() < 0.1 and referral < period.end - timedelta(days=150)
    limit = period.end - timedelta(days=40) if again else period.end
    first = kind(work.Scene(period, referral, limit, rng))
    closed = first.get("CINclosureDate")
    if not again or not isinstance(closed, str):
        return [first]
    second = date.fromisoformat(closed) + timedelta(days=rng.randint(1, 35))
    later = rng.choice((work.no_further_action, work.assessed_and_closed))
    return [first, later(work.Scene(period, second, period.end, rng))]


def _record(person: Person, period: Period, episodes: list[Record], rng: Random) -> Record:
    further = any(episode["ReferralNFA"] == "0" for episode in episodes)
    return {
        "ChildIdentifiers": identifiers(person, period.year, period.end, rng, further=further),
        "ChildCharacteristics": characteristics(person, rng),
        "CINdetails": episodes,
    }
