"""Whatever the records, the agreement and the process: no field outside the allow-list is in what is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from adapters.case.demo.families import family
from gateway.policy import decide as engine
from gateway.policy import mask, rows
from gateway.policy.compiled import Compiled
from gateway.policy.decision import Outcome
from gateway.policy.mask import masked
from policy_cases import HEAD, MANAGER, TODAY, answer, compiled, item, written
from policy_marks import CODES, agreements, allowed_somewhere, marked
from schemas.case.record import CaseFile
from schemas.case.tables import KEYS, fields
from schemas.processes.registry import PROCESSES


def outside(rules: Compiled, case: CaseFile, code: str, step: str) -> Iterator[str]:
    """Give the fields outside the allow-list of which a mark is found in what is sent."""
    marks_in, planted = marked(case)
    gateway = PROCESSES[code].gateways[0]
    found = answer(
        rules,
        marks_in,
        marks_in.children[0].id,
        process=code,
        step=step,
        gateways=(gateway,),
        approvals=(MANAGER, HEAD),
    )
    if found.outcome is Outcome.DENY:
        return
    bytes_sent = written(masked(marks_in, found))
    for mark, (persons, field, kind) in planted.items():
        if mark in bytes_sent and not allowed_somewhere(rules, found.request, persons, field, kind):
            yield field


@settings(
    max_examples=80,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data(), number=st.integers(1, 200))
def test_no_field_outside_the_allow_list_is_sent(data: st.DataObject, number: int) -> None:
    code = data.draw(st.sampled_from(CODES))
    step = data.draw(st.sampled_from([step.name for step in PROCESSES[code].steps]))
    rules = data.draw(agreements(code))
    assert list(outside(rules, family(number, 7, TODAY), code, step)) == []


BROKEN: dict[str, tuple[object, str, Callable[..., Any]]] = {
    "forbids nothing": (engine, "_barred", lambda *_: iter(())),
    "forbids nothing in a row": (
        rows,
        "allowing",
        lambda grant, table, _, name: [a for a in grant.allowed if a.field == f"{table}.{name}"],
    ),
    "every rule counts": (engine, "_counts", lambda *_: True),
    "any text goes": (engine, "_names_text", lambda *_: True),
    "any kind of row": (engine, "_both", lambda *_: frozenset()),
    "the step carries all": (
        engine,
        "carried",
        lambda *_: {name: frozenset() for name in fields() if name.partition(".")[2] not in KEYS},
    ),
    "takes the whole record": (mask, "_record", lambda found, *_, **__: found.record),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_engine_is_caught(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The search above finds each of these: what it says of the engine is worth something."""
    rules = compiled(
        item("all", "E01", "E02", "E07", "E13", "E14", "E19", "E23", "E24", "E31", text=["CONTACT"]),
        item("young", "E30", "education.setting", when={"oldest": 0}),
        item("risk", "E21", text=["RISK"]),
        item("beyond", "E03", "contacts.source_detail", "linked_identifiers.value", "professionals.name"),
        item("no", "person.surname", "address.lines", need="never"),
        item("not-adults", "agencies.name", need="never", subjects=["child"]),
        item("no-such", "risks.kind", "cin_visits.note", "early_help_episodes.reason", "E29"),
    )
    cases = [family(number, 7, TODAY) for number in range(1, 25)]
    assert not [field for case in cases for field in outside(rules, case, "P1", "pack")]
    monkeypatch.setattr(*BROKEN[broken])
    assert [field for case in cases for field in outside(rules, case, "P1", "pack")]
