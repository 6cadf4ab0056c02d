"""Lists of Annex A for tests: a good record of each, changed as a test wants it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from adapters.annex_a.frames import with_types
from schemas.annex_a.definition import ANNEX_A
from schemas.annex_a.layout import ADOPTERS, CHILDREN, annex_a_layout
from schemas.annex_a.linking import linked
from schemas.engine import evaluate
from schemas.findings import Finding, Source
from schemas.returns import ReturnData
from schemas.tables import LINE, line

AT = date(2026, 3, 31)
Row = Mapping[str, str | None]
_CHILD = {
    "child_id": "C1",
    "gender": "b) Female",
    "ethnicity": "a) WBRI",
    "birth_date": "01/02/2014",
    "age": "12",
    "disability": "b) No",
    "team": "Team 1",
    "worker": "A Worker",
}
_OWN: Mapping[str, Row] = {
    "List 1": {"contact_date": "03/03/2026", "source": "q) 6: Police"},
    "List 2": {"start_date": "03/01/2026", "organisation": "Family Hub"},
    "List 3": {
        "referral_date": "03/03/2026",
        "source": "q) 6: Police",
        "no_further_action": "b) No",
        "earlier_referrals": "0",
    },
    "List 4": {"start_date": "03/03/2026"},
    "List 5": {"start_date": "03/03/2026", "enquiries": "0", "conferences": "0"},
    "List 6": {
        "start_date": "03/01/2026",
        "primary_need": "N1 - Abuse or neglect",
        "status": "c) Child in need plan",
    },
    "List 7": {
        "start_date": "03/02/2026",
        "initial_category": "a) Neglect",
        "latest_category": "a) Neglect",
        "visit_date": "20/03/2026",
        "seen_alone": "a) Yes",
        "emergency": "b) No",
        "previous_plans": "0",
    },
    "List 8": {
        "unaccompanied": "b) No",
        "start_date": "03/02/2026",
        "primary_need": "N1 - Abuse or neglect",
        "second_period": "b) No",
        "legal_status_date": "03/02/2026",
        "legal_status": "V2: Single period under S20",
        "review_date": "25/02/2026",
        "visit_date": "20/03/2026",
        "placements": "1",
        "placement_date": "03/02/2026",
        "placement_type": "f) U6: Foster placement, other carer, other",
        "placement_provider": "b) PR1: Own LA",
        "placement_postcode": "ZZ99 4AA",
        "placement_location": "a) In",
        "placement_authority": "209",
        "missing": "0",
        "absent": "0",
    },
    "List 9": {
        "birth_date": "01/02/2006",
        "age": "20",
        "unaccompanied": "b) No",
        "adviser": "An Adviser",
        "eligibility": "b) Former relevant child",
        "in_touch": "a) Yes",
        "contact_date": "20/03/2026",
    },
    "List 10": {
        "entered_care_date": "03/01/2025",
        "decision_date": "03/05/2025",
        "placement_order_date": "03/06/2025",
        "matched_date": "03/07/2025",
        "placed_date": "03/08/2025",
    },
    "List 11": {
        "adopter_id": "P1",
        "family": "F1",
        "gender": "a) Male",
        "ethnicity": "a) WBRI",
        "disability": "b) No",
        "fostering": "0",
        "enquiry_date": "03/01/2026",
    },
}


def lists(content: Mapping[str, Sequence[Row]], at: date | None = AT, authority: str = "209") -> ReturnData:
    """Make lists of records, each a good one with changes; None leaves a cell blank. Lines count from 2."""
    layout = annex_a_layout(2026)
    frames = {}
    for table in layout:
        if table.name != CHILDREN and table.name in content:
            rows = [{**good(table.name), **row} for row in content[table.name]]
            cells = [[row.get(field.name) for field in table] for row in rows]
            schema = dict.fromkeys((field.name for field in table), pl.String())
            frame = pl.DataFrame(cells, schema=schema, orient="row").with_row_index(LINE, 2)
            frame = frame.with_columns(pl.col(LINE).cast(pl.Int32))
            frames[table.name] = with_types(table, frame.with_columns(pl.col(LINE).alias(line(f.name)) for f in table))
    return ReturnData(layout, authority, Source("made", ""), linked(layout, frames), at=at)


def good(name: str) -> dict[str, str | None]:
    """Give a record that breaks no rule of its own list."""
    return dict(_OWN[name]) if name == ADOPTERS else {**_CHILD, **_OWN[name]}


def findings(data: ReturnData, code: str) -> tuple[Finding, ...]:
    """Give what one rule finds."""
    found = evaluate(ANNEX_A, data, frozenset({code}))
    (outcome,) = found.outcomes
    assert not outcome.reason, outcome
    return found.findings
