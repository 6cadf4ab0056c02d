"""Where the symbols and lines of a genogram stand on paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from schemas.case.genogram import Genogram, Individual, Union

_WIDTH, _HEIGHT, _MARGIN, _HALF = 180, 170, 90, 20
_SHAPES = {"M": "square", "F": "circle"}


@dataclass(frozen=True, slots=True)
class Symbol:
    """One person: a square, a circle, a diamond where the sex is unknown, a triangle for the unborn."""

    person: str
    x: int
    y: int
    shape: str
    name: str
    dates: str
    dead: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line; a broken one stands for a couple that has parted."""

    x1: int
    y1: int
    x2: int
    y2: int
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """The whole picture, in units of the page."""

    width: int
    height: int
    symbols: tuple[Symbol, ...]
    lines: tuple[Line, ...]


def drawing(family: Genogram) -> Drawing:
    """Place a family: a row a generation, the oldest on top, parents above their children."""
    rows = _rows(family)
    placed = {
        person.person: _symbol(person, _MARGIN + column * _WIDTH, _MARGIN + row * _HEIGHT)
        for row, people in enumerate(rows)
        for column, person in enumerate(people)
    }
    lines = tuple(line for union in family.unions for line in _lines(union, placed))
    widest = max((len(people) for people in rows), default=1)
    return Drawing(
        2 * _MARGIN + (widest - 1) * _WIDTH,
        2 * _MARGIN + (len(rows) - 1) * _HEIGHT,
        tuple(placed.values()),
        lines,
    )


def _rows(family: Genogram) -> list[list[Individual]]:
    levels = sorted({person.generation for person in family.individuals}, reverse=True)
    return [_in_order([who for who in family.individuals if who.generation == level], family) for level in levels]


def _in_order(people: list[Individual], family: Genogram) -> list[Individual]:
    """Put couples beside each other, and brothers and sisters by age."""
    order: list[str] = []
    for union in family.unions:
        order.extend((*union.parents, *union.children))
    rank = {person: place for place, person in reversed(tuple(enumerate(order)))}
    return sorted(people, key=lambda who: rank.get(who.person, len(order)))


def _symbol(who: Individual, x: int, y: int) -> Symbol:
    shape = "triangle" if who.unborn else _SHAPES.get(who.sex, "diamond")
    born = f"{'due ' if who.unborn else ''}{who.born.isoformat()}" if who.born else ""
    dates = f"{born} to {who.died.isoformat()}" if who.died else born
    return Symbol(who.person, x, y, shape, who.name, dates, who.died is not None)


def _lines(union: Union, placed: dict[str, Symbol]) -> Iterator[Line]:
    """Join parents side by side and let the line to the children fall between their names."""
    parents = sorted((placed[person] for person in union.parents), key=lambda one: one.x)
    first, last = parents[0], parents[-1]
    fall = first.x + _WIDTH // 2
    if last.x - first.x <= _WIDTH:
        top = first.y
        yield Line(first.x + _HALF, top, (last.x - _HALF) if len(parents) > 1 else fall, top, union.ended)
    else:
        # Somebody stands between them: the line goes over their heads.
        top = min(first.y, last.y) - 2 * _HALF
        for one in (first, last):
            yield Line(one.x, one.y - _HALF, one.x, top, union.ended)
        yield Line(first.x, top, last.x, top, union.ended)
    children = [placed[person] for person in union.children]
    if not children:
        return
    below = max(one.y for one in parents) + _HEIGHT // 2
    yield Line(fall, top, fall, below)
    ends = (fall, *(child.x for child in children))
    yield Line(min(ends), below, max(ends), below)
    for child in children:
        yield Line(child.x, below, child.x, child.y - _HALF)
