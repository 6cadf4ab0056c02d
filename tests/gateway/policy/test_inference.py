"""Hide a child of any made-up family: nothing that is sent of a brother or sister says where the child is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from adapters.case.demo.families import family as made_up
from case_family import record
from policy_cases import MANAGER, TODAY, compiled, item, sent, written
from schemas.case.record import CaseFile

TEXTS = ["PLAN", "EVENT", "RISK", "CONCERN", "ASSESSMENT", "CONTACT", "VOICE", "HEALTH", "MEETING", "EDUCATION"]
RULES = compiled(item("all", "*", processes=["P1", "P5"], text=TEXTS, documents=["PLAN", "ASSESSMENT"]))


def whereabouts(case: CaseFile, child: str) -> Iterator[str]:
    """Give what tells where the child is now."""
    for home in case.address:
        if home.person == child and home.end_date is None:
            yield from filter(None, (home.postcode, home.lines[0]))
    for placement in case.cla_placement:
        if placement.person == child and placement.end_date is None and placement.postcode:
            yield placement.postcode
    for stay in case.education:
        if stay.person == child and stay.end_date is None and stay.setting:
            yield stay.setting
    for agency in case.agencies:
        if agency.person == child and agency.end_date is None:
            yield from filter(None, (agency.name, agency.contact))


@pytest.mark.parametrize(("process", "step", "gateway"), [("P1", "pack", "LG-CA89-47"), ("P5", "notice", "LG-CPPR10")])
def test_nobody_tells_where_a_hidden_child_is(process: str, step: str, gateway: str) -> None:
    looked_for = 0
    for number in range(1, 40):
        case = made_up(number, 3, TODAY)
        child = case.children[-1].id
        rule = record("restrictions", "x2", person=child, restriction="X2", start_date=date(2026, 9, 1))
        case = case.with_records("restrictions", (*case.restrictions, rule))
        ticks = frozenset({f"{table}/{row.id}" for table, row in case.records()} | {row.id for row in case.person})
        asked = {"process": process, "step": step, "gateways": (gateway,), "approvals": (MANAGER,), "ticks": ticks}
        bytes_sent = written(sent(RULES, case, case.children[0].id, **asked))
        words = set(whereabouts(case, child))
        looked_for += len(words)
        assert not [word for word in words if word in bytes_sent]
    assert looked_for > 100
