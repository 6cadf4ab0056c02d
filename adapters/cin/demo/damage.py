"""Seeded mistakes in the values of a made-up child: one small function each, registered once.

A mistake takes the child, the child before it and a `Spot` and changes the child in place; it
returns False where the child has nothing that it could spoil.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import TypeAlias, cast

from adapters.made_up.mistakes import copy_one_over_another, make_mistakes
from adapters.xml.write import Record

Mistake: TypeAlias = "Callable[[Record, Record | None, Spot], bool]"
MISTAKES: dict[str, Mistake] = {}
_CODES = ("ZZ", "18A", "19A", "21", "NONE", "RC8", "RC2", "UN7", "n1", "99")
_ODD_DATES = ("31/03/2026", "2026-02-30", "yesterday", "20260331", "2026-3-1")
_ODD_FLAGS = ("true", "false", "TRUE", "maybe", "2")
_ODD_COUNTS = ("-1", "two", "1.5")
_ODD_NUMBERS = ("A12345678901", "Z999000018011", "X00100001801I", "H001200 01001", "B001200001001")
_FLAGS = {"ICPCnotRequired", "ReferralNFA", "FGDMMeetingOffer", "FGDMMeetingFac"}
_COUNTS = {"NumberOfPreviousCPP", "ReviewMeetingsCount"}
_WORK = ("Assessments", "CINPlanDates", "Section47", "ChildProtectionPlans", "PreProceedingsandFGDM")
_FIRST_AND_LAST_DAYS = (-1, 0, 1, 2)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the dice fall: the collection year and the random numbers."""

    year: int
    rng: Random


def damage_child(child: Record, before: Record | None, year: int, rng: Random) -> None:
    """Make one to three mistakes in a child."""
    spot = Spot(year, rng)
    make_mistakes({name: partial(mistake, child, before, spot) for name, mistake in MISTAKES.items()}, rng)


def _mistake(function: Mistake) -> Mistake:
    MISTAKES[function.__name__] = function
    return function


def _records(record: Record) -> Iterator[Record]:
    """Walk through a record and all records inside it."""
    yield record
    for content in record.values():
        for inner in content if isinstance(content, list) else [content]:
            if isinstance(inner, dict):
                yield from _records(inner)


def _texts(child: Record, wanted: Callable[[str, str], bool]) -> list[tuple[Record, str]]:
    return [
        (record, name)
        for record in _records(child)
        for name, text in record.items()
        if isinstance(text, str) and wanted(name, text)
    ]


def _replace(child: Record, spot: Spot, wanted: Callable[[str, str], bool], texts: tuple[str, ...]) -> bool:
    places = _texts(child, wanted)
    if not places:
        return False
    record, name = spot.rng.choice(places)
    record[name] = spot.rng.choice(texts)
    return True


def _is_date(_: str, text: str) -> bool:
    return len(text) == len("2026-03-31") and text[4] == "-"


def _is_code(name: str, text: str) -> bool:
    return not _is_date(name, text) and name not in _FLAGS | _COUNTS | {"UPN", "FormerUPN", "LAchildID"}


def _episodes(child: Record) -> list[Record]:
    return cast("list[Record]", child.get("CINdetails", []))


def _lists(child: Record) -> list[tuple[Record, str]]:
    return [(episode, name) for episode in _episodes(child) for name in _WORK if episode.get(name)]


def _identifiers(child: Record) -> Record:
    return cast("Record", child["ChildIdentifiers"])


def _shift(record: Record, name: str, days: int) -> None:
    record[name] = (date.fromisoformat(cast("str", record[name])) + timedelta(days=days)).isoformat()


@_mistake
def value_missing(child: Record, _: Record | None, spot: Spot) -> bool:
    """Leave out one value."""
    places = _texts(child, lambda *_: True)
    record, name = spot.rng.choice(places)
    del record[name]
    return True


