"""The headline figures of the looked-after return.

Children on short breaks (legal status V3, V4) are left out, as they are from the published
statistics. What is counted follows DfE, Children looked after in England including adoptions; the
return holds this year's records alone, so that what began before is known only as far as they tell.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from schemas.figures import AGES, banded, breakdown, figure, labels, open_at, part, total, whole_years
from schemas.rules import Census
from schemas.ssda903.rules.sequences import CHILD, in_order, latest, periods_of_care
from schemas.ssda903.rules.terms import FOR_ADOPTION, STARTED, TEMPORARY, among, in_year, left_care, on_short_break
from schemas.ssda903.tables import ad1, episodes, header, missing_spells, oc2, oc3, reviews
from schemas.vocabulary import within
from schemas.working_days import bank_holidays

FIRST_REVIEW = 20
_SECOND_REVIEW, _LATER_REVIEWS = "3mo", "6mo"
_NEW_PLACEMENT = (STARTED, "P", "B")
_PLACEMENTS = {1: "One", 2: "Two", 3: "Three or more"}
_DONE = "1"
_MISSING, _AWAY = "M", "A"
_OCCUPIED = "^[FP]"
_SUITABLE = "1"


def _episodes(census: Census) -> pl.LazyFrame:
    return census.rows(episodes).filter(~on_short_break(pl.col("LS")))


def _on_31_march(census: Census) -> pl.LazyFrame:
    """Keep the one episode of each child that is open on 31 March."""
    return latest(open_at(_episodes(census), "DECOM", "DEC", census.period.end))


@figure("Children looked after", "children", episodes)
def children_looked_after(census: Census) -> pl.LazyFrame:
    """At any time in the year, and on 31 March; those who started and those who left in the year."""
    rows = _episodes(census)
    started = rows.filter((pl.col("RNE") == STARTED) & within(pl.col("DECOM"), census.period))
    left = rows.filter(among(pl.col("REC"), left_care(census.period.year)) & within(pl.col("DEC"), census.period))
    anytime = rows.filter(in_year(census.period))
    return pl.concat(
        [
            total(_on_31_march(census), "On 31 March"),
            total(_each_child(anytime), "At any time in the year"),
            total(_each_child(started), "Started to be looked after"),
            total(_each_child(left), "Ceased to be looked after"),
        ]
    )


def _each_child(rows: pl.LazyFrame) -> pl.LazyFrame:
    return rows.filter(pl.col(CHILD).is_not_null()).select(CHILD).unique()


@figure("Children looked after on 31 March by age", "children", episodes, header)
def by_age(census: Census) -> pl.LazyFrame:
    """Age in whole years on 31 March, from the birth date in Header."""
    born = census.rows(header).select("Header", "DOB")
    rows = _on_31_march(census).join(born, on="Header", how="left")
    age = banded(whole_years(pl.col("DOB"), pl.lit(census.period.end)), AGES)
    return breakdown(rows, age, {label: label for label in AGES.values()})


@figure("Children looked after on 31 March by legal status", "children", episodes)
def by_legal_status(census: Census) -> pl.LazyFrame:
    """Legal status of the episode that is open on 31 March."""
    named = labels(episodes, "LS", census.period.year)
    shown = {code: label for code, label in named.items() if code not in {"V3", "V4"}}
    return breakdown(_on_31_march(census), pl.col("LS"), shown)


@figure("Children looked after on 31 March by placement", "children", episodes)
def by_placement(census: Census) -> pl.LazyFrame:
    """Placement of the episode that is open on 31 March."""
    return breakdown(_on_31_march(census), pl.col("PLACE"), labels(episodes, "PLACE", census.period.year))


@figure("Placements in the year of children looked after on 31 March", "children", episodes)
def by_number_of_placements(census: Census) -> pl.LazyFrame:
    """Each start and each move counts, and the placement that ran on 1 April.

    Temporary placements do not, nor does the way back from one to where the child was.
    """
    new = among(pl.col("RNE"), _NEW_PLACEMENT) & (pl.col("DECOM") >= census.period.start) & ~_back()
    rows = in_order(_episodes(census)).filter(in_year(census.period)).with_columns(new=new)
    lasting = rows.filter(~among(pl.col("PLACE"), TEMPORARY))
    ran_on = ~pl.col("new").first()
    placements = pl.col("new").sum() + ran_on.cast(pl.UInt32)
    counts = lasting.group_by(CHILD, maintain_order=True).agg(placements=placements)
    here = _on_31_march(census).select(CHILD).join(counts, on=CHILD, how="left")
    return breakdown(here, banded(pl.col("placements"), _PLACEMENTS), {label: label for label in _PLACEMENTS.values()})


def _back() -> pl.Expr:
    """Say, of episodes in order, that a child came back from a temporary placement to the one before it."""
    temporary = among(pl.col("PLACE"), TEMPORARY)
    same = pl.all_horizontal(_lasting(item).eq_missing(pl.col(item)) for item in ("PLACE", "PL_POST"))
    away = temporary.shift(1).over(CHILD).fill_null(value=False)
    return away & (pl.col("RNE") != STARTED).fill_null(value=False) & same


def _lasting(item: str) -> pl.Expr:
    """Give an item of the child's last episode before this one that was no temporary placement."""
    kept = pl.when(~among(pl.col("PLACE"), TEMPORARY)).then(pl.struct(item))
    return kept.shift(1).forward_fill().over(CHILD).struct.field(item)


