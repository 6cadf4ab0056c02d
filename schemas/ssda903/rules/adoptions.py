"""AD1: children adopted in the year."""

from collections.abc import Collection

import polars as pl

from schemas.periods import Period
from schemas.rules import Census, FieldRef, Row, Rule, linked_rule, rule
from schemas.ssda903.rules.placements import WITH_THE_CURRENT_CARER
from schemas.ssda903.rules.readable import all_readable, any_readable
from schemas.ssda903.rules.sequences import latest, looked_after_all_year
from schemas.ssda903.rules.terms import (
    ADOPTED,
    ADOPTION_ITEMS,
    FOR_ADOPTION,
    LEAVER_ITEMS,
    STARTED,
    all_given,
    among,
    any_given,
    unreadable,
)
from schemas.ssda903.tables import ad1, children, episodes, oc3
from schemas.vocabulary import missing, present, with_any, within, without_any

_TWO = "2"
_SINGLE, _SAME_SEX, _DIFFERENT_SEX = ("M1", "F1"), ("MM", "FF"), ("MF",)
_NOT_BY_CARER, _BY_CARER = "0", "1"
# Codes of before 2006 beside today's: placements with the current carer and with others, and an adoption.
_WITH_CARER = ("A2", *WITH_THE_CURRENT_CARER)
_WITH_OTHERS = ("A1", *(code for code in FOR_ADOPTION if code not in WITH_THE_CURRENT_CARER))
_EVER_ADOPTED = ("E1", *ADOPTED)


@rule(
    "112",
    ad1.DATE_INT,
    summary="The date of the decision on a child who was adopted cannot be read.",
    hint="Write the date as dd/mm/yyyy.",
)
def decision_unreadable(_child: Row) -> pl.Expr:
    """A blank date passes."""
    return unreadable(ad1.DATE_INT)


@rule(
    "113",
    ad1.DATE_MATCH,
    summary="The date of matching with adopters cannot be read.",
    hint="Write the date as dd/mm/yyyy.",
)
def matching_unreadable(_child: Row) -> pl.Expr:
    """A blank date passes."""
    return unreadable(ad1.DATE_MATCH)


def _not_on_list(code: str, field: FieldRef, what: str, hint: str) -> Rule:
    @rule(code, field, summary=f"{what} is no code of the list.", hint=hint)
    def unknown_code(child: Row) -> pl.Expr:
        """A blank item passes."""
        return ~child.valid_code(field.field)

    return unknown_code


by_carer = _not_on_list(
    "114", ad1.FOSTER_CARE, "Whether the current foster carer adopted the child", "Use 1 for yes and 0 for no."
)
number_of_adopters = _not_on_list("175", ad1.NB_ADOPTR, "The number of adopters", "Use 1 or 2.")
sex_of_adopters = _not_on_list("176", ad1.SEX_ADOPTR, "The sex of the adopters", "Use M1, F1, MM, FF or MF.")
status_of_adopters = _not_on_list(
    "177", ad1.LS_ADOPTR, "The legal status of the adopters", "Use L0, L11, L12, L2, L3 or L4."
)


@linked_rule(
    "134",
    *ADOPTION_ITEMS,
    *LEAVER_ITEMS,
    summary="A child who was adopted also has details of a care leaver.",
    hint="Keep what fits the child: the row in AD1 or that in OC3.",
)
def adopted_care_leaver(census: Census) -> pl.LazyFrame:
    """One item in each file is enough to fail; a row without items passes."""
    leavers = census.rows(oc3).filter(any_given(LEAVER_ITEMS))
    return with_any(census.rows(ad1).filter(any_given(ADOPTION_ITEMS)), leavers, children).select("AD1")


@rule(
    "151",
    *ADOPTION_ITEMS,
    summary="Only some of the six items on an adoption are given.",
    hint="Give all six, or none of them.",
)
def partly_told(_child: Row) -> pl.Expr:
    """A row with none of the six passes; a date that cannot be read counts as given."""
    return any_given(ADOPTION_ITEMS) & ~all_given(ADOPTION_ITEMS)


