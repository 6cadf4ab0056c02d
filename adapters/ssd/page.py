"""Write docs/ssd-mapping.md: which column of the dataset is which field of the case records, made from the links."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.ssd.dialects import NORMALISERS, Normaliser
from adapters.ssd.links import Link, TableLink, table_links
from schemas.ssd.layout import Column, System, tables

_HEAD = """# The SSD, column by column

Made from `adapters/ssd` by `make docs`; do not edit it. [The SSD](ssd.md) says how each form is read and written.

Reading and writing both go by these tables. A column without a field is kept as text beside the case records.
"""


def text() -> str:
    """Give the page."""
    lines = [_HEAD]
    for link in table_links().values():
        lines += [*_table(link), ""]
    return "\n".join(lines).rstrip() + "\n"


def _table(link: TableLink) -> Iterator[str]:
    yield f"## {link.table}: `{link.case}`"
    yield ""
    yield from _beside(link)
    yield "| Column | Item | Field | Form | Otherwise |"
    yield "| --- | --- | --- | --- | --- |"
    for item in link.links:
        column = tables()[link.table].column(item.column)
        cells = (f"`{item.column}`", column.reference, _fields(item), item.form.name, _otherwise(column))
        yield f"| {' | '.join(cells)} |"


def _beside(link: TableLink) -> Iterator[str]:
    """Say what no single column says."""
    said = [f"Every row has `{field}` {value}." for field, value in link.constant]
    said += [f"Without a person it is that of `{case}` with the same `{by}`." for _, case, by in link.person_through]
    own = (item for item in NORMALISERS if item.table == link.table)
    if habits := "; ".join(dict.fromkeys(_habit(item) for item in own)):
        said.append(f"Put right where it happens: {habits}.")
    if said:
        yield from (" ".join(said), "")


def _habit(item: Normaliser) -> str:
    systems = "any system" if len(item.systems) == len(System) else ", ".join(system.value for system in item.systems)
    return f"{item.says} ({systems})"


def _fields(item: Link) -> str:
    return ", ".join(f"`{field}`" for field, _ in item.fields) or "none"


def _otherwise(column: Column) -> str:
    said = [f"also called `{name}`" for name in column.also]
    said += [f"not on {system.value}" for system in column.absent]
    said += [f"since {column.since}"] if column.since else []
    return ", ".join(said)
