"""Read the dataset into case tables: a part of a table at a time, each written down before the next is fetched."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from graphlib import TopologicalSorter
from pathlib import Path

import polars as pl

from adapters.ssd.copies import settled
from adapters.ssd.derived import derived
from adapters.ssd.dialects import Known, repaired
from adapters.ssd.forms import KEY
from adapters.ssd.links import TableLink, case_tables, table_links
from adapters.ssd.rows import cleaned, converted, leftovers, named
from adapters.ssd.source import Source, opened
from adapters.ssd.tables import LEFTOVERS, ORIGIN_TABLE, CaseTables, table_schema
from schemas.errors import Held, Rejected, Transient

Progress = Callable[[int, int], None]
ROWS = 50_000
_FIRST = ("ssd_department", "ssd_professionals", "ssd_person")
_PROVENANCE = {
    "provenance.source": "Standard Safeguarding Dataset",
    "provenance.recorded_by": "ssd",
    "provenance.state": "ASSERTED",
}


@contextmanager
def reading(
    place: str,
    *,
    recorded_at: datetime,
    schema: str = "",
    password: str = "",
    least_people: int = 0,
    progress: Progress | None = None,
) -> Iterator[CaseTables]:
    """Read a database or a folder; the tables last as long as the context, in a folder that only its owner may enter.

    `recorded_at` becomes the time in every record's provenance; `progress` is told (rows read, rows in all).
    Raise Rejected where the source has nothing of the dataset, Transient where it has no people, Held where it has
    fewer than `least_people`: it may be half loaded, and nothing of what is absent may pass for closed.
    """
    with tempfile.TemporaryDirectory(prefix="ics-gateway-ssd-") as folder:
        with opened(place, schema=schema, password=password) as source:
            spool = Path(folder)
            found = read(source, spool, recorded_at=recorded_at, least_people=least_people, progress=progress)
        yield found


def read(
    source: Source,
    folder: Path,
    *,
    recorded_at: datetime,
    least_people: int = 0,
    progress: Progress | None = None,
    rows: int = ROWS,
) -> CaseTables:
    """Read an opened source into files of `folder`, which the tables scan; see `reading`."""
    spool = _Spool(source, folder, recorded_at, rows)
    wanted = [link for link in _in_order() if link.table in spool.there]
    if not wanted:
        raise Rejected("There is no table of the Standard Safeguarding Dataset.", hint="Is it another schema?")
    counts = {link.table: source.count(link.table) for link in wanted}
    _enough(counts.get("ssd_person", 0), least_people)
    done, total = 0, sum(counts.values())
    for link in wanted:
        for size in spool.take(link):
            done += size
            if progress:
                progress(done, total)
    return spool.result()


def _enough(people: int, least: int) -> None:
    if not people:
        raise Transient("The dataset has no people: it may be being rebuilt.", hint="Read it when the load is done.")
    if people < least:
        raise Held(
            f"The dataset has {people:,} people, fewer than {least:,}: a part of it may be missing.",
            hint="Look at the load of the dataset; if it is whole, read it with a smaller least number.",
        )


def _in_order() -> list[TableLink]:
    """Give the tables so that each comes after those in which it looks something up."""
    links = table_links()
    by_case = {link.case: link.table for link in links.values()}
    needs = {link.table: {by_case[case] for _, case, _ in link.person_through} for link in links.values()}
    order = list(TopologicalSorter(needs).static_order())
    return [links[table] for table in (*_FIRST, *(table for table in order if table not in _FIRST))]


@dataclass
class _Spool:
    """The reading while it goes on: what was read is in files of the folder."""

    source: Source
    folder: Path
    recorded_at: datetime
    rows: int
    _lookups: dict[tuple[str, str], pl.DataFrame] = field(default_factory=dict)

    @cached_property
    def there(self) -> Mapping[str, tuple[str, ...]]:
        """Give the columns of every table of the source."""
        return {name: tuple(found.name for found in columns) for name, columns in self.source.tables().items()}

    @cached_property
    def known(self) -> Known:
        """Give the other names of workers, teams and people; they are read first."""
        staff = self._keys("professionals", "name") | self._keys("professionals", "staff_number")
        people = self._keys("person", "legacy_reference")
        return Known(self.recorded_at.date(), staff, self._keys("department", "name"), people)

    def take(self, link: TableLink) -> Iterator[int]:
        """Read one table and give the number of rows of every part."""
        columns = named(link, self.there[link.table])
        place = self.folder / link.case
        place.mkdir()
        for number, part in enumerate(self.source.parts(link.table, tuple(columns), self.rows)):
            text = self._repaired(link, cleaned(link, part.rename(columns)))
            values = self._with_people(link, converted(link, text), text)
            values = derived(link.case, values, self.recorded_at.date())
            values.write_parquet(place / f"{number:05}.parquet", compression="lz4")
            left = leftovers(link, text, values)
            if left.height:
                left.write_parquet(self.folder / f"left-{link.case}-{number:05}.parquet", compression="lz4")
            yield part.height

    def result(self) -> CaseTables:
        """Give the tables that were read."""
        left = sorted(self.folder.glob("left-*.parquet"))
        return CaseTables(
            settled({case: self._scan(case) for case in case_tables()}),
            pl.scan_parquet(left) if left else pl.LazyFrame(schema=LEFTOVERS),
        )

    def _repaired(self, link: TableLink, part: pl.DataFrame) -> pl.DataFrame:
        if link.table in _FIRST[:2]:
            return part
        if link.table == "ssd_person":
            return repaired(link.table, part, Known(self.recorded_at.date(), {}, {}, {}))
        return repaired(link.table, part, self.known)

    def _with_people(self, link: TableLink, values: pl.DataFrame, text: pl.DataFrame) -> pl.DataFrame:
        """Find whom a row is about through another table, where it does not say it."""
        for column, case, by in link.person_through:
            if not values["person"].null_count():
                return values
            found = text.select(KEY.read(pl.col(column)).alias(by)).join(
                self._owners(case, by), on=by, how="left", maintain_order="left"
            )
            values = values.with_columns(pl.coalesce(pl.col("person"), found["person"]).alias("person"))
        return values

    def _owners(self, case: str, by: str) -> pl.DataFrame:
        if (case, by) not in self._lookups:
            rows = self._files(case).select(by, "person").drop_nulls().unique(by, keep="any").collect()
            self._lookups[case, by] = rows
        return self._lookups[case, by]

    def _keys(self, case: str, called: str) -> dict[str, str]:
        rows = self._files(case).select(called, "id").drop_nulls().collect()
        once = rows.filter(~pl.col(called).is_duplicated() & ~pl.col(called).is_in(rows["id"].implode()))
        return dict(zip(once[called], once["id"], strict=True))

    def _files(self, case: str) -> pl.LazyFrame:
        place = self.folder / case
        files = sorted(place.glob("*.parquet")) if place.exists() else []
        return pl.scan_parquet(files) if files else pl.LazyFrame(schema=table_schema(case))

    def _scan(self, case: str) -> pl.LazyFrame:
        link = next(link for link in table_links().values() if link.case == case)
        constants = [pl.lit(text).alias(name) for name, text in (_PROVENANCE | dict(link.constant)).items()]
        return (
            self._files(case)
            .with_columns(
                *constants,
                pl.lit(link.table).alias(ORIGIN_TABLE),
                pl.concat_str(pl.lit(f"{link.table}/"), "id").alias("provenance.record"),
                pl.lit(self.recorded_at, dtype=pl.Datetime("us", "UTC")).alias("provenance.recorded_at"),
            )
            .pipe(_every_column, case)
        )


def _every_column(rows: pl.LazyFrame, case: str) -> pl.LazyFrame:
    there = rows.collect_schema()
    columns = table_schema(case)
    return rows.select(
        pl.col(name) if name in there else pl.lit(None, dtype=kind).alias(name) for name, kind in columns.items()
    )
