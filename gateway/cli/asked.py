"""What a command is told about a return, and how it is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from schemas.errors import Misconfigured, Rejected

if TYPE_CHECKING:
    from schemas.returns import ReturnData
    from schemas.rules import ReturnDefinition


@dataclass(frozen=True, slots=True)
class Asked:
    """What the call says about the return."""

    return_name: str | None
    year: int | None
    authority: str | None
    show: bool
    at: date | None = None

    def read(self, *paths: Path) -> tuple[ReturnDefinition, ReturnData]:
        """Read the return. Raise Rejected, Misconfigured."""
        return self._read(paths, self.return_name, self.year, self.at)

    def before(self, path: Path, now: tuple[ReturnDefinition, ReturnData]) -> ReturnData:
        """Read the return of the year before `now`. Raise Rejected, Misconfigured."""
        definition, data = now
        asked = self.year - 1 if self.year else None
        return self._of_year(path, definition.name, asked, data.layout.year - 1)

    def of_year(self, path: Path, year: int) -> ReturnData:
        """Read the return of another year. Raise Rejected, Misconfigured."""
        return self._of_year(path, self.return_name, year, year)

    def _of_year(self, path: Path, name: str | None, asked: int | None, year: int) -> ReturnData:
        try:
            found = self._read((path,), name, asked)[1]
        except Rejected as error:
            named = f"{_named(path)}, given as last year's return"
            raise Rejected(f"{named}: {error.message}", hint=error.hint) from None
        if found.layout.year != year:
            raise Misconfigured(
                f"{_named(path)} is the return of {found.layout.year}, not of {year}.",
                hint="Give --previous the return of the year before.",
            )
        return found

    def _read(
        self, paths: tuple[Path, ...], name: str | None, year: int | None, at: date | None = None
    ) -> tuple[ReturnDefinition, ReturnData]:
        from gateway import settings  # noqa: PLC0415  # what a check needs is loaded when one runs
        from gateway.check import read_return  # noqa: PLC0415  # as above
        from gateway.cli.progress import progress_bar  # noqa: PLC0415  # as above

        with progress_bar(show=self.show) as moved:
            return read_return(
                *paths,
                return_name=name,
                year=year,
                at=at,
                authority=self.authority,
                limits=settings.limits(),
                progress=moved,
            )


def _named(path: Path) -> str:
    return path.name or path.resolve().name


def protect(inputs: tuple[Path | None, ...], target: Path | None) -> None:
    """Refuse to write over what the command reads, or into a folder that it reads; raise Misconfigured."""
    if target is None:
        return
    for path in inputs:
        if path is None or not path.exists():
            continue
        if path.is_dir() and target.resolve().is_relative_to(path.resolve()):
            raise Misconfigured(
                f"{target.name} would be written into {_named(path)}, which is read.",
                hint="Choose another place to write to.",
            )
        if target.exists() and target.samefile(path):
            raise Misconfigured(
                f"{target.name} would be written over, and it is read from.", hint="Choose another place to write to."
            )
