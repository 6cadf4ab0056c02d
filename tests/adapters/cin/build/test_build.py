"""What of case records is in a census, and how each element is made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from adapters.cin.build.build import build
from adapters.mapping.built import Built
from built_returns import CHILD, REFERRAL, Row, notes, only, told, year
from built_returns import tables as case_tables

D = date


def census(number: int = 2026, **content: Sequence[Row]) -> Built:
    return build(case_tables(**content), year(number))


def child(**more: object) -> Row:
    return {**CHILD, **more}


def referral(**more: object) -> Row:
    return {**REFERRAL, **more}


@pytest.mark.parametrize(
    ("referred", "closed", "is_in"),
    [
        (D(2025, 4, 1), None, True),
        (D(2026, 3, 31), None, True),
        (D(2026, 4, 1), None, False),
        (D(2020, 1, 1), D(2025, 4, 1), True),
        (D(2020, 1, 1), D(2025, 3, 31), False),
        (None, None, False),
    ],
)
def test_an_episode_that_touches_the_year_is_in(referred: date | None, closed: date | None, *, is_in: bool) -> None:
    built = census(cin_episodes=[referral(referral_date=referred, close_date=closed)])
    assert len(told(built, "CINdetails")) == len(told(built, "ChildIdentifiers")) == int(is_in)


def test_what_is_after_the_year_is_not_known_yet() -> None:
    built = census(
        person=[child(date_of_death=D(2026, 4, 2))],
        cin_episodes=[referral(close_date=D(2026, 4, 1), close_reason="RC7")],
        cin_plans=[{"referral": "R1", "start_date": D(2026, 3, 31), "end_date": D(2026, 4, 9)}],
        cp_plans=[{"referral": "R1", "start_date": D(2025, 7, 1), "end_date": D(2026, 5, 1)}],
    )
    assert "PersonDeathDate" not in only(built, "ChildIdentifiers")
    assert only(built, "CINdetails").keys() == {"CINreferralDate", "ReferralSource", "PrimaryNeedCode", "ReferralNFA"}
    assert only(built, "CINplanDates") == {"CINPlanStartDate": "2026-03-31"}
    assert "CPPendDate" not in only(built, "ChildProtectionPlans")


@pytest.mark.parametrize(
    ("person", "found"),
    [
        ({}, {"UPNunknown": "UN3"}),
        ({"upn": "B203456789012"}, {"UPNunknown": "UN3"}),
        ({"date_of_birth": D(2026, 4, 1)}, {"ExpectedPersonBirthDate": "2026-04-01", "UPNunknown": "UN3", "Sex": "U"}),
        (
            {"date_of_birth": None, "expected_date_of_birth": D(2026, 5, 1), "sex": None, "upn_unknown": None},
            {"ExpectedPersonBirthDate": "2026-05-01", "Sex": "U"},
        ),
        ({"legacy_reference": "OLD-7"}, {"LAchildID": "A1", "UPNunknown": "UN3"}),
    ],
)
def test_who_a_child_is(person: Row, found: dict[str, str]) -> None:
    usual = {"LAchildID": "A1", "Sex": "F"} | ({} if "date_of_birth" in person else {"PersonBirthDate": "2014-05-06"})
    assert only(census(person=[child(**person)]), "ChildIdentifiers") == usual | found


def test_a_pupil_number_with_the_wrong_letter_is_left_out_and_noted() -> None:
    built = census(person=[child(upn="B203456789012")])
    assert "UPN" not in only(built, "ChildIdentifiers")
    assert notes(built) == [("UPN left out: its check letter does not fit.", "ssd_person", "A1")]


def test_a_number_among_the_other_identifiers_serves_where_there_is_none() -> None:
    numbers = [{"kind": "UPN", "value": "T001000010002"}]
    assert only(census(linked_identifiers=numbers), "ChildIdentifiers")["UPN"] == "T001000010002"
    known = [child(upn="H002000010001")]
    assert only(census(person=known, linked_identifiers=numbers), "ChildIdentifiers")["UPN"] == "H002000010001"


def test_a_good_number_stands_and_an_older_one_beside_it() -> None:
    numbers = [
        {"kind": "FORMER_UPN", "value": value, "start_date": since}
        for value, since in (("X820000000001", D(2019, 1, 1)), ("P820000000002", D(2021, 1, 1)))
    ]
    found = only(census(person=[child(upn="H002000010001")], linked_identifiers=numbers), "ChildIdentifiers")
    assert (found["UPN"], found["FormerUPN"]) == ("H002000010001", "P820000000002")
    assert "UPNunknown" not in found


@pytest.mark.parametrize(("nfa", "reason"), [(True, "UN7"), (False, None)])
def test_without_a_number_or_a_reason_it_is_that_every_referral_ended_there(*, nfa: bool, reason: str | None) -> None:
    built = census(person=[child(upn_unknown=None)], cin_episodes=[referral(no_further_action=nfa)])
    assert only(built, "ChildIdentifiers").get("UPNunknown") == reason


@pytest.mark.parametrize(("number", "name", "code"), [(2024, "GenderCurrent", "2"), (2025, "Sex", "F")])
def test_sex_has_the_codes_of_its_year(number: int, name: str, code: str) -> None:
    day = D(number - 1, 6, 2)
    assert only(census(number, cin_episodes=[referral(referral_date=day)]), "ChildIdentifiers")[name] == code


def test_marks_in_identifiers_go_where_children_stay_apart() -> None:
    two = [child(id="A-1"), child(id="A2")]
    referrals = [referral(person="A-1"), referral(id="R2", person="A2")]
    built = census(person=two, cin_episodes=referrals)
    assert [row["LAchildID"] for row in told(built, "ChildIdentifiers")] == ["A1", "A2"]
    alike = census(person=[child(id="A-1"), child(id="A1")], cin_episodes=[referral(person="A-1"), referral(id="R2")])
    assert [row["LAchildID"] for row in told(alike, "ChildIdentifiers")] == ["A-1", "A1"]


def test_children_are_returned_by_their_older_number_where_that_is_chosen() -> None:
    people = case_tables(person=[child(legacy_reference="OLD7")])
    assert only(build(people, year(legacy=True)), "ChildIdentifiers")["LAchildID"] == "OLD7"


@pytest.mark.parametrize(
    ("person", "nfa", "codes", "found"),
    [
        ({}, False, [], ["NONE"]),
        ({}, True, [], []),
        ({"date_of_birth": None, "expected_date_of_birth": D(2026, 6, 1)}, False, [], []),
        ({}, False, ["MOB", "VIS", "MOB"], ["MOB", "VIS"]),
    ],
)
def test_disabilities(person: Row, codes: list[str], found: list[str], *, nfa: bool) -> None:
    built = census(
        person=[child(**person)],
        cin_episodes=[referral(no_further_action=nfa)],
        disability=[{"code": code} for code in codes],
    )
    assert [row["Disability"] for row in told(built, "Disabilities")] == found


def test_an_unknown_ethnic_group_is_returned_as_not_asked_and_noted() -> None:
    built = census(person=[child(ethnicity=None)])
    assert only(built, "ChildCharacteristics") == {"Ethnicity": "NOBT"}
    assert notes(built) == [("Ethnicity not known: NOBT is returned.", "ssd_person", "A1")]


@pytest.mark.parametrize(
    ("need", "nfa", "found"), [("N4", False, "N4"), (None, False, "N0"), ("N4", True, None), (None, None, "N0")]
)
def test_the_need_of_a_referral_that_went_further(need: str | None, nfa: bool | None, found: str | None) -> None:
    built = census(cin_episodes=[referral(primary_need=need, no_further_action=nfa)])
    assert only(built, "CINdetails").get("PrimaryNeedCode") == found


def test_two_forms_of_one_referral_are_one_episode_with_all_its_events() -> None:
    built = census(
        cin_episodes=[
            referral(),
            referral(id="R2", close_date=D(2025, 8, 1), close_reason="RC7"),
            referral(id="R3", source="2A"),
        ],
        cin_assessments=[
            {"referral": "R1", "start_date": D(2025, 6, 3)},
            {"referral": "R2", "start_date": D(2025, 6, 4)},
        ],
    )
    assert [row.get("CINclosureDate") for row in told(built, "CINdetails")] == [None, None]
    assert built.tables["Assessments"]["@CINdetails"].to_list() == [0, 0]
    assert notes(built) == [("Taken together with another row of the same referral.", "ssd_cin_episodes", "R2")]


def test_an_event_without_its_episode_stands_in_the_one_open_on_the_day_or_is_noted() -> None:
    built = census(
        cin_plans=[
            {"referral": "gone", "start_date": D(2025, 7, 1)},
            {"referral": "gone", "start_date": D(2025, 5, 1)},
            {"referral": None, "start_date": D(2025, 8, 1)},
        ]
    )
    assert [row["CINPlanStartDate"] for row in told(built, "CINplanDates")] == ["2025-07-01", "2025-08-01"]
    assert notes(built) == [("Left out of CINplanDates: there is no record for it to stand in.", "ssd_cin_plans", "2")]


def test_factors_are_those_of_assessments_that_were_signed_off_and_21_stands_alone() -> None:
    signed = {"referral": "R1", "start_date": D(2025, 6, 3)}
    built = census(
        cin_assessments=[
            {**signed, "id": "a", "authorised_date": D(2025, 7, 1)},
            {**signed, "id": "b", "authorised_date": D(2026, 4, 1)},
            {**signed, "id": "c", "authorised_date": D(2025, 7, 2)},
        ],
        assessment_factors=[
            {"assessment": "a", "factors": ["2B", "21", "2B", None]},
            {"assessment": "b", "factors": ["3A"]},
            {"assessment": "c", "factors": ["21"]},
        ],
    )
    assert [row["AssessmentFactor"] for row in told(built, "AssessmentFactorsList")] == ["2B", "21"]
    assert told(built, "Assessments")[1] == {"AssessmentActualStartDate": "2025-06-03"}


STARTED = D(2025, 6, 6)


@pytest.mark.parametrize(
    ("enquiry", "conference", "found"),
    [
        (
            {"outcomes": ["CP_CONFERENCE"], "end_date": D(2025, 6, 20)},
            None,
            {"InitialCPCtarget": "2025-06-27", "ICPCnotRequired": "0"},
        ),
        ({"outcomes": ["NFA"], "end_date": D(2025, 6, 20)}, None, {"ICPCnotRequired": "1"}),
        ({"outcomes": ["NFA"]}, None, {"InitialCPCtarget": "2025-06-27", "ICPCnotRequired": "0"}),
        ({"no_further_action": True}, None, {"ICPCnotRequired": "1"}),
        ({"conference_not_required": True}, None, {"ICPCnotRequired": "1"}),
        (
            {"no_further_action": True},
            {"held_on": D(2025, 6, 25), "target_date": D(2025, 6, 30)},
            {"InitialCPCtarget": "2025-06-30", "DateOfInitialCPC": "2025-06-25", "ICPCnotRequired": "0"},
        ),
        ({"no_further_action": True}, {"held_on": D(2025, 6, 5)}, {"ICPCnotRequired": "1"}),
    ],
)
def test_an_enquiry_and_its_conference(enquiry: Row, conference: Row | None, found: dict[str, str]) -> None:
    held: list[Row] = [{"enquiry": "E1", "transfer_in": False, **conference}] if conference else []
    started = {"id": "E1", "referral": "R1", "start_date": STARTED, **enquiry}
    built = census(s47_enquiry=[started], initial_cp_conference=held)
    assert only(built, "Section47") == {"S47ActualStartDate": "2025-06-06"} | found
    assert "DateOfInitialCPC" not in only(built, "CINdetails")


def test_an_enquiry_of_last_year_is_in_where_its_conference_was_in_the_year() -> None:
    old = {"id": "E1", "referral": "R1", "start_date": D(2025, 3, 20), "end_date": D(2025, 3, 31)}
    conference = {"enquiry": "E1", "held_on": D(2025, 4, 3)}
    opened = [referral(referral_date=D(2025, 3, 1))]
    assert told(census(cin_episodes=opened, s47_enquiry=[old]), "Section47") == []
    assert only(census(cin_episodes=opened, s47_enquiry=[old], initial_cp_conference=[conference]), "Section47")[
        "DateOfInitialCPC"
    ] == "2025-04-03"  # fmt: skip


def test_what_has_no_first_day_is_left_out_and_noted() -> None:
    built = census(
        cin_episodes=[REFERRAL, referral(id="R2", referral_date=None)], cp_plans=[{"id": "P1", "referral": "R1"}]
    )
    assert told(built, "ChildProtectionPlans") == []
    assert notes(built) == [
        ("Left out of CINdetails: it has no first day.", "ssd_cin_episodes", "R2"),
        ("Left out of ChildProtectionPlans: it has no first day.", "ssd_cp_plans", "P1"),
    ]


def test_enquiries_of_two_children_without_an_episode_are_both_noted() -> None:
    lost = [{"id": f"E{who}", "person": who, "start_date": D(2025, 5, 1)} for who in ("A1", "A2")]
    built = census(person=[CHILD, child(id="A2")], s47_enquiry=lost)
    assert [note[2] for note in notes(built)] == ["EA1", "EA2"]


def test_a_step_that_a_group_shares_counts_once() -> None:
    twice = [{"id": key, "referral": "R1", "start_date": STARTED, "outcomes": ["NFA"]} for key in ("E1", "E2")]
    built = census(s47_enquiry=twice, initial_cp_conference=[{"enquiry": "E2", "held_on": D(2025, 6, 20)}])
    assert only(built, "Section47")["DateOfInitialCPC"] == "2025-06-20"


def test_the_conference_of_a_child_who_moved_in_is_that_of_the_episode() -> None:
    held: list[Row] = [
        {"transfer_in": True, "enquiry": "E1", "referral": "R1", "held_on": D(2025, 7, 1)},
        {"transfer_in": None, "enquiry": None, "referral": None, "held_on": D(2025, 8, 1)},
        {"transfer_in": True, "enquiry": None, "referral": "R1", "held_on": D(2026, 4, 1)},
    ]
    assert only(census(initial_cp_conference=held), "CINdetails")["DateOfInitialCPC"] == "2025-08-01"


def test_earlier_plans_are_the_childs_own_here_and_never_fewer_than_known() -> None:
    plans = [
        {"referral": "R0", "start_date": D(2018, 1, 1), "end_date": D(2018, 9, 1)},
        {"referral": "R1", "start_date": D(2024, 1, 1), "end_date": D(2024, 9, 1), "other_authority": True},
        {"referral": "R1", "start_date": D(2025, 7, 1)},
    ]
    assert only(census(cp_plans=plans), "ChildProtectionPlans")["NumberOfPreviousCPP"] == "1"
    known = [{**plans[2], "previous_plans": 3}]
    assert only(census(cp_plans=known), "ChildProtectionPlans")["NumberOfPreviousCPP"] == "3"


def test_a_plan_of_another_authority_is_never_returned() -> None:
    plans = [{"referral": "R1", "start_date": D(2025, 7, 1), "other_authority": True}]
    assert told(census(cp_plans=plans), "ChildProtectionPlans") == []


def test_reviews_are_those_of_the_year_from_the_start_of_the_plan_on() -> None:
    days = (D(2025, 3, 31), D(2025, 6, 30), D(2025, 9, 1), D(2025, 9, 1), D(2026, 4, 1), None)
    built = census(
        cp_plans=[{"id": "P1", "referral": "R1", "start_date": D(2025, 7, 1)}],
        cp_reviews=[{"plan": "P1", "held_on": day} for day in days],
    )
    assert told(built, "Reviews") == [{"CPPreviewDate": "2025-09-01"}]


def test_pre_proceedings_stand_in_the_episode_open_on_the_day_of_the_decision() -> None:
    decided = {"decision_date": D(2026, 7, 1), "family_meeting_offered": True, "later_meetings": 2}
    episodes = [
        referral(close_date=D(2026, 6, 30), close_reason="RC7"),
        referral(id="R2", referral_date=D(2026, 6, 30)),
    ]
    built = census(2027, cin_episodes=episodes, pre_proceedings=[decided])
    assert only(built, "PreProceedings") == {
        "PPStartDate": "2026-07-01",
        "FGDMMeetingOffer": "1",
        "ReviewMeetingsCount": "2",
    }
    assert built.tables["PreProceedings"]["@CINdetails"].to_list() == [1]


def test_a_child_in_care_without_an_episode_of_need_is_noted_not_invented() -> None:
    care = [{"id": "C1", "person": "A2", "start_date": D(2025, 1, 1)}]
    built = census(person=[CHILD, child(id="A2")], cla_episodes=care)
    assert notes(built) == [("Looked after without an episode of need: not in the census.", "ssd_cla_episodes", "C1")]
    assert [row["LAchildID"] for row in told(built, "ChildIdentifiers")] == ["A1"]


def test_an_episode_of_nobody_is_noted() -> None:
    built = census(cin_episodes=[REFERRAL, referral(id="R2", person=None), referral(id="R3", person="A9")])
    assert [note[2] for note in notes(built)] == ["R2", "R3"]


def test_the_header_says_what_was_asked_for() -> None:
    assert only(build(case_tables(), year(serial=7)), "Header") | {"Release": ""} == {
        "Collection": "CIN",
        "Year": "2026",
        "ReferenceDate": "2026-03-31",
        "SourceLevel": "L",
        "LEA": "209",
        "SoftwareCode": "ics-gateway",
        "Release": "",
        "SerialNo": "007",
        "DateTime": "2026-04-20T09:30:00",
    }


def test_each_record_says_where_it_was_built_from() -> None:
    built = census(cin_plans=[{"referral": "R1", "start_date": D(2025, 7, 1)}])
    assert built.origins["CINplanDates"].rows() == [("ssd_cin_plans", "1", "A1")]
    assert built.origins["ChildIdentifiers"].rows() == [("ssd_person", "A1", "A1")]


def test_an_empty_dataset_makes_an_empty_census() -> None:
    built = build({}, year())
    assert {name for name, frame in built.tables.items() if frame.height} == {"Header"}
