"""One table of texts as it was found."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from adapters.cells import unguarded_texts
from adapters.xml.events import WHITE_SPACE
from schemas.tables import LINE


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file or one sheet of a workbook.

    `cells` has the line on which each record starts (`@line`) and its cells as they stand there (`c0`, `c1` ...),
    perhaps more of them than there are headings; a cell that is not there is null. `broken` are the lines of records
    whose quotation marks do not match; `odd_line` is the first line that is not in UTF-8. A sheet of a workbook has
    a `title`.
    """

    name: str
    headings: tuple[str, ...]
    cells: pl.DataFrame
    encoding: str = ""
    odd_line: int | None = None
    delimiter: str = ""
    broken: tuple[int, ...] = ()
    title: str = ""

    def surplus(self) -> pl.DataFrame:
        """Give, for each record with text outside the headed columns, the line and the count of such cells.

        `under_none` counts those in columns without a heading, `after_last` those after the last heading.
        """
        count = len(self.headings)
        blank = [f"c{at}" for at, heading in enumerate(self.headings) if not heading]
        after = [name for name in self.cells.columns if name != LINE and int(name[1:]) >= count]
        counted = self.cells.lazy().select(LINE, _filled(blank).alias("under_none"), _filled(after).alias("after_last"))
        return counted.filter((pl.col("under_none") > 0) | (pl.col("after_last") > 0)).collect()


def bare(column: str) -> pl.Expr:
    """Give a cell without the white space around it and without its guard (`adapters.cells`); null where blank."""
    text = unguarded_texts(pl.col(column).str.strip_chars(WHITE_SPACE))
    return pl.when(text.str.len_bytes() > 0).then(text)


def _filled(columns: list[str]) -> pl.Expr:
    if not columns:
        return pl.lit(0, dtype=pl.Int64)
    return pl.sum_horizontal(bare(name).is_not_null().cast(pl.Int64) for name in columns)
