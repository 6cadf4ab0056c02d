"""The looked-after return as an adapter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from adapters.base import Companions, ReturnAdapter, require_no_day
from adapters.edits import Edit
from adapters.ssda903.beside import with_previous
from adapters.ssda903.read import read_files
from adapters.ssda903.reference import reference_for
from adapters.xml.limits import Limits
from schemas.returns import ReturnData
from schemas.ssda903.definition import SSDA903


class Ssda903Adapter:
    """Reads looked-after returns."""

    definition = SSDA903

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
        """Read a return in any of its forms; see `adapters.ssda903.read`."""
        require_no_day(at)
        return read_files(paths, year=year, authority=authority, limits=limits or Limits(), progress=progress)

    def accompanied(self, data: ReturnData, companions: Companions) -> ReturnData:
        """Put last year's tables beside this year's, and the reference data that rules on placements read."""
        if companions.previous is not None:
            data = with_previous(data, companions.previous)
        found = reference_for(data.tables, companions.postcodes, companions.providers, Limits())
        return replace(data, reference={**data.reference, **found})

    def fix(self, paths: Sequence[Path], data: ReturnData, target: Path | None) -> tuple[Edit, ...]:
        """Correct the files of a return; see `adapters.ssda903.fix`."""
        from adapters.ssda903.fix import fix_files  # noqa: PLC0415  # a check does without it

        return fix_files(paths, data.layout, target, Limits())

    def convert(self, source: Path, target: Path, *, year: int | None, limits: Limits | None) -> tuple[str, ...]:
        """Convert between the forms of the return; see `adapters.ssda903.convert`."""
        from adapters.ssda903.convert import convert_return  # noqa: PLC0415  # as above

        return convert_return(source, target, year=year, limits=limits or Limits())


ADAPTER: ReturnAdapter = Ssda903Adapter()
