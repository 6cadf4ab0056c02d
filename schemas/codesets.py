"""Code sets: each code list once, each code with its label and the years in which it may be used."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Code:
    """One permitted value; `since` and `until` are collection end years, None where open.

    `successor` is the one code that took its place; empty where there is none, or more than one.
    """

    value: str
    label: str
    since: int | None = None
    until: int | None = None
    successor: str = ""

    def valid_in(self, year: int) -> bool:
        """Tell whether the code may be used in the collection that ends in `year`."""
        return (self.since is None or self.since <= year) and (self.until is None or year <= self.until)


@dataclass(frozen=True, slots=True)
class CodeSet:
    """A named list of codes, in the order in which the collection guide lists them."""

    name: str
    codes: tuple[Code, ...]

    def values(self, year: int) -> tuple[str, ...]:
        """List the values that may be used in the collection that ends in `year`."""
        return tuple(code.value for code in self.codes if code.valid_in(year))

    def labels(self, year: int) -> dict[str, str]:
        """Map each value of `year` to its label."""
        return {code.value: code.label for code in self.codes if code.valid_in(year)}

    def successor(self, value: str, year: int) -> str:
        """Give the one code that stands in `year` for a code of earlier years; empty where there is none."""
        earlier = {code.value: code.successor for code in self.codes if code.successor}
        for _ in self.codes:
            value = earlier.get(value, "")
            if not value or value in self.values(year):
                return value
        return ""


@cache
def load_code_sets(package: str, file: str = "codes.csv") -> dict[str, CodeSet]:
    """Read the code sets of a return from its data file (columns set, code, label, since, until, successor)."""
    grouped: dict[str, list[Code]] = {}
    text = (files(package) / file).read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        grouped.setdefault(row["set"], []).append(
            Code(row["code"], row["label"], _year(row["since"]), _year(row["until"]), row.get("successor") or "")
        )
    return {name: CodeSet(name, tuple(codes)) for name, codes in grouped.items()}


def _year(text: str) -> int | None:
    return int(text) if text else None
