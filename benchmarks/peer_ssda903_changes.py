"""Changes to a made-up looked-after return as a whole, for what its seeded damage never does."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import polars as pl

from benchmarks.peer_ssda903_reading import Tables, day_read
from schemas.fields import Field
from schemas.ssda903.layout import LAST, LAST_YEAR, ssda903_layout

_READABLE = r"^\d{2}/\d{2}/\d{4}$"
_EPISODES = ("Episodes", f"Episodes{LAST}")
_STARTS = {
    "DEC": "DECOM",
    "DATE_PLACED_CEASED": "DATE_PLACED",
    "MIS_END": "MIS_START",
    "SW_DEC": "SW_DECOM",
    "DOLO_END": "DOLO_START",
}
_LETTERS = "SC"
_SUPPORTED = "K3"
_CUSTODY = "CUSTOD"
_SHORT_BREAK = "V3"


def every_episode_starts(tables: Tables) -> None:
    """Let an episode whose start cannot be read start when the one before it in the file did."""
    for name in _EPISODES:
        if name in tables:
            start = pl.col("DECOM")
            known = (
                pl.when(start.str.contains(_READABLE) & day_read(start).is_not_null())
                .then(start)
                .forward_fill()
                .fill_null("01/04/2022")
            )
            tables[name] = tables[name].with_columns(known.alias("DECOM"))


def codes_at_random(tables: Tables) -> None:
    """Draw each code of this year's tables from its whole list, codes of other years among them."""
    _draw(tables, lambda name, field, _: _codes(field) if not name.endswith(LAST) else [])


def values_at_random(tables: Tables) -> None:
    """Draw codes as `codes_at_random` does, and each end, last year's too, from the dates of its table."""
    codes_at_random(tables)
    _draw(tables, lambda _, field, frame: _dates(field, frame))


def _draw(tables: Tables, values: Callable[[str, Field, pl.DataFrame], list[str]]) -> None:
    layout = ssda903_layout(LAST_YEAR)
    for name, frame in tables.items():
        dice = Random(name)  # noqa: S311  # made-up data, no secret
        for field in layout.table(name.removesuffix(LAST)):
            of_field = values(name, field, frame) if field.name in frame.columns else []
            if of_field:
                drawn = pl.Series(field.name, dice.choices(of_field, k=frame.height), dtype=pl.String)
                tables[name] = tables[name].with_columns(drawn)


def _codes(field: Field) -> list[str]:
    return [code.value for code in field.codes.codes] if field.codes else []


def _dates(field: Field, frame: pl.DataFrame) -> list[str]:
    columns = [field.name, _STARTS[field.name]] if field.name in _STARTS else []
    return [text for column in columns for text in frame.get_column(column)]


def all_by_number(tables: Tables) -> None:
    """Take the letters off each URN, so that all providers stand on the list by a number."""
    for name in _EPISODES:
        tables[name] = tables[name].with_columns(pl.col("URN").str.strip_prefix(_LETTERS))


def homes_by_number(tables: Tables) -> None:
    """Take the letters off each URN but those of supported accommodation, with codes at random."""
    codes_at_random(tables)
    all_by_number(tables)
    lettered = pl.when((pl.col("PLACE") == _SUPPORTED) & (pl.col("URN") != "")).then(_LETTERS + pl.col("URN"))
    tables["Episodes"] = tables["Episodes"].with_columns(URN=lettered.otherwise(pl.col("URN")))


def last_year_again(tables: Tables) -> None:
    """Let last year's files say the same as this year's, with values at random."""
    values_at_random(tables)
    this_year = {name: frame for name, frame in tables.items() if not name.endswith(LAST)}
    tables |= {f"{name}{LAST}": frame for name, frame in this_year.items()}


def unlikely_together(tables: Tables) -> None:
    """Move all children for custody, put those to be adopted on short breaks, let the rest happen as an episode ends.

    Values are at random.
    """
    values_at_random(tables)
    adopted = pl.col("CHILD").is_in(tables["PlacedAdoption"].get_column("CHILD").implode())
    tables["Episodes"] = tables["Episodes"].with_columns(
        REASON_PLACE_CHANGE=pl.lit(_CUSTODY),
        LS=pl.when(adopted).then(pl.lit(_SHORT_BREAK)).otherwise(pl.col("LS")),
    )
    ends = tables["Episodes"].group_by("CHILD", maintain_order=True).agg(end=pl.col("DEC").first())
    for name, field in (("Header", "MC_DOB"), ("Missing", "MIS_START")):
        dated = tables[name].join(ends, on="CHILD", how="left", maintain_order="left")
        tables[name] = dated.with_columns(pl.col("end").fill_null("").alias(field)).drop("end")
