"""The made-up authority: the children of the made-up census, some of them looked after, and others whom it leaves out.

The census population is the one that is free of errors under every rule of the census, so it carries the dataset too;
what the census does not ask for is added around it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import cast

from adapters.cin.demo.population import population
from adapters.made_up.people import upn
from adapters.ssd.demo import care, need
from adapters.ssd.demo.need import Episode, day_of, records
from adapters.ssd.demo.office import Office, opened
from adapters.ssd.demo.people import Child, from_census, home, young_person
from adapters.ssd.demo.rows import Rows
from adapters.xml.write import Record
from schemas.periods import Period

_IN_CENSUS, _TURNED_18, _LEAVERS = 0.93, 0.02, 0.02
_INTO_CARE, _TO_ADOPTION, _ALONE = 0.5, 0.4, 0.2
_PART = 1_000
_SMALL = 5
_OLD_ENOUGH, _NO_LONGER, _ADULT = 15, 17, 18
_DAY = timedelta(days=1)

History = Callable[[Office, Child, Episode, date], None]


@dataclass(frozen=True, slots=True)
class InCare:
    """How a child of the census came to be looked after."""

    history: History
    entered: date


def made(year: int, children: int, seed: int) -> Iterator[tuple[Rows, int]]:
    """Make the authority of a census year; give its rows, to be taken away, and the number of people done, in parts."""
    period = Period(year)
    rng = Random(f"ssd {year} {seed}")  # noqa: S311  # made-up data, no secret
    rows = Rows()
    office = opened(rows, rng, period.start, period.end, children)
    for done, person in enumerate(_people(office, year, children, seed), start=1):
        person()
        if done % _PART == 0:
            yield rows, done
    yield rows, children


def _people(office: Office, year: int, children: int, seed: int) -> Iterator[Callable[[], None]]:
    """Give what makes each person, one after the other."""
    in_census, turned, leavers = (round(children * share) for share in (_IN_CENSUS, _TURNED_18, _LEAVERS))
    number = 0
    for record, in_care in census(year, in_census, seed):
        number += 1
        yield _census_child(office, number, record, in_care)
    for _ in range(children - in_census):
        number += 1
        if number <= in_census + turned:
            yield _turned_18(office, number)
        elif number <= in_census + turned + leavers:
            yield _grown_leaver(office, number)
        else:
            yield _helped_early(office, number)


def census(year: int, children: int, seed: int) -> Iterator[tuple[Record, InCare | None]]:
    """Make the census records of the children, changed where a child came into care: plans end there."""
    rng = Random(f"care {year} {seed}")  # noqa: S311  # made-up data, no secret
    period = Period(year)
    for record in population(year, children, seed):
        yield record, _into_care(record, period, rng)


def _into_care(record: Record, period: Period, rng: Random) -> InCare | None:
    """Choose whether and how a child with a plan comes into care, and change the record so."""
    episode = records(record, "CINdetails")[-1]
    plans = records(episode, "CINPlanDates")
    identifiers = cast("Record", record["ChildIdentifiers"])
    born = day_of(identifiers, "PersonBirthDate")
    if not plans or born is None or "ChildProtectionPlans" in episode or rng.random() > _INTO_CARE:
        return None
    # Care does not begin at 18, and a number that is not yet known is known after a week of it.
    if born < _years_before(period.end, _ADULT) or identifiers.get("UPNunknown") == "UN4":
        return None
    first = max(cast("date", day_of(plans[0], "CINPlanStartDate")), born) + timedelta(days=10)
    # Of those whom the authority has known for long, most are looked after for the whole year.
    early = first < period.start - _DAY
    last = period.start - _DAY if early else period.end - timedelta(days=20)
    if first > last or (not early and "CINPlanEndDate" in plans[0]):
        return None
    entered = first + timedelta(days=rng.randint(0, (last - first).days))
    _instead_of_plan(episode, plans[0], entered)
    return InCare(_history(episode, born, entered, period, rng), entered)


def _instead_of_plan(episode: Record, plan: Record, entered: date) -> None:
    """End the plan when the time in care begins, and keep the episode open."""
    plan["CINPlanEndDate"] = entered.isoformat()
    for name in ("CINclosureDate", "ReasonForClosure"):
        episode.pop(name, None)


def _history(episode: Record, born: date, entered: date, period: Period, rng: Random) -> History:
    age = (entered - born).days / 365.25
    if age < _SMALL and entered < period.start and rng.random() < _TO_ADOPTION:
        left = entered + timedelta(days=rng.randint(330, 420))
        if period.start <= left <= period.end - timedelta(days=10):
            episode |= {"CINclosureDate": left.isoformat(), "ReasonForClosure": "RC1"}
        return care.adopted
    if _OLD_ENOUGH <= age < _NO_LONGER and rng.random() < _ALONE:
        episode["PrimaryNeedCode"] = "N8"
        return care.unaccompanied
    return care.looked_after


def _census_child(office: Office, number: int, record: Record, in_care: InCare | None) -> Callable[[], None]:
    def put_in() -> None:
        child = from_census(office, number, record)
        alone = in_care is not None and in_care.history is care.unaccompanied
        if not alone:
            home(office, child, in_care.entered if in_care else None)
        *before, last = records(record, "CINdetails")
        for episode in before:
            need.episode(office, child, episode)
        made = need.episode(office, child, last, in_care.entered if in_care else None)
        if in_care is not None:
            in_care.history(office, child, made, in_care.entered)

    return put_in


def turned_18_record(born: date, entered: date) -> Record:
    """Give the episode of somebody who left care on the eighteenth birthday, as the census describes it."""
    closed = Child("", born, "", unborn=False).birthday(18)
    return {
        "CINreferralDate": (entered - timedelta(days=30)).isoformat(),
        "ReferralSource": "2A",
        "PrimaryNeedCode": "N1",
        "ReferralNFA": "0",
        "CINclosureDate": closed.isoformat(),
        "ReasonForClosure": "RC7",
    }


def _turned_18(office: Office, number: int) -> Callable[[], None]:
    def put_in() -> None:
        birthday = office.after(office.start, 5, 350)
        born = _years_before(birthday, 18)
        child = young_person(office, number, born, upn(number, office.rng))
        entered = office.start - timedelta(days=office.rng.randint(300, 700))
        home(office, child, entered)
        episode = need.episode(office, child, turned_18_record(born, entered), entered)
        care.left_care(office, child, episode, entered, birthday)

    return put_in


def _grown_leaver(office: Office, number: int) -> Callable[[], None]:
    def put_in() -> None:
        born = _years_before(office.after(office.start, 5, 350), office.rng.randint(22, 24))
        care.leaver(office, young_person(office, number, born, upn(number, office.rng)))

    return put_in


def _helped_early(office: Office, number: int) -> Callable[[], None]:
    def put_in() -> None:
        child = young_person(
            office, number, office.today - timedelta(days=office.rng.randint(1800, 5500)), upn(number, office.rng)
        )
        home(office, child)
        day = office.after(office.start, 0, 350)
        need.contact(office, child, day, "2A", "ADVICE")
        need.early_help(office, child, min(day + _DAY, office.today))

    return put_in


def _years_before(day: date, years: int) -> date:
    # A birthday on 29 February is moved, so that it is one every year.
    fixed = day.replace(day=28) if (day.month, day.day) == (2, 29) else day
    return fixed.replace(year=fixed.year - years)
