"""The page of the docs about case records, made from the declaration."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from schemas.case.codes import FROM_CENSUS, code_sets
from schemas.case.columns import value_type
from schemas.case.fields import CaseField, Copying
from schemas.case.tables import KEYS, TABLES, provenance_fields, table_fields

_WORDS: dict[type, str] = {
    str: "text",
    bool: "yes or no",
    int: "whole number",
    float: "number",
    date: "date",
    datetime: "time",
}
_COPYING = {Copying.FAMILY: "family", Copying.CHILD: "each child", Copying.NEVER: ""}
_HEAD = """\
# Case records

Made from `schemas/case` by `make docs`; do not edit it.

A case file holds every record about one family, table by table. Tables and fields follow the Standard
Safeguarding Dataset, whose item number stands beside a field that comes from it; tables and fields
without one were added because a transfer needs them. Its mother links are rows of `relationships`. Its
placement costs are left out: the standard has not defined them.

- A field is named `table.field`, in agreements, processes and findings alike.
- Every field may be empty but for those marked *required*. A code must be in its code set, of any year.
- Sensitivity is none, personal or special category; it bounds what may be shown and sent.
- Copying says what may become of a fact for brothers and sisters: *family*, offered for all of them and
  confirmed once; *each child*, offered and confirmed for each; nothing, never copied. A copy names the
  record that it was made from, who made it and when; a difference is shown and asked, never overwritten.
- In the table form each table is a frame with these columns, provenance in `provenance.<part>`.
"""


def text() -> str:
    """Give the page."""
    return "\n".join((_HEAD, *_keys(), *_tables(), *_codes()))


def _keys() -> Iterator[str]:
    yield "## Every record\n"
    yield "| Field | Meaning |"
    yield "|---|---|"
    yield "| `id` | Opaque identifier, one in its table. Required. |"
    yield "| `person` | Whom the record is about, in tables about persons. Required. |"
    for item in provenance_fields():
        yield f"| `provenance.{item.field}` | {item.guidance}{_code_set(item)} |"
    yield ""


def _tables() -> Iterator[str]:
    for table, record in TABLES.items():
        yield f"## {record.title}: `{table}`\n"
        yield f"{(record.__doc__ or '').strip()}\n"
        rows = [_row(item) for item in table_fields(table) if item.field not in KEYS]
        yield "| Field | Meaning | Type | Sensitivity | Item | Copying |"
        yield "|---|---|---|---|---|---|"
        yield from rows
        yield ""


def _row(item: CaseField) -> str:
    info = TABLES[item.table].model_fields[item.field]
    kind, many = value_type(info)
    words = f"reference to `{item.points_to}`" if item.points_to else _WORDS[kind]
    if item.codes is not None:
        words = f"code of [{item.codes.name}](#{item.codes.name.lower()})"
    words = f"list: {words}" if many else words
    needed = ", *required*" if info.is_required() else ""
    cells = (
        f"`{item.field}`",
        item.guidance,
        words + needed,
        item.sensitivity.value,
        item.reference,
        _COPYING[item.copying],
    )
    return f"| {' | '.join(cells)} |"


def _code_set(item: CaseField) -> str:
    return f" Code of [{item.codes.name}](#{item.codes.name.lower()})." if item.codes else ""


def _codes() -> Iterator[str]:
    yield "# Code sets\n"
    for name, codes in sorted(code_sets().items()):
        yield f"## {name}\n"
        if name in FROM_CENSUS:
            yield "The list of the children in need census.\n"
        latest = {code.value: code.label for code in codes.codes}
        yield "; ".join(f"`{value}` {label}" for value, label in latest.items()) + "\n"
