"""Identifiers, birth, death and sex of the child."""

import polars as pl

from schemas.cin.tables import cin_plans, details, identifiers
from schemas.rules import Census, Row, linked_rule, rule
from schemas.vocabulary import (
    missing,
    outside,
    present,
    repeated,
    without_any,
    years_after,
)

_LONGEST_ID = 20
_PERCENT_WITHOUT_SEX = 2
_OLDEST = 25


def _sex(row: Row) -> tuple[str, pl.Expr, str]:
    """Name the year's item, its expression and its code for unknown."""
    return ("Sex", row.Sex, "U") if row.has("Sex") else ("GenderCurrent", row.GenderCurrent, "0")


@rule(
    "1570",
    identifiers.LAchildID,
    since=2025,
    summary="The child's identifier is longer than 20 characters.",
    hint="Send a shorter identifier in the census, one that stays the same from year to year.",
)
def identifier_too_long(row: Row) -> pl.Expr:
    """Twenty characters pass."""
    return row.LAchildID.str.len_chars() > _LONGEST_ID


@rule(
    "1580",
    identifiers.LAchildID,
    since=2025,
    summary="The child's identifier has spaces, punctuation or accented letters in it.",
    hint="Have the export leave out spaces, dashes, slashes and accented letters.",
)
def identifier_with_other_characters(row: Row) -> pl.Expr:
    """Letters are A to Z. Unconfirmed: whether accented letters are meant to pass."""
    return ~row.LAchildID.str.contains("^[A-Za-z0-9]*$")


@linked_rule(
    "2886Q",
    identifiers.Sex,
    identifiers.GenderCurrent,
    identifiers.ExpectedPersonBirthDate,
    summary="More than 2% of children have no sex or an unknown one, unborn children aside.",
    hint="Complete the sex of the children who are born, or explain in the notes of the return.",
)
def many_without_sex(census: Census) -> pl.LazyFrame:
    """Exactly 2% passes. The share is of all children."""
    item, unknown = ("Sex", "U") if census.layout.table("ChildIdentifiers").has("Sex") else ("GenderCurrent", "0")
    no_sex = missing(pl.col(item)) | (pl.col(item) == unknown)
    counted = census.rows(identifiers).select(
        (missing(pl.col("ExpectedPersonBirthDate.text")) & no_sex).sum().alias("without"), pl.len().alias("all")
    )
    percent = pl.col("without") * 100 / pl.col("all")
    return counted.filter(pl.col("without") * 100 > pl.col("all") * _PERCENT_WITHOUT_SEX).select(
        detail=pl.format("That is {} of {} children ({}%).", "without", "all", percent.round(1))
    )


@rule(
    "4008",
    cin_plans.CINPlanStartDate,
    identifiers.PersonDeathDate,
    one_per=identifiers,
    summary="A child in need plan starts after the child died.",
    hint="Check both dates; a plan recorded after the death by mistake should be removed.",
)
def plan_starts_after_death(plan: Row) -> pl.Expr:
    """A plan may start on the day of death."""
    return plan.CINPlanStartDate > plan.of(identifiers).PersonDeathDate


@rule(
    "4009Q",
    cin_plans.CINPlanEndDate,
    identifiers.PersonDeathDate,
    one_per=identifiers,
    summary="A child in need plan ends after the child died.",
    hint="End the plan on the date of death at the latest, or explain.",
)
def plan_ends_after_death(plan: Row) -> pl.Expr:
    """An open plan passes. Unconfirmed: whether a plan left open after a death should be queried."""
    return plan.CINPlanEndDate > plan.of(identifiers).PersonDeathDate


@rule(
    "4180",
    identifiers.Sex,
    identifiers.GenderCurrent,
    summary="The child's sex is missing or not a code of the list.",
    hint="Record M, F or U (U for an unborn child or where it is not known); before 2025 record 0, 1, 2 or 9.",
)
def sex_unknown(row: Row) -> pl.Expr:
    """GenderCurrent until 2024, Sex since; capital letters count."""
    return ~row.valid_code(_sex(row)[0]).fill_null(value=False)


@rule(
    "8500",
    identifiers.LAchildID,
    summary="The child has no identifier.",
    hint="Give the child the authority's own identifier in the case system and export again.",
)
def no_identifier(row: Row) -> pl.Expr:
    """Blank counts as missing."""
    return missing(row.LAchildID)


