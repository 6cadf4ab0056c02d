"""Unique pupil numbers (UPN), former ones, and the reasons for having none."""

from datetime import date

import polars as pl

from schemas.cin.layout import code_set
from schemas.cin.tables import details, identifiers
from schemas.identifiers import UPN_ALPHABET, UPN_LENGTH
from schemas.rules import Census, Row, linked_rule, rule
from schemas.vocabulary import (
    missing,
    no,
    present,
    repeated,
    upn_check_letter,
    with_any,
    years_after,
    yes,
)

_REASONS_ACCEPTED = ("UN2", "UN3", "UN4", "UN5", "UN6")
_SCHOOL_AGE_RULE_CHANGED = 2025


@rule(
    "1510",
    identifiers.UPN,
    summary="The check letter of the UPN does not fit its other characters.",
    hint="Compare the UPN with the school's record; usually two digits are swapped or one is mistyped.",
)
def wrong_check_letter(row: Row) -> pl.Expr:
    """A temporary UPN counts its last letter too. Unconfirmed: how COLLECT treats other lengths; here they fail."""
    fits = (row.UPN.str.slice(0, 1) == upn_check_letter(row.UPN)) & (row.UPN.str.len_chars() == UPN_LENGTH)
    return present(row.UPN) & ~fits.fill_null(value=False)


@linked_rule(
    "1520",
    identifiers.UPN,
    summary="Several children have the same UPN.",
    hint="Find out whose UPN it is. Merge the records if they are one child; correct the others if not.",
)
def shared_number(census: Census) -> pl.LazyFrame:
    """All children with one UPN make one finding."""
    return repeated(census.rows(identifiers), "UPN").select("issue", "ChildIdentifiers")


@rule(
    "1530",
    identifiers.UPN,
    summary="Characters 2 to 4 of the UPN are no authority's number.",
    hint="Check those three digits against the number of the authority that issued the UPN.",
)
def unknown_authority(row: Row) -> pl.Expr:
    """Numbers of past authorities stay good; 942 and 943 came in 2024."""
    accepted = code_set("UPNAuthority").values(row.period.year)
    return ~row.UPN.str.slice(1, 3).is_in(accepted)


@rule(
    "1540",
    identifiers.UPN,
    summary="Characters 5 to 12 of the UPN are not all digits.",
    hint="Copy the UPN again from the school's record.",
)
def letters_in_the_middle(row: Row) -> pl.Expr:
    """A UPN too short to have them fails."""
    return ~row.UPN.str.slice(4, 8).str.contains("^[0-9]{8}$")


@rule(
    "1550",
    identifiers.UPN,
    summary="The last character of the UPN is neither a digit nor an allowed letter.",
    hint="Check the last character: a temporary UPN ends in a capital letter other than I, O and S.",
)
def wrong_last_character(row: Row) -> pl.Expr:
    """Looked at only where the UPN has 13 characters."""
    last = row.UPN.str.slice(UPN_LENGTH - 1, 1)
    return (row.UPN.str.len_chars() == UPN_LENGTH) & ~last.str.contains(f"^[0-9{UPN_ALPHABET}]$")


@rule(
    "1560Q",
    identifiers.FormerUPN,
    summary="The former UPN does not have the form of a UPN.",
    hint="Correct it, or remove it if it is some other number.",
)
def former_number_malformed(row: Row) -> pl.Expr:
    """A temporary UPN is a good former UPN, and any letter may come first.

    Unconfirmed: whether its check letter should be tested; it is not.
    """
    return ~row.FormerUPN.str.contains(f"^[A-Za-z][0-9]{{11}}[0-9{UPN_ALPHABET}]$")


@linked_rule(
    "8770Q",
    identifiers.UPN,
    identifiers.UPNunknown,
    summary="The child is old enough for school but has neither a UPN nor a reason that explains it.",
    hint="Find the UPN with the child's school, or record the reason for its absence; UN1 and UN7 do not explain it.",
)
def number_expected(census: Census) -> pl.LazyFrame:
    """Asked only where a referral went further.

    Until 2024 the child must be six by the census end, since then four by 31 August before the year.
    Unconfirmed: the exact cut-off; a birth date on it counts as old enough.
    """
    children, year = census.rows(identifiers), census.period.year
    if year < _SCHOOL_AGE_RULE_CHANGED:
        old_enough = years_after(pl.col("PersonBirthDate"), 6) <= census.period.end
    else:
        old_enough = pl.col("PersonBirthDate") <= date(year - 6, 8, 31)
    unexplained = ~pl.col("UPNunknown").is_in(_REASONS_ACCEPTED).fill_null(value=False)
    asked = children.filter(missing(pl.col("UPN")) & unexplained & old_enough)
    further = census.rows(details).filter(no(pl.col("ReferralNFA")))
    return with_any(asked, further, identifiers).select("ChildIdentifiers")


@linked_rule(
    "8772",
    identifiers.UPNunknown,
    details.ReferralNFA,
    summary="UN7 says that every referral ended in no further action, but one did not.",
    hint="Record the UPN, or choose another reason for its absence.",
)
def reason_contradicted(census: Census) -> pl.LazyFrame:
    """A missing or odd flag counts as a referral that went further."""
    children = census.rows(identifiers).filter(pl.col("UPNunknown") == "UN7").select("ChildIdentifiers")
    further = census.rows(details).filter(~yes(pl.col("ReferralNFA"))).select("ChildIdentifiers", "CINdetails")
    return children.join(further, on="ChildIdentifiers").with_columns(issue=pl.col("ChildIdentifiers"))
