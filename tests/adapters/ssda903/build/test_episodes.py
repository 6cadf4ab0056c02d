"""How episodes of the return are made: cut at every change, with reasons that agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pytest

from adapters.mapping.built import Built
from adapters.ssda903.build.build import build
from built_returns import Row, notes, tables, told, year

D = date
PLACED: Row = {"id": "P1", "period_of_care": "C", "start_date": D(2025, 5, 1), "kind": "U4", "provider": "PR1"}
STAY: Row = {
    "id": "E1",
    "start_date": D(2025, 5, 1),
    "start_reason": "S",
    "primary_need": "N1",
    "placement": "P1",
    "period_of_care": "C",
}
ORDER: Row = {"status": "C1", "start_date": D(2025, 5, 1)}


def returned(**content: Sequence[Row]) -> Built:
    usual = {"cla_episodes": [STAY], "cla_placement": [PLACED], "legal_status": [ORDER]}
    return build(tables(**{**usual, **content}), year())


def shown(built: Built, *names: str) -> list[tuple[str | None, ...]]:
    return [tuple(row.get(name) for name in names) for row in told(built, "Episodes")]


def stay(**more: object) -> Row:
    return {**STAY, **more}


def placed(**more: object) -> Row:
    return {**PLACED, **more}


def test_an_episode_has_what_its_row_its_placement_and_the_order_say() -> None:
    placement = placed(provider_urn="SC123456", postcode="ZZ99 4AA")
    (row,) = told(returned(cla_placement=[placement]), "Episodes")
    assert row == {
        "CHILD": "A1",
        "DECOM": "01/05/2025",
        "RNE": "S",
        "LS": "C1",
        "CIN": "N1",
        "PLACE": "U4",
        "PLACE_PROVIDER": "PR1",
        "PL_POST": "ZZ99 4AA",
        "URN": "SC123456",
    }


def test_a_new_order_cuts_an_episode() -> None:
    orders = [{**ORDER, "end_date": D(2025, 9, 1)}, {"status": "C2", "start_date": D(2025, 9, 1)}]
    built = returned(legal_status=orders)
    assert shown(built, "DECOM", "RNE", "LS", "DEC", "REC") == [
        ("01/05/2025", "S", "C1", "01/09/2025", "X1"),
        ("01/09/2025", "L", "C2", None, None),
    ]
    assert built.origins["Episodes"]["key"].to_list() == ["E1", "E1"]


def test_the_same_order_made_again_cuts_nothing() -> None:
    orders = [{**ORDER, "end_date": D(2025, 9, 1)}, {"status": "C1", "start_date": D(2025, 9, 1)}]
    assert shown(returned(legal_status=orders), "DECOM", "LS") == [("01/05/2025", "C1")]


def test_a_status_that_the_return_does_not_know_cuts_nothing() -> None:
    orders = [ORDER, {"status": None, "other_status": "a wish", "start_date": D(2025, 9, 1)}]
    assert shown(returned(legal_status=orders), "LS") == [("C1",)]


def test_a_new_placement_cuts_an_episode_and_its_reason_is_told_by_the_carer() -> None:
    before = placed(end_date=D(2025, 9, 1), change_reason="CARPL", provider_urn="SC123456", postcode="ZZ99 4AA")
    moved = placed(id="P2", start_date=D(2025, 9, 1), kind="U6", provider_urn="SC654321", postcode="ZZ99 4BB")
    built = returned(cla_placement=[before, moved])
    assert shown(built, "DECOM", "RNE", "PLACE", "REC", "REASON_PLACE_CHANGE") == [
        ("01/05/2025", "S", "U4", "X1", "CARPL"),
        ("01/09/2025", "P", "U6", None, None),
    ]
    guess = "Whether the carer changed is told by number and postcode: check P against T, B against U."
    assert notes(built)[0] == (guess, "ssd_cla_episodes", "E1")
    stayed = {**moved, "provider_urn": "SC123456", "postcode": "ZZ99 4AA"}
    assert shown(returned(cla_placement=[before, stayed]), "RNE") == [("S",), ("T",)]


@pytest.mark.parametrize(
    ("held", "order", "place", "reason"),
    [
        ("L", "C2", "P1", "L"),
        ("P", "C2", "P1", "L"),
        ("S", "C2", "P1", "L"),
        ("P", "C1", "P2", "P"),
        ("T", "C1", "P2", "T"),
        ("L", "C1", "P2", "P"),
        ("B", "C2", "P2", "B"),
        ("U", "C2", "P2", "U"),
        ("P", "C2", "P2", "B"),
        (None, "C1", "P2", "P"),
        ("P", "C1", "P1", "P"),
    ],
)
def test_the_reason_that_is_held_stands_where_it_agrees_with_what_changed(
    held: str | None, order: str, place: str, reason: str
) -> None:
    day = D(2025, 9, 1)
    then = stay(id="E2", start_date=day, start_reason=held, placement=place, period_of_care="C", entered_care_date=None)
    if held == "S":
        then = {**then, "start_reason": "L"}
    orders = [{**ORDER, "end_date": day}, {"status": order, "start_date": day}]
    moved = placed(id="P2", start_date=day, kind="U6", postcode="ZZ99 4BB")
    content: Mapping[str, Sequence[Row]] = {
        "cla_episodes": [stay(end_date=day, end_reason="X1"), then],
        "cla_placement": [PLACED, *([moved] if place == "P2" else [])],
        "legal_status": orders,
    }
    assert shown(returned(**content), "RNE") == [("S",), (reason,)]


def test_a_row_that_says_a_day_later_what_an_order_said_is_no_episode_of_its_own() -> None:
    orders = [{**ORDER, "end_date": D(2025, 9, 1)}, {"status": "C2", "start_date": D(2025, 9, 1)}]
    rows = [
        stay(end_date=D(2025, 9, 2), end_reason="X1"),
        stay(id="E2", start_date=D(2025, 9, 2), start_reason="L", end_date=D(2025, 12, 1), end_reason="E4A"),
    ]
    assert shown(returned(cla_episodes=rows, legal_status=orders), "DECOM", "RNE", "DEC", "REC") == [
        ("01/05/2025", "S", "01/09/2025", "X1"),
        ("01/09/2025", "L", "01/12/2025", "E4A"),
    ]


@pytest.mark.parametrize(
    ("orders", "status"),
    [
        ([("C2", D(2025, 1, 1), None), ("E1", D(2025, 2, 1), None), ("V2", D(2025, 4, 1), None)], "E1"),
        ([("V2", D(2025, 4, 1), None), ("C2", D(2025, 4, 1), None)], "C2"),
        ([("V2", D(2025, 2, 1), None), ("C1", D(2025, 4, 1), None)], "C1"),
        ([("C1", D(2025, 1, 1), D(2025, 5, 1)), ("C2", D(2025, 5, 1), None)], "C2"),
        ([("E1", D(2025, 1, 1), D(2025, 5, 1)), ("C2", D(2025, 1, 1), None)], "C2"),
        ([("C1", D(2025, 5, 2), None)], None),
    ],
)
def test_of_several_orders_in_force_on_the_day_one_counts(
    orders: list[tuple[str, date, date | None]], status: str | None
) -> None:
    rows = [{"status": code, "start_date": since, "end_date": until} for code, since, until in orders]
    assert shown(returned(legal_status=rows), "LS")[0] == (status,)


def test_without_a_named_placement_it_is_the_one_of_the_time_in_care_on_the_day() -> None:
    other = placed(id="P0", start_date=D(2025, 1, 1), end_date=D(2025, 5, 1), kind="K2")
    built = returned(cla_episodes=[stay(placement=None)], cla_placement=[other, PLACED])
    assert shown(built, "PLACE") == [("U4",)]


def test_an_episode_that_ends_after_the_year_is_open_in_it() -> None:
    rows = [
        stay(end_date=D(2026, 4, 2), end_reason="X1"),
        stay(id="E2", start_date=D(2026, 4, 2), start_reason="P"),
    ]
    assert shown(returned(cla_episodes=rows), "DECOM", "DEC", "REC") == [("01/05/2025", None, None)]


def test_what_ended_before_the_year_is_out_and_what_follows_keeps_its_reason() -> None:
    began = D(2024, 1, 1)
    rows = [
        stay(start_date=began, entered_care_date=began, end_date=D(2025, 3, 31), end_reason="X1"),
        stay(id="E2", start_date=D(2025, 3, 31), start_reason="L", entered_care_date=began),
    ]
    orders = [{"status": "C1", "start_date": began}, {"status": "C2", "start_date": D(2025, 3, 31)}]
    built = returned(cla_episodes=rows, legal_status=orders)
    assert shown(built, "DECOM", "RNE") == [("31/03/2025", "L")]
    alone = returned(cla_episodes=rows[1:], legal_status=orders)
    assert shown(alone, "DECOM", "RNE") == [("31/03/2025", "L")]


def test_the_first_day_of_a_time_in_care_has_reason_s_whatever_is_held() -> None:
    built = returned(cla_episodes=[stay(start_reason="P", entered_care_date=D(2025, 5, 1))])
    assert shown(built, "RNE") == [("S",)]


def test_a_child_who_comes_back_begins_anew_under_the_same_key() -> None:
    rows = [
        stay(end_date=D(2025, 7, 1), end_reason="E4A"),
        stay(id="E2", start_date=D(2025, 9, 1)),
    ]
    assert shown(returned(cla_episodes=rows), "RNE", "DEC", "REC") == [("S", "01/07/2025", "E4A"), ("S", None, None)]


def test_an_episode_of_no_length_is_left_out_and_noted() -> None:
    built = returned(cla_episodes=[stay(end_date=D(2025, 5, 1), end_reason="X1"), stay(id="E2")])
    assert shown(built, "DECOM") == [("01/05/2025",)]
    why = "Left out of Episodes: it ended on the day on which it began."
    assert (why, "ssd_cla_episodes", "E1") in notes(built)


def test_short_breaks_stand_alone_and_say_nothing_of_places() -> None:
    rows = [
        stay(end_date=D(2025, 5, 4), end_reason="E8"),
        stay(id="E2", start_date=D(2025, 6, 1), end_date=D(2025, 6, 3), end_reason="E8"),
    ]
    built = returned(
        cla_episodes=rows,
        cla_placement=[placed(postcode="ZZ99 4AA", provider_urn="SC123456")],
        legal_status=[{**ORDER, "status": "V3"}],
        address=[{"kind": "HOME", "postcode": "ZZ99 0AA"}],
        cla_reviews=[{"held_on": D(2025, 6, 2), "participation": "PN1"}],
    )
    names = ("RNE", "DEC", "REC", "HOME_POST", "PL_POST", "URN")
    assert shown(built, *names) == [
        ("S", "04/05/2025", "E8", None, None, None),
        ("S", "03/06/2025", "E8", None, None, None),
    ]
    assert told(built, "Reviews") == told(built, "OC2") == told(built, "PrevPerm") == []
    assert "MOTHER" not in told(built, "Header")[0]


def test_the_home_is_the_one_on_the_first_day_in_care_never_a_placement() -> None:
    homes = [
        {"kind": "HOME", "postcode": "ZZ99 0AA", "start_date": D(2020, 1, 1), "end_date": D(2025, 5, 1)},
        {"kind": "PLACEMENT", "postcode": "ZZ99 4AA", "start_date": D(2025, 5, 1)},
        {"kind": "HOME", "postcode": "ZZ99 1AA", "start_date": D(2025, 6, 1)},
    ]
    orders = [{**ORDER, "end_date": D(2025, 9, 1)}, {"status": "C2", "start_date": D(2025, 9, 1)}]
    assert shown(returned(address=homes, legal_status=orders), "HOME_POST") == [("ZZ99 0AA",), ("ZZ99 0AA",)]


@pytest.mark.parametrize(
    ("kind", "provider", "number"),
    [("T1", None, None), ("Z1", None, None), ("Z13", None, None), ("P1", "PR4", None), ("K2", "PR4", "SC123456")],
)
def test_some_placements_have_no_provider_or_no_number(kind: str, provider: str | None, number: str | None) -> None:
    there = placed(kind=kind, provider="PR4", provider_urn="SC123456")
    assert shown(returned(cla_placement=[there]), "PLACE_PROVIDER", "URN") == [(provider, number)]