@figure("Reviews of children looked after on 31 March", "children", episodes, reviews)
def reviewed(census: Census) -> pl.LazyFrame:
    """Due 20 working days after the start, then after three months, then after six; else six months from 1 April."""
    here = _on_31_march(census).select(CHILD)
    care = periods_of_care(census).unique(CHILD, keep="last", maintain_order=True).join(here, on=CHILD, how="semi")
    held = care.join(census.rows(reviews).select(CHILD, "REVIEW"), on=CHILD, how="left")
    held = held.filter(pl.col("REVIEW").is_null() | within(pl.col("REVIEW"), census.period))
    timed = _timed(
        pl.concat([held, care.with_columns(REVIEW=pl.lit(census.period.end + timedelta(days=1)))], how="diagonal"),
        census,
    )
    late = timed.filter(pl.col("REVIEW") > pl.col("due")).select(CHILD).unique()
    marked = here.join(late.with_columns(late=pl.lit(value=True)), on=CHILD, how="left")
    return part(marked, "All reviews on time", pl.col("late").is_null())


def _timed(held: pl.LazyFrame, census: Census) -> pl.LazyFrame:
    """Give each review the day by which it was due; the day after the year stands for the next one."""
    rows = held.filter(pl.col("REVIEW").is_not_null(), pl.col("REVIEW") >= pl.col("starts")).sort(CHILD, "REVIEW")
    before = pl.col("REVIEW").shift(1).over(CHILD)
    number = pl.int_range(pl.len()).over(CHILD)
    new = pl.col("starts") >= census.period.start
    first = pl.col("starts").dt.add_business_days(FIRST_REVIEW, holidays=sorted(bank_holidays()), roll="forward")
    return rows.with_columns(
        due=pl.when(number == 0)
        .then(pl.when(new).then(first).otherwise(pl.lit(census.period.start).dt.offset_by(_LATER_REVIEWS)))
        .when(new & (number == 1))
        .then(before.dt.offset_by(_SECOND_REVIEW))
        .otherwise(before.dt.offset_by(_LATER_REVIEWS))
    )


@figure("Health of children looked after for the whole year", "children", oc2)
def health(census: Census) -> pl.LazyFrame:
    """Children in OC2; the development check is asked for under fives only."""
    rows = census.rows(oc2)
    young = rows.filter(pl.col("HEALTH_CHECK").is_not_null())
    return pl.concat(
        [
            total(rows, "Children"),
            part(rows, "Health assessment", pl.col("HEALTH_ASSESSMENT") == _DONE),
            part(rows, "Dental check", pl.col("TEETH_CHECK") == _DONE),
            part(rows, "Immunisations up to date", pl.col("IMMUNISATIONS") == _DONE),
            part(young, "Development check", pl.col("HEALTH_CHECK") == _DONE),
            part(rows, "Score of the strengths and difficulties questionnaire", pl.col("SDQ_SCORE").is_not_null()),
            part(rows, "Convicted or cautioned", pl.col("CONVICTED") == _DONE),
            part(rows, "Substance misuse", pl.col("SUBSTANCE_MISUSE") == _DONE),
        ]
    )


@figure("Missing from care", "incidents", missing_spells)
def missing(census: Census) -> pl.LazyFrame:
    """Incidents that started in the year, and the children who had one."""
    rows = census.rows(missing_spells).filter(within(pl.col("MIS_START"), census.period))
    gone = rows.filter(pl.col("MISSING") == _MISSING)
    away = rows.filter(pl.col("MISSING") == _AWAY)
    return pl.concat(
        [
            total(gone, "Missing"),
            total(_each_child(gone), "Children who went missing"),
            total(away, "Away without authorisation"),
            total(_each_child(away), "Children away without authorisation"),
        ]
    )


@figure("Adoption", "children", episodes, ad1)
def adoption(census: Census) -> pl.LazyFrame:
    """Children adopted in the year, and those placed for adoption on 31 March."""
    placed = _on_31_march(census).filter(among(pl.col("PLACE"), FOR_ADOPTION))
    return pl.concat([total(census.rows(ad1), "Adopted"), total(placed, "Placed for adoption on 31 March")])


@figure("Care leavers", "young people", oc3)
def leavers(census: Census) -> pl.LazyFrame:
    """Young people in OC3."""
    rows = census.rows(oc3)
    return pl.concat(
        [
            total(rows, "Young people"),
            part(rows, "In touch", pl.col("IN_TOUCH") == "YES"),
            part(rows, "In education, employment or training", pl.col("ACTIV").str.contains(_OCCUPIED)),
            part(rows, "In suitable accommodation", pl.col("ACCOM").str.ends_with(_SUITABLE)),
        ]
    )
