"""Whatever the records, the agreement and the process: no field outside the allow-list is in what is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from adapters.case.demo.families import family
from gateway.policy import decide as engine
from gateway.policy import mask, rows
from gateway.policy.carried import carried
from gateway.policy.compiled import Compiled
from gateway.policy.decision import Outcome
from gateway.policy.mask import masked
from gateway.policy.request import Request
from gateway.policy.texts import CATEGORIES
from policy_cases import HEAD, MANAGER, NOON, TODAY, answer, compiled, item, written
from schemas.case.base import CaseRecord, Provenance
from schemas.case.codes import known
from schemas.case.columns import value_type
from schemas.case.record import CaseFile
from schemas.case.tables import KEYS, TABLES, fields, table_fields
from schemas.errors import Misconfigured
from schemas.processes.elements import elements
from schemas.processes.registry import PROCESSES

LEFT_OUT = {"P10"}  # nothing of it goes by itself: test_mask has its cases
NAMES = (
    *elements(),
    *(f"{table}.*" for table in TABLES),
    *(name for name, field in fields().items() if field.field not in KEYS),
)


def marked(case: CaseFile) -> tuple[CaseFile, dict[str, tuple[tuple[str, ...], str, str | None]]]:
    """Plant a mark of its own in every field that can hold one: the person, the field and the row's kind by mark."""
    planted: dict[str, tuple[tuple[str, ...], str, str | None]] = {}
    content: dict[str, tuple[CaseRecord, ...]] = {}
    for table, records in case.tables():
        content[table] = tuple(_marked(table, row, planted) for row in records)
    return CaseFile(id=case.id, **content), planted  # type: ignore[arg-type]  # each table keeps its own kind


def _marked(table: str, row: CaseRecord, planted: dict[str, tuple[tuple[str, ...], str, str | None]]) -> CaseRecord:
    values: dict[str, Any] = {}
    for field in table_fields(table):
        many = value_type(TABLES[table].model_fields[field.field])[1] if field.field not in KEYS else False
        if field.points_to or field.field in KEYS or not _holds_words(table, field.field, many=many):
            continue
        if table == "linked_identifiers" and getattr(row, "kind", "") != "CASE_NUMBER" and field.field == "value":
            continue
        mark = f"Qx{len(planted):05d}q"
        planted[mark] = (row.subjects, field.name, getattr(row, "kind", None))
        values[field.field] = (mark,) if many else mark
    return row.model_copy(update=values)


@cache
def _holds_words(table: str, name: str, *, many: bool) -> bool:
    """Tell whether a field takes any word; a reference and a key are not touched."""
    word = "Qx00000q"
    found = Provenance(source="s", record="r", recorded_at=NOON, recorded_by="w", state="ASSERTED")
    keys: dict[str, object] = {key: "k" for key in ("id", "person") if key in TABLES[table].model_fields}
    needed = {"linked_identifiers": {"kind": "CASE_NUMBER"}, "relationships": {"other": "k", "kind": "MOTHER"}}
    base: dict[str, object] = {"provenance": found, **keys, **needed.get(table, {})}
    required = {key for key, info in TABLES[table].model_fields.items() if info.is_required()} - base.keys()
    if required - {name} and table != "linked_identifiers":
        return False
    try:
        TABLES[table].model_validate(base | {name: (word,) if many else word})
    except ValidationError:
        return False
    return True


@st.composite
def agreements(draw: st.DrawFn, code: str) -> Compiled:
    """Draw an agreement for a process; a rule that can have no effect is left out, as compiling would refuse it."""
    found = []
    for number in range(draw(st.integers(1, 5))):
        need = draw(st.sampled_from(["may", "may", "must", "never"]))
        rule = item(
            f"r{number}",
            *draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=12)),
            need=need,
            processes=[code],
            when=draw(st.sampled_from([{}, {}, {"oldest": 10}, {"youngest": 11}, {"status": ["CHILD_PROTECTION"]}])),
            subjects=draw(st.sampled_from([[], [], ["child"], ["parent", "sibling"]])),
        )
        if need != "never":
            rule["text"] = draw(st.lists(st.sampled_from(sorted(CATEGORIES)), max_size=4, unique=True))
            rule["documents"] = draw(st.lists(st.sampled_from(sorted(known("DocumentKind"))), max_size=3, unique=True))
        if _compiles(rule):
            found.append(rule)
    limit = st.lists(st.sampled_from(("*", *NAMES)), max_size=8)
    limits = {role: draw(limit) for role in ("sibling", "parent", "adult")}
    return compiled(
        item("base", "*", processes=[code], steps=[PROCESSES[code].steps[-1].name]),
        *found,
        subjects={"child": ["*"], **limits},
    )


def _compiles(rule: dict[str, Any]) -> bool:
    try:
        compiled(rule)
    except Misconfigured:
        return False
    return True


def allowed_somewhere(
    rules: Compiled, request: Request, persons: tuple[str, ...], field: str, kind: str | None
) -> bool:
    """Say from the rules alone, another way than the engine, whether a value may go."""
    process = PROCESSES[request.process]
    can = carried(process, request.step)
    subjects = {subject.person: subject for subject in request.subjects}
    if field not in can or (can[field] and kind not in can[field]):
        return False
    for person in persons or (None,):
        subject = subjects[person] if person else None
        if subject and field not in rules.limits[subject.role]:
            return False
        here = [
            rule
            for rule in rules.rules
            if rule.at(process.code, request.step)
            and field in rule.fields
            and (not rule.fields[field] or kind in rule.fields[field])
        ]
        if not any(rule.item.need != "never" and _meets(rule.item, subject) for rule in here):
            return False
        if any(rule.item.need == "never" and (subject is None or _meets(rule.item, subject)) for rule in here):
            return False
        categories = {name for name, names in CATEGORIES.items() if field in names}
        if categories and not any(categories <= set(rule.item.text) for rule in here if rule.item.need != "never"):
            return False
    return True


def _meets(rule: Any, subject: Any) -> bool:  # whatever the engine has
    if subject is None:
        return not rule.subjects and rule.when == type(rule.when)()
    if rule.subjects and subject.role not in rule.subjects:
        return False
    oldest, youngest = rule.when.oldest, rule.when.youngest
    if subject.age is None:
        return (oldest is None and youngest is None) or rule.need == "never"
    if (oldest is not None and subject.age > oldest) or (youngest is not None and subject.age < youngest):
        return False
    return not rule.when.status or bool(set(rule.when.status) & subject.statuses)


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


CODES = sorted(PROCESSES.keys() - LEFT_OUT)


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