@_mistake
def code_wrong(child: Record, _: Record | None, spot: Spot) -> bool:
    """Put a code where it does not belong."""
    return _replace(child, spot, _is_code, _CODES)


@_mistake
def date_moved(child: Record, _: Record | None, spot: Spot) -> bool:
    """Move a date by days, months or years."""
    places = _texts(child, lambda name, text: _is_date(name, text) and text[:4].isdigit())
    if not places:
        return False
    record, name = spot.rng.choice(places)
    try:
        _shift(record, name, spot.rng.choice((-800, -300, -60, -2, -1, 1, 2, 60, 300, 800)))
    except ValueError:
        return False
    return True


@_mistake
def date_at_the_edge(child: Record, _: Record | None, spot: Spot) -> bool:
    """Move a date to the first or last days of the year."""
    edge = spot.rng.choice((date(spot.year - 1, 3, 31), date(spot.year, 3, 31)))
    day = edge + timedelta(days=spot.rng.choice(_FIRST_AND_LAST_DAYS))
    return _replace(child, spot, _is_date, (day.isoformat(),))


@_mistake
def date_copied(child: Record, _: Record | None, spot: Spot) -> bool:
    """Copy one date of the child over another."""
    return copy_one_over_another(_texts(child, _is_date), spot.rng)


@_mistake
def date_malformed(child: Record, _: Record | None, spot: Spot) -> bool:
    """Write a date in another form, or one that does not exist."""
    return _replace(child, spot, _is_date, _ODD_DATES)


@_mistake
def flag_odd(child: Record, _: Record | None, spot: Spot) -> bool:
    """Write a flag in words, or not as a flag."""
    return _replace(child, spot, lambda name, _: name in _FLAGS, _ODD_FLAGS)


@_mistake
def flag_flipped(child: Record, _: Record | None, spot: Spot) -> bool:
    """Turn a flag round."""
    return _replace(child, spot, lambda name, text: name in _FLAGS and text == "0", ("1",))


@_mistake
def count_odd(child: Record, _: Record | None, spot: Spot) -> bool:
    """Write a count that is no whole number."""
    return _replace(child, spot, lambda name, _: name in _COUNTS, _ODD_COUNTS)


@_mistake
def number_odd(child: Record, _: Record | None, spot: Spot) -> bool:
    """Spoil a UPN or a former one."""
    return _replace(child, spot, lambda name, _: name in {"UPN", "FormerUPN"}, _ODD_NUMBERS)


@_mistake
def number_shared(child: Record, before: Record | None, _: Spot) -> bool:
    """Give the child the UPN of the one before."""
    number = before and _identifiers(before).get("UPN")
    if not number:
        return False
    _identifiers(child)["UPN"] = number
    return True


@_mistake
def identifier_shared(child: Record, before: Record | None, _: Spot) -> bool:
    """Give the child the identifier of the one before."""
    number = before and _identifiers(before).get("LAchildID")
    if not number:
        return False
    _identifiers(child)["LAchildID"] = number
    return True


@_mistake
def identifier_odd(child: Record, _: Record | None, spot: Spot) -> bool:
    """Write an identifier with other characters, or too long."""
    number = str(_identifiers(child).get("LAchildID", ""))
    _identifiers(child)["LAchildID"] = spot.rng.choice((f"{number}/1", f"{number}-\u00e9", number * 3))
    return True


@_mistake
def record_doubled(child: Record, _: Record | None, spot: Spot) -> bool:
    """Enter an assessment, enquiry or plan twice."""
    places = _lists(child)
    if not places:
        return False
    episode, name = spot.rng.choice(places)
    rows = cast("list[Record]", episode[name])
    rows.append(dict(rows[0]))
    return True


@_mistake
def record_left_out(child: Record, _: Record | None, spot: Spot) -> bool:
    """Leave out the assessments, enquiries or plans of an episode."""
    places = _lists(child)
    if not places:
        return False
    episode, name = spot.rng.choice(places)
    del episode[name]
    return True


