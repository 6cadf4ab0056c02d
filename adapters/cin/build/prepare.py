"""Choose the rows of the census and bring beside each what its elements take from other tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from adapters.cin.build import mapping
from adapters.cin.build.episodes import Episodes, merged
from adapters.mapping.built import ReturnRows, noted, undated
from adapters.mapping.declare import ID, PARENT
from adapters.mapping.items import known_as, unborn, with_numbers
from adapters.mapping.span import ReturnYear
from adapters.mapping.tables import SOURCE, newest
from schemas.working_days import bank_holidays

TABLES = (
    "person",
    "linked_identifiers",
    "disability",
    "cin_episodes",
    "cin_assessments",
    "assessment_factors",
    "cin_plans",
    "s47_enquiry",
    "initial_cp_conference",
    "cp_plans",
    "cp_reviews",
    "pre_proceedings",
    "cla_episodes",
)
_CONFERENCE_WITHIN = 15
_NO_FACTOR = "21"


class Preparation:
    """The rows of one census, made ready record by record."""

    def __init__(self, tables: Mapping[str, pl.DataFrame], year: ReturnYear) -> None:
        self._tables = tables
        self._year = year
        self.notes: list[pl.DataFrame] = []
        self._episodes = self._in_the_year()

    def ready(self) -> dict[str, pl.DataFrame]:
        """Give the rows for each record, by its name."""
        details, people = self._details(), self._people()
        plans = self._placed(mapping.PROTECTION_PLANS, self._plans(), "start_date")
        assessments = self._placed(mapping.ASSESSMENTS, self._tables["cin_assessments"], "start_date")
        enquiries = self._placed(mapping.SECTION_47, self._enquiries(), "start_date")
        found = {
            mapping.HEADER: pl.DataFrame({"id": [""], ID: [""], SOURCE: [""], "person": [""]}),
            mapping.IDENTIFIERS: people,
            mapping.CHARACTERISTICS: people,
            mapping.DISABILITIES: self._disabilities(people),
            mapping.DETAILS: details,
            mapping.ASSESSMENTS: assessments,
            mapping.FACTORS: self._factors(assessments),
            mapping.CIN_PLANS: self._placed(mapping.CIN_PLANS, self._tables["cin_plans"], "start_date"),
            mapping.SECTION_47: _one_a_day(enquiries),
            mapping.PROTECTION_PLANS: plans,
            mapping.REVIEWS: self._reviews(plans),
            mapping.PRE_PROCEEDINGS: self._placed(
                mapping.PRE_PROCEEDINGS, self._tables["pre_proceedings"], "decision_date", refers=False
            ),
        }
        self.notes += self._remarks(people)
        return {rows.block: frame for rows, frame in found.items()}

    def _in_the_year(self) -> Episodes:
        told = self._tables["cin_episodes"].with_columns(
            pl.col("no_further_action").fill_null(value=False).alias("_nfa")
        )
        nobody = told.filter(
            pl.col("person").is_null() | ~pl.col("person").is_in(self._tables["person"]["id"].implode())
        )
        self.notes.append(noted("Left out of CINdetails: whom it is about is not in the dataset.", nobody))
        self.notes.append(undated(mapping.DETAILS.block, told, "referral_date"))
        episodes = merged(
            told.filter(mapping.DETAILS.inside(self._year)).join(
                self._tables["person"].select(pl.col("id").alias("person")), on="person", how="semi"
            )
        )
        self.notes += episodes.notes
        return episodes

    def _details(self) -> pl.DataFrame:
        rows = self._episodes.rows.with_columns(pl.col("person").alias(PARENT))
        held = self._tables["initial_cp_conference"].filter(self._year.holds("held_on"))
        alone = held.filter(pl.col("transfer_in").fill_null(value=False) | pl.col("enquiry").is_null())
        placed = self._episodes.place(alone, "held_on", "referral")
        latest = (
            placed.drop_nulls(PARENT)
            .group_by(pl.col(PARENT).alias("id"))
            .agg(pl.col("held_on").max().alias("_moved_in"))
        )
        return rows.join(latest, on="id", how="left", maintain_order="left")

    def _people(self) -> pl.DataFrame:
        by_child = self._episodes.rows.group_by(pl.col("person").alias("id")).agg(
            pl.col("_nfa").all().alias("_no_further")
        )
        former = self._tables["linked_identifiers"].filter(pl.col("kind") == "FORMER_UPN")
        last = newest(former, "person", "start_date").select(
            pl.col("person").alias("id"), pl.col("value").alias("_former_upn")
        )
        people = self._tables["person"].join(by_child, on="id", maintain_order="left")
        people = with_numbers(people, self._tables["linked_identifiers"])
        people = people.join(last, on="id", how="left", maintain_order="left")
        return known_as(people, self._year).with_columns(pl.col("id").alias("person"), pl.col("id").alias(PARENT))

    def _disabilities(self, people: pl.DataFrame) -> pl.DataFrame:
        told = (
            self._tables["disability"].filter(pl.col("code") != "NONE").unique(["person", "code"], maintain_order=True)
        )
        told = told.join(people.select(pl.col("id").alias("person")), on="person", how="semi", maintain_order="left")
        born = pl.col("date_of_birth").is_not_null() & (pl.col("date_of_birth") <= self._year.end)
        without = people.filter(born & ~pl.col("_no_further")).join(told, left_on="id", right_on="person", how="anti")
        none = without.select("id", "person", ID, SOURCE, pl.lit("NONE").alias("code"))
        return pl.concat([told.select(none.columns), none]).with_columns(pl.col("person").alias(PARENT))

    def _placed(self, rows: ReturnRows, frame: pl.DataFrame, day: str, *, refers: bool = True) -> pl.DataFrame:
        inside = frame.filter(rows.inside(self._year))
        ours = frame.join(self._episodes.rows.select("person").unique(), on="person", how="semi", maintain_order="left")
        self.notes.append(undated(rows.block, ours, day))
        return self._episodes.place(inside, day, rows.under if refers else None)

    def _factors(self, assessments: pl.DataFrame) -> pl.DataFrame:
        signed = assessments.filter(pl.col("authorised_date") <= self._year.end).select(
            pl.col("id").alias("assessment")
        )
        told = self._tables["assessment_factors"].join(signed, on="assessment", how="semi", maintain_order="left")
        each = told.explode("factors").drop_nulls("factors").unique(["assessment", "factors"], maintain_order=True)
        alone = (pl.col("factors") != _NO_FACTOR) | (pl.len().over("assessment") == 1)
        return each.filter(alone).with_columns(pl.col("assessment").alias(PARENT))

    def _enquiries(self) -> pl.DataFrame:
        told = self._tables["s47_enquiry"]
        own = (
            self._tables["initial_cp_conference"]
            .drop_nulls("enquiry")
            .join(told.select(pl.col("id").alias("enquiry"), "person", "start_date"), on=["enquiry", "person"])
        )
        after = pl.col("held_on") >= pl.col("start_date")
        by_enquiry = own.group_by(pl.col("enquiry").alias("id"), "person").agg(
            pl.col("held_on").filter(after).min().alias("_held_on"),
            pl.col("target_date").sort_by("held_on", nulls_last=True).drop_nulls().first().alias("_target"),
        )
        due = pl.col("start_date").dt.add_business_days(
            _CONFERENCE_WITHIN, holidays=sorted(bank_holidays()), roll="backward"
        )
        joined = told.join(by_enquiry, on=["id", "person"], how="left", maintain_order="left")
        return joined.with_columns(due.alias("_due"), self._not_required().alias("_not_required"))

    def _not_required(self) -> pl.Expr:
        held = (pl.col("_held_on") <= self._year.end).fill_null(value=False)
        asked = pl.col("outcomes").list.contains("CP_CONFERENCE").fill_null(value=False)
        ended_there = pl.col("no_further_action").fill_null(value=False)
        over = pl.col("end_date").is_not_null() & pl.col("outcomes").is_not_null()
        told = pl.coalesce("conference_not_required", over | ended_there)
        return ~held & ~asked & told

    def _plans(self) -> pl.DataFrame:
        plans = self._tables["cp_plans"]
        own = ~pl.col("other_authority").fill_null(value=False) & pl.col("start_date").is_not_null()
        ranked = plans.filter(own).with_columns(
            (pl.col("start_date").rank("min").over("person") - 1).cast(pl.Int64).alias("_earlier")
        )
        return plans.join(ranked.select("id", "_earlier"), on="id", how="left", maintain_order="left")

    def _reviews(self, plans: pl.DataFrame) -> pl.DataFrame:
        begun = plans.select(pl.col("id").alias("plan"), pl.col("start_date").alias("_begun"))
        told = (
            self._tables["cp_reviews"]
            .filter(mapping.REVIEWS.inside(self._year))
            .join(begun, on="plan", maintain_order="left")
        )
        once = told.filter(pl.col("held_on") >= pl.col("_begun")).unique(["plan", "held_on"], maintain_order=True)
        return once.with_columns(pl.col("plan").alias(PARENT))

    def _remarks(self, people: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """Note what the census cannot say of people as it should."""
        unknown = pl.col("upn").is_not_null() & pl.col("_upn").is_null()
        yield noted("UPN left out: its check letter does not fit.", people.filter(unknown))
        yield noted(
            "Ethnicity not known: NOBT is returned.", people.filter(pl.col("ethnicity").is_null() & ~unborn(self._year))
        )
        care = self._tables["cla_episodes"].filter(_in_care(self._year)).unique("person", maintain_order=True)
        known = people.select(pl.col("id").alias("person"))
        yield noted(
            "Looked after without an episode of need: not in the census.", care.join(known, on="person", how="anti")
        )


def _in_care(year: ReturnYear) -> pl.Expr:
    """Take episodes of care that touch the year."""
    return mapping.touching("start_date", "end_date")(year)


def _one_a_day(enquiries: pl.DataFrame) -> pl.DataFrame:
    """Keep one enquiry of a child and day: a group step repeats them."""
    ordered = enquiries.sort("_held_on", "id", nulls_last=True, maintain_order=True)
    return ordered.unique(["person", "start_date"], keep="first", maintain_order=True)
