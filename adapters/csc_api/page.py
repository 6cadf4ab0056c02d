"""The documentation page of the feed's items: what each is, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.csc_api.cohort import REASONS
from adapters.csc_api.mapping import CHILD_ID, CHILD_SECOND_ID, OF_CHILD, OF_EPISODE, Mapped
from schemas.csc_api.declare import Block, Item, walk
from schemas.csc_api.layout import CHILD
from schemas.fields import Kind

_TYPES = {Kind.CODE: "string", Kind.TEXT: "string", Kind.BOOLEAN: "boolean", Kind.INTEGER: "integer"}


def text() -> str:
    """Give the page."""
    parts = [
        "# Items of the DfE feed",
        "",
        "Made from the code by `make docs`. [The DfE feed](csc-api.md) says how it is sent. Sources are fields of",
        "[case records](case-records.md).",
        "",
        "## Who is sent",
        "",
        "A child who was under 26 when the window began, or is not born yet, and of whom one of these holds:",
        "",
        *(f"- {reason.words}" for reason in REASONS),
        "",
        "## What is sent",
        "",
        "| No. | Path | Type | Most | Codes | Sources | How |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *_rows(),
        "",
        "## Which rows",
        "",
        "| Block | Table | Taken in | Removed by name |",
        "| --- | --- | --- | --- |",
        *(
            f"| `{rows.block.name}` | `{rows.table}` | {rows.taken} | {_purge(rows.block)} |"
            for rows in (*OF_CHILD, *OF_EPISODE)
        ),
    ]
    return "\n".join(parts) + "\n"


def _rows() -> Iterator[str]:
    made = _mapped()
    blocks = [CHILD, *(part for _, part in walk(CHILD) if isinstance(part, Block))]
    for path, part in walk(CHILD):
        if isinstance(part, Item):
            parent = next(block for block in blocks if part in block.content)
            yield _row(path, part, made[parent.name, part.name])


def _mapped() -> dict[tuple[str, str], Mapped]:
    own = {(CHILD.name, item.target): item for item in (CHILD_ID, CHILD_SECOND_ID)}
    return own | {(rows.block.name, item.target): item for rows in (*OF_CHILD, *OF_EPISODE) for item in rows.items}


def _row(path: str, item: Item, mapped: Mapped) -> str:
    most = f"{item.values} of {item.most}" if item.values else str(item.most or item.highest or "")
    codes = f"`{item.codes.name}`" if item.codes else ""
    sources = ", ".join(f"`{source}`" for source in mapped.sources)
    kind = _TYPES.get(item.kind, item.kind.value)
    return f"| {item.number or ''} | `{path}` | {kind} | {most} | {codes} | {sources} | {mapped.how} |"


def _purge(block: Block) -> str:
    return "yes" if block.purge else "no: the whole list is sent"
