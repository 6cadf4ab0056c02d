"""Open the case records that the feed is built from: the Standard Safeguarding Dataset, or a folder of case files."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import polars as pl

from adapters.mapping.tables import Frame
from adapters.ssd.read import reading
from gateway.ssd import password
from schemas.case.columns import frames
from schemas.case.text import read_case
from schemas.errors import Rejected

_CASE = "*.json"


@contextmanager
def opened(place: str, now: datetime, environment: Mapping[str, str] = os.environ) -> Iterator[Mapping[str, Frame]]:
    """Open the tables as long as the context lasts. Raise Rejected, Transient."""
    folder = Path(place)
    files = sorted(folder.glob(_CASE)) if "://" not in place and folder.is_dir() else []
    if files:
        yield _cases(files)
        return
    with reading(place, recorded_at=now, password=password(place, environment)) as found:
        yield found.tables


def _cases(files: list[Path]) -> Mapping[str, Frame]:
    found: dict[str, list[pl.DataFrame]] = {}
    for path in files:
        for table, content in frames(read_case(_text(path))).items():
            found.setdefault(table, []).append(content)
    return {table: pl.concat(parts) for table, parts in found.items()}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise Rejected("A case file cannot be read.") from None
