"""The year that a return covers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Self


@dataclass(frozen=True, slots=True)
class Period:
    """The collection year that ends on 31 March of `year`; both ends belong to it."""

    year: int

    @classmethod
    def holding(cls, day: date) -> Self:
        """Give the year that a day lies in."""
        return cls(day.year + 1 if day > cls(day.year).end else day.year)

    @property
    def start(self) -> date:
        """Give 1 April of the year before."""
        return date(self.year - 1, 4, 1)

    @property
    def end(self) -> date:
        """Give 31 March of the year."""
        return date(self.year, 3, 31)
