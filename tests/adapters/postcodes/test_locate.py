"""Where a place lies, from its postcode."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from adapters.postcodes.cache import FILE, build
from adapters.postcodes.locate import with_authorities


def test_the_authority_is_looked_up_where_the_record_names_none(tmp_path: Path) -> None:
    known = {"postcode": ["SE4 1AA", "CF10 1AA"], "easting": ["1", "1"], "northing": ["1", "1"]}
    build(pl.DataFrame(known | {"district": ["E09000023", "W06000015"]}), tmp_path / FILE)
    places = pl.LazyFrame(
        {
            "id": ["a", "b", "c", "d", "e"],
            "postcode": ["SE4 1AA", "SE4 1AA", "CF10 1AA", "ZZ99 9ZZ", None],
            "authority": [None, "330", None, None, None],
        }
    )
    found = with_authorities(places, tmp_path / FILE).collect()
    assert found.rows() == [
        ("a", "SE4 1AA", "209"),
        ("b", "SE4 1AA", "330"),
        ("c", "CF10 1AA", "WAL"),
        ("d", "ZZ99 9ZZ", None),
        ("e", None, None),
    ]
