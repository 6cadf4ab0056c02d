"""England's bank holidays as data: `python -m schemas.bank_holidays` writes them anew.

The only place that asks the `holidays` package. The dates are kept in a file because the package
takes longer to load than a whole census takes to check; a test compares the two, and pins 2015 to
2028. A one-off holiday is added by taking the package's next release and writing the file again.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

FILE = Path(__file__).with_name("bank_holidays.txt")
YEARS = range(2010, 2036)
_SATURDAY = 5


def from_package() -> list[date]:
    """List the weekdays that are bank holidays in England, substitute days included."""
    from holidays import country_holidays  # noqa: PLC0415  # a development dependency: only this command has it

    named = country_holidays("GB", subdiv="ENG", years=YEARS)
    return sorted(day for day in named if day.weekday() < _SATURDAY)


def text() -> str:
    """Give the file, one date a line."""
    return "".join(f"{day.isoformat()}\n" for day in from_package())


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
