"""Agreements drawn at random, marks planted in every field of a family, and what the rules say of each, for tests."""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import strategies as st
from pydantic import ValidationError

from gateway.policy.carried import carried
from gateway.policy.compiled import Compiled
from gateway.policy.request import Request
from gateway.policy.texts import CATEGORIES
from policy_cases import NOON, compiled, item
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


CODES = sorted(PROCESSES.keys() - LEFT_OUT)
