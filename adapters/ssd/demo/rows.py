"""The rows of case tables while a made-up authority is written: added one by one, taken away in frames."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from adapters.ssd.links import TableLink, table_links
from adapters.ssd.tables import table_schema


class Rows:
    """Rows by case table. Identifiers are numbers of their table, as most systems make them."""

    def __init__(self) -> None:
        self._columns = {link.case: _columns(link) for link in table_links().values()}
        self._rows: dict[str, list[tuple[object, ...]]] = {}
        self._last: dict[str, int] = {}

    def add(self, table: str, **values: object) -> str:
        """Put in a row and give its identifier, which is made where it is not given; fields left out are empty."""
        identifier = str(values.get("id") or self.number(table))
        values["id"] = identifier
        self._rows.setdefault(table, []).append(tuple(map(values.get, self._columns[table])))
        return identifier

    def number(self, what: str) -> str:
        """Give the next number of a table, or of a key that rows share."""
        self._last[what] = self._last.get(what, 0) + 1
        return str(self._last[what])

    def take(self) -> Iterator[tuple[TableLink, pl.DataFrame]]:
        """Give the rows of every table as frames, and begin anew."""
        for link in table_links().values():
            rows = self._rows.pop(link.case, [])
            if rows:
                schema = {name: table_schema(link.case)[name] for name in self._columns[link.case]}
                yield link, pl.DataFrame(rows, schema=schema, orient="row")


def _columns(link: TableLink) -> tuple[str, ...]:
    fields = [field for item in link.links for field, _ in item.fields]
    return tuple(dict.fromkeys((*fields, "person") if "person" in table_schema(link.case) else fields))
