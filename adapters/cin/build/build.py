"""Build a census."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.cin.build.mapping import DECLARED
from adapters.cin.build.prepare import TABLES, Preparation
from adapters.mapping.built import Built, assembled
from adapters.mapping.span import ReturnYear
from adapters.mapping.tables import Frame, taken
from schemas.cin.layout import cin_layout


def build(tables: Mapping[str, Frame], year: ReturnYear) -> Built:
    """Build the census of a year from canonical case tables; columns are those of `schemas.case.columns`."""
    preparation = Preparation(taken(tables, TABLES), year)
    ready = preparation.ready()
    return assembled(cin_layout(year.year), DECLARED, ready, year, preparation.notes)
