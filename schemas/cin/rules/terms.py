"""What the rules of several tables mean by the same words."""

import polars as pl

from schemas.cin.tables import section_47
from schemas.rules import Census
from schemas.vocabulary import missing, yes

CLOSED_AFTER_ASSESSMENT = ("RC8", "RC9")


def unconcluded_enquiries(census: Census) -> pl.LazyFrame:
    """Keep the section 47 enquiries that have no conference and are not said to need none."""
    undecided = missing(pl.col("DateOfInitialCPC")) & ~yes(pl.col("ICPCnotRequired"))
    return census.rows(section_47).filter(undecided)
