"""What every adapter of a statutory return offers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

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
