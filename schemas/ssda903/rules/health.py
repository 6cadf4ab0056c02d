"""OC2: health and offending of children looked after for a year."""

import polars as pl

from schemas.rules import Census, Row, linked_rule, rule
from schemas.ssda903.rules.sequences import earliest, looked_after_all_year
from schemas.ssda903.rules.terms import CORE_HEALTH_ITEMS, HEALTH_ITEMS, all_given, any_given, raw
from schemas.ssda903.tables import children, episodes, oc2
from schemas.vocabulary import missing, present, with_any, within, without_any, years_after, yes

_NO, _YES = "0", "1"
_WRONG_AGE = "SDQ1"
_BEST_SCORE = 40


def _all_year(census: Census, *conditions: pl.Expr) -> pl.LazyFrame:
    """Keep the rows of OC2 that meet the conditions and are about a child looked after all year."""
    return with_any(census.rows(oc2).filter(*conditions), looked_after_all_year(census), children).select("OC2")


def _not_all_year(census: Census, condition: pl.Expr) -> pl.LazyFrame:
    """Keep the rows of OC2 that meet the condition and are not about a child looked after all year."""
    return without_any(census.rows(oc2).filter(condition), looked_after_all_year(census), children).select("OC2")


def _birthday(years: int) -> pl.Expr:
    return years_after(pl.col("DOB"), years)


def _scored() -> pl.Expr:
    return raw(oc2.SDQ_SCORE).is_not_null()


def _unexplained() -> pl.Expr:
    return ~_scored() & missing(pl.col("SDQ_REASON"))


@linked_rule(
    "157",
    oc2.SDQ_REASON,
    oc2.DOB,
    oc2.SDQ_SCORE,
    summary="There is no SDQ score for reasons of age (SDQ1) although the child was of the age for one.",
    hint="Give the score, or another reason.",
)
def reason_of_age_at_the_age(census: Census) -> pl.LazyFrame:
    """The child is looked after all year, four on or before 1 April and 16 on or after 31 March."""
    of_age = (_birthday(4) <= census.period.start) & (_birthday(16) >= census.period.end)
    return _all_year(census, of_age & ~_scored() & (pl.col("SDQ_REASON") == _WRONG_AGE))


@rule(
    "158",
    oc2.INTERVENTION_RECEIVED,
    oc2.INTERVENTION_OFFERED,
    summary="An intervention was received, and it is also said whether one was offered.",
    hint="Leave blank whether one was offered.",
)
def offered_although_received(child: Row) -> pl.Expr:
    """Either answer on the offer fails."""
    return (child.INTERVENTION_RECEIVED == _YES) & present(child.INTERVENTION_OFFERED)


@rule(
    "159",
    oc2.SUBSTANCE_MISUSE,
    oc2.INTERVENTION_RECEIVED,
    oc2.INTERVENTION_OFFERED,
    summary="There is a substance misuse problem, no intervention was received, and nothing is said of an offer.",
    hint="Say whether an intervention was offered and refused.",
)
def nothing_said_of_an_offer(child: Row) -> pl.Expr:
    """Nothing said of an intervention received passes: rule 192 is about that."""
    untreated = (child.SUBSTANCE_MISUSE == _YES) & (child.INTERVENTION_RECEIVED == _NO)
    return untreated & missing(child.INTERVENTION_OFFERED)


@rule(
    "180",
    oc2.SDQ_SCORE,
    summary="The SDQ score is no whole number from 0 to 40.",
    hint="Give the total difficulties score of the questionnaire.",
)
def score_out_of_range(child: Row) -> pl.Expr:
    """0 and 40 pass, 12.0 does not; a blank score passes."""
    return _scored() & ~yes(child.SDQ_SCORE <= _BEST_SCORE)


@rule(
    "181",
    *HEALTH_ITEMS,
    summary="An item on health or offending is neither 0 nor 1.",
    hint="Use 1 for yes and 0 for no.",
)
def neither_yes_nor_no(child: Row) -> pl.Expr:
    """A blank item passes."""
    return pl.any_horizontal(~child.valid_code(item.field) for item in HEALTH_ITEMS)


@rule(
    "182",
    *CORE_HEALTH_ITEMS,
    oc2.CONVICTED,
    oc2.HEALTH_CHECK,
    oc2.INTERVENTION_RECEIVED,
    oc2.INTERVENTION_OFFERED,
    summary="Some items on health and offending are given, but not all of the four that every child needs.",
    hint="Give immunisations, dental check, health assessment and substance misuse.",
)
def core_items_incomplete(_child: Row) -> pl.Expr:
    """A row with none of the eight items passes; one of the four core items alone does not."""
    return any_given(HEALTH_ITEMS) & ~all_given(CORE_HEALTH_ITEMS)


