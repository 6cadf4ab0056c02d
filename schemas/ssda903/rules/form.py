"""Form across files: identifiers, birth dates and sexes that do not agree.

Each rule is made from one of four checks and a table. The letters INT say that the check is not the
department's: it tells what keeps the files from fitting together.
"""

import polars as pl

from schemas.findings import Severity
from schemas.rules import Census, FieldRef, Rule, TableRef, linked_rule
from schemas.ssda903.tables import (
    ad1,
    children,
    episodes,
    header,
    missing_spells,
    oc2,
    oc3,
    placed_adoption,
    prev_perm,
    reviews,
    uasc,
)
from schemas.vocabulary import repeated, without_any


def _not_in_header(code: str, table: TableRef) -> Rule:
    @linked_rule(
        code,
        table.CHILD,
        summary=f"A row of {table.name} is about a child who is not in Header.",
        hint="Add the child to Header, or correct the identifier.",
    )
    def child_not_in_header(census: Census) -> pl.LazyFrame:
        """A blank identifier fails too."""
        return without_any(census.rows(table), census.rows(header), children).select(table.name)

    return child_not_in_header


def _differs(code: str, table: TableRef, field: FieldRef, item: str) -> Rule:
    own = FieldRef(table.name, field.field)

    @linked_rule(
        code,
        own,
        field,
        summary=f"The {item} in {table.name} differs from that in Header.",
        hint=f"Make the two agree: one child has one {item}.",
    )
    def differs_from_header(census: Census) -> pl.LazyFrame:
        """A value that is blank or cannot be read passes; of several rows of a child in Header the first counts."""
        told = census.rows(header).select("Header", pl.col(field.field).alias("told"))
        both = census.rows(table).join(told, on="Header", how="inner")
        return both.filter(pl.col(field.field) != pl.col("told")).select(table.name, "Header")

    return differs_from_header


def _repeated_child(code: str, table: TableRef) -> Rule:
    @linked_rule(
        code,
        table.CHILD,
        summary=f"A child has more than one row in {table.name}.",
        hint="Keep one row for each child.",
    )
    def child_repeated(census: Census) -> pl.LazyFrame:
        """Rows without an identifier pass."""
        return repeated(census.rows(table), children.name).select(table.name, "issue")

    return child_repeated


int01 = _not_in_header("INT01", ad1)
int02 = _not_in_header("INT02", placed_adoption)
int03 = _not_in_header("INT03", episodes)
int04 = _not_in_header("INT04", missing_spells)
int05 = _not_in_header("INT05", oc2)
int06 = _not_in_header("INT06", oc3)
int07 = _not_in_header("INT07", prev_perm)
int08 = _not_in_header("INT08", reviews)
int09 = _not_in_header("INT09", uasc)

int11 = _differs("INT11", ad1, header.DOB, "date of birth")
int12 = _differs("INT12", placed_adoption, header.DOB, "date of birth")
int13 = _differs("INT13", missing_spells, header.DOB, "date of birth")
int14 = _differs("INT14", oc2, header.DOB, "date of birth")
int15 = _differs("INT15", oc3, header.DOB, "date of birth")
int16 = _differs("INT16", prev_perm, header.DOB, "date of birth")
int17 = _differs("INT17", reviews, header.DOB, "date of birth")
int18 = _differs("INT18", uasc, header.DOB, "date of birth")
int21 = _differs("INT21", uasc, header.SEX, "sex")

int31 = _repeated_child("INT31", ad1)
int32 = _repeated_child("INT32", header)
int33 = _repeated_child("INT33", oc2)
int34 = _repeated_child("INT34", oc3)
int35 = _repeated_child("INT35", prev_perm)
int36 = _repeated_child("INT36", uasc)


@linked_rule(
    "EPI",
    header.CHILD,
    summary="A child in Header has neither an episode nor care leaver details.",
    hint="Give the child's episodes or care leaver details, or take the child out of Header.",
    severity=Severity.QUERY,
)
def child_without_episodes(census: Census) -> pl.LazyFrame:
    """A file that was not given counts as empty; one row in either is enough."""
    lone = without_any(census.rows(header), census.rows_if_given(episodes), children)
    return without_any(lone, census.rows_if_given(oc3), children).select("Header")
