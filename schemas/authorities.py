"""England's children's services authorities: DfE and ONS codes, each pair with the days on which it was in force.

The dates are data, never code: authorities split, merge and change their ONS code. A pair without a
first day was in force before the nine-character ONS codes began in January 2009.
Source: DfE list of authorities and ONS register of geographic codes, 2009 to 2025.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Authority:
    """One pair of codes; `since` and `until` both belong to the time in which it is in force, None where open."""

    code: str
    name: str
    ons: str
    since: date | None
    until: date | None
    region: str

    def in_force(self, day: date) -> bool:
        """Tell whether the pair is in force on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@cache
def authorities() -> tuple[Authority, ...]:
    """List every pair of codes, past ones too, by DfE code and time."""
    text = (files("schemas") / "authorities.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple(
        Authority(row["code"], row["name"], row["ons"], _day(row["since"]), _day(row["until"]), row["region"])
        for row in rows
    )


@cache
def dfe_codes() -> frozenset[str]:
    """Give every DfE code, those of past authorities too: numbers issued by them live on."""
    return frozenset(pair.code for pair in authorities())


@cache
def ons_codes() -> frozenset[str]:
    """Give every ONS code, past ones too."""
    return frozenset(pair.ons for pair in authorities())


@cache
def current_codes() -> dict[str, str]:
    """Give the DfE code of the children's services that are responsible today for each ONS code.

    Past codes of an authority count, as do districts inside a county; where an authority was split or merged, its own
    past code leads to none, and those of its districts lead to what they became part of.
    Source: ONS lookup of districts to upper-tier authorities, with the changes of 2023.
    """
    today = {pair.code for pair in authorities() if pair.until is None}
    own = {pair.ons: pair.code for pair in authorities() if pair.code in today}
    rows = csv.DictReader((files("schemas") / "districts.csv").read_text(encoding="utf-8").splitlines())
    return own | {row["ons"]: row["authority"] for row in rows}


def by_code(code: str, day: date) -> Authority | None:
    """Find the authority that has the DfE code `code` on a day."""
    return next((pair for pair in authorities() if pair.code == code and pair.in_force(day)), None)


def by_ons(ons: str, day: date) -> Authority | None:
    """Find the authority that has the ONS code `ons` on a day."""
    return next((pair for pair in authorities() if pair.ons == ons and pair.in_force(day)), None)


def held_between(code: str, since: date, until: date | None) -> bool:
    """Tell whether a DfE or ONS code was in force on some day of a time, both ends included; no end is open."""
    return any(
        code in {pair.code, pair.ons}
        and (pair.until is None or since <= pair.until)
        and (pair.since is None or until is None or pair.since <= until)
        for pair in authorities()
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