@linked_rule(
    "185",
    oc2.SDQ_SCORE,
    summary="There is an SDQ score for a child who was not looked after all year.",
    hint="Clear the score, or correct the child's episodes.",
)
def score_without_a_year_of_care(census: Census) -> pl.LazyFrame:
    """A child who left care on 31 March passes; one who left the day before does not, nor one without episodes."""
    return _not_all_year(census, _scored())


@linked_rule(
    "186",
    oc2.SDQ_SCORE,
    oc2.SDQ_REASON,
    oc2.DOB,
    summary="A child aged 4 to 16 who was looked after all year has neither an SDQ score nor a reason for none.",
    hint="Give the score, or say why there is none.",
)
def score_missing(census: Census) -> pl.LazyFrame:
    """The child is four on or before 1 April and turns 17 after 31 March."""
    of_age = (_birthday(4) <= census.period.start) & (_birthday(17) > census.period.end)
    return _all_year(census, of_age & _unexplained())


@rule(
    "188",
    oc2.SDQ_SCORE,
    oc2.SDQ_REASON,
    oc2.DOB,
    summary="There is an SDQ score, or a reason for none, for a child under four.",
    hint="Clear both, or correct the date of birth.",
)
def score_under_four(child: Row) -> pl.Expr:
    """A fourth birthday on 31 March passes."""
    return (_birthday(4) > child.period.end) & (_scored() | present(child.SDQ_REASON))


@rule(
    "189",
    oc2.DOB,
    oc2.SDQ_SCORE,
    oc2.SDQ_REASON,
    summary="There is an SDQ score, or a reason for none, for a child who was 17 before the year.",
    hint="Clear both, or correct the date of birth.",
)
def score_at_17(child: Row) -> pl.Expr:
    """A 17th birthday on 1 April passes."""
    return (_birthday(17) < child.period.start) & (_scored() | present(child.SDQ_REASON))


@linked_rule(
    "190",
    *HEALTH_ITEMS,
    summary="There are items on health or offending for a child who was not looked after all year.",
    hint="Clear them, or correct the child's episodes.",
)
def items_without_a_year_of_care(census: Census) -> pl.LazyFrame:
    """Any answer fails, 0 as well as 1; a child without episodes was not looked after all year."""
    return _not_all_year(census, any_given(HEALTH_ITEMS))


@linked_rule(
    "191",
    *CORE_HEALTH_ITEMS,
    episodes.CHILD,
    summary="A child looked after all year lacks an item on health that every such child needs.",
    hint="Give immunisations, dental check, health assessment and substance misuse.",
)
def core_items_missing(census: Census) -> pl.LazyFrame:
    """Where the child has no row in OC2, the first episode is shown."""
    incomplete = _all_year(census, ~all_given(CORE_HEALTH_ITEMS))
    absent = without_any(looked_after_all_year(census), census.rows(oc2), children)
    shown = with_any(earliest(census.rows(episodes)), absent, children).select("Episodes")
    return pl.concat([incomplete, shown], how="diagonal")


@rule(
    "192",
    oc2.SUBSTANCE_MISUSE,
    oc2.INTERVENTION_RECEIVED,
    summary="There is a substance misuse problem and it is not said whether an intervention was received.",
    hint="Say whether the child received an intervention.",
)
def nothing_said_of_an_intervention(child: Row) -> pl.Expr:
    """Either answer passes."""
    return (child.SUBSTANCE_MISUSE == _YES) & missing(child.INTERVENTION_RECEIVED)


@rule(
    "193",
    oc2.SUBSTANCE_MISUSE,
    oc2.INTERVENTION_RECEIVED,
    oc2.INTERVENTION_OFFERED,
    summary="There is an item on interventions although there is no substance misuse problem.",
    hint="Clear the items on interventions, or say that there is a problem.",
)
def intervention_without_a_problem(child: Row) -> pl.Expr:
    """Nothing said of a problem is as good as none; either answer on an intervention fails."""
    no_problem = missing(child.SUBSTANCE_MISUSE) | (child.SUBSTANCE_MISUSE == _NO)
    return no_problem & any_given((oc2.INTERVENTION_RECEIVED, oc2.INTERVENTION_OFFERED))


