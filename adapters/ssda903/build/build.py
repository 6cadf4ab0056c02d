"""Build a looked-after return."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.mapping.built import Built, assembled
from adapters.mapping.span import ReturnYear
from adapters.mapping.tables import Frame, taken
from adapters.ssda903.build.mapping import DECLARED
from adapters.ssda903.build.prepare import TABLES, Preparation
from schemas.ssda903.layout import ssda903_layout


def build(tables: Mapping[str, Frame], year: ReturnYear) -> Built:
    """Build the return of a year from canonical case tables; columns are those of `schemas.case.columns`."""
    preparation = Preparation(taken(tables, TABLES), year)
    ready = preparation.ready()
    return assembled(ssda903_layout(year.year), DECLARED, ready, year, preparation.notes)