@linked_rule(
    "8510",
    identifiers.LAchildID,
    summary="Several children have the same identifier.",
    hint="Merge the records if they are one child; give each child an identifier of its own if not.",
)
def shared_identifier(census: Census) -> pl.LazyFrame:
    """Children without an identifier are left to rule 8500."""
    return repeated(census.rows(identifiers), "LAchildID").select("issue", "ChildIdentifiers")


@rule(
    "8520",
    identifiers.PersonBirthDate,
    summary="The child's date of birth is after the census end.",
    hint="Give the expected date of birth instead for a child not born by 31 March, or correct the date.",
)
def born_after_the_end(row: Row) -> pl.Expr:
    """Born on 31 March passes."""
    return row.PersonBirthDate > row.period.end


@rule(
    "8525Q",
    identifiers.PersonBirthDate,
    identifiers.ExpectedPersonBirthDate,
    summary="A child needs either a date of birth or an expected one, not both and not neither.",
    hint="Give the date of birth of a child who is born, and the expected date of one who is not.",
)
def birth_dates_contradict(row: Row) -> pl.Expr:
    """A date that cannot be read counts as missing."""
    return present(row.PersonBirthDate) == present(row.ExpectedPersonBirthDate)


@rule(
    "8530Q",
    identifiers.ExpectedPersonBirthDate,
    summary="The expected date of birth is more than 30 days before or nine months after the census end.",
    hint="Update the expected date, or give the date of birth if the child has been born.",
)
def expected_birth_implausible(row: Row) -> pl.Expr:
    """1 March and 31 December of the collection year pass."""
    earliest = pl.lit(row.period.end).dt.offset_by("-30d")
    latest = pl.lit(row.period.end).dt.offset_by("9mo")
    return ~row.ExpectedPersonBirthDate.is_between(earliest, latest)


@rule(
    "8535Q",
    identifiers.PersonDeathDate,
    identifiers.PersonBirthDate,
    summary="The date of death is before the date of birth, or there is no date of birth.",
    hint="See that neither date is mistyped, and record the date of birth of a child who was born.",
)
def death_before_birth(row: Row) -> pl.Expr:
    """Equal dates pass. Unconfirmed: children who died unborn are queried too."""
    return present(row.PersonDeathDate) & (missing(row.PersonBirthDate) | (row.PersonDeathDate < row.PersonBirthDate))


@rule(
    "8545Q",
    identifiers.PersonDeathDate,
    summary="The date of death lies outside the census year.",
    hint="Correct the date if it is wrong; a child who died before 1 April does not usually belong in this return.",
)
def death_outside_the_year(row: Row) -> pl.Expr:
    """Both ends of the year pass."""
    return outside(row.PersonDeathDate, row.period)


@linked_rule(
    "8590",
    identifiers.LAchildID,
    summary="The child has no referral episode.",
    hint="Add the referral that brought the child into the year; without one, the child does not belong in the return.",
)
def no_episode(census: Census) -> pl.LazyFrame:
    """Any CINdetails group counts, complete or not."""
    return without_any(census.rows(identifiers), census.rows(details), identifiers).select("ChildIdentifiers")


@rule(
    "8750",
    identifiers.Sex,
    identifiers.GenderCurrent,
    identifiers.ExpectedPersonBirthDate,
    summary="A child recorded as unborn has a sex other than unknown.",
    hint="Record the sex of an unborn child as U (before 2025: 0) until the date of birth is known.",
)
def unborn_with_sex(row: Row) -> pl.Expr:
    """A missing sex fails too."""
    _, sex, unknown = _sex(row)
    unborn = missing(row.PersonBirthDate) & present(row.ExpectedPersonBirthDate)
    return unborn & sex.ne_missing(pl.lit(unknown))


@linked_rule(
    "8775Q",
    identifiers.PersonBirthDate,
    details.CINclosureDate,
    summary="The person received services after turning 25.",
    hint="Check the date of birth, and close episodes that have finished; explain if the person is still served.",
)
def served_past_25(census: Census) -> pl.LazyFrame:
    """An open episode counts, or one closed after the 25th birthday; 25 on the last day of the year passes."""
    birthday = years_after(pl.col("PersonBirthDate"), _OLDEST)
    people = (
        census.rows(identifiers).filter(birthday < census.period.end).select("ChildIdentifiers", birthday.alias("day"))
    )
    episodes = census.rows(details).select("ChildIdentifiers", "CINdetails", "CINclosureDate")
    served = missing(pl.col("CINclosureDate")) | (pl.col("CINclosureDate") > pl.col("day"))
    found = people.join(episodes, on="ChildIdentifiers").filter(served)
    return found.select("ChildIdentifiers", "CINdetails", issue=pl.col("ChildIdentifiers"))
