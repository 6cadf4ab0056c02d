"""Cut the text of a CSV file into records and cells, all lines together."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from adapters.sheets.sheet import Sheet
from adapters.sheets.text import decoded
from schemas.errors import Rejected
from schemas.tables import LINE

DELIMITERS = (",", ";", "\t")
MOST_COLUMNS = 500
_QUOTE = '"'
# Stands for a quotation mark inside a cell that is not in quotes; no text has this code point, which is no character.
_STRAY = "\ufdd0"
_RECORD = "record"


@dataclass(frozen=True, slots=True)
class _Records:
    """The records of a text with the lines on which they start; `broken` are lines with one quotation mark too many."""

    frame: pl.DataFrame
    broken: tuple[int, ...]


def read_csv(name: str, raw: bytes, known: Callable[[str], bool]) -> Sheet:
    """Read a file with commas, semicolons or tabs between its cells; `known` tells a heading from other texts.

    The first record has the headings. Records without any text are passed over. A record whose quotation marks do not
    match is cut at every delimiter, and is among `broken`. Raise Rejected where there are more than `MOST_COLUMNS`.
    """
    text = decoded(raw)
    content = text.content if "\n" in text.content else text.content.replace("\r", "\n")
    delimiter = delimiter_of(content, known)
    records = _records(content, delimiter)
    cells, faulty = _cells(name, records.frame, delimiter, quoted=_QUOTE in content)
    headings = tuple(cell.strip() for cell in cells.row(0)[1:] if cell is not None) if cells.height else ()
    return Sheet(
        name,
        headings,
        cells.slice(1),
        encoding=text.encoding,
        odd_line=text.odd_line,
        delimiter=delimiter,
        broken=tuple(sorted({*records.broken, *faulty})),
    )


def delimiter_of(content: str, known: Callable[[str], bool]) -> str:
    """Find the sign that cuts the first line into most known headings."""
    first = content.lstrip("\r\n").partition("\n")[0]
    return max(DELIMITERS, key=lambda sign: sum(map(known, headings_of(first, sign))))


def headings_of(line: str, delimiter: str) -> list[str]:
    """Cut a line of headings, which may be in quotes."""
    return [cell.strip().strip(_QUOTE) for cell in line.split(delimiter)]


def _records(content: str, delimiter: str) -> _Records:
    lines = pl.Series(_RECORD, [content]).str.split("\n").explode().to_frame()
    lines = lines.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int32).alias(LINE))
    if _QUOTE not in content:
        return _Records(_with_text(lines, delimiter), ())
    lines = lines.with_columns(_without_stray(delimiter))
    odd = pl.col(_RECORD).str.count_matches(_QUOTE, literal=True) % 2 == 1
    if lines.select(odd.sum()).item() % 2:
        broken = lines.filter(odd).get_column(LINE)
        plain = pl.when(odd).then(pl.col(_RECORD).str.replace_all(_QUOTE, _STRAY, literal=True)).otherwise(_RECORD)
        return _Records(_with_text(lines.with_columns(plain.alias(_RECORD)), delimiter), tuple(broken))
    return _Records(_with_text(_joined(lines, odd), delimiter), ())


def _without_stray(delimiter: str) -> pl.Expr:
    """Set apart the quotation marks that stand in the middle of a cell and are not doubled."""
    column, pattern = pl.col(_RECORD), rf'([^{delimiter}"])"([^{delimiter}"\r])'
    # Twice, because a letter between two of them belongs to both matches.
    for _ in range(2):
        column = column.str.replace_all(pattern, f"${{1}}{_STRAY}${{2}}")
    return column


def _joined(lines: pl.DataFrame, odd: pl.Expr) -> pl.DataFrame:
    """Join the lines of one record: a quoted cell may have line breaks."""
    inside = (odd.cum_sum() % 2 == 1).shift(1, fill_value=False)
    numbered = lines.with_columns((~inside).cum_sum().alias("at"))
    if numbered.item(-1, "at") == lines.height:
        return lines
    return numbered.group_by("at", maintain_order=True).agg(pl.col(_RECORD).str.join("\n"), pl.col(LINE).first())


def _with_text(records: pl.DataFrame, delimiter: str) -> pl.DataFrame:
    whole = records.lazy().with_columns(pl.col(_RECORD).str.strip_suffix("\r"))
    empty = pl.col(_RECORD).str.strip_chars(f'{delimiter}" \t\r\n').str.len_bytes() == 0
    return whole.filter(~empty).collect()


def _cells(name: str, records: pl.DataFrame, delimiter: str, *, quoted: bool) -> tuple[pl.DataFrame, list[int]]:
    """Cut every record; give the lines of those whose quotation marks do not match, too."""
    easy, hard, faulty = _apart(records, delimiter) if quoted else (records, [], [])
    most = easy.select(pl.col(_RECORD).str.count_matches(delimiter, literal=True).max()).item()
    width = 1 + max([most or 0, *(len(row) - 2 for row in hard)])
    if width > MOST_COLUMNS:
        raise Rejected(
            f"{name} has {width:,} columns, more than the {MOST_COLUMNS} that the gateway reads.",
            hint="Check that it is a table of the return.",
        )
    columns = [f"c{at}" for at in range(width)]
    cut = easy.get_column(_RECORD).str.split_exact(delimiter, width - 1).struct.unnest()
    frame = cut.rename(dict(zip(cut.columns, columns, strict=True))).insert_column(0, easy.get_column(LINE))
    if hard:
        schema: dict[str, pl.DataType] = {LINE: pl.Int32(), **dict.fromkeys(columns, pl.String())}
        rows = [[*row, *[None] * (width + 1 - len(row))] for row in hard]
        frame = pl.concat([frame, pl.DataFrame(rows, schema=schema, orient="row")]).sort(LINE)
    back = pl.col(columns).str.replace_all(_STRAY, _QUOTE, literal=True)
    return frame.with_columns(back) if quoted and _has_stray(records) else frame, faulty


def _apart(records: pl.DataFrame, delimiter: str) -> tuple[pl.DataFrame, list[list[str | int | None]], list[int]]:
    """Take the quotation marks off records that can then be cut at every delimiter, and cut the others."""
    quoted = pl.col(_RECORD).str.contains(_QUOTE, literal=True)
    plain = f'[^"{delimiter}]*'
    cell = f'(?:"{plain}"|{plain})'
    simple = ~quoted | pl.col(_RECORD).str.contains(f"^{cell}(?:{delimiter}{cell})*$")
    told = records.with_columns(simple.alias("simple"))
    easy = told.filter("simple").select(LINE, pl.col(_RECORD).str.replace_all(_QUOTE, "", literal=True))
    return easy, *_taken_apart(told.filter(~pl.col("simple")), delimiter)


def _has_stray(records: pl.DataFrame) -> bool:
    """Tell whether a quotation mark was set apart."""
    return bool(records.get_column(_RECORD).str.contains(_STRAY, literal=True).any())


def _taken_apart(records: pl.DataFrame, delimiter: str) -> tuple[list[list[str | int | None]], list[int]]:
    """Cut records one by one; those whose quotation marks do not match at every delimiter."""
    rows: list[list[str | int | None]] = []
    faulty: list[int] = []
    for line, record in records.select(LINE, _RECORD).iter_rows():
        try:
            cells = next(iter(csv.reader([record], delimiter=delimiter, strict=True)))
        except csv.Error:
            cells = record.split(delimiter)
            faulty.append(line)
        rows.append([line, *cells])
    return rows, faulty
