"""Headline figures of a return beside those of last year's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from schemas.figures import Line, Measured, declared, measure
from schemas.returns import ReturnData
from schemas.rules import ReturnDefinition


@dataclass(frozen=True, slots=True)
class Beside:
    """One line of this year and of the year before; either may be missing."""

    label: str
    now: Line | None
    before: Line | None

    @property
    def change(self) -> int | None:
        """Give by how much the count grew; none where one year lacks it."""
        return self.now.count - self.before.count if self.now and self.before else None

    @property
    def change_in_share(self) -> float | None:
        """Give by how many percentage points the share grew; none where one year has no share."""
        now = self.now.share if self.now else None
        before = self.before.share if self.before else None
        return now - before if now is not None and before is not None else None


@dataclass(frozen=True, slots=True)
class FigureBeside:
    """One figure, line by line; `reasons` say why a year has none."""

    title: str
    counts: str
    doc: str
    lines: tuple[Beside, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a return, with those of the year before where they were given."""

    return_name: str
    title: str
    year: int
    previous_year: int | None
    figures: tuple[FigureBeside, ...]


def take(definition: ReturnDefinition, data: ReturnData, previous: ReturnData | None = None) -> Figures:
    """Take the figures of a return, and of last year's beside it: `previous`, else what lies with the return."""
    previous = previous or definition.last_year(data)
    wanted = declared(definition.figures)
    now = measure(wanted, data)
    before = measure(wanted, previous) if previous else tuple(Measured(item) for item in wanted)
    return Figures(
        definition.name,
        definition.title,
        data.layout.year,
        previous.layout.year if previous else None,
        tuple(_beside(this, last, data.layout.year) for this, last in zip(now, before, strict=True)),
    )


def _beside(now: Measured, before: Measured, year: int) -> FigureBeside:
    reasons = tuple(f"{when}: {item.reason}" for when, item in ((year, now), ("Before", before)) if item.reason)
    return FigureBeside(now.figure.title, now.figure.counts, now.figure.doc, tuple(_lines(now, before)), reasons)


def _lines(now: Measured, before: Measured) -> Iterator[Beside]:
    earlier = {line.key: line for line in before.lines}
    for line in now.lines:
        yield Beside(line.label, line, earlier.pop(line.key, None))
    # A code that this year's lists no longer have: its children are somewhere else now, and must not vanish.
    for line in earlier.values():
        yield Beside(line.label, None, line)
