"""Who is in each table of the looked-after return, and how each column is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pytest

from adapters.mapping.built import Built
from adapters.ssda903.build.build import build
from built_returns import CHILD, Row, notes, only, tables, told, year

D = date
STAY: Row = {"id": "E1", "start_date": D(2025, 3, 1), "start_reason": "S", "period_of_care": "C", "placement": "P1"}
ORDER: Row = {"status": "C1", "start_date": D(2025, 3, 1)}
PLACE: Row = {"id": "P1", "period_of_care": "C", "start_date": D(2025, 3, 1), "kind": "U4", "provider": "PR1"}
ABOUT = {"CHILD": "A1", "DOB": "06/05/2014"}


def returned(number: int = 2026, **content: Sequence[Row]) -> Built:
    usual = {"cla_episodes": [STAY], "cla_placement": [PLACE], "legal_status": [ORDER]}
    return build(tables(**{**usual, **content}), year(number))


def child(**more: object) -> Row:
    return {**CHILD, **more}


@pytest.mark.parametrize(
    ("number", "person", "found"),
    [
        (2026, {}, {"SEX": "F", "UPN": "UN3", "MOTHER": "0"}),
        (2026, {"sex": "M"}, {"SEX": "M", "UPN": "UN3"}),
        (2026, {"upn": "H002000010001"}, {"SEX": "F", "UPN": "H002000010001", "MOTHER": "0"}),
        (2026, {"upn_unknown": "UN7"}, {"SEX": "F", "MOTHER": "0"}),
        (2025, {}, {"SEX": "F", "UPN": "UN3", "MOTHER": "0"}),
        (2024, {"sex": "M"}, {"SEX": "1", "UPN": "UN3"}),
    ],
)
def test_a_header(number: int, person: Row, found: Mapping[str, str]) -> None:
    since = {"start_date": D(number - 1, 3, 1)}
    built = returned(
        number, person=[child(**person)], cla_episodes=[{**STAY, **since}], legal_status=[{**ORDER, **since}]
    )
    assert only(built, "Header") == {**ABOUT, "ETHNIC": "WBRI", **found}


@pytest.mark.parametrize(
    ("born", "due", "found"),
    [
        (D(2026, 3, 31), None, ("1", "31/03/2026")),
        (D(2026, 4, 1), None, ("0", None)),
        (None, D(2026, 6, 1), ("0", None)),
        (None, None, ("1", None)),
    ],
)
def test_a_mother_is_one_by_the_end_of_the_year(
    born: date | None, due: date | None, found: tuple[str, str | None]
) -> None:
    baby = {"id": "B1", "date_of_birth": born, "expected_date_of_birth": due}
    built = returned(person=[CHILD, baby], relationships=[{"kind": "MOTHER", "other": "B1"}])
    assert (only(built, "Header")["MOTHER"], only(built, "Header").get("MC_DOB")) == found


def test_reviews_are_those_that_were_held_in_the_year() -> None:
    days = [(D(2025, 3, 31), None), (D(2025, 4, 1), None), (D(2025, 5, 1), True), (None, None), (D(2026, 4, 1), None)]
    held = [{"held_on": day, "cancelled": off, "participation": "PN1"} for day, off in days]
    assert told(returned(cla_reviews=held), "Reviews") == [{**ABOUT, "REVIEW": "01/04/2025", "REVIEW_CODE": "PN1"}]


@pytest.mark.parametrize(
    ("status", "found"),
    [
        ({"status": "UASC"}, "06/05/2032"),
        ({"status": "UASC", "end_date": D(2025, 4, 1)}, "01/04/2025"),
        ({"status": "UASC", "end_date": D(2026, 4, 1)}, "06/05/2032"),
        ({"status": "UASC", "end_date": D(2025, 3, 31)}, None),
        ({"status": "REFUGEE"}, None),
    ],
)
def test_a_child_who_came_alone(status: Row, found: str | None) -> None:
    rows = told(returned(immigration_status=[status]), "UASC")
    assert rows == ([{**ABOUT, "SEX": "F", "DUC": found}] if found else [])


ANSWERS = dict.fromkeys(("CONVICTED", "IMMUNISATIONS", "TEETH_CHECK", "HEALTH_ASSESSMENT", "SUBSTANCE_MISUSE"), "0")


@pytest.mark.parametrize(
    ("stays", "is_in"),
    [
        ([{"start_date": D(2025, 4, 1)}], True),
        ([{"start_date": D(2025, 4, 2)}], False),
        ([{"end_date": D(2026, 3, 31), "end_reason": "E4A"}], True),
        ([{"end_date": D(2026, 3, 30), "end_reason": "E4A"}], False),
        ([{"end_date": D(2025, 9, 1), "end_reason": "E4A"}, {"id": "E2", "start_date": D(2025, 9, 2)}], False),
    ],
)
def test_health_is_asked_of_those_who_were_looked_after_all_year(stays: list[Row], *, is_in: bool) -> None:
    built = returned(cla_episodes=[{**STAY, **more} for more in stays])
    assert told(built, "OC2") == ([{**ABOUT, **ANSWERS}] if is_in else [])


def test_health_counts_what_is_dated_in_the_year() -> None:
    in_year, before = D(2025, 4, 1), D(2025, 3, 31)
    built = returned(
        cla_health=[
            {"kind": "DENTAL", "check_date": in_year, "status": "COMPLETED"},
            {"kind": "REVIEW_HEALTH", "check_date": before, "status": "COMPLETED"},
            {"kind": "INITIAL_HEALTH", "check_date": in_year, "status": "REFUSED"},
            {"kind": "DEVELOPMENTAL", "check_date": in_year, "status": "COMPLETED"},
        ],
        cla_immunisations=[{"up_to_date": True}],
        cla_substance_misuse=[
            {"found_on": in_year, "help_received": False},
            {"found_on": before, "help_received": True},
        ],
        cla_convictions=[{"offence_date": in_year}],
        sdq_scores=[
            {"completed_on": before, "score": 3},
            {"completed_on": in_year, "score": 12},
            {"completed_on": D(2025, 5, 1), "no_score_reason": "SDQ2"},
        ],
    )
    assert only(built, "OC2") == {
        **ABOUT,
        "SDQ_SCORE": "12",
        "CONVICTED": "1",
        "IMMUNISATIONS": "1",
        "TEETH_CHECK": "1",
        "HEALTH_ASSESSMENT": "0",
        "SUBSTANCE_MISUSE": "1",
        "INTERVENTION_RECEIVED": "0",
    }


@pytest.mark.parametrize(
    ("born", "asked"),
    [
        (D(2022, 4, 1), {"HEALTH_CHECK": "0"}),
        (D(2022, 3, 31), {"HEALTH_CHECK": "0", "SDQ_REASON": "SDQ1"}),
        (D(2021, 4, 1), {"HEALTH_CHECK": "0", "SDQ_REASON": "SDQ1"}),
        (D(2021, 3, 31), {}),
        (D(2016, 4, 1), {}),
        (D(2016, 3, 31), {"CONVICTED": "0"}),
        (D(2009, 3, 31), {"CONVICTED": "0", "SDQ_REASON": "SDQ1"}),
        (D(2008, 3, 31), {"CONVICTED": "0"}),
    ],
)
def test_what_is_not_asked_at_an_age_is_blank(born: date, asked: dict[str, str]) -> None:
    found = only(returned(person=[child(date_of_birth=born)]), "OC2")
    usual = {name: text for name, text in ANSWERS.items() if name != "CONVICTED"}
    assert found == {"CHILD": "A1", "DOB": f"{born:%d/%m/%Y}", **usual, **asked}


LEFT = {"end_date": D(2025, 6, 1), "end_reason": "E6"}
LEAVER: Row = {"in_touch": "YES", "activity": "F2", "accommodation": "U", "suitable": "1"}


@pytest.mark.parametrize(
    ("born", "is_in"),
    [
        (D(2007, 6, 1), True),
        (D(2007, 5, 31), False),
        (D(2004, 7, 1), True),
        (D(2003, 7, 1), False),
        (D(2008, 7, 1), True),
    ],
)
def test_care_leavers_are_told_of_at_each_birthday_after_care(born: date, *, is_in: bool) -> None:
    built = returned(person=[child(date_of_birth=born)], cla_episodes=[{**STAY, **LEFT}], care_leavers=[LEAVER])
    assert bool(told(built, "OC3")) is is_in


@pytest.mark.parametrize(
    ("leaver", "found"),
    [
        ({}, ("YES", "F2", "U1")),
        ({"activity": None, "accommodation": None}, ("YES", "0", "0")),
        ({"suitable": None}, ("YES", "F2", "U")),
        ({"in_touch": "RHOM"}, ("RHOM", "0", "0")),
    ],
)
def test_a_care_leaver(leaver: Row, found: tuple[str, str, str]) -> None:
    grown = [child(date_of_birth=D(2006, 7, 1))]
    built = returned(person=grown, cla_episodes=[], care_leavers=[{**LEAVER, **leaver}])
    row = only(built, "OC3")
    assert (row["IN_TOUCH"], row["ACTIV"], row["ACCOM"]) == found
    assert "MOTHER" not in only(built, "Header")
    assert told(built, "Episodes") == []


ADOPTION: Row = {
    "decision_date": D(2024, 9, 1),
    "matched_date": D(2025, 4, 9),
    "placed_date": D(2025, 5, 1),
    "order_date": D(2025, 12, 1),
    "adopted_by_carer": False,
    "adopters": 2,
    "adopter_sex": "MF",
    "adopter_legal_status": "L11",
}


def test_an_adoption() -> None:
    built = returned(cla_episodes=[{**STAY, "end_date": D(2025, 12, 1), "end_reason": "E12"}], permanence=[ADOPTION])
    assert only(built, "AD1") == {
        **ABOUT,
        "DATE_INT": "01/09/2024",
        "DATE_MATCH": "09/04/2025",
        "FOSTER_CARE": "0",
        "NB_ADOPTR": "2",
        "SEX_ADOPTR": "MF",
        "LS_ADOPTR": "L11",
    }
    assert only(built, "PlacedAdoption") == {**ABOUT, "DATE_PLACED": "01/09/2024"}


@pytest.mark.parametrize(
    ("decision", "found"),
    [
        ({"order_date": None}, {}),
        ({"order_date": D(2025, 3, 31)}, None),
        ({"order_date": None, "reversed_date": D(2025, 3, 31)}, None),
        (
            {"order_date": None, "reversed_date": D(2025, 4, 1), "reversed_reason": "RD1"},
            {"DATE_PLACED_CEASED": "01/04/2025", "REASON_PLACED_CEASED": "RD1"},
        ),
        ({"order_date": None, "reversed_date": D(2026, 4, 1), "reversed_reason": "RD1"}, {}),
        ({"order_date": None, "decision_date": D(2026, 4, 1)}, None),
    ],
)
def test_a_decision_to_place_for_adoption(decision: Row, found: dict[str, str] | None) -> None:
    rows = told(returned(permanence=[{**ADOPTION, **decision}]), "PlacedAdoption")
    assert rows == ([] if found is None else [{**ABOUT, "DATE_PLACED": "01/09/2024", **found}])


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([], {"PREV_PERM": "Z1"}),
        ([{"order": "Z1", "authority": "Lewisham", "order_date": "zz/zz/zzzz"}], {"PREV_PERM": "Z1"}),
        (
            [{"order": "P1", "authority": "Lewisham", "order_date": "zz/05/2019"}, {"order": "Z1"}],
            {"PREV_PERM": "P1", "LA_PERM": "209", "DATE_PERM": "ZZ/05/2019"},
        ),
        ([{"order": "P2", "authority": "wal"}], {"PREV_PERM": "P2", "LA_PERM": "WAL"}),
        ([{"order": "P2", "authority": "203"}], {"PREV_PERM": "P2", "LA_PERM": "203"}),
        ([{"order": "P2", "authority": "Nowhere"}], {"PREV_PERM": "P2"}),
    ],
)
def test_permanence_before_this_time_in_care(rows: list[Row], found: dict[str, str]) -> None:
    came = {**STAY, "start_date": D(2025, 6, 1)}
    built = returned(cla_episodes=[came], cla_previous_permanence=rows)
    assert only(built, "PrevPerm") == ABOUT | found
    assert told(returned(cla_previous_permanence=rows), "PrevPerm") == []


def test_missing_times_are_those_while_looked_after() -> None:
    away = [
        {"kind": "M", "start_date": D(2025, 6, 1), "end_date": D(2025, 6, 2)},
        {"kind": "A", "start_date": D(2026, 3, 30), "end_date": D(2026, 4, 2)},
        {"kind": "M", "start_date": D(2025, 2, 1), "end_date": D(2025, 3, 1)},
        {"kind": "M", "start_date": D(2026, 4, 1)},
    ]
    assert told(returned(missing=away), "Missing") == [
        {**ABOUT, "MISSING": "M", "MIS_START": "01/06/2025", "MIS_END": "02/06/2025"},
        {**ABOUT, "MISSING": "A", "MIS_START": "30/03/2026"},
    ]


def test_a_workers_rows_without_a_gap_are_one() -> None:
    time = {"professional": "W1", "role": "CW", "change_reason": "MANAGE"}
    built = returned(
        professionals=[{"id": "W1", "registration": "SW1234"}, {"id": "W2", "registration": "SW9"}],
        involvements=[
            {**time, "start_date": D(2025, 3, 1), "end_date": D(2025, 6, 1), "change_reason": "FCONTA"},
            {**time, "start_date": D(2025, 6, 2), "end_date": D(2025, 7, 1)},
            {**time, "start_date": D(2025, 9, 1), "end_date": D(2025, 10, 1)},
            {**time, "start_date": D(2025, 10, 1), "professional": "W2"},
            {**time, "start_date": D(2025, 10, 1), "role": "IRO"},
            {**time, "start_date": D(2024, 1, 1), "end_date": D(2025, 3, 31)},
        ],
    )
    rows = [
        tuple(row.get(name) for name in ("SW_ID", "SW_DECOM", "SW_DEC", "SW_REASON"))
        for row in told(built, "SWEpisodes")
    ]
    assert rows == [
        ("SW1234", "01/03/2025", "01/07/2025", "FCONTA"),
        ("SW1234", "01/09/2025", "01/10/2025", "MANAGE"),
        ("SW9", "01/10/2025", None, "MANAGE"),
    ]


def test_what_the_return_cannot_say_is_noted() -> None:
    built = returned(person=[child(ethnicity=None, upn="B203456789012")], cin_episodes=[])
    assert notes(built) == [
        ("UPN left out: its check letter does not fit.", "ssd_person", "A1"),
        ("Ethnicity not known: NOBT is returned.", "ssd_person", "A1"),
        ("Looked after without an episode of need.", "ssd_cla_episodes", "E1"),
    ]


def test_what_has_no_first_day_is_left_out_and_noted() -> None:
    built = returned(
        cla_episodes=[STAY, {"id": "E2"}], missing=[{"id": "M1"}], involvements=[{"id": "I1", "role": "CW"}]
    )
    assert [(note[0], note[2]) for note in notes(built)] == [
        ("Left out of Episodes: it has no first day.", "E2"),
        ("Left out of Missing: it has no first day.", "M1"),
        ("Left out of SWEpisodes: it has no first day.", "I1"),
    ]


def test_an_episode_of_nobody_is_noted() -> None:
    built = returned(cla_episodes=[{**STAY, "person": "A9"}])
    assert notes(built) == [("Left out of Episodes: whom it is about is not in the dataset.", "ssd_cla_episodes", "E1")]


def test_an_empty_dataset_makes_an_empty_return() -> None:
    assert {frame.height for frame in build({}, year()).tables.values()} == {0}
