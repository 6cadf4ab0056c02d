"""The CIN census as an adapter."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from adapters.cin.read import read_cin
from adapters.edits import Edit
from adapters.xml.edit import edit_message
from adapters.xml.limits import Limits
from schemas.cin.definition import CIN
from schemas.corrections import correction
from schemas.returns import ReturnData


class CinAdapter:
    """Reads CIN census files."""

    definition = CIN

    def read(
        self,
        path: Path,
        *,
        year: int | None,
        authority: str | None,
        limits: Limits | None,
        progress: Callable[[int, int], None] | None,
    ) -> ReturnData:
        """Read a census file; see `adapters.cin.read`."""
        return read_cin(path, year=year, authority=authority, limits=limits, progress=progress)

    def fix(self, path: Path, data: ReturnData, target: Path | None) -> tuple[Edit, ...]:
        """Correct a census file; see `adapters.base`."""
        layout = data.layout
        return edit_message(
            path, layout, lambda field, text: correction(field, text, layout.year, layout.dates), target
        )
