"""What every adapter of a statutory return offers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from adapters.edits import Edit
from adapters.xml.limits import Limits
from schemas.returns import ReturnData
from schemas.rules import ReturnDefinition


class ReturnAdapter(Protocol):
    """Reads one return; `definition` is what it reads."""

    definition: ReturnDefinition

    def read(
        self,
        path: Path,
        *,
        year: int | None,
        authority: str | None,
        limits: Limits | None,
        progress: Callable[[int, int], None] | None,
    ) -> ReturnData:
        """Read a file; raise Rejected, with what to do, where nothing of it can be checked."""
        ...

    def fix(self, path: Path, data: ReturnData, target: Path | None) -> tuple[Edit, ...]:
        """Make the corrections that are certain in the file that `data` was read from; give each of them.

        Everything else of the file stays what it is. Without a `target` nothing is written.
        """
        ...
