"""Children's records for tests of the DfE feed: any that the declaration allows, and one that has everything."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from schemas.csc_api.declare import Block, Item
from schemas.csc_api.layout import CHILD, DETAILS
from schemas.csc_api.record import ChildRecord
from schemas.fields import Kind

CHILD_ID = "LC-1"
_KEYS = ("K1", "K2", "K3")
_DAYS = ("2024-05-01", "2025-01-31", "2026-02-28")
_UPNS = ("H801200001001", "G80120000101A")


def _value(item: Item) -> st.SearchStrategy[Any]:
    if item.kind is Kind.BOOLEAN:
        return st.booleans()
    if item.kind is Kind.INTEGER:
        return st.integers(0, item.highest)
    if item.kind is Kind.DATE:
        return st.sampled_from(_DAYS)
    if item.codes is not None:
        one: st.SearchStrategy[Any] = st.sampled_from([code.value for code in item.codes.codes][:4])
        return st.lists(one, unique=True, max_size=3) if item.values else one
    if "unique_pupil_number" in item.name:
        return st.sampled_from(_UPNS)
    return st.sampled_from(("ZZ99 3WZ", "ZZ99 1AA")) if item.name == "postcode" else st.sampled_from(_KEYS)


def _part(part: Item | Block) -> st.SearchStrategy[Any]:
    if isinstance(part, Item):
        return _value(part)
    if not part.repeats:
        return members(part)
    unique = (lambda row: row[part.key]) if part.key else str
    return st.lists(members(part), unique_by=unique, max_size=3)


def members(block: Block) -> st.SearchStrategy[dict[str, Any]]:
    """Give any content of a block."""
    needed = {part.name: _part(part) for part in block.content if part.required}
    free = {part.name: _part(part) for part in block.content if not part.required}
    return st.fixed_dictionaries(needed, optional=free)


def records() -> st.SearchStrategy[ChildRecord]:
    """Give any record of one child."""
    return members(CHILD).map(lambda found: ChildRecord.of({**found, CHILD.key: CHILD_ID}))


def whole() -> dict[str, Any]:
    """Give the members of a made-up record that has every block."""
    return {
        "la_child_id": "LC-1",
        "mis_child_id": "M-1",
        "child_details": {
            "unique_pupil_number": "H801200001001",
            "first_name": "Rowan",
            "surname": "O'Sample",
            "date_of_birth": "2014-06-19",
            "sex": "F",
            "ethnicity": "MWBC",
            "disabilities": ["AUT", "LD"],
            "postcode": "ZZ99 3WZ",
            "uasc_flag": False,
        },
        "health_and_wellbeing": {"sdq_assessments": [{"date": "2025-02-11", "score": 17}]},
        "social_care_episodes": [
            {
                "social_care_episode_id": "EP-1",
                "referral_date": "2024-09-03",
                "referral_source": "2A",
                "referral_no_further_action_flag": False,
                "care_worker_details": [{"worker_id": "SW1234567", "start_date": "2024-09-04"}],
                "child_and_family_assessments": [
                    {
                        "child_and_family_assessment_id": "AS-1",
                        "start_date": "2024-09-05",
                        "authorisation_date": "2024-10-21",
                        "factors": ["3B", "16A"],
                    }
                ],
                "child_in_need_plans": [
                    {"child_in_need_plan_id": "NP-1", "start_date": "2024-10-21", "end_date": "2024-12-02"}
                ],
                "section_47_assessments": [
                    {
                        "section_47_assessment_id": "S47-1",
                        "start_date": "2024-11-11",
                        "icpc_required_flag": True,
                        "icpc_date": "2024-12-02",
                        "end_date": "2024-11-22",
                    }
                ],
                "child_protection_plans": [
                    {"child_protection_plan_id": "CP-1", "start_date": "2024-12-02", "end_date": "2025-06-12"}
                ],
                "child_looked_after_placements": [
                    {
                        "child_looked_after_placement_id": "PL-1",
                        "start_date": "2025-06-12",
                        "start_reason": "S",
                        "placement_type": "U6",
                        "postcode": "ZZ99 3WZ",
                        "end_date": "2025-09-15",
                        "end_reason": "X1",
                        "change_reason": "CARPL",
                    },
                    {
                        "child_looked_after_placement_id": "PL-2",
                        "start_date": "2025-09-15",
                        "start_reason": "P",
                        "placement_type": "A5",
                    },
                ],
                "adoption": {"initial_decision_date": "2025-08-01", "matched_date": "2025-09-02"},
            }
        ],
    }


def details(**changes: Any) -> ChildRecord:
    """Give the whole record with other details."""
    found = whole()
    found[DETAILS.name] |= changes
    return ChildRecord.of(found)
