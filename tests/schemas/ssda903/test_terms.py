"""The building blocks of the rules on looked-after children, each on its own."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from looked_after_builder import AWAY, DIRECTORY, HOME, NEAR, census
from schemas.periods import Period
from schemas.rules import NotGiven
from schemas.ssda903.rules import terms
from schemas.ssda903.rules.last_year import beside_last_year, carried_over, ever_uasc, last, uasc_flags
from schemas.ssda903.rules.sequences import (
    earliest,
    following,
    latest,
    looked_after_all_year,
    neighbours,
    periods_of_care,
    previous,
    with_periods,
)
from schemas.ssda903.rules.whereabouts import (
    at_any_of_the_premises,
    at_none_of_the_premises,
    listed,
    location,
    placed,
)
from schemas.ssda903.tables import ad1, episodes, episodes_last, header, header_last, oc2

Cell = dict[str, str | None]


def values(expression: pl.Expr, **columns: Any) -> list[Any]:
    return pl.DataFrame(columns).select(expression.alias("y")).get_column("y").to_list()


def ep(start: str | None, end: str | None = None, **more: str | None) -> Cell:
    """Give an episode of the year to March 2026, dates as day and month of a year in the 2000s: 01.05.25."""
    return {"DECOM": _date(start), "DEC": _date(end)} | more


def _date(short: str | None) -> str | None:
    return short and f"{short[:2]}/{short[3:5]}/20{short[6:]}"


def rows(frame: pl.LazyFrame, *columns: str | pl.Expr) -> list[tuple[Any, ...]]:
    return sorted(frame.select(*columns).collect().rows(), key=str)


@pytest.mark.parametrize(("year", "man", "woman"), [(2024, "1", "2"), (2025, "M", "F")])
def test_the_codes_of_the_sexes_change_in_2025(year: int, man: str, woman: str) -> None:
    assert (terms.male(year), terms.female(year)) == (man, woman)


@pytest.mark.parametrize(
    ("year", "others"), [(2025, ("Z1",)), (2026, ("Z11", "Z12", "Z13", "Z14")), (2027, ("Z11", "Z12", "Z13", "Z14"))]
)
def test_other_placements_are_split_in_2026(year: int, others: tuple[str, ...]) -> None:
    assert terms.other_placements(year) == others


@pytest.mark.parametrize(
    ("year", "codes"),
    [
        (2024, {"H5", "P1", "P2", "P3", "R1", "R2", "R5", "T0", "T1", "T2", "T3", "T4", "Z1"}),
        (2025, {"P1", "P3", "R1", "R2", "R5", "T0", "T1", "T2", "T3", "T4", "Z1"}),
        (2026, {"P1", "P3", "R1", "R2", "R5", "T0", "T1", "T2", "T3", "T4", "Z11", "Z12", "Z13", "Z14"}),
    ],
)
def test_placements_without_a_number_of_ofsted(year: int, codes: set[str]) -> None:
    assert set(terms.unregistered(year)) == codes


def test_every_reason_but_x1_ends_care() -> None:
    assert len(terms.left_care(2023)) == 21
    assert "X1" not in terms.left_care(2023)
    assert "E43" not in terms.left_care(2023)


def test_a_blank_code_is_not_among_any() -> None:
    assert values(terms.among(pl.col("x"), ["A"]), x=["A", "B", None]) == [True, False, False]


def test_what_is_filled_may_be_unreadable() -> None:
    rows_of_ad1 = census(AD1=[{"DATE_INT": "soon"}, {"NB_ADOPTR": "1"}, {}]).rows(ad1)
    found = rows_of_ad1.select(
        given=terms.any_given(terms.ADOPTION_ITEMS), odd=terms.unreadable(ad1.DATE_INT), raw=terms.raw(ad1.DATE_INT)
    ).collect()
    assert found.rows() == [(True, True, "soon"), (True, False, None), (False, False, None)]


def test_all_of_some_items_are_given() -> None:
    full = {name.field: "0" for name in terms.CORE_HEALTH_ITEMS}
    records = census(OC2=[full, full | {"TEETH_CHECK": None}]).rows(oc2)
    assert rows(records, terms.all_given(terms.CORE_HEALTH_ITEMS).alias("all"), "OC2") == [(False, 1), (True, 0)]


@pytest.mark.parametrize(
    ("start", "end", "inside"),
    [
        ("01.01.20", "31.03.25", False),
        ("01.01.20", "01.04.25", True),
        ("01.01.20", None, True),
        ("31.03.26", None, True),
        ("01.04.26", None, False),
        (None, None, False),
    ],
)
def test_an_episode_in_the_year(start: str, end: str | None, inside: bool) -> None:
    assert rows(census(Episodes=[ep(start, end)]).rows(episodes), terms.in_year(Period(2026))) == [(inside,)]


ONE_AFTER_THE_OTHER = [
    ep("01.06.25"),
    ep("01.05.25", "01.06.25"),
    ep(None),
    ep("01.05.25", "02.05.25"),
    ep("01.07.25", CHILD="C2"),
    ep("01.07.25", CHILD=None),
]


def test_neighbours_stand_by_start_then_end_and_undated_ones_last() -> None:
    found = neighbours(census(Episodes=ONE_AFTER_THE_OTHER).rows(episodes))
    sides = (previous("Episodes").alias("before"), following("Episodes").alias("after"))
    assert rows(found, "Episodes", *sides) == [(0, 1, 2), (1, 3, 0), (2, 0, None), (3, None, 1), (4, None, None)]


def test_neighbours_without_undated_ones() -> None:
    found = neighbours(census(Episodes=ONE_AFTER_THE_OTHER).rows(episodes), undated=False)
    assert rows(found, "Episodes", following("Episodes").alias("after")) == [(0, None), (1, 0), (3, 1), (4, None)]


def test_the_first_and_the_last_episode_of_each_child() -> None:
    frame = census(Episodes=[*ONE_AFTER_THE_OTHER, ep("01.06.25", "02.06.25")]).rows(episodes)
    assert rows(earliest(frame), "Episodes") == [(3,), (4,)]
    assert rows(latest(frame), "Episodes") == [(0,), (4,)]


def test_a_period_of_care_goes_on_until_a_gap() -> None:
    given = census(
        Episodes=[
            ep("01.05.25", "01.06.25"),
            ep("01.06.25", "01.07.25"),
            ep("02.07.25"),
            ep("01.05.25", None, CHILD="C2"),
            ep("01.06.25", "01.07.25", CHILD="C2"),
        ]
    )
    text = [pl.col(name).dt.strftime("%d.%m.%y") for name in ("starts", "ends")]
    assert rows(periods_of_care(given), "Children", *text) == [
        (0, "01.05.25", "01.07.25"),
        (0, "02.07.25", None),
        (1, "01.05.25", "01.07.25"),
    ]
    numbers = with_periods(given.rows(episodes)).sort("Episodes").select("period").collect().to_series().to_list()
    assert [number == numbers[0] for number in numbers] == [True, True, False, False, False]


@pytest.mark.parametrize(
    ("spells", "all_year"),
    [
        ([ep("01.04.25", RNE="S")], True),
        ([ep("02.04.25", RNE="S")], False),
        ([ep("01.01.20", "31.03.26", RNE="S", REC="E8")], True),
        ([ep("01.01.20", "30.03.26", RNE="S", REC="E8")], False),
        ([ep("01.01.20", "30.03.26", RNE="S", REC="X1"), ep("30.03.26", RNE="P")], True),
        ([ep("01.01.20", "30.03.26", RNE="S")], False),
        ([ep("01.01.20", RNE="S", LS="V3")], False),
        ([ep("01.01.20", "31.03.25", RNE="S", LS="V4", REC="E8"), ep("01.04.25", RNE="S")], True),
        ([ep("01.01.20", "31.03.25", RNE="S", REC="E8")], False),
        ([ep(None, RNE="S")], False),
    ],
)
def test_looked_after_all_year(spells: list[Cell], all_year: bool) -> None:
    found = looked_after_all_year(census(Episodes=[*spells, ep("01.04.25", CHILD=None)]))
    assert rows(found, "Children") == ([(0,)] if all_year else [])


def test_last_years_record_stands_beside_this_years() -> None:
    given = census(
        Header=[{"SEX": "M"}, {"SEX": "F", "CHILD": "C2"}, {"CHILD": None}],
        Header_last=[{"SEX": "F"}, {"SEX": "M"}, {"CHILD": "C3"}, {"CHILD": None}],
    )
    found = beside_last_year(given.rows(header), given.rows(header_last))
    assert rows(found, "Header", "SEX", last("SEX").alias("then"), last("Header_last").alias("row")) == [
        (0, "M", "F", 0)
    ]


def test_only_an_episode_open_at_the_end_of_last_year_is_carried_over() -> None:
    given = census(
        Episodes=[ep("01.05.25"), ep("01.04.25"), ep("01.04.25", CHILD="C2")],
        Episodes_last=[ep("01.04.24"), ep("01.02.24", "01.04.24"), ep("01.04.24", "01.05.24", CHILD="C2")],
    )
    pairs = carried_over(given.rows(episodes), given.rows(episodes_last))
    assert rows(pairs, "Episodes", last("Episodes_last").alias("before")) == [(1, 0)]


def test_asylum_seekers_are_those_of_the_item_and_else_those_of_the_table() -> None:
    given = census(
        Header=[{"UASC": "1"}, {"UASC": "0", "CHILD": "C2"}, {"CHILD": "C3"}, {"CHILD": "C4"}, {"CHILD": None}],
        UASC=[{"CHILD": "C2"}, {"CHILD": "C3"}, {"CHILD": None}],
        Header_last=[{"CHILD": "C4"}],
        UASC_last=[{"CHILD": "C4"}],
    )
    assert rows(uasc_flags(given), "Children", "uasc") == [(0, True), (1, False), (2, True), (3, False)]
    assert rows(uasc_flags(given, before=True), "Children", "uasc") == [(3, True)]
    assert rows(ever_uasc(given), "Children") == [(0,), (2,), (3,)]


def test_asylum_seekers_are_not_known_without_their_table() -> None:
    with pytest.raises(NotGiven, match="The table UASC was not given"):
        uasc_flags(census(absent=["UASC"]))
    assert rows(ever_uasc(census(UASC=[{}])), "Children") == [(0,)]


@pytest.mark.parametrize(
    ("home", "post", "authority", "miles", "where"),
    [
        (HOME, NEAR, "209", 10.0, "IN"),
        (HOME, "se13 7SB ", "209", 0.0, "IN"),
        (HOME, AWAY, "352", 248.6, "OUT"),
        (HOME, "EH1 1AA", "SCO", 372.3, "OUT"),
        (None, NEAR, "209", None, "IN"),
        (HOME, "ZZ1 1ZZ", None, None, None),
        (HOME, None, None, None, None),
    ],
)
def test_where_a_placement_is(
    home: str | None, post: str | None, authority: str | None, miles: float | None, where: str | None
) -> None:
    given = census(Episodes=[{"HOME_POST": home, "PL_POST": post}], postcodes=DIRECTORY)
    found = placed(given).select("PL_LA", "PL_DISTANCE", location(given).alias("where")).collect()
    assert found.rows() == [(authority, miles, where)]


def test_a_location_needs_the_authority() -> None:
    with pytest.raises(NotGiven, match="The authority is not known"):
        location(census(authority=""))


PREMISES = [{"urn": "1", "postcode": "SE137SB"}, {"urn": "1", "postcode": "M11AE"}, {"urn": "2"}]


def test_episodes_are_held_against_all_premises_of_their_number() -> None:
    urns: list[Cell] = [{"URN": "1"}, {"URN": "2"}, {"URN": "3"}, {"URN": "XXXXXXX"}, {}]
    given = census(Episodes=urns, providers=PREMISES)
    in_manchester = listed("postcode") == "M11AE"
    assert rows(at_any_of_the_premises(given, given.rows(episodes), in_manchester), "Episodes") == [(0,)]
    assert rows(at_none_of_the_premises(given, given.rows(episodes), in_manchester), "Episodes") == [(1,), (2,)]
