"""What every adapter of a statutory return offers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from adapters.edits import Edit
from adapters.xml.limits import Limits
from schemas.errors import Misconfigured
from schemas.returns import ReturnData
from schemas.rules import ReturnDefinition


@dataclass(frozen=True, slots=True)
class Companions:
    """What may be given beside a return: last year's return, the local postcode directory, Ofsted's workbooks."""

    previous: ReturnData | None = None
    postcodes: Path | None = None
    providers: tuple[Path, ...] = ()


def require_no_day(at: date | None) -> None:
    """Raise Misconfigured where a day is given for a return that is of a year."""
    if at is not None:
        raise Misconfigured("This return is of a year, not of a day.", hint="Say which with --year.")


class ReturnAdapter(Protocol):
    """Reads one return; `definition` is what it reads."""

    definition: ReturnDefinition

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
        """Read the files of one return; `at` is the day of one that is of a day and not of a year.

        Raise Rejected, with what to do, where nothing of it can be checked, Misconfigured where the call is wrong.
        """
        ...

    def accompanied(self, data: ReturnData, companions: Companions) -> ReturnData:
        """Put beside a return what its rules compare it with; raise Rejected, Misconfigured."""
        ...

    def fix(self, paths: Sequence[Path], data: ReturnData, target: Path | None) -> tuple[Edit, ...]:
        """Make the corrections that are certain in the files that `data` was read from; give each of them.

        Everything else of the files stays what it is. Without a `target` nothing is written.
        """
        ...

    def convert(self, source: Path, target: Path, *, year: int | None, limits: Limits | None) -> tuple[str, ...]:
        """Write a return in another form at `target`; give what could not be carried over, in words.

        Raise Rejected, Misconfigured where nothing is written.
        """
        ...
