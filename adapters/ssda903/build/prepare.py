"""Choose the rows of the return and bring beside each what its columns take from other tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from adapters.mapping.built import ReturnRows, noted, undated
from adapters.mapping.declare import ID, PARENT
from adapters.mapping.items import CHILD, known_as, with_numbers
from adapters.mapping.span import ReturnYear
from adapters.mapping.tables import SOURCE, newest
from adapters.ssda903.build import care, mapping
from adapters.ssda903.build.health import health
from adapters.ssda903.build.rebuild import rebuilt
from schemas.authorities import authorities
from schemas.ssda903.rules.terms import ADOPTED, OUTSIDE_ENGLAND, STARTED
from schemas.vocabulary import years_after

TABLES = (
    "person",
    "relationships",
    "linked_identifiers",
    "address",
    "immigration_status",
    "cin_episodes",
    "cla_episodes",
    "cla_placement",
    "legal_status",
    "cla_reviews",
    "cla_previous_permanence",
    "cla_health",
    "cla_immunisations",
    "cla_substance_misuse",
    "cla_convictions",
    "sdq_scores",
    "missing",
    "care_leavers",
    "permanence",
    "involvements",
    "professionals",
)
_AWAY = "PLACEMENT"
_HOME = "HOME"
_LEAVER_BIRTHDAYS = range(17, 22)
_DIGITS = "^[0-9]{3}$"


class Preparation:
    """The rows of one return, made ready table by table."""

    def __init__(self, tables: Mapping[str, pl.DataFrame], year: ReturnYear) -> None:
        self._tables = tables
        self._year = year
        self._people = known_as(with_numbers(tables["person"], tables["linked_identifiers"]), year)
        found = rebuilt(tables)
        self._all_episodes = found.rows
        inside = (pl.col("_start") <= year.end) & (pl.col("_end").is_null() | (pl.col("_end") >= year.start))
        known = pl.col("person").is_in(self._people["id"].implode())
        touching = found.rows.filter(inside)
        self._episodes = self._clipped(touching.filter(known))
        begun = self._episodes.filter(pl.col("_guessed") & (pl.col("_start") >= year.start))
        self.notes = [
            noted(
                "Left out of Episodes: it ended on the day on which it began.",
                found.empty.filter(year.holds("start_date")),
            ),
            noted("Whether the carer changed is told by number and postcode: check P against T, B against U.", begun),
        ]
        self.notes.append(
            noted("Left out of Episodes: whom it is about is not in the dataset.", touching.filter(~known))
        )
        workers = tables["involvements"].filter(pl.col("role") == "CW")
        dated = {
            care.EPISODES: tables["cla_episodes"],
            care.MISSING: tables["missing"],
            care.SOCIAL_WORKERS: workers,
        }
        self.notes += [undated(rows.block, frame, "start_date") for rows, frame in dated.items()]

    def ready(self) -> dict[str, pl.DataFrame]:
        """Give the rows for each table, by its name."""
        in_care = self._episodes.select("person").unique()
        leavers = self._leavers()
        header = self._header(in_care, leavers)
        found: dict[ReturnRows, pl.DataFrame] = {
            care.EPISODES: self._episodes.join(
                self._homes(), on=["person", "_time"], how="left", maintain_order="left"
            ),
            care.REVIEWS: self._of(care.REVIEWS, self._episodes.filter(~pl.col("_break"))),
            care.UASC: newest(self._of(care.UASC, in_care), "person", "start_date"),
            mapping.OC2: health(self._tables, self._all_year(), self._year),
            mapping.OC3: leavers,
            mapping.AD1: self._adopted(),
            mapping.PLACED_ADOPTION: self._of(mapping.PLACED_ADOPTION, in_care).unique(
                ["person", "decision_date"], keep="first", maintain_order=True
            ),
            care.PREV_PERM: self._permanence(),
            care.MISSING: self._missing(),
            care.SOCIAL_WORKERS: self._workers(in_care),
        }
        self.notes += self._remarks(header)
        about = header.select(pl.col("id").alias(PARENT), CHILD, pl.col("date_of_birth").alias("_born"), "_sex")
        ready = {
            rows.block: frame.drop(CHILD, "_born", "_sex", PARENT, strict=False)
            .with_columns(pl.col("person").alias(PARENT))
            .join(about, on=PARENT, how="left", maintain_order="left")
            for rows, frame in found.items()
        }
        return ready | {mapping.HEADER.block: header}

    def _clipped(self, episodes: pl.DataFrame) -> pl.DataFrame:
        """Take away what is after the end of the year."""
        over = (pl.col("_end") <= self._year.end).fill_null(value=False)
        later = [pl.when(over).then(name).alias(name) for name in ("_end", "_ceased", "_change")]
        return episodes.with_columns(
            *later,
            pl.when(~care.no_provider()).then("provider").alias("_provider"),
            pl.when(~care.no_number()).then("provider_urn").alias("_urn"),
        )

    def _of(self, rows: ReturnRows, children: pl.DataFrame) -> pl.DataFrame:
        """Give the rows of a table that are in, of these children."""
        inside = self._tables[rows.table].filter(rows.inside(self._year))
        return inside.join(children.select("person").unique(), on="person", how="semi", maintain_order="left")

    def _homes(self) -> pl.DataFrame:
        """Give the postcode of the home on the first day of each time in care."""
        begun = self._episodes.select("person", "_time", "_begun").unique()
        homes = self._tables["address"].filter(pl.col("kind").ne_missing(_AWAY)).drop_nulls("postcode")
        both = begun.join(homes.select("person", "postcode", "start_date", "end_date", "kind"), on="person")
        since = pl.col("start_date").is_null() | (pl.col("start_date") <= pl.col("_begun"))
        until = pl.col("end_date").is_null() | (pl.col("end_date") >= pl.col("_begun"))
        ordered = both.filter(since & until).sort(pl.col("kind") == _HOME, "start_date", "postcode", nulls_last=False)
        last = ordered.unique(["person", "_time"], keep="last")
        return last.select("person", "_time", pl.col("postcode").alias("_home"))

    def _header(self, in_care: pl.DataFrame, leavers: pl.DataFrame) -> pl.DataFrame:
        children = pl.concat([in_care, leavers.select("person")]).unique()
        people = self._people.join(children, left_on="id", right_on="person", how="semi", maintain_order="left")
        cared_for = self._episodes.filter(~pl.col("_break")).select(pl.col("person").alias("id")).unique()
        girls = cared_for.with_columns(pl.lit(value=True).alias("_asked"))
        asked = (pl.col("sex") == "F") & pl.col("_asked").fill_null(value=False)
        joined = people.join(girls, on="id", how="left", maintain_order="left").join(
            self._mothers(), on="id", how="left", maintain_order="left"
        )
        mother = pl.col("_is_mother").fill_null(value=False)
        return joined.with_columns(
            pl.col("id").alias("person"),
            pl.when(asked).then(mother).alias("_mother"),
            pl.when(asked & mother).then("_eldest").alias("_first_child"),
        )

    def _mothers(self) -> pl.DataFrame:
        """Give the mothers of children who were born by the end of the year, or whose birth is not known."""
        links = (
            self._tables["relationships"]
            .filter(pl.col("kind") == "MOTHER")
            .select(pl.col("person").alias("id"), "other")
        )
        births = self._tables["person"].select(
            pl.col("id").alias("other"), pl.col("date_of_birth").alias("_eldest"), "expected_date_of_birth"
        )
        told = links.join(births, on="other", how="left")
        born = (pl.col("_eldest") <= self._year.end) | (
            pl.col("_eldest").is_null() & pl.col("expected_date_of_birth").is_null()
        )
        by_mother = told.filter(born).group_by("id").agg(pl.col("_eldest").min())
        return by_mother.with_columns(pl.lit(value=True).alias("_is_mother"))

    def _leavers(self) -> pl.DataFrame:
        """Give the care leavers with a birthday in the year on which they were not looked after."""
        last = newest(self._tables["care_leavers"], "person", "latest_contact_date")
        born = self._people.select(pl.col("id").alias("person"), pl.col("date_of_birth").alias("_born"))
        turned = pl.coalesce(
            pl.when(years_after(pl.col("_born"), years).is_between(self._year.start, self._year.end)).then(
                years_after(pl.col("_born"), years)
            )
            for years in _LEAVER_BIRTHDAYS
        )
        told = last.join(born, on="person", maintain_order="left").with_columns(turned.alias("_birthday"))
        told = told.drop_nulls("_birthday")
        both = told.select("person", "_birthday").join(
            self._all_episodes.select("person", "_start", "_end"), on="person"
        )
        running = (pl.col("_start") <= pl.col("_birthday")) & (
            pl.col("_end").is_null() | (pl.col("_end") > pl.col("_birthday"))
        )
        return told.join(both.filter(running), on="person", how="anti", maintain_order="left")

    def _all_year(self) -> pl.DataFrame:
        """Give the people who were looked after on the last day of the year and all the year before it."""
        last = pl.col("_end").is_null() | (pl.col("_end") == self._year.end)
        whole = self._episodes.filter(~pl.col("_break") & last)
        # The time in care began before the year, or on its first day.
        began = self._all_episodes.group_by("_time", "person").agg(pl.col("_begun").min().alias("_since"))
        kept = whole.join(began, on=["person", "_time"]).filter(pl.col("_since") <= self._year.start)
        rows = self._people.join(
            kept.select("person").unique(), left_on="id", right_on="person", how="semi", maintain_order="left"
        )
        return rows.with_columns(pl.col("id").alias("person"))

    def _adopted(self) -> pl.DataFrame:
        left = self._episodes.filter(
            pl.col("_ceased").is_in(ADOPTED) & pl.col("_end").is_between(self._year.start, self._year.end)
        )
        told = newest(
            self._tables["permanence"], "person", "order_date", "placed_date", "matched_date", "decision_date"
        )
        return told.join(left.select("person").unique(), on="person", how="semi", maintain_order="left")

    def _permanence(self) -> pl.DataFrame:
        began = (
            self._episodes.filter(
                (pl.col("_reason") == STARTED)
                & ~pl.col("_break")
                & pl.col("_start").is_between(self._year.start, self._year.end)
            )
            .select("person")
            .unique()
        )
        asked = self._tables["cla_previous_permanence"].join(began, on="person", how="semi", maintain_order="left")
        told = asked.sort(pl.col("order").ne_missing(care.NO_ORDER), "id").unique(
            "person", keep="last", maintain_order=True
        )
        people = self._people.with_columns(pl.col("id").alias("person"))
        without = people.join(began, on="person", how="semi", maintain_order="left").join(told, on="person", how="anti")
        rows = pl.concat([told, without.select("id", "person", ID, SOURCE)], how="diagonal")
        order = pl.col("order").fill_null(care.NO_ORDER)
        some = order != care.NO_ORDER
        return rows.with_columns(
            order.alias("_order"),
            pl.when(some).then(_authority()).alias("_authority"),
            pl.when(some).then(pl.col("order_date").str.to_uppercase()).alias("_order_date"),
        )

    def _missing(self) -> pl.DataFrame:
        away = self._tables["missing"].filter(care.MISSING.inside(self._year))
        both = away.select("id", "person", "start_date", "end_date").join(
            self._episodes.filter(~pl.col("_break")).select("person", "_start", "_end"), on="person"
        )
        meets = (pl.col("_end").is_null() | (pl.col("start_date") <= pl.col("_end"))) & (
            pl.col("end_date").is_null() | (pl.col("end_date") >= pl.col("_start"))
        )
        return away.join(both.filter(meets), on="id", how="semi", maintain_order="left")

    def _workers(self, in_care: pl.DataFrame) -> pl.DataFrame:
        """Give the time of each worker; rows of one worker that touch are one, with the reason of the first."""
        numbers = self._tables["professionals"].select(
            pl.col("id").alias("professional"), pl.col("registration").alias("_number")
        )
        told = self._of(care.SOCIAL_WORKERS, in_care).join(
            numbers, on="professional", how="left", maintain_order="left"
        )
        ordered = told.sort("person", "start_date", "end_date", nulls_last=True, maintain_order=True)
        same = pl.col("_number").eq_missing(pl.col("_number").shift(1)).over("person")
        until = pl.col("end_date").fill_null(self._year.end).cum_max().shift(1).over("person")
        goes_on = same & (pl.col("start_date") <= until.dt.offset_by("1d"))
        run = (~goes_on.fill_null(value=False)).cast(pl.Int32).cum_sum().over("person")
        open_still = pl.col("end_date").is_null().any()
        by_run = ordered.with_columns(run.alias("_run")).group_by("person", "_run", maintain_order=True)
        return by_run.agg(
            pl.when(~open_still).then(pl.col("end_date").max()).first().alias("_until"),
            pl.all().exclude("_until").first(),
        )

    def _remarks(self, header: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """Note what the return cannot say of children as it should."""
        unknown = pl.col("upn").is_not_null() & pl.col("_upn").is_null()
        yield noted("UPN left out: its check letter does not fit.", header.filter(unknown))
        yield noted("Ethnicity not known: NOBT is returned.", header.filter(pl.col("ethnicity").is_null()))
        referred = self._tables["cin_episodes"].select("person").unique()
        lone = self._episodes.join(referred, on="person", how="anti").unique("person", maintain_order=True)
        yield noted("Looked after without an episode of need.", lone)


def _authority() -> pl.Expr:
    """Give the number of an authority that may be told by its name."""
    told = pl.col("authority").str.strip_chars()
    names = {pair.name.lower(): pair.code for pair in authorities()}
    known = told.str.contains(_DIGITS) | told.str.to_uppercase().is_in(OUTSIDE_ENGLAND)
    return (
        pl.when(known)
        .then(told.str.to_uppercase())
        .otherwise(told.str.to_lowercase().replace_strict(names, default=None, return_dtype=pl.String))
    )
