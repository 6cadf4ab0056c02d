"""Who is in each list, and what the columns say, from a few case records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import pytest

from adapters.annex_a.build.builder import AnnexABuilder
from adapters.mapping.built import Built
from adapters.mapping.span import months_until
from built_returns import CHILD, MADE, REFERRAL, Row, notes, only, tables, told
from schemas.annex_a.layout import LISTS, MONTHS

DAY = date(2026, 3, 31)
FIRST, BEFORE = date(2025, 9, 30), date(2025, 9, 29)
LAST_YEAR = date(2025, 3, 31)
EPISODE: Row = {"id": "E", "start_date": FIRST, "start_reason": "S", "entered_care_date": FIRST, "period_of_care": "P"}
STATUS: Row = {"status": "C2", "start_date": FIRST}
TEAM: Row = {"id": "T", "name": "Team 1"}
WORKER: Row = {"id": "W", "name": "A Worker"}


def build_on(day: date, content: Mapping[str, Sequence[Row]]) -> Built:
    given: Mapping[str, Sequence[Row]] = {"cin_episodes": [], **content}
    return AnnexABuilder().build(tables(**given), months_until(day, MONTHS, MADE, authority="209"))


def build(**content: Sequence[Row]) -> Built:
    return build_on(DAY, content)


def of_each(name: str, table: str, common: Row, said: Sequence[Row], people: Sequence[Row] = ()) -> list[Row | None]:
    """Give the row of each of some children in a list, None where there is none; each has one record of a table."""
    whole = [{**CHILD, **(people[at] if people else {}), "id": f"A{at}"} for at in range(len(said))]
    records = [{"id": str(at), "person": f"A{at}", **common, **row} for at, row in enumerate(said)]
    found = {row["child_id"]: row for row in told(build(person=whole, **{table: records}), name)}
    return [found.get(f"A{at}") for at in range(len(said))]


def count(built: Built, name: str) -> int:
    return built.tables[name].height


def test_everybody_is_described_alike() -> None:
    row = only(build(contacts=[{"contact_date": DAY}]), "List 1")
    assert row == {
        "child_id": "A1",
        "gender": "b) Female",
        "ethnicity": "a) WBRI",
        "birth_date": "06/05/2014",
        "age": "11",
        "contact_date": "31/03/2026",
        "source": "u) 10: Unknown",
    }


def test_gender_comes_from_identity_then_sex() -> None:
    people: tuple[Row, ...] = (
        {"sex": "M"},
        {"sex": "M", "gender_identity": "Female"},
        {"sex": "F", "gender_identity": "Non-binary"},
        {"sex": "U"},
        {"sex": "M", "date_of_birth": None},
    )
    found = of_each("List 1", "contacts", {"contact_date": DAY}, [{}] * len(people), people)
    assert [row and row["gender"] for row in found] == [
        "a) Male",
        "b) Female",
        "d) Neither",
        "c) Not stated/recorded (or unborn)",
        "c) Not stated/recorded (or unborn)",
    ]


def test_the_unborn_have_no_age() -> None:
    unborn = {"id": "A1", "date_of_birth": DAY + timedelta(days=1)}
    row = only(build(person=[unborn], contacts=[{"contact_date": DAY}]), "List 1")
    assert "birth_date" not in row
    assert "age" not in row
    assert row["ethnicity"] == "u) UNKNOWN"


@pytest.mark.parametrize(
    ("name", "table", "start", "end"),
    [
        ("List 2", "early_help_episodes", "start_date", "end_date"),
        ("List 4", "cin_assessments", "start_date", "authorised_date"),
        ("List 5", "s47_enquiry", "start_date", "end_date"),
        ("List 6", "cin_episodes", "referral_date", "close_date"),
        ("List 7", "cp_plans", "start_date", "end_date"),
    ],
)
def test_what_is_open_or_ended_in_the_window_is_in(name: str, table: str, start: str, end: str) -> None:
    said: tuple[Row, ...] = ({end: FIRST}, {}, {end: BEFORE}, {start: DAY + timedelta(days=1)})
    found = of_each(name, table, {start: BEFORE}, said)
    assert [row is not None for row in found] == [True, True, False, False]


@pytest.mark.parametrize(
    ("name", "table", "day"), [("List 1", "contacts", "contact_date"), ("List 3", "cin_episodes", "referral_date")]
)
def test_what_was_received_in_the_window_is_in(name: str, table: str, day: str) -> None:
    assert count(build(**{table: [{day: FIRST}, {day: DAY}, {day: BEFORE}, {day: DAY + timedelta(days=1)}]}), name) == 2


def test_the_window_of_a_short_month_begins_on_its_last_day() -> None:
    contacts = [{"contact_date": date(2025, 2, 28)}, {"contact_date": date(2025, 2, 27)}]
    assert count(build_on(date(2025, 8, 31), {"contacts": contacts}), "List 1") == 1


def test_earlier_referrals_of_twelve_months_are_counted_for_each() -> None:
    days = (LAST_YEAR, date(2025, 10, 1), DAY)
    built = build(cin_episodes=[{"referral_date": day} for day in days])
    assert [row["earlier_referrals"] for row in told(built, "List 3")] == ["1", "2"]


def test_team_and_worker_are_named() -> None:
    referral = {**REFERRAL, "referral_date": DAY, "team": "T", "worker": "W"}
    row = only(build(cin_episodes=[referral], department=[TEAM], professionals=[WORKER]), "List 3")
    assert (row["team"], row["worker"], row["no_further_action"]) == ("Team 1", "A Worker", "b) No")


def test_an_assessment_says_what_it_found_once_it_is_signed_off() -> None:
    signed = {"start_date": FIRST, "authorised_date": DAY, "child_seen": True, "no_further_action": True}
    row = only(build(cin_assessments=[signed]), "List 4")
    assert (row["child_seen"], row["needs_support"], row["disability"]) == ("a) Yes", "b) No", "b) No")
    open_one = {**signed, "authorised_date": DAY + timedelta(days=1)}
    assert {"authorised_date", "needs_support"}.isdisjoint(only(build(cin_assessments=[open_one]), "List 4"))
    filler = {**signed, "authorised_date": date(1900, 1, 1)}
    assert "authorised_date" not in only(build(cin_assessments=[filler]), "List 4")


def test_the_conference_of_an_enquiry_is_that_of_the_child() -> None:
    enquiry = {"id": "Q", "start_date": FIRST, "end_date": DAY, "outcomes": ["CP_CONFERENCE"]}
    held = {"enquiry": "Q", "held_on": DAY, "plan_made": True}
    built = build(
        person=[CHILD, {"id": "A2"}],
        s47_enquiry=[enquiry],
        initial_cp_conference=[{**held, "person": "A2", "held_on": FIRST}, held],
    )
    row = only(built, "List 5")
    assert (row["conference_date"], row["plan_made"], row["conference_unnecessary"]) == (
        "31/03/2026",
        "a) Yes",
        "b) No",
    )


def test_whether_a_conference_was_unnecessary() -> None:
    said: dict[str | None, tuple[Row, ...]] = {
        None: ({}, {"end_date": DAY + timedelta(days=1), "no_further_action": True}),
        "b) No": ({"end_date": DAY, "outcomes": ["CP_CONFERENCE"]},),
        "a) Yes": (
            {"end_date": DAY, "outcomes": ["MONITOR"]},
            {"end_date": DAY, "no_further_action": True},
            {"conference_not_required": True},
        ),
    }
    rows = [row for given in said.values() for row in given]
    found = of_each("List 5", "s47_enquiry", {"start_date": FIRST}, rows)
    answers = [row.get("conference_unnecessary") for row in found if row]
    assert answers == [answer for answer, given in said.items() for _ in given]


def test_enquiries_and_conferences_are_counted_back_from_the_latest() -> None:
    days = (date(2025, 1, 1), date(2025, 6, 1), date(2026, 3, 1))
    built = build(
        s47_enquiry=[{"id": str(day), "start_date": day} for day in days],
        initial_cp_conference=[{"held_on": date(2025, 6, 10)}, {"held_on": date(2026, 3, 10)}],
    )
    assert {(row["enquiries"], row["conferences"]) for row in told(built, "List 5")} == {("1", "1")}


@pytest.mark.parametrize(
    ("content", "status"),
    [
        ({}, "c) Child in need plan"),
        ({"legal_status": [STATUS], "cp_plans": [{"start_date": FIRST}]}, "a) Looked after child"),
        ({"legal_status": [{**STATUS, "status": "V4"}]}, "c) Child in need plan"),
        ({"legal_status": [{**STATUS, "end_date": DAY}]}, "c) Child in need plan"),
        ({"cp_plans": [{"start_date": FIRST}]}, "b) Child Protection plan"),
        ({"cp_plans": [{"start_date": FIRST, "other_authority": True}]}, "c) Child in need plan"),
        ({"cin_assessments": [{"start_date": FIRST}]}, "d) Open assessment"),
        ({"cin_assessments": [{"start_date": FIRST}], "cin_plans": [{"start_date": FIRST}]}, "c) Child in need plan"),
    ],
)
def test_the_case_status_is_the_first_that_fits(content: dict[str, Sequence[Row]], status: str) -> None:
    assert only(build(cin_episodes=[REFERRAL], **content), "List 6")["status"] == status


def test_a_closed_episode_is_closed_and_an_open_one_counts_first() -> None:
    closed = {**REFERRAL, "id": "R0", "close_date": DAY, "close_reason": "RC7"}
    row = only(build(cin_episodes=[closed]), "List 6")
    assert (row["status"], row["closure_reason"]) == (
        "e) Closed episode",
        "RC7 - Services ceased for any other reason",
    )
    assert only(build(cin_episodes=[closed, REFERRAL]), "List 6")["status"] == "c) Child in need plan"


def test_referrals_that_ended_there_and_mere_care_leavers_are_not_in_need() -> None:
    assert count(build(cin_episodes=[{**REFERRAL, "no_further_action": True}]), "List 6") == 0
    grown = {**CHILD, "date_of_birth": date(2006, 1, 1)}
    leaver = {"eligibility": "FORMER_RELEVANT", "latest_contact_date": DAY}
    assert count(build(person=[grown], cin_episodes=[REFERRAL], care_leavers=[leaver]), "List 6") == 0
    assert count(build(person=[grown], cin_episodes=[REFERRAL]), "List 6") == 1


def test_who_is_allocated_is_the_case_worker_in_the_time_of_the_episode() -> None:
    others = [{"id": "X", "name": "Somebody"}, {"id": "Y", "name": "Earlier"}]
    held = [
        {"professional": "X", "role": "IRO", "start_date": DAY},
        {"professional": "Y", "role": "CW", "start_date": date(2020, 1, 1), "end_date": date(2020, 2, 1)},
        {"professional": "W", "role": "CW", "team": "T", "start_date": date(2025, 7, 1)},
    ]
    built = build(cin_episodes=[REFERRAL], involvements=held, department=[TEAM], professionals=[WORKER, *others])
    assert (only(built, "List 6")["team"], only(built, "List 6")["worker"]) == ("Team 1", "A Worker")


def test_when_a_child_was_seen_is_the_last_visit_of_any_kind_within_the_episode() -> None:
    built = build(
        cin_episodes=[REFERRAL],
        cin_visits=[{"visit_date": FIRST}, {"visit_date": REFERRAL["referral_date"]}],
        cla_visits=[{"visit_date": DAY + timedelta(days=1)}],
        cp_visits=[{"visit_date": date(2026, 1, 5)}],
    )
    assert only(built, "List 6")["seen_date"] == "05/01/2026"


def test_a_plan_has_its_own_last_visit_and_review_and_those_before_it() -> None:
    plan = {"id": "P", "start_date": FIRST, "initial_category": "NEG", "latest_category": "MUL"}
    earlier = {"start_date": date(2020, 1, 1), "end_date": date(2020, 6, 1)}
    built = build(
        cp_plans=[{"id": "O", **earlier, "other_authority": True}, {"id": "1", **earlier}, plan],
        cp_visits=[
            {"plan": "P", "visit_date": date(2026, 1, 5), "seen_alone": True},
            {"plan": "P", "visit_date": BEFORE, "seen_alone": False},
            {"plan": "1", "visit_date": DAY, "seen_alone": False},
        ],
        cp_reviews=[{"plan": "P", "held_on": date(2025, 12, 20)}],
        legal_status=[{"status": "L2", "start_date": BEFORE, "end_date": FIRST}],
    )
    row = only(built, "List 7")
    assert (row["visit_date"], row["seen_alone"], row["review_date"]) == ("05/01/2026", "a) Yes", "20/12/2025")
    assert (row["previous_plans"], row["emergency"], row["latest_category"]) == (
        "1",
        "a) Yes",
        "e) Multiple/not recommended",
    )


def test_a_plan_of_another_authority_is_left_out_and_one_that_does_not_say_is_not() -> None:
    assert count(build(cp_plans=[{"start_date": FIRST, "other_authority": True}]), "List 7") == 0
    assert count(build(cp_plans=[{"start_date": FIRST, "other_authority": None}]), "List 7") == 1


def in_care(**content: Sequence[Row]) -> Built:
    return build(**{"cla_episodes": [EPISODE], "legal_status": [STATUS], **content})


def test_a_time_in_care_is_told_by_its_last_episode() -> None:
    changed = date(2026, 1, 1)
    episodes = [
        {**EPISODE, "end_date": changed, "end_reason": "X1"},
        {**EPISODE, "id": "F", "start_date": changed, "start_reason": "P", "last_iro_contact_date": changed},
    ]
    row = only(
        in_care(
            cla_episodes=episodes,
            cla_placement=[
                {"start_date": FIRST, "end_date": changed, "kind": "U6", "provider": "PR1"},
                {"start_date": changed, "kind": "K2", "provider": "PR4", "postcode": "ZZ99 4AA", "authority": "209"},
            ],
            cla_reviews=[{"held_on": changed}, {"held_on": DAY, "cancelled": True}],
            cla_visits=[{"visit_date": changed}, {"visit_date": BEFORE}],
            cla_health=[
                {"kind": "REVIEW_HEALTH", "check_date": changed, "status": "COMPLETED"},
                {"kind": "REVIEW_HEALTH", "check_date": DAY, "status": "REFUSED"},
                {"kind": "DENTAL", "check_date": FIRST, "status": "COMPLETED"},
            ],
            cla_care_plan=[{"start_date": FIRST, "goals": ["RETURN6M", "ADOPTION"]}],
        ),
        "List 8",
    )
    assert {
        name: row[name] for name in ("start_date", "reviewer_date", "review_date", "visit_date", "health_date")
    } == {
        "start_date": "30/09/2025",
        "reviewer_date": "01/01/2026",
        "review_date": "01/01/2026",
        "visit_date": "01/01/2026",
        "health_date": "01/01/2026",
    }
    assert (row["placement_type"], row["placement_location"], row["placement_authority"]) == (
        "p) K2: Children's home",
        "a) In",
        "209",
    )
    assert (row["placements"], row["dental_date"], row["permanence_plan"]) == ("2", "30/09/2025", "b) Adoption")
    assert (row["legal_status"], row["second_period"]) == ("C2: FCO", "b) No")
    assert "ceased_date" not in row


def test_who_ceased_before_the_window_or_has_short_breaks_is_not_in_care() -> None:
    over = {**EPISODE, "start_date": LAST_YEAR, "entered_care_date": LAST_YEAR, "end_reason": "E4A"}
    assert count(in_care(cla_episodes=[{**over, "end_date": BEFORE}]), "List 8") == 0
    row = only(in_care(cla_episodes=[{**over, "end_date": FIRST}]), "List 8")
    assert (row["ceased_date"], row["ceased_reason"]) == ("30/09/2025", "e) E4A: Returned home, planned")
    assert count(in_care(legal_status=[{**STATUS, "status": "V4"}]), "List 8") == 0


def test_a_second_time_in_care_within_a_year_is_told() -> None:
    first = {
        **EPISODE,
        "id": "0",
        "period_of_care": "0",
        "start_date": date(2025, 5, 1),
        "entered_care_date": date(2025, 5, 1),
        "end_date": date(2025, 6, 1),
        "end_reason": "E4A",
    }
    assert only(in_care(cla_episodes=[first, EPISODE]), "List 8")["second_period"] == "a) Yes"
    short = {"status": "V4", "start_date": date(2025, 5, 1), "end_date": date(2025, 6, 1)}
    built = in_care(cla_episodes=[first, EPISODE], legal_status=[short, STATUS])
    assert only(built, "List 8")["second_period"] == "b) No"
    long_ago = {**first, "start_date": date(2025, 3, 30), "entered_care_date": date(2025, 3, 30)}
    assert only(in_care(cla_episodes=[long_ago, EPISODE]), "List 8")["second_period"] == "b) No"


def test_a_placement_that_ran_on_from_before_the_year_is_counted() -> None:
    began = {**EPISODE, "start_date": date(2025, 1, 1), "start_reason": "T", "end_date": DAY - timedelta(days=9)}
    moved = {**EPISODE, "id": "F", "start_date": DAY - timedelta(days=9), "start_reason": "P"}
    ended = {**began, "end_date": date(2025, 2, 1)}
    assert only(in_care(cla_episodes=[began, moved]), "List 8")["placements"] == "2"
    assert only(in_care(cla_episodes=[ended, moved]), "List 8")["placements"] == "1"


def test_times_missing_are_counted_and_the_last_one_that_ended_tells_of_the_interview() -> None:
    spells = [
        {"kind": "M", "start_date": date(2025, 3, 30), "end_date": date(2025, 4, 2)},
        {"kind": "M", "start_date": FIRST, "end_date": FIRST, "interview_offered": "Y", "interview_accepted": "N"},
        {"kind": "M", "start_date": DAY, "interview_offered": "N"},
        {"kind": "A", "start_date": DAY, "interview_offered": "N"},
    ]
    row = only(in_care(missing=spells), "List 8")
    assert (row["missing"], row["absent"]) == ("2", "1")
    assert (row["interview_offered"], row["interview_accepted"]) == ("a) Yes", "b) No")


def test_asylum_counts_for_a_year_in_care_and_for_ever_after_it() -> None:
    status = [{"status": "UASC", "start_date": LAST_YEAR, "end_date": date(2025, 3, 30)}]
    leaver = [{"eligibility": "ELIGIBLE", "latest_contact_date": DAY}]
    built = in_care(immigration_status=status, care_leavers=leaver)
    assert only(built, "List 8")["unaccompanied"] == "b) No"
    assert only(built, "List 9")["unaccompanied"] == "a) Yes"


def test_a_care_leaver_stands_once_by_the_latest_contact() -> None:
    rows = [
        {"eligibility": "ELIGIBLE", "latest_contact_date": FIRST, "in_touch": "NO"},
        {"eligibility": "ELIGIBLE", "latest_contact_date": DAY, "in_touch": "REFU", "adviser": "W"},
    ]
    row = only(build(care_leavers=rows, professionals=[WORKER]), "List 9")
    assert (row["in_touch"], row["adviser"]) == ("d) Refu", "A Worker")


def test_leavers_without_a_right_to_a_service_are_left_out() -> None:
    young: Row = {"date_of_birth": date(2001, 4, 1)}
    grown: Row = {"date_of_birth": date(2001, 3, 31)}
    said: list[Row] = [
        {"eligibility": "QUALIFYING"},
        {"eligibility": "QUALIFYING"},
        {"eligibility": "NONE"},
        {"eligibility": None},
    ]
    found = of_each("List 9", "care_leavers", {"latest_contact_date": DAY}, said, (young, grown, young, young))
    assert [row is not None for row in found] == [True, False, False, True]


def test_adoption_has_decisions_in_force_and_those_that_ended_in_twelve_months() -> None:
    inside: tuple[Row, ...] = ({}, {"order": "ADOPTION", "order_date": LAST_YEAR}, {"reversed_date": LAST_YEAR})
    outside: tuple[Row, ...] = (
        {"decision_date": None},
        {"decision_date": DAY + timedelta(days=1)},
        {"order": "ADOPTION", "order_date": date(2025, 3, 30)},
        {"order": "GUARDIANSHIP", "order_date": DAY},
        {"reversed_date": date(2025, 3, 30)},
    )
    found = of_each("List 10", "permanence", {"decision_date": date(2025, 1, 5)}, (*inside, *outside))
    assert [row is not None for row in found] == [True] * len(inside) + [False] * len(outside)


def test_adoption_tells_the_time_in_care_once() -> None:
    episodes = [EPISODE, {**EPISODE, "id": "F", "start_date": DAY, "start_reason": "P"}]
    decided = {"decision_date": DAY, "period_of_care": "P", "order": "ADOPTION", "order_date": DAY}
    row = only(build(cla_episodes=episodes, permanence=[decided]), "List 10")
    assert (row["entered_care_date"], row["order_date"]) == ("30/09/2025", "31/03/2026")


def test_records_about_nobody_are_left_out_and_noted() -> None:
    built = build(contacts=[{"id": "C", "person": "Z", "contact_date": DAY}])
    assert count(built, "List 1") == 0
    assert notes(built) == [("Left out of List 1: nobody is known whom it is about.", "ssd_contacts", "C")]


def test_every_list_is_there_and_says_where_its_records_come_from() -> None:
    built = build(contacts=[{"id": "C", "contact_date": DAY}])
    assert set(built.tables) == {"Children", *LISTS}
    assert built.origins["List 1"].rows() == [("ssd_contacts", "C", "A1")]