@rule(
    "196",
    oc2.SDQ_REASON,
    summary="The reason for no SDQ score is no code of the list.",
    hint="Use a code from SDQ1 to SDQ5.",
)
def unknown_reason_for_no_score(child: Row) -> pl.Expr:
    """A blank reason passes."""
    return ~child.valid_code("SDQ_REASON")


@rule(
    "197a",
    oc2.SDQ_SCORE,
    oc2.SDQ_REASON,
    summary="There is both an SDQ score and a reason for none.",
    hint="Clear the reason, or the score if it is wrong.",
)
def score_and_reason(child: Row) -> pl.Expr:
    """A score that cannot be read counts as given."""
    return _scored() & present(child.SDQ_REASON)


@linked_rule(
    "197B",
    oc2.SDQ_REASON,
    oc2.SDQ_SCORE,
    oc2.DOB,
    summary="A child who turned 4 or 17 in a year of care has neither an SDQ score nor a reason for none.",
    hint="Give the score, or say why there is none (SDQ1 for reasons of age).",
)
def score_missing_at_the_edge(census: Census) -> pl.LazyFrame:
    """Birthdays on 1 April and on 31 March count."""
    turned = within(_birthday(4), census.period) | within(_birthday(17), census.period)
    return _all_year(census, turned & _unexplained())


@linked_rule(
    "198",
    oc2.SDQ_REASON,
    summary="There is a reason for no SDQ score for a child who was not looked after all year.",
    hint="Clear the reason, or correct the child's episodes.",
)
def reason_without_a_year_of_care(census: Census) -> pl.LazyFrame:
    """A reason that is no code of the list fails too."""
    return _not_all_year(census, present(pl.col("SDQ_REASON")))


@rule(
    "542",
    oc2.CONVICTED,
    oc2.DOB,
    summary="It is said whether a child under ten was convicted.",
    hint="Leave the item blank, or correct the date of birth.",
)
def conviction_under_ten(child: Row) -> pl.Expr:
    """A tenth birthday on 31 March passes."""
    return (_birthday(10) > child.period.end) & present(child.CONVICTED)


@linked_rule(
    "543",
    oc2.DOB,
    oc2.CONVICTED,
    summary="It is not said whether a child of ten or over, looked after all year, was convicted.",
    hint="Give 1 for a conviction or youth caution in the year, and 0 for none.",
)
def conviction_missing(census: Census) -> pl.LazyFrame:
    """A tenth birthday on 31 March fails."""
    return _all_year(census, _birthday(10) <= census.period.end, missing(pl.col("CONVICTED")))


@rule(
    "544",
    oc2.CONVICTED,
    *CORE_HEALTH_ITEMS,
    summary="It is said whether the child was convicted, but an item on health is missing.",
    hint="Give immunisations, dental check, health assessment and substance misuse.",
)
def conviction_without_health(child: Row) -> pl.Expr:
    """0 is an answer as well as 1."""
    return present(child.CONVICTED) & ~all_given(CORE_HEALTH_ITEMS)


@linked_rule(
    "545",
    oc2.DOB,
    oc2.HEALTH_CHECK,
    summary="It is not said whether the health checks of a child under five, looked after all year, are up to date.",
    hint="Give 1 if they are up to date, and 0 if not.",
)
def health_checks_missing(census: Census) -> pl.LazyFrame:
    """A fifth birthday on 31 March passes."""
    return _all_year(census, _birthday(5) > census.period.end, missing(pl.col("HEALTH_CHECK")))


@linked_rule(
    "546",
    oc2.DOB,
    oc2.HEALTH_CHECK,
    summary="It is said whether the health checks of the under-fives are up to date, of a child of five or over.",
    hint="Leave the item blank, or correct the date of birth.",
)
def health_checks_at_five(census: Census) -> pl.LazyFrame:
    """A fifth birthday on 31 March fails; a child not looked after all year passes: rule 190 is about that."""
    return _all_year(census, _birthday(5) <= census.period.end, present(pl.col("HEALTH_CHECK")))


@rule(
    "547",
    oc2.HEALTH_CHECK,
    *CORE_HEALTH_ITEMS,
    summary="It is said whether health checks are up to date, but another item on health is missing.",
    hint="Give immunisations, dental check, health assessment and substance misuse.",
)
def health_checks_without_health(child: Row) -> pl.Expr:
    """0 is an answer as well as 1."""
    return present(child.HEALTH_CHECK) & ~all_given(CORE_HEALTH_ITEMS)
