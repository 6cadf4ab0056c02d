"""The local file of postcodes: made once, then looked up without a network."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from adapters.whole import whole_file
from schemas.authorities import current_codes
from schemas.errors import Misconfigured

FILE = "postcodes.parquet"
SCHEMA = {"postcode": pl.String(), "easting": pl.Int32(), "northing": pl.Int32(), "authority": pl.String()}
_NATIONS = {"S": "SCO", "W": "WAL", "N": "NIR"}
_CODE = r"^[EWSN]\d{8}$"


def build(directory: pl.DataFrame, path: Path) -> int:
    """Write the file from a directory (see `adapters.postcodes.directory`) and count the postcodes.

    Postcodes without spaces, grid references in metres, and the upper-tier authority in force today: its DfE code,
    or SCO, WAL or NIR. Raise Misconfigured where the file cannot be written.
    """
    district = pl.col("district")
    made = directory.lazy().select(
        normal("postcode").alias("postcode"),
        *(_metres(name) for name in ("easting", "northing")),
        pl.when(district.str.contains(_CODE))
        .then(
            pl.coalesce(
                district.replace_strict(current_codes(), default=None, return_dtype=pl.String),
                district.str.head(1).replace_strict(_NATIONS, default=None, return_dtype=pl.String),
            )
        )
        .alias("authority"),
    )
    postcodes = made.drop_nulls("postcode").unique("postcode", keep="first").sort("postcode").collect()
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as place:
        postcodes.write_parquet(place)
    return postcodes.height


def normal(column: str) -> pl.Expr:
    """Write a postcode without spaces, in capitals."""
    return pl.col(column).str.replace_all(r"\s", "").str.to_uppercase()


def _metres(name: str) -> pl.Expr:
    # 0 stands where the directory has no grid reference, and so does a word in some editions.
    number = pl.col(name).cast(pl.Float64, strict=False)
    return pl.when(number > 0).then(number).cast(pl.Int32, strict=False).alias(name)


def looked_up(path: Path, postcodes: pl.Series) -> pl.DataFrame:
    """Give the entries of these postcodes, which are written without spaces and in capitals.

    Raise Misconfigured where the file is not one that `build` wrote.
    """
    try:
        wanted = postcodes.drop_nulls().unique().implode()
        # Pushed into the reading of the file, which then makes no frame of the millions that nobody asked for.
        found = pl.scan_parquet(path).select(*SCHEMA).filter(pl.col("postcode").is_in(wanted)).collect()
    except (PolarsError, OSError):
        found = None
    if found is None or found.schema != pl.Schema(SCHEMA):
        raise Misconfigured(f"{path} is no directory of postcodes.", hint="Make it again: ics-gateway reference build")
    return found
