"""Build a return from a Standard Safeguarding Dataset, and check what was written."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import polars as pl

from adapters.builders import ReturnBuilder, builder_named
from adapters.cells import guarded
from adapters.mapping.built import NOTES, Built, together
from adapters.mapping.span import ReturnYear, months_until, return_year
from adapters.mapping.tables import Frame
from adapters.postcodes.locate import with_authorities
from adapters.ssd.tables import CaseTables
from adapters.xml.limits import Limits
from gateway.case_source import case_source
from gateway.check import Progress, accompanied, check_data, read_return
from gateway.reference import postcodes
from schemas.errors import Misconfigured
from schemas.findings import Report
from schemas.returns import ReturnData
from schemas.rules import ReturnDefinition

_PLACEMENTS = "cla_placement"
_HEADINGS = ("what", "table", "key", "person")


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be built, and from where: a database URL or a folder. `legacy_ids` and `serial`: see `ReturnYear`.

    `at` is the day of a return that is of a day; any other has a `year`.
    """

    return_name: str
    year: int | None
    place: str
    made: datetime
    authority: str = ""
    schema: str = ""
    serial: int = 1
    legacy_ids: bool = False
    at: date | None = None


def build_return(order: Order, target: Path, progress: Progress | None = None) -> Built:
    """Build the return and write it at `target`; values that case records could not take are among its notes.

    Raise Rejected, Misconfigured, Transient, Held where nothing is written.
    """
    builder = builder_named(order.return_name)
    year = _covered(order, builder.definition)
    with case_source(order.place, at=order.made, schema=order.schema, progress=progress) as found:
        built = builder.build(_located(found.tables), year)
        built = replace(built, notes=together((built.notes, _unread(found, builder))))
    lost = [(words, "", "", "") for words in builder.write(built, target)]
    return replace(built, notes=together((built.notes, pl.DataFrame(lost, schema=NOTES, orient="row"))))


def _located(tables: Mapping[str, Frame]) -> Mapping[str, Frame]:
    """Say in which authority each placement lies, where the directory of postcodes has been made."""
    directory = postcodes()
    if directory is None:
        return tables
    return {**tables, _PLACEMENTS: with_authorities(tables[_PLACEMENTS].lazy(), directory)}


def _covered(order: Order, definition: ReturnDefinition) -> ReturnYear:
    """Give the time that the return is about, and what its header says."""
    if definition.months and order.at is not None and order.year is None:
        covered = months_until(order.at, definition.months, order.made)
    elif not definition.months and order.year is not None and order.at is None:
        covered = return_year(order.year, order.made)
    else:
        option = "--at" if definition.months else "--year"
        raise Misconfigured(f"{definition.title}: it is not said of when it is to be.", hint=f"Say it with {option}.")
    if covered.year not in definition.years:
        years = definition.years
        raise Misconfigured(f"The gateway knows the years {years[0]} to {years[-1]}, not {covered.year}.")
    return replace(covered, authority=order.authority, serial=order.serial, legacy_ids=order.legacy_ids)


def _unread(found: CaseTables, builder: ReturnBuilder) -> pl.DataFrame:
    """Note the values of the dataset that no field of the mapping could take; the values themselves stay there."""
    wanted = {source for rows in builder.declared for item in rows.items for source in item.sources}
    place = pl.concat_str("table", "field", separator=".")
    left = found.leftovers.filter(place.is_in(list(wanted))).collect()
    return left.select(
        pl.format("The value of {} cannot be read: {}.", pl.col("column"), pl.col("reason")).alias("why"),
        pl.col("origin.table").alias("table"),
        pl.col("origin.key").alias("key"),
        pl.lit("").alias("person"),
    )


def check_built(
    order: Order,
    built: Built,
    target: Path,
    *,
    previous: ReturnData | None = None,
    providers: tuple[Path, ...] = (),
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Report:
    """Check the file as any other; each finding says from which record of the case system it comes."""
    definition, data = read_return(
        target,
        return_name=order.return_name,
        year=order.year,
        at=order.at,
        authority=order.authority or None,
        limits=limits,
        progress=progress,
    )
    data = replace(data, origins=built.origins, notices=(*data.notices, *remarks(built)))
    return check_data(*accompanied((definition, data), previous, providers), limits=limits)


def remarks(built: Built) -> Iterator[str]:
    """Say in a line for each kind of note how many there are."""
    counts = built.notes.group_by("why", "table", maintain_order=True).len()
    for why, table, count in counts.iter_rows():
        yield f"{why} {table}: {count:,}." if table else why


def notes_file(built: Built) -> bytes:
    """Give the notes as CSV, one for each record."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_HEADINGS)
    writer.writerows([guarded(cell or "") for cell in row] for row in built.notes.iter_rows())
    return text.getvalue().encode()
