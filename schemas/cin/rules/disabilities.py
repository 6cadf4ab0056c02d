"""Disabilities."""

import polars as pl

from schemas.cin.layout import code_set
from schemas.cin.tables import details, disabilities, identifiers
from schemas.rules import Census, linked_rule
from schemas.vocabulary import no, present, repeated, with_any

_NONE = "NONE"
_FEW = 7
_RECORDED = present(pl.col("Disability")) & (pl.col("Disability") != _NONE)


@linked_rule(
    "2887Q",
    disabilities.Disability,
    summary="The whole return uses no more than seven different disability codes.",
    hint="Check that disabilities are recorded in full, or explain in the notes of the return.",
)
def few_kinds(census: Census) -> pl.LazyFrame:
    """NONE does not count as a disability; eight kinds pass."""
    codes = pl.col("Disability").filter(_RECORDED).unique().sort()
    counted = census.rows(disabilities).select(codes.implode().alias("codes"))
    kinds = pl.col("codes").list.len()
    listed = pl.col("codes").list.join(", ")
    used = pl.when(kinds > 0).then(pl.format("Used: {}.", listed)).otherwise(pl.lit("None is used."))
    return counted.filter(kinds <= _FEW).select(detail=used)


@linked_rule(
    "2888Q",
    disabilities.Disability,
    summary="Every disabled child in the return has exactly one disability.",
    hint="See whether the case system sends just the first one; if the records are right, explain in the notes.",
)
def never_more_than_one(census: Census) -> pl.LazyFrame:
    """Repeats of one code count once. Unconfirmed: a return without any disabled child is not queried."""
    recorded = census.rows(disabilities).filter(_RECORDED)
    per_child = recorded.group_by("ChildIdentifiers").agg(pl.col("Disability").n_unique().alias("kinds"))
    counted = per_child.select(pl.len().alias("children"), pl.col("kinds").max().alias("most"))
    told = pl.format("{} children have one each.", "children")
    return counted.filter((pl.col("children") > 0) & (pl.col("most") <= 1)).select(detail=told)


@linked_rule(
    "8540",
    disabilities.Disability,
    identifiers.PersonBirthDate,
    details.ReferralNFA,
    summary="The child's disabilities are not recorded, or a code is not on the list.",
    hint="Record the child's disabilities, or NONE where there is none.",
)
def not_recorded(census: Census) -> pl.LazyFrame:
    """Asked of children who are born and have a referral that went further."""
    further = census.rows(details).filter(no(pl.col("ReferralNFA")))
    born = census.rows(identifiers).filter(present(pl.col("PersonBirthDate")))
    asked = with_any(born, further, identifiers).select("ChildIdentifiers")
    recorded = census.rows(disabilities).filter(present(pl.col("Disability")))
    listed = pl.col("Disability").is_in(code_set("Disability").values(census.period.year))
    wrong = recorded.filter(~listed).select("ChildIdentifiers", "Disabilities")
    none = asked.join(recorded, on="ChildIdentifiers", how="anti")
    failing = pl.concat([wrong.join(asked, on="ChildIdentifiers", how="semi"), none], how="diagonal")
    flags = further.join(failing, on="ChildIdentifiers", how="semi").select("ChildIdentifiers", "CINdetails")
    found = pl.concat([failing, flags], how="diagonal")
    return found.with_columns(issue=pl.col("ChildIdentifiers"))


@linked_rule(
    "8790",
    disabilities.Disability,
    summary="NONE is recorded together with a disability.",
    hint="Remove NONE if the child is disabled, or the other codes if not.",
)
def none_and_another(census: Census) -> pl.LazyFrame:
    """Every disability of the child is marked, blank ones too; those alone do not stand against NONE."""
    rows = census.rows(disabilities)
    has_none = (pl.col("Disability") == _NONE).any().over("ChildIdentifiers")
    has_other = (pl.col("Disability") != _NONE).any().over("ChildIdentifiers")
    return rows.filter(has_none & has_other).select("Disabilities", issue=pl.col("ChildIdentifiers"))


@linked_rule(
    "8794",
    disabilities.Disability,
    summary="One disability is recorded twice for the child.",
    hint="Keep the code once and remove the repeats.",
)
def recorded_twice(census: Census) -> pl.LazyFrame:
    """One finding for each repeated code."""
    return repeated(census.rows(disabilities), "ChildIdentifiers", "Disability").select("issue", "Disabilities")