@_mistake
def record_moved(child: Record, before: Record | None, spot: Spot) -> bool:
    """Take the work of another child's episode."""
    places = _lists(before) if before else []
    if not places or not _episodes(child):
        return False
    episode, name = spot.rng.choice(places)
    spot.rng.choice(_episodes(child))[name] = [dict(row) for row in cast("list[Record]", episode[name])]
    return True


@_mistake
def end_left_out(child: Record, _: Record | None, spot: Spot) -> bool:
    """Leave a plan or an episode open."""
    places = _texts(child, lambda name, _: name in {"CPPendDate", "CINPlanEndDate", "CINclosureDate"})
    if not places:
        return False
    record, name = spot.rng.choice(places)
    del record[name]
    return True


@_mistake
def episode_doubled(child: Record, _: Record | None, spot: Spot) -> bool:
    """Enter an episode twice."""
    if not _episodes(child):
        return False
    _episodes(child).append(dict(spot.rng.choice(_episodes(child))))
    return True


@_mistake
def episodes_left_out(child: Record, _: Record | None, _spot: Spot) -> bool:
    """Leave out every episode."""
    return child.pop("CINdetails", None) is not None


@_mistake
def death_added(child: Record, _: Record | None, spot: Spot) -> bool:
    """Give the child a date of death."""
    day = date(spot.year, 3, 31) - timedelta(days=spot.rng.randint(-20, 600))
    _identifiers(child)["PersonDeathDate"] = day.isoformat()
    return True


@_mistake
def birth_implausible(child: Record, _: Record | None, spot: Spot) -> bool:
    """Give the child another date of birth, or an expected one."""
    own = _identifiers(child)
    day = date(spot.year, 3, 31) - timedelta(days=spot.rng.choice((-400, -200, -20, 20, 40, 9500, 12000)))
    own[spot.rng.choice(("PersonBirthDate", "ExpectedPersonBirthDate"))] = day.isoformat()
    return True


@_mistake
def weekend(child: Record, _: Record | None, spot: Spot) -> bool:
    """Move a conference or its target to a Saturday."""
    places = _texts(child, lambda name, text: name in {"InitialCPCtarget", "DateOfInitialCPC"} and _is_date(name, text))
    places = [(record, name) for record, name in places if str(record[name])[:4].isdigit()]
    if not places:
        return False
    record, name = spot.rng.choice(places)
    try:
        day = date.fromisoformat(cast("str", record[name]))
    except ValueError:
        return False
    _shift(record, name, 5 - day.weekday())
    return True


@_mistake
def listed_twice(child: Record, _: Record | None, spot: Spot) -> bool:
    """Repeat a disability, a factor or a review, or add one that does not go with the others."""
    for record in _records(child):
        for name in ("AssessmentFactors", "Disability", "CPPreviewDate"):
            listed = record.get(name)
            if isinstance(listed, list) and listed and spot.rng.random() < 0.5:
                extra = {"AssessmentFactors": ("21", "18A", "19A", "7X"), "Disability": ("NONE", "QQQ", "MOB")}
                cast("list[str]", listed).append(spot.rng.choice((str(listed[0]), *extra.get(name, ()))))
                return True
    return False


@_mistake
def list_left_out(child: Record, _: Record | None, _spot: Spot) -> bool:
    """Leave out disabilities, or the factors of an assessment."""
    for record in _records(child):
        for name in ("FactorsIdentifiedAtAssessment", "Disabilities"):
            if name in record:
                del record[name]
                return True
    return False


@_mistake
def conference_on_episode(child: Record, _: Record | None, spot: Spot) -> bool:
    """Record the conference of an enquiry with the episode too."""
    for episode in _episodes(child):
        for enquiry in cast("list[Record]", episode.get("Section47", [])):
            if "DateOfInitialCPC" in enquiry:
                episode["DateOfInitialCPC"] = enquiry["DateOfInitialCPC"]
                return spot.year > 0
    return False
