"""The figures that an inspector looks at first."""

from __future__ import annotations

import pytest

from annex_a_lists import Row, lists
from schemas.annex_a import figures
from schemas.figures import Figure, declared, measure

# The figure, records of its list, and its lines: count, of how many.
CASES: tuple[tuple[Figure, str, list[Row], dict[str, tuple[int, int | None]]], ...] = (
    (figures.contacts_received, "List 1", [{}, {}], {"Contacts": (2, None), "Children": (1, None)}),
    (
        figures.helped_early,
        "List 2",
        [{}, {"completion_date": "03/03/2026"}],
        {"Early help": (2, None), "Open": (1, 2)},
    ),
    (
        figures.referred,
        "List 3",
        [{}, {"no_further_action": "a) Yes", "earlier_referrals": "1"}],
        {"Referrals": (2, None), "No further action": (1, 2), "Within 12 months of an earlier one": (1, 2)},
    ),
    (
        figures.assessed,
        "List 4",
        # 45 working days after 1 December 2025 is 5 February 2026: Christmas, Boxing Day and New Year's Day are out.
        [
            {},
            {"start_date": "01/12/2025", "authorised_date": "05/02/2026", "child_seen": "a) Yes"},
            {"start_date": "01/12/2025", "authorised_date": "06/02/2026", "needs_support": "a) Yes"},
        ],
        {
            "Assessments": (3, None),
            "Open": (1, 3),
            "Authorised on time": (1, 2),
            "Child seen": (1, 2),
            "Needs support": (1, 2),
        },
    ),
    (
        figures.enquired,
        "List 5",
        [{}, {"conference_date": "24/03/2026", "plan_made": "a) Yes"}, {"conference_date": "25/03/2026"}],
        {
            "Enquiries": (3, None),
            "With a conference": (2, 3),
            "Conference on time": (1, 2),
            "Conference made a plan": (1, 2),
        },
    ),
    (
        figures.on_a_plan,
        "List 7",
        [
            {"visit_date": "03/03/2026"},
            {"visit_date": "02/03/2026", "seen_alone": "b) No", "previous_plans": "2"},
            {"end_date": "03/03/2026"},
        ],
        {
            "On a plan": (2, None),
            "Visited in the last four weeks": (1, 2),
            "Seen alone at the last visit": (1, 2),
            "For the second time or more": (1, 2),
            "Ended in the last six months": (1, None),
        },
    ),
    (
        figures.looked_after,
        "List 8",
        [
            {"unaccompanied": "a) Yes", "placement_location": "b) Out", "missing": "1", "placements": "3"},
            {
                "visit_date": "16/02/2026",
                "review_date": "29/09/2025",
                "health_date": "31/03/2025",
                "dental_date": "30/03/2025",
            },
            {"ceased_date": "03/03/2026"},
        ],
        {
            "In care": (2, None),
            "Unaccompanied asylum seekers": (1, 2),
            "Visited in the last six weeks": (1, 2),
            "Reviewed in the last six months": (1, 2),
            "Health assessment in the last year": (1, 2),
            "Dental check in the last year": (0, 2),
            "Three placements or more in the last year": (1, 2),
            "Placed outside the authority": (1, 2),
            "Missing in the last year": (1, 2),
            "Ceased in the last six months": (1, None),
        },
    ),
    (
        figures.left_care,
        "List 9",
        [
            {"suitable": "a)", "activity": "F2"},
            {"in_touch": "b) No", "activity": "G4", "plan_review_date": "03/03/2026"},
        ],
        {
            "Care leavers": (2, None),
            "In touch": (1, 2),
            "In suitable accommodation": (1, 2),
            "In education, employment or training": (1, 2),
            "With a pathway plan reviewed": (1, 2),
        },
    ),
    (
        figures.to_adoption,
        "List 10",
        [
            {"order_date": "03/03/2026"},
            {"placed_date": None, "placement_order_date": None, "reversed_date": "03/03/2026"},
        ],
        {
            "Children": (2, None),
            "With a placement order": (1, 2),
            "Placed with adopters": (1, 2),
            "Adopted": (1, 2),
            "Decision reversed": (1, 2),
        },
    ),
    (
        figures.in_the_process,
        "List 11",
        [{"approved_date": "03/03/2026", "matched_date": "03/03/2026"}, {"leaving_date": "03/03/2026"}],
        {"Adopters": (2, None), "Approved": (1, 2), "Matched with a child": (1, 2), "Left the process": (1, 2)},
    ),
)
BREAKDOWNS = (
    (figures.in_need_by_status, "List 6", {"status": "LAC"}, "a) Looked after child"),
    (figures.in_need_by_need, "List 6", {"primary_need": "N8"}, "N8 - Absent parenting"),
    (figures.by_category, "List 7", {"latest_category": "sexual"}, "c) Sexual abuse"),
    (figures.in_care_by_age, "List 8", {"birth_date": "01/04/2021"}, "1 to 4"),
    (figures.in_care_by_placement, "List 8", {"placement_type": "K2"}, "p) K2: Children's home"),
)


@pytest.mark.parametrize(("figure", "name", "records", "lines"), CASES, ids=[case[0].title for case in CASES])
def test_a_figure_counts(
    figure: Figure, name: str, records: list[Row], lines: dict[str, tuple[int, int | None]]
) -> None:
    (found,) = measure([figure], lists({name: records}))
    assert {line.label: (line.count, line.of) for line in found.lines} == lines, found.reason


@pytest.mark.parametrize(("figure", "name", "record", "label"), BREAKDOWNS, ids=[case[0].title for case in BREAKDOWNS])
def test_a_figure_counts_by_choice(figure: Figure, name: str, record: Row, label: str) -> None:
    (found,) = measure([figure], lists({name: [record]}))
    assert [line.label for line in found.lines if line.count] == [label], found.reason


def test_every_figure_has_a_case() -> None:
    assert set(declared((figures,))) == {case[0] for case in CASES} | {case[0] for case in BREAKDOWNS}
