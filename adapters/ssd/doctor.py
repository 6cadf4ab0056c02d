"""Examine a dataset: its structure, then all that is read from it. Only that nothing can be read is fatal."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path

from adapters.ssd.contents import contents
from adapters.ssd.notes import Note
from adapters.ssd.read import Progress, read
from adapters.ssd.source import opened
from adapters.ssd.structure import structure


def examined(
    place: str, *, now: datetime, schema: str = "", password: str = "", progress: Progress | None = None
) -> tuple[Note, ...]:
    """Read a dataset and note what differs from the standard; raise as reading does."""
    with opened(place, schema=schema, password=password) as source:
        noted = tuple(structure(source.tables()))
        with tempfile.TemporaryDirectory(prefix="ics-gateway-ssd-") as folder:
            found = read(source, Path(folder), recorded_at=now, progress=progress)
            return (*noted, *contents(found, now.date()))
