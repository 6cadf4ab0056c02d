"""Bring beside the rows of each list what its columns take from other case tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from adapters.annex_a.build import in_care, mapping
from adapters.annex_a.build.beside import counted, marked, timed, with_allocation, with_latest
from adapters.annex_a.build.care import Care
from adapters.annex_a.build.items import FILLER, year_ago
from adapters.annex_a.build.status import with_status
from adapters.mapping.built import ReturnRows, noted
from adapters.mapping.declare import ID, PARENT
from adapters.mapping.items import known_as
from adapters.mapping.span import ReturnYear
from adapters.mapping.tables import newest
from schemas.annex_a.rules.terms import MONTHS_IN_YEAR

TABLES = (
    "person",
    "disability",
    "immigration_status",
    "contacts",
    "early_help_episodes",
    "cin_episodes",
    "cin_assessments",
    "cin_plans",
    "cin_visits",
    "s47_enquiry",
    "initial_cp_conference",
    "cp_plans",
    "cp_visits",
    "cp_reviews",
    "legal_status",
    "cla_episodes",
    "cla_placement",
    "cla_reviews",
    "cla_visits",
    "cla_care_plan",
    "cla_health",
    "permanence",
    "missing",
    "care_leavers",
    "involvements",
    "professionals",
    "department",
)
_EMERGENCY = ("L1", "L2")
_GENDERS = {"m": "M", "male": "M", "01": "M", "f": "F", "female": "F", "02": "F"}
_NEITHER = ("non-binary", "nonbinary", "neither", "other", "indeterminate", "i")
_A_YEAR = f"-{MONTHS_IN_YEAR}mo"
_LONG_AGO = date(1900, 1, 1)


class Preparation:
    """The rows of the lists on one day, made ready list by list."""

    def __init__(self, tables: Mapping[str, pl.DataFrame], extract: ReturnYear) -> None:
        self._extract = extract
        self._day = pl.lit(extract.end)
        self._tables = dict(tables)
        self._people = self._about(tables["person"])
        self._tables["involvements"] = self._named(tables["involvements"], "professional")
        self.notes: list[pl.DataFrame] = []

    def ready(self) -> dict[str, pl.DataFrame]:
        """Give the rows for each list, by its name."""
        made = {
            mapping.CONTACTS: self._tables["contacts"],
            mapping.EARLY_HELP: self._tables["early_help_episodes"],
            mapping.REFERRALS: self._referrals(),
            mapping.ASSESSMENTS: self._assessments(),
            mapping.ENQUIRIES: self._enquiries(),
            mapping.IN_NEED: self._in_need(),
            mapping.PROTECTION: self._protection(),
            in_care.IN_CARE: Care(self._tables, self._extract).rows(),
            in_care.LEAVERS: self._leavers(),
            in_care.ADOPTION: self._adoption(),
        }
        found = {rows.block: self._inside(rows, frame) for rows, frame in made.items()}
        named = pl.concat([frame.select("person") for frame in found.values()]).unique()
        people = self._people.join(named, left_on="id", right_on="person", how="semi", maintain_order="left")
        found[mapping.PEOPLE.block] = people.with_columns(pl.col("id").alias("person"))
        return found

    def _inside(self, rows: ReturnRows, frame: pl.DataFrame) -> pl.DataFrame:
        """Keep the rows that are in, with what every list says of the person."""
        beside = self._people.select(pl.col("id").alias("person"), pl.selectors.starts_with("_").exclude(ID, "_source"))
        known = frame.join(beside, on="person", how="left", maintain_order="left")
        found = known.filter(rows.inside(self._extract))
        lost = found.filter(pl.col("_child").is_null())
        if lost.height:
            self.notes.append(noted(f"Left out of {rows.block}: nobody is known whom it is about.", lost))
        found = found.filter(pl.col("_child").is_not_null())
        if rows in _ONE_PER_CHILD:
            found = newest(found, "person", *_ONE_PER_CHILD[rows])
        return found.with_columns(pl.col("person").alias(PARENT))

    def _about(self, people: pl.DataFrame) -> pl.DataFrame:
        known = known_as(people, self._extract)
        unborn = pl.col("date_of_birth").is_null() | (pl.col("date_of_birth") > self._extract.end)
        words = pl.col("gender_identity").str.to_lowercase().str.strip_chars()
        gender = pl.coalesce(
            words.replace_strict(_GENDERS, default=None, return_dtype=pl.String),
            pl.when(words.is_in(_NEITHER)).then(pl.lit("N")),
            "sex",
            pl.lit("U"),
        )
        asylum = self._tables["immigration_status"].filter(pl.col("status") == "UASC")
        year_end = asylum.filter(pl.col("end_date").is_null() | (pl.col("end_date") >= year_ago(self._extract)))
        disabled = self._tables["disability"].filter(pl.col("code") != "NONE")
        known = known.with_columns(
            pl.when(unborn).then(pl.lit("U")).otherwise(gender).alias("_gender"),
            pl.col("ethnicity").fill_null("UNKNOWN").alias("_ethnicity"),
            pl.when(~unborn).then("date_of_birth").alias("_birth"),
            pl.col("id").alias("person"),
        )
        for name, found in {"_disability": disabled, "_asylum": asylum, "_asylum_year": year_end}.items():
            known = marked(known, found, name)
        yes = pl.col("_disability", "_asylum", "_asylum_year")
        return known.with_columns(pl.when(yes).then(pl.lit("Y")).otherwise(pl.lit("N")).name.keep()).drop("person")

    def _named(self, frame: pl.DataFrame, worker: str = "worker") -> pl.DataFrame:
        """Put beside rows the names of their team and worker."""
        teams = self._tables["department"].select("id", pl.col("name").alias("_team"))
        workers = self._tables["professionals"].select("id", pl.col("name").alias("_worker"))
        placed = frame.join(teams, left_on="team", right_on="id", how="left", maintain_order="left")
        return placed.join(workers, left_on=worker, right_on="id", how="left", maintain_order="left")

    def _referrals(self) -> pl.DataFrame:
        rows = self._named(self._tables["cin_episodes"])
        since, until = pl.col("referral_date").dt.offset_by(_A_YEAR), pl.col("referral_date")
        found = counted(rows, rows, "referral_date", since, until, "_earlier")
        return found.with_columns((pl.col("_earlier") - 1).clip(0))

    def _assessments(self) -> pl.DataFrame:
        authorised = pl.when(pl.col("authorised_date").dt.year() != FILLER).then("authorised_date")
        return self._named(self._tables["cin_assessments"]).with_columns(authorised.alias("_authorised"))

    def _enquiries(self) -> pl.DataFrame:
        held = self._tables["initial_cp_conference"].filter(pl.col("held_on") <= self._extract.end)
        first = held.drop_nulls("enquiry").sort("held_on", ID, maintain_order=True)
        first = first.unique(["enquiry", "person"], keep="first", maintain_order=True)
        told = first.select(
            "enquiry", "person", pl.col("held_on").alias("_held_on"), pl.col("plan_made").alias("_plan_made")
        )
        rows = self._named(self._tables["s47_enquiry"])
        rows = rows.join(
            told, left_on=["id", "person"], right_on=["enquiry", "person"], how="left", maintain_order="left"
        )
        begun = pl.when(pl.col("start_date") <= self._extract.end).then("start_date")
        rows = rows.with_columns(begun.max().over("person").alias("_latest"))
        since = pl.col("_latest").dt.offset_by(_A_YEAR)
        rows = counted(rows, rows, "start_date", since, pl.col("_latest"), "_enquiries")
        rows = counted(rows, held, "held_on", since, pl.col("_latest").dt.offset_by("-1d"), "_conferences")
        return rows.with_columns((pl.col("_enquiries") - 1).clip(0), self._unnecessary().alias("_unnecessary"))

    def _unnecessary(self) -> pl.Expr:
        ended = pl.col("end_date") <= self._extract.end
        needed = pl.col("outcomes").list.contains("CP_CONFERENCE")
        told = pl.when(pl.col("outcomes").list.len() > 0).then(~needed).otherwise("no_further_action")
        return (
            pl.when(pl.col("_held_on").is_not_null())
            .then(pl.lit(value=False))
            .otherwise(pl.coalesce("conference_not_required", pl.when(ended).then(told)))
        )

    def _in_need(self) -> pl.DataFrame:
        rows = timed(self._named(self._tables["cin_episodes"]), "referral_date", "close_date", self._day)
        visits = [self._tables[name].select("person", "visit_date", "id", ID) for name in _VISITS]
        rows = with_latest(rows, pl.concat(visits), "visit_date", {"_seen": "visit_date"})
        rows = with_allocation(rows, self._tables["involvements"])
        rows = with_status(rows, self._tables, self._people, self._extract)
        return rows.with_columns(pl.col("close_date").is_null().alias("_open"))

    def _protection(self) -> pl.DataFrame:
        plans = self._tables["cp_plans"]
        ours = plans.filter(~pl.col("other_authority").fill_null(value=False))
        rows = timed(plans, "start_date", "end_date", self._day)
        visited = {"_visited": "visit_date", "_seen_alone": "seen_alone"}
        rows = with_latest(rows, self._tables["cp_visits"], "visit_date", visited, "plan")
        rows = with_latest(rows, self._tables["cp_reviews"], "held_on", {"_reviewed": "held_on"}, "plan")
        rows = with_allocation(rows, self._tables["involvements"])
        before = pl.col("start_date").dt.offset_by("-1d")
        rows = counted(rows, ours, "start_date", pl.lit(_LONG_AGO), before, "_before")
        status = self._tables["legal_status"].filter(pl.col("status").is_in(_EMERGENCY))
        rows = marked(rows, status.filter(self._extract.touches("start_date", "end_date")), "_emergency")
        return rows.with_columns(
            pl.max_horizontal("_before", pl.col("previous_plans").fill_null(0)).alias("_previous_plans"),
            pl.when("_emergency").then(pl.lit("Y")).otherwise(pl.lit("N")).alias("_emergency"),
        )

    def _leavers(self) -> pl.DataFrame:
        rows = self._named(self._tables["care_leavers"])
        advisers = self._tables["professionals"].select("id", pl.col("name").alias("_adviser"))
        return rows.join(advisers, left_on="adviser", right_on="id", how="left", maintain_order="left")

    def _adoption(self) -> pl.DataFrame:
        rows = self._tables["permanence"].with_columns(
            pl.when(pl.col("order") == "ADOPTION").then("order_date").alias("_adopted")
        )
        care = self._tables["cla_episodes"].drop_nulls("entered_care_date")
        own = (
            care.drop_nulls("period_of_care")
            .group_by("person", "period_of_care")
            .agg(pl.col("entered_care_date").min())
        )
        rows = rows.join(own, on=["person", "period_of_care"], how="left", maintain_order="left")
        rows = rows.rename({"entered_care_date": "_own_entry"})
        rows = timed(rows.with_columns(pl.lit(_LONG_AGO).alias("_ever")), "_ever", "decision_date", self._day)
        rows = with_latest(rows, care, "entered_care_date", {"_before_decision": "entered_care_date"})
        return rows.with_columns(pl.coalesce("_own_entry", "_before_decision").alias("_entered"))


_VISITS = ("cin_visits", "cp_visits", "cla_visits")
_ONE_PER_CHILD: dict[ReturnRows, tuple[str, ...]] = {
    mapping.IN_NEED: ("referral_date", "_open"),
    mapping.PROTECTION: ("start_date",),
    in_care.IN_CARE: ("_entered",),
    in_care.LEAVERS: ("latest_contact_date",),
    in_care.ADOPTION: ("decision_date",),
}
