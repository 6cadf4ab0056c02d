"""The CIN census as an adapter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from adapters.base import Companions, ReturnAdapter, require_no_day
from adapters.cin.read import read_cin
from adapters.edits import Edit
from adapters.xml.edit import edit_message
from adapters.xml.limits import Limits
from schemas.cin.definition import CIN
from schemas.corrections import correction
from schemas.errors import Misconfigured
from schemas.returns import ReturnData


class CinAdapter:
    """Reads CIN census files."""

    definition = CIN

    def read(
        self,
        paths: Sequence[Path],
        *,
        year: int | None,
        authority: str | None,
        limits: Limits | None,
        progress: Callable[[int, int], None] | None,
        at: date | None = None,
    ) -> ReturnData:
        """Read a census file; see `adapters.cin.read`."""
        require_no_day(at)
        return read_cin(_only(paths), year=year, authority=authority, limits=limits, progress=progress)

    def accompanied(self, data: ReturnData, companions: Companions) -> ReturnData:
        """Give the census as it is: none of its rules looks at anything else."""
        if companions.providers:
            raise Misconfigured("The rules of the census need no list of providers.", hint="Leave out --providers.")
        return data

    def fix(self, paths: Sequence[Path], data: ReturnData, target: Path | None) -> tuple[Edit, ...]:
        """Correct a census file; see `adapters.base`."""
        layout = data.layout
        return edit_message(
            _only(paths), layout, lambda field, text: correction(field, text, layout.year, layout.dates), target
        )

    def convert(self, source: Path, target: Path, *, year: int | None, limits: Limits | None) -> tuple[str, ...]:
        """Convert between a file and a folder; see `adapters.cin.convert`."""
        from adapters.cin.convert import convert_census  # noqa: PLC0415  # a check does without it

        return convert_census(source, target, year=year, limits=limits)


def _only(paths: Sequence[Path]) -> Path:
    if len(paths) != 1:
        raise Misconfigured("The CIN census is one file.", hint="Give one path.")
    return paths[0]


ADAPTER: ReturnAdapter = CinAdapter()
