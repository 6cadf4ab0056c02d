"""The CIN census as a return that is built."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import polars as pl

from adapters.cin.build.back import case_tables
from adapters.cin.build.build import build
from adapters.cin.build.mapping import ABSENT, DECLARED
from adapters.cin.write import write_census
from adapters.endings import form_of
from adapters.mapping.built import Built
from adapters.mapping.span import ReturnYear
from adapters.mapping.tables import Frame
from schemas.cin.definition import CIN
from schemas.errors import Misconfigured
from schemas.returns import ReturnData


class CinBuilder:
    """Builds the census as one XML file."""

    definition = CIN
    declared = DECLARED
    absent = ABSENT

    def build(self, tables: Mapping[str, Frame], year: ReturnYear) -> Built:
        """Build the census; see `adapters.cin.build.build`. Raise Misconfigured without an authority."""
        if not year.authority:
            raise Misconfigured("The census names the authority.", hint="Give its three digits with --authority.")
        return build(tables, year)

    def write(self, built: Built, target: Path) -> tuple[str, ...]:
        """Write the file; nothing of the census is lost in it. Raise Misconfigured where it has another ending."""
        form_of(target, {".xml"}, "The census is one XML file: give its name the ending .xml.")
        write_census(target, built.layout, built.tables)
        return ()

    def case_tables(self, data: ReturnData, at: datetime) -> dict[str, pl.DataFrame]:
        """Give what the return tells; see `adapters.cin.build.back`."""
        return case_tables(data, at)
