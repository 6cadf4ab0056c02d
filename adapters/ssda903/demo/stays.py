"""Kinds of made-up stays in care, each a run of episodes from its start to its end or to the last day that is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from adapters.ssda903.demo.life import (
    AWAY,
    CARE_HOME,
    DAY,
    FOSTER,
    HOME,
    KIN,
    LONG_FOSTER,
    NEAR,
    PARENTS,
    REASONS_TO_MOVE,
    SUPPORTED,
    Adoption,
    Episode,
    Placement,
    birthday,
)

# Registered supported accommodation is a placement of its own from this day on.
_SUPPORTED_SINCE = date(2024, 4, 1)
# The first collection in which the reasons for special guardianship tell relatives from others began then.
_GUARDIANS_TOLD_APART_SINCE = date(2018, 4, 1)
_APART = timedelta(days=12)
_ADOPTERS = (("2", "MF", "L11"), ("2", "MM", "L12"), ("2", "FF", "L12"), ("2", "MF", "L3"), ("1", "F1", "L0"))


def placement(rng: Random, born: date, day: date, *, with_parents: bool, other_than: str = "") -> Placement:
    """Choose a placement that suits the age on a day, at another postcode than `other_than`."""
    age = (day - born).days / 365.25
    kinds = [FOSTER, FOSTER, FOSTER, LONG_FOSTER, KIN]
    kinds += [HOME] if age >= 9 else []
    kinds += [SUPPORTED] * 3 if age >= 16.1 and day >= _SUPPORTED_SINCE else []
    kinds += [PARENTS] if with_parents else []
    return _placed(rng, rng.choice(kinds), other_than)


def _placed(rng: Random, kind: str, other_than: str) -> Placement:
    near = [code for code in NEAR[8:] if code != other_than]
    far = [code for code in AWAY if code != other_than]
    if kind == PARENTS:
        return Placement(kind, "PR0", rng.choice(near))
    if kind == KIN:
        return Placement(kind, "PR1", rng.choice(near + far), "SC000209")
    if kind in {HOME, SUPPORTED}:
        where = rng.choice(near + far)
        return Placement(kind, "PR4", where, f"{1_200_000 + (NEAR + AWAY).index(where) * 7 + (kind == HOME)}")
    if rng.random() < 0.5:
        return Placement(kind, "PR1", rng.choice(near + far), "SC000209")
    return Placement(
        kind, rng.choice(("PR4", "PR5")), rng.choice(near + far), f"SC0{rng.randint(40, 60)}{rng.randint(100, 999)}"
    )


def care(rng: Random, born: date, start: date, end: date | None, told_until: date, *, asylum: bool) -> list[Episode]:
    """Make a stay with moves and changes of the legal status."""
    last = min(end or told_until, told_until)
    ordered = not asylum and rng.random() < 0.65
    status = "C1" if ordered else "V2"
    now = placement(rng, born, start, with_parents=False)
    episodes = [Episode(start, "S", status, now)]
    for day, kind in _changes(rng, start, last, ordered=ordered):
        before = episodes[-1]
        if kind == "L" and before.status == "C1":
            _go_on(episodes, day, "L", "C2", before.placement, "")
        elif kind == "P":
            with_parents = before.status == "C2" and rng.random() < 0.2
            to = placement(rng, born, day, with_parents=with_parents, other_than=before.placement.postcode)
            _go_on(episodes, day, "P", before.status, to, rng.choice(REASONS_TO_MOVE))
    if end is not None:
        _close(episodes, end, _reason_to_end(rng, born, end, episodes[-1]))
    return episodes


def _changes(rng: Random, start: date, last: date, *, ordered: bool) -> Iterator[tuple[date, str]]:
    """Give the days of changes, some time apart from each other and from start and end."""
    order_made = start + timedelta(days=rng.randint(150, 300)) if ordered else None
    day = start + timedelta(days=rng.randint(30, 700))
    found: list[tuple[date, str]] = []
    while day + _APART < last:
        if order_made is None or abs(day - order_made) > _APART:
            found.append((day, "P"))
        day += timedelta(days=rng.randint(120, 900))
    if order_made is not None and order_made + _APART < last:
        found.append((order_made, "L"))
    yield from sorted(found)


def _go_on(episodes: list[Episode], day: date, reason: str, status: str, to: Placement, moved: str) -> None:
    _close(episodes, day, "X1", moved)
    episodes.append(Episode(day, reason, status, to))


def _close(episodes: list[Episode], day: date, reason: str, moved: str = "") -> None:
    last = episodes[-1]
    episodes[-1] = Episode(last.start, last.reason, last.status, last.placement, day, reason, moved)


def _reason_to_end(rng: Random, born: date, end: date, last: Episode) -> str:
    if end >= birthday(born, 18):
        return rng.choice(("E5", "E6", "E8", "E8"))
    if last.placement.place in {FOSTER, LONG_FOSTER, KIN} and rng.random() < 0.25:
        return "E45" if end >= _GUARDIANS_TOLD_APART_SINCE else "E43"
    return rng.choice(("E4A", "E4A", "E4A", "E4B", "E41", "E8"))


def adopted(rng: Random, start: date, end: date | None, told_until: date) -> tuple[list[Episode], Adoption]:
    """Make a stay that leads to adoption; as much of it is told as there is time for."""
    fostered = rng.random() < 0.4
    first = Placement(FOSTER, "PR1", rng.choice(NEAR[8:]), "SC000209")
    decided = start + timedelta(days=rng.randint(150, 220))
    ordered = decided + timedelta(days=rng.randint(15, 60))
    matched = ordered + timedelta(days=rng.randint(10, 90))
    placed = matched + timedelta(days=rng.randint(5, 30))
    episodes = [Episode(start, "S", "C1", first)]
    if ordered < told_until - DAY:
        _go_on(episodes, ordered, "L", "E1", first, "")
    if placed < told_until - DAY:
        to = (
            Placement("A5", "PR1", first.postcode, first.urn)
            if fostered
            else Placement("A6", "PR1", rng.choice(NEAR[8:12]), "XXXXXXX")
        )
        if to.postcode == first.postcode and not fostered:
            to = Placement("A6", "PR1", NEAR[13], "XXXXXXX")
        _go_on(episodes, placed, "T" if fostered else "P", "E1", to, "PLACE" if fostered else "CARPL")
        if end is not None and end > placed + _APART:
            _close(episodes, end, rng.choice(("E11", "E12", "E12")))
    adoption = Adoption(decided, matched, fostered, rng.choice(_ADOPTERS))
    return episodes, adoption


def short_breaks(rng: Random, first: date, last: date) -> list[Episode]:
    """Make short breaks of one kind: those of V3 are each recorded, V4 is one agreement that stays open."""
    where = Placement(CARE_HOME, "PR4")
    if rng.random() < 0.5:
        return [Episode(first, "S", "V4", where)]
    found: list[Episode] = []
    day = first
    while day + timedelta(days=8) < last and len(found) < 4:
        found.append(Episode(day, "S", "V3", where, day + timedelta(days=rng.randint(1, 6)), "E8"))
        day += timedelta(days=rng.randint(30, 60))
    return found or [Episode(first, "S", "V4", where)]
