"""What all lists say of one child: it must be the same everywhere."""

from __future__ import annotations

import polars as pl

from schemas.annex_a.layout import CHILD_ID, CHILDREN, LISTS, SCOPES
from schemas.annex_a.rules.terms import marked
from schemas.annex_a.tables import (
    adoption,
    assessments,
    children,
    contacts,
    early_help,
    enquiries,
    in_care,
    in_need,
    leavers,
    protection,
    referrals,
)
from schemas.findings import Severity
from schemas.rules import Census, FieldRef, linked_rule

_OF_CHILDREN = (
    contacts,
    early_help,
    referrals,
    assessments,
    enquiries,
    in_need,
    protection,
    in_care,
    leavers,
    adoption,
)
_LOOKED_AFTER, _PROTECTION, _CLOSED = "LOOKED_AFTER", "PROTECTION", "CLOSED"


def _differing(census: Census, field: str) -> pl.LazyFrame:
    """Point at the field in every record of a child of whom two records differ."""
    parts = [
        census.rows_if_given(table)
        .select(
            pl.col(CHILDREN),
            pl.col(field).cast(pl.String).alias("told"),
            pl.col(table.name).alias(_place(table.name, field)),
        )
        .drop_nulls((CHILDREN, "told"))
        for table in _OF_CHILDREN
    ]
    told = pl.concat(parts, how="diagonal")
    found = told.filter(pl.col("told").n_unique().over(CHILDREN) > 1)
    return found.rename({CHILDREN: "issue"}).drop("told")


def _place(table: str, field: str) -> str:
    return f"{table}.{field}"


def _everywhere(field: str) -> tuple[FieldRef, ...]:
    return (children.child_id, *(FieldRef(table.name, field) for table in _OF_CHILDREN))


@linked_rule(
    "AX0010",
    *_everywhere("birth_date"),
    summary="Two lists give one child different dates of birth.",
    hint="Correct the date of birth in the case system, or the identifier where two children have one.",
)
def births_differ(census: Census) -> pl.LazyFrame:
    """A blank differs from nothing."""
    return _differing(census, "birth_date")


@linked_rule(
    "AX0011",
    *_everywhere("ethnicity"),
    summary="Two lists give one child different ethnic groups.",
    hint="Take all lists from the case system on one day.",
    severity=Severity.QUERY,
)
def ethnicities_differ(census: Census) -> pl.LazyFrame:
    """A blank differs from nothing, and spellings of one group do not differ."""
    return _differing(census, "ethnicity")


@linked_rule(
    "AX0012",
    *_everywhere("gender"),
    summary="Two lists give one child different genders.",
    hint="Take all lists from the case system on one day.",
    severity=Severity.QUERY,
)
def genders_differ(census: Census) -> pl.LazyFrame:
    """A blank differs from nothing, and spellings of one gender do not differ."""
    return _differing(census, "gender")


@linked_rule(
    "AX0013",
    children.child_id,
    summary="Two identifiers differ by zeros in front or by spaces and signs alone: they may be one child.",
    hint="Write the identifier of a child in the same way in every list; keep it as text in a spreadsheet.",
    severity=Severity.QUERY,
)
def nearly_one_identifier(census: Census) -> pl.LazyFrame:
    """Letter case never counts; identifiers that differ in a letter or another digit pass."""
    bare = pl.col(CHILD_ID).str.to_uppercase().str.replace_all("[^A-Z0-9]", "").str.strip_chars_start("0")
    rows = census.rows(children).with_columns(bare.alias("issue"))
    found = rows.filter((pl.len().over("issue") > 1) & (pl.col("issue") != ""))
    return found.select("issue", pl.col(CHILDREN).alias(f"{CHILDREN}.{CHILD_ID}"))


@linked_rule(
    "AX0020",
    in_need.status,
    in_care.ceased_date,
    summary="A child is looked after (List 8), and the case status in List 6 does not say so.",
    hint="Correct the case status.",
    needs=(in_care,),
    severity=Severity.QUERY,
)
def status_not_looked_after(census: Census) -> pl.LazyFrame:
    """A closed episode is another rule's; so is a blank status."""
    return _status_against(census, "List 8", "ceased_date", (_LOOKED_AFTER,))


@linked_rule(
    "AX0021",
    in_need.status,
    protection.end_date,
    summary="A child has an open protection plan (List 7), and the case status in List 6 does not say so.",
    hint="Correct the case status.",
    needs=(protection,),
    severity=Severity.QUERY,
)
def status_not_protection(census: Census) -> pl.LazyFrame:
    """A looked-after child may have a plan too; a closed episode is another rule's."""
    return _status_against(census, "List 7", "end_date", (_PROTECTION, _LOOKED_AFTER))


def _status_against(census: Census, other: str, ends: str, expected: tuple[str, ...]) -> pl.LazyFrame:
    table = _OF_CHILDREN[LISTS.index(other)]
    running = census.rows(table).filter(pl.col(ends).is_null()).select(CHILDREN, table.name).drop_nulls()
    pairs = census.rows(in_need).join(running, on=CHILDREN)
    return marked(
        pairs.filter(~pl.col("status").is_in([*expected, _CLOSED])), in_need.status, FieldRef(table.name, ends)
    )


@linked_rule(
    "AX0022",
    assessments.child_id,
    summary="An assessment is open (List 4), and the child is not among the children in need (List 6).",
    hint="Put the child in List 6, or close the assessment.",
    needs=(in_need,),
    severity=Severity.QUERY,
)
def open_assessment_not_in_need(census: Census) -> pl.LazyFrame:
    """An assessment that was authorised passes: the child may have needed nothing more."""
    known = census.rows(in_need).select(CHILDREN).drop_nulls()
    running = census.rows(assessments).filter(pl.col(SCOPES[assessments.name].end).is_null())
    return marked(running.drop_nulls(CHILDREN).join(known, on=CHILDREN, how="anti"), assessments.child_id)
