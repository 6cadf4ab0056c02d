"""Write the census schemas of every year: `python -m schemas.cin.xsd`."""

from __future__ import annotations

from pathlib import Path

from schemas.cin.layout import YEARS, cin_layout
from schemas.xsd import xsd_of

FOLDER = Path(__file__).parent / "xsd"


def cin_xsd(year: int) -> str:
    """Give the schema of the collection that ends in `year`."""
    return xsd_of(cin_layout(year), f"Children in need census, collection of {year - 1} to {year}")


def xsd_path(year: int) -> Path:
    """Say where the schema of a year is kept."""
    return FOLDER / f"cin-{year}.xsd"


def write_all() -> None:
    """Write the schema of every year."""
    FOLDER.mkdir(exist_ok=True)
    for year in YEARS:
        xsd_path(year).write_text(cin_xsd(year), encoding="utf-8")


if __name__ == "__main__":
    write_all()
