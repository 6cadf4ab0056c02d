"""What builds a return from case records, and the only list of those that do.

It stands apart from the adapters: a check of a file needs nothing of case records, and starts without them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

import polars as pl

from adapters.annex_a.build.builder import AnnexABuilder
from adapters.cin.build.builder import CinBuilder
from adapters.mapping.built import Built, ReturnRows
from adapters.mapping.declare import Absent
from adapters.mapping.span import ReturnYear
from adapters.mapping.tables import Frame
from adapters.ssda903.build.builder import Ssda903Builder
from schemas.errors import Misconfigured
from schemas.returns import ReturnData
from schemas.rules import ReturnDefinition


class ReturnBuilder(Protocol):
    """Builds one return from case records."""

    definition: ReturnDefinition

    @property
    def declared(self) -> Sequence[ReturnRows]:
        """List what is made, outer records first."""
        ...

    @property
    def absent(self) -> Sequence[Absent]:
        """List what case records do not tell."""
        ...

    def build(self, tables: Mapping[str, Frame], year: ReturnYear) -> Built:
        """Build the return of a year from canonical case tables; raise Misconfigured where something is not told."""
        ...

    def write(self, built: Built, target: Path) -> tuple[str, ...]:
        """Write what was built in the form that `target` names; give what could not be carried over, in words.

        Raise Rejected, Misconfigured where nothing is written.
        """
        ...

    def case_tables(self, data: ReturnData, at: datetime) -> dict[str, pl.DataFrame]:
        """Give the case tables that a return tells of, by the same mapping; `at` is when they are entered."""
        ...


BUILDERS: tuple[ReturnBuilder, ...] = (CinBuilder(), AnnexABuilder(), Ssda903Builder())


def builder_named(return_name: str) -> ReturnBuilder:
    """Find what builds a return by its name; raise Misconfigured where nothing does."""
    for builder in BUILDERS:
        if builder.definition.name == return_name:
            return builder
    names = ", ".join(builder.definition.name for builder in BUILDERS)
    raise Misconfigured(f"No return called {return_name} is built from case records.", hint=f"Known: {names}.")
