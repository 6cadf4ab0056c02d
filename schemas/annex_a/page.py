"""Write docs/annex-a-lists.md: the columns of each list, and the choices."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.annex_a.layout import ASKED_FOR, SCOPES, YEARS, annex_a_layout
from schemas.codesets import CodeSet
from schemas.fields import Field
from schemas.tables import Table


def text() -> str:
    """Give the page."""
    lists = [table for table in annex_a_layout(YEARS[-1]) if table.name in SCOPES]
    parts = [
        "# The lists of Annex A, column by column",
        "",
        "Made from the code by `make docs`. [The lists of Annex A](annex-a.md) says how they are built, read and",
        "checked. Reports name a column by the name in the second column here.",
        "",
        *(line for table in lists for line in _list(table)),
        "## Choices",
        "",
        "Ofsted's text of each; other spellings are understood. The code is that of the other returns, where they have",
        "one.",
        "",
        *(line for codes in _choices(lists) for line in _codes(codes)),
    ]
    return "\n".join(parts).rstrip() + "\n"


def _list(table: Table) -> Iterator[str]:
    yield f"## {table.name}: {SCOPES[table.name].title}"
    yield ""
    yield "| No. | Name in reports | Heading | What it is | Blank |"
    yield "| --- | --- | --- | --- | --- |"
    for number, field in enumerate(table, start=1):
        yield f"| {number} | `{field.name}` | {field.tag} | {_kind(field)} | {_blank(table, field)} |"
    yield ""


def _kind(field: Field) -> str:
    return f"one of [{field.codes.name}](#{field.codes.name.lower()})" if field.codes else field.kind.value


def _blank(table: Table, field: Field) -> str:
    if (table.name, field.name) in ASKED_FOR:
        return "asked about"
    return "error" if field.required else "may be"


def _choices(lists: list[Table]) -> tuple[CodeSet, ...]:
    found = {field.codes.name: field.codes for table in lists for field in table if field.codes}
    return tuple(found[name] for name in sorted(found))


def _codes(codes: CodeSet) -> Iterator[str]:
    yield f"### {codes.name}"
    yield ""
    yield "| Text | Code |"
    yield "| --- | --- |"
    yield from (f"| {code.label} | `{code.value}` |" for code in codes.codes)
    yield ""
