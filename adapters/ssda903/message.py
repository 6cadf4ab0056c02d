"""Put the tables of the looked-after return into the shape of its XML form, and say what has no place there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from adapters.ssda903.frames import UASC, by_rows
from schemas.ssda903.layout import CHILDREN, HEADER, LAST
from schemas.ssda903.message import IN_HEADER, message_layout
from schemas.tables import LINE, ROW, Layout, Table, above

_CHILD = "CHILD"
_FROM_HEADER = ("DOB", "SEX")
# Of these a child has one record at most.
_ONCE = (*IN_HEADER, "PrevPerm", "OC2")
_AT = "at"


@dataclass(frozen=True, slots=True)
class Shaped:
    """The frames of the XML form, and in words what of the tables has no place in it."""

    layout: Layout
    tables: dict[str, pl.DataFrame]
    losses: tuple[str, ...]


def shaped(layout: Layout, tables: Mapping[str, pl.DataFrame]) -> Shaped:
    """Make one HEADER for each record of Header, and for each child that has none but stands elsewhere."""
    target = message_layout(layout.year)
    shaping = _Shaping(target, {name: frame for name, frame in tables.items() if name != CHILDREN})
    found = shaping.frames()
    return Shaped(target, found, tuple(shaping.losses))


class _Shaping:
    """The tables of one return on their way into the XML form."""

    def __init__(self, target: Layout, tables: Mapping[str, pl.DataFrame]) -> None:
        self._target = target
        self._tables = {name: frame for name, frame in tables.items() if target.has(name) or name in IN_HEADER}
        self.losses = [
            f"{name}: the XML form has no such table. Records: {frame.height:,}."
            for name, frame in tables.items()
            if name not in self._tables and frame.height and not name.endswith(LAST)
        ]
        if any(name.endswith(LAST) for name in tables):
            self.losses.append("Last year's return is a message of its own: convert it by itself.")

    def frames(self) -> dict[str, pl.DataFrame]:
        header = self._header()
        owners = header.filter(pl.col(above(CHILDREN)).is_not_null()).unique(above(CHILDREN), keep="first")
        owners = owners.select(
            above(CHILDREN), pl.col(ROW).alias(_AT), *(pl.col(name).alias(f"{name}@") for name in _FROM_HEADER)
        )
        placed = {name: self._placed(name, frame, owners) for name, frame in self._tables.items() if name != HEADER}
        for name in IN_HEADER:
            if name in placed:
                items = placed[name].select(pl.col(_AT).alias(ROW), *IN_HEADER[name])
                header = header.join(items, on=ROW, how="left", maintain_order="left")
            else:
                header = header.with_columns(pl.lit(None, dtype=pl.String).alias(item) for item in IN_HEADER[name])
        found = {HEADER: self._filled(self._target.table(HEADER), header)}
        for table in self._target:
            if table.name != HEADER:
                frame = placed.get(
                    table.name, pl.DataFrame(schema=table.schema()).with_columns(pl.lit(None, pl.Int32).alias(_AT))
                )
                frame = frame.with_columns(
                    pl.col(_AT).alias(above(HEADER)), pl.int_range(pl.len(), dtype=pl.Int32).alias(ROW)
                )
                found[table.name] = self._filled(table, frame)
        return found

    def _header(self) -> pl.DataFrame:
        """Give the records of Header, and after them one for each child that has none."""
        columns: dict[str, pl.DataType] = {ROW: pl.Int32(), above(CHILDREN): pl.Int32()}
        columns |= dict.fromkeys((_CHILD, "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB", UASC), pl.String())
        own = self._tables.get(HEADER, pl.DataFrame(schema=columns)).select(list(columns))
        others = [
            frame.select(above(CHILDREN), _CHILD, *(name for name in _FROM_HEADER if name in frame.columns))
            for name, frame in self._tables.items()
            if name != HEADER
        ]
        known = own.get_column(above(CHILDREN)).implode()
        without = pl.concat([own.clear().select(above(CHILDREN), _CHILD, *_FROM_HEADER), *others], how="diagonal")
        without = without.filter(pl.col(above(CHILDREN)).is_not_null() & ~pl.col(above(CHILDREN)).is_in(known))
        without = without.group_by(above(CHILDREN), maintain_order=True).agg(pl.all().drop_nulls().first())
        if without.height:
            self.losses.append(f"Children without a record in Header, who get one: {without.height:,}.")
        both = pl.concat([own, without.select(above(CHILDREN), _CHILD, *_FROM_HEADER)], how="diagonal")
        return both.with_columns(pl.int_range(pl.len(), dtype=pl.Int32).alias(ROW))

    def _placed(self, name: str, frame: pl.DataFrame, owners: pl.DataFrame) -> pl.DataFrame:
        """Give each record the header that it belongs to; leave out those that have none, or another before them."""
        frame = frame.join(owners, on=above(CHILDREN), how="left", maintain_order="left")
        nobody = frame.filter(pl.col(_AT).is_null())
        self.losses += [f"{name} line {line}: no child is named, so the record has no place." for line in nobody[LINE]]
        frame = frame.filter(pl.col(_AT).is_not_null())
        for item in _FROM_HEADER:
            if item in frame.columns:
                other = frame.filter(pl.col(item).ne_missing(pl.col(f"{item}@")))
                self.losses += [f"{name} line {line}: {item} is not that of Header." for line in other[LINE]]
        if name in _ONCE:
            again = ~pl.col(_AT).is_first_distinct()
            surplus = frame.filter(again)
            self.losses += [f"{name} line {line}: the child has another such record." for line in surplus[LINE]]
            frame = frame.filter(~again)
        self.losses += list(_blank(name, frame))
        return frame

    def _filled(self, table: Table, frame: pl.DataFrame) -> pl.DataFrame:
        """Keep the columns that a writer reads; what must stand is an empty element where it is blank."""
        links = [above(name) for name in table.ancestors]
        texts = [pl.col(field.name).fill_null("") if field.required else pl.col(field.name) for field in table]
        return frame.select(ROW, *links, *texts)


def _blank(name: str, frame: pl.DataFrame) -> Iterator[str]:
    """Find records of which the header would show nothing."""
    if name in IN_HEADER and name != UASC:
        for line in frame.filter(pl.all_horizontal(pl.col(item).is_null() for item in IN_HEADER[name]))[LINE]:
            yield f"{name} line {line}: the record has no value of its own, so it has no element in the file."


def told_by_rows(tables: Mapping[str, pl.DataFrame], last: str) -> bool:
    """Tell whether the records of UASC say all that the item UASC of Header says, this year or in `last` year's."""
    tables = {name.removesuffix(LAST): frame for name, frame in tables.items() if name.endswith(LAST) is bool(last)}
    header = tables[HEADER]
    if UASC not in tables:
        return header.get_column(UASC).null_count() == header.height
    told = pl.col(UASC).eq_missing(by_rows(tables[UASC], last))
    return bool(header.select(told.all()).item())
