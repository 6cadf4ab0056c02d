"""Write docs/mapping.md: every item of every return that is built, where it comes from, and what the dataset lacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from adapters.builders import BUILDERS, ReturnBuilder
from adapters.mapping.built import ReturnRows
from adapters.mapping.items import Mapped
from adapters.ssd.links import table_links

_HEAD = """# From case records to the returns

Made from the code by `make docs`. [Build](build.md) says how a return is built. Sources are fields of
[case records](case-records.md); the columns are those of the [SSD](ssd-mapping.md) that feed them.
"""


def text() -> str:
    """Give the page."""
    lines = [_HEAD]
    for builder in BUILDERS:
        lines += [*_return(builder), ""]
    return "\n".join(lines).rstrip() + "\n"


@cache
def columns() -> Mapping[str, str]:
    """Give the column of the dataset that feeds each case field, by `table.field`."""
    return {
        f"{link.case}.{field}": item.column
        for link in table_links().values()
        for item in link.links
        for field, _ in item.fields
    }


def in_dataset(item: Mapped) -> bool:
    """Tell whether the dataset holds any source of an item; one without sources needs none."""
    return not item.sources or any(source in columns() for source in item.sources)


def _return(builder: ReturnBuilder) -> Iterator[str]:
    yield f"## {builder.definition.title}"
    yield ""
    for rows in builder.declared:
        yield from _record(rows)
    yield "### Not in the dataset"
    yield ""
    yield "| Record | Item | Case field | What to do |"
    yield "| --- | --- | --- | --- |"
    for rows in builder.declared:
        for item in rows.items:
            if not in_dataset(item):
                yield f"| {rows.block} | {item.target} | {_code(item.sources)} | {item.instead} |"
    for gap in builder.absent:
        yield f"| {gap.block} | {'all' if gap.target == '*' else gap.target} | none | {gap.instead} |"


def _record(rows: ReturnRows) -> Iterator[str]:
    yield f"### {rows.block}"
    yield ""
    yield f"From `{rows.table}`. {rows.taken}" if rows.table else rows.taken
    yield ""
    yield "| Item | Case fields | Columns | How |"
    yield "| --- | --- | --- | --- |"
    for item in rows.items:
        found = (columns()[source] for source in item.sources if source in columns())
        yield f"| {item.target} | {_code(item.sources)} | {_code(tuple(found))} | {item.how or 'As it stands.'} |"
    yield ""


def _code(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "none"