@linked_rule(
    "187",
    episodes.CHILD,
    *ADOPTION_ITEMS,
    *LEAVER_ITEMS,
    summary="There are details of an adoption or of a care leaver for a child who was looked after all year.",
    hint="Clear them, or correct the child's episodes.",
)
def left_although_here_all_year(census: Census) -> pl.LazyFrame:
    """A child who left on 31 March was here all year. Each of AD1 and OC3 is looked at where it was given."""
    here = looked_after_all_year(census)
    items = {ad1: ADOPTION_ITEMS, oc3: LEAVER_ITEMS}
    given = [table for table in items if census.gives(table)] or [ad1]
    found = [
        with_any(census.rows(table).filter(any_given(items[table])), here, children).select(table.name)
        for table in given
    ]
    return pl.concat(found, how="diagonal")


def _adoptions(census: Census, *conditions: pl.Expr) -> pl.LazyFrame:
    return census.rows(episodes).filter(among(pl.col("REC"), ADOPTED), *conditions)


def _with_details(census: Census, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Put beside each episode the child's rows of AD1; episodes of children without one are left out."""
    return rows.join(census.rows(ad1).select("Children", "AD1", *_names()), on="Children")


def _names() -> list[str]:
    return [item.field for item in ADOPTION_ITEMS]


@linked_rule(
    "331",
    ad1.DATE_MATCH,
    episodes.DECOM,
    episodes.REC,
    summary="The child was matched with the adopters after the placement began that ended in adoption.",
    hint="Correct the date of matching or the start of the episode.",
)
def matched_after_placement(census: Census) -> pl.LazyFrame:
    """A match on the first day of the placement passes."""
    late = _with_details(census, _adoptions(census)).filter(pl.col("DATE_MATCH") > pl.col("DECOM"))
    return late.select("AD1", "Episodes", issue="Children")


@rule(
    "333",
    ad1.DATE_INT,
    ad1.DATE_MATCH,
    summary="The decision to place the child is missing or later than the match with adopters.",
    hint="Give a date of decision on or before that of matching.",
)
def decision_after_matching(child: Row) -> pl.Expr:
    """A decision on the day of matching passes, and so does no readable date of matching."""
    return present(child.DATE_MATCH) & (missing(child.DATE_INT) | (child.DATE_INT > child.DATE_MATCH))


@linked_rule(
    "334",
    ad1.DATE_INT,
    episodes.DECOM,
    episodes.RNE,
    summary="The decision to place the adopted child was made before the latest start of care.",
    hint="Correct the date of the decision or the start of care.",
)
def decision_before_this_care(census: Census) -> pl.LazyFrame:
    """A decision on the day on which care started passes; so does a child with no start in this year's episodes."""
    start = latest(census.rows(episodes).filter(pl.col("RNE") == STARTED))
    return _with_details(census, start).filter(pl.col("DATE_INT") < pl.col("DECOM")).select("Episodes", "AD1")


@linked_rule(
    "335",
    ad1.FOSTER_CARE,
    episodes.PLACE,
    episodes.REC,
    summary="Whether the current foster carer adopted the child does not fit the last placement.",
    hint="Correct the item, or the type of the placement that ended in adoption.",
)
def carer_does_not_fit_placement(census: Census) -> pl.LazyFrame:
    """Placements other than for adoption pass, and so does a blank item."""
    adopted = census.rows(episodes).filter(among(pl.col("REC"), _EVER_ADOPTED))
    with_carer = among(pl.col("PLACE"), _WITH_CARER) & (pl.col("FOSTER_CARE") == _NOT_BY_CARER)
    with_others = among(pl.col("PLACE"), _WITH_OTHERS) & (pl.col("FOSTER_CARE") == _BY_CARER)
    failing = _with_details(census, adopted).filter(with_carer | with_others)
    return failing.select("Episodes", "AD1", issue="Children")


@rule(
    "511",
    ad1.NB_ADOPTR,
    ad1.SEX_ADOPTR,
    summary="There are two adopters and the sex is that of one.",
    hint="Use MM, FF or MF, or say that there is one adopter.",
)
def sex_of_one_of_two(child: Row) -> pl.Expr:
    """A blank sex passes."""
    return (child.NB_ADOPTR == _TWO) & child.SEX_ADOPTR.is_in(_SINGLE)


def _adopters(code: str, status: str, kind: str, sexes: Collection[str]) -> Rule:
    @rule(
        code,
        ad1.LS_ADOPTR,
        ad1.SEX_ADOPTR,
        summary=f"The sex of the adopters is missing or is not that of {kind} ({status}).",
        hint=f"Use {' or '.join(sexes)}, or correct the legal status.",
    )
    def sex_does_not_fit_status(child: Row) -> pl.Expr:
        """A blank sex fails; another legal status passes here."""
        return (child.LS_ADOPTR == status) & ~among(child.SEX_ADOPTR, sexes)

    return sex_does_not_fit_status


single = _adopters("514", "L0", "a single adopter", _SINGLE)
unmarried = _adopters("517", "L3", "an unmarried couple of different sex", _DIFFERENT_SEX)
neither_married_nor_partners = _adopters("518", "L4", "a couple of the same sex with no legal tie", _SAME_SEX)
civil_partners = _adopters("519", "L2", "civil partners", (*_SAME_SEX, *_DIFFERENT_SEX))
married = _adopters("520", "L11", "a married couple of different sex", _DIFFERENT_SEX)
married_same_sex = _adopters("524", "L12", "a married couple of the same sex", _SAME_SEX)


@linked_rule(
    "521",
    episodes.PLACE,
    episodes.DECOM,
    ad1.DATE_INT,
    summary="The child was placed for adoption before the decision on it that AD1 gives.",
    hint="Correct the date of the decision or the start of the placement.",
)
def placed_before_decision(census: Census) -> pl.LazyFrame:
    """A placement that starts on the day of the decision passes; every placement for adoption is looked at."""
    placed = census.rows(episodes).filter(among(pl.col("PLACE"), FOR_ADOPTION))
    return _with_details(census, placed).filter(pl.col("DATE_INT") > pl.col("DECOM")).select("Episodes", "AD1")


@linked_rule(
    "582",
    episodes.DEC,
    episodes.REC,
    ad1.DATE_MATCH,
    summary="The child was matched with the adopters on the day of the adoption.",
    hint="Check the date of matching: it is earlier as a rule.",
)
def matched_on_adoption(census: Census) -> pl.LazyFrame:
    """A match on the day before passes."""
    days = census.rows(ad1).select("Children", DEC="DATE_MATCH")
    return _adoptions(census).join(days, on=["Children", "DEC"], how="semi").select("Episodes")


def _ended_in(period: Period) -> pl.Expr:
    return within(pl.col("DEC"), period)


@linked_rule(
    "601",
    episodes.REC,
    episodes.DEC,
    *ADOPTION_ITEMS,
    summary="A child was adopted in the year and the adoption is not told in full.",
    hint="Give all six items of AD1.",
)
def adoption_not_told(census: Census) -> pl.LazyFrame:
    """Adoptions on 1 April and 31 March count; a child without a row in AD1 fails, as does a date not readable."""
    details = census.rows(ad1).select("Children", "AD1", told=all_readable(ADOPTION_ITEMS))
    both = _adoptions(census, _ended_in(census.period)).join(details, on="Children", how="left")
    incomplete = both.filter(~pl.col("told").fill_null(value=False))
    return incomplete.select("Episodes", "AD1", issue="Episodes")


@linked_rule(
    "602",
    ad1.CHILD,
    summary="There are details of an adoption for a child who was not adopted in the year.",
    hint="Clear the row in AD1, or correct why and when the last episode ended.",
)
def not_adopted_in_the_year(census: Census) -> pl.LazyFrame:
    """Adoptions on 1 April and 31 March pass; so does a row with no item that can be read."""
    told = census.rows(ad1).filter(any_readable(ADOPTION_ITEMS))
    return without_any(told, _adoptions(census, _ended_in(census.period)), children).select("AD1")
