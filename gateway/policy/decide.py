"""Ask a compiled agreement: pure, the same answer to the same question, nothing by default."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from gateway.policy import grounds, people
from gateway.policy.agreement import Handling, Item, Need, Role, Transform
from gateway.policy.carried import EVERY, Kinds, carried, expanded
from gateway.policy.compiled import Compiled, Rule
from gateway.policy.decision import (
    Allowed,
    Barred,
    Decision,
    Finding,
    Grant,
    Outcome,
    Reason,
    Withheld,
    decision_id,
)
from gateway.policy.request import Request, Subject
from gateway.policy.texts import CATEGORY_OF
from schemas.case.base import PersonRecord
from schemas.case.tables import TABLES
from schemas.processes.registry import process_of

_ABOUT_NOBODY = frozenset(
    table for table, model in TABLES.items() if table != "person" and not issubclass(model, PersonRecord)
)
_DOCUMENTS = "documents"


def decide(compiled: Compiled, request: Request) -> Decision:
    """Decide on a request."""
    against = (*grounds.refusals(compiled, request), *people.refusals(compiled.agreement, request))
    if against:
        return _decision(compiled, request, Outcome.DENY, against)
    process = process_of(request.process)
    can = carried(process, request.step, request.asked & _codes(process.needs(request.step)))
    rules = [rule for rule in compiled.rules if rule.at(request.process, request.step)]
    given = [_grant(compiled, request, subject, can, rules) for subject in (*request.subjects, None)]
    grants = tuple(grant for grant, _ in given if grant is not None)
    withheld = tuple(item for _, items in given for item in items)
    # A step that carries no record, such as a stand-down, still is a message that a rule must allow.
    speaks = any(grant.allowed for grant in grants if grant.role is Role.CHILD) if can else bool(rules)
    if not speaks:
        nothing = Finding("nothing", "No rule of the agreement allows anything of the child in this step.")
        return _decision(compiled, request, Outcome.DENY, (nothing,))
    waiting = people.approvals(compiled.agreement, request)
    if waiting:
        return _decision(compiled, request, Outcome.NEEDS_APPROVAL, waiting, grants, withheld)
    outcome = Outcome.MASK if withheld or _restricted(request) else Outcome.ALLOW
    return _decision(compiled, request, outcome, (), grants, withheld)


def _codes(needs: Mapping[str, object]) -> frozenset[str]:
    return frozenset(needs)


def _decision(
    compiled: Compiled,
    request: Request,
    outcome: Outcome,
    findings: Iterable[Finding],
    grants: tuple[Grant, ...] = (),
    withheld: tuple[Withheld, ...] = (),
) -> Decision:
    agreement = compiled.agreement
    return Decision(
        decision_id(compiled.version, request),
        outcome,
        compiled.version,
        agreement.agreement_id,
        agreement.version,
        request,
        tuple(dict.fromkeys(findings)),
        grants,
        withheld,
    )


def _restricted(request: Request) -> bool:
    return any(subject.restrictions for subject in request.subjects)


def _grant(
    compiled: Compiled,
    request: Request,
    subject: Subject | None,
    can: Mapping[str, Kinds],
    rules: Iterable[Rule],
) -> tuple[Grant | None, tuple[Withheld, ...]]:
    """Give what may go of somebody, of records about nobody where `subject` is None, and what the step leaves out."""
    person = subject.person if subject else ""
    out = people.left_out(compiled.agreement, request, subject) if subject else None
    if out is not None:
        return None, (Withheld(person, "", out),)
    fields = {name: kinds for name, kinds in can.items() if (name.partition(".")[0] in _ABOUT_NOBODY) is (not subject)}
    counting = [rule for rule in rules if _counts(compiled, rule.item, subject)]
    limits = compiled.limits[subject.role] if subject else fields.keys()
    allowed: list[Allowed] = []
    barred: list[Barred] = []
    withheld: list[Withheld] = []
    for name, kinds in fields.items():
        found = tuple(_allowed(name, kinds, counting)) if name in limits else ()
        never = tuple(_barred(name, kinds, counting))
        allowed += found
        barred += never
        reason = _why_not(name, found, never, limited=name not in limits, counting=counting)
        if reason is not None:
            withheld.append(Withheld(person, name, *reason))
    return Grant(person, subject.role if subject else None, tuple(allowed), tuple(barred)), tuple(withheld)


def _counts(compiled: Compiled, item: Item, subject: Subject | None) -> bool:
    """Tell whether a rule counts for somebody: one that forbids counts wherever it is not known that it does not."""
    when = item.when
    if subject is None:
        plain = not item.subjects and when == type(when)()
        return plain or item.need is Need.NEVER
    if item.subjects and subject.role not in item.subjects:
        return False
    if subject.age is None and (when.youngest, when.oldest) != (None, None):
        return item.need is Need.NEVER
    if subject.age is not None and not (when.youngest or 0) <= subject.age <= (
        150 if when.oldest is None else when.oldest
    ):
        return False
    if when.status and subject.statuses.isdisjoint(when.status):
        return False
    if when.restrictions and subject.restrictions.isdisjoint(when.restrictions):
        return False
    if not subject.restrictions.isdisjoint(when.not_restrictions):
        return False
    return item.need is Need.NEVER or _names_bilateral(compiled, item, subject)


def _names_bilateral(compiled: Compiled, item: Item, subject: Subject) -> bool:
    """Tell whether a rule names every class of the person for which only rules that name it allow."""
    classes = {
        found for found in subject.restrictions if people.handling(compiled.agreement, found) is Handling.BILATERAL
    }
    return classes <= set(item.when.restrictions)


def _allowed(name: str, kinds: Kinds, rules: Iterable[Rule]) -> Iterator[Allowed]:
    for rule in rules:
        item = rule.item
        if item.need is Need.NEVER or name not in rule.fields or not _names_text(item, name):
            continue
        rows = _both(kinds, rule.fields[name])
        if name.startswith(f"{_DOCUMENTS}."):
            rows = frozenset(item.documents) if item.documents else None
        if rows is not None:
            must = _demanded(item, name) if item.need is Need.MUST else ()
            yield Allowed(name, rows, item.transform, item.id, must, item.third_party, item.overrides)


def _demanded(item: Item, field: str) -> tuple[str, ...]:
    return tuple(name for name in item.fields if field in expanded((name,)))


def _names_text(item: Item, name: str) -> bool:
    return name not in CATEGORY_OF or CATEGORY_OF[name] in item.text


def _barred(name: str, kinds: Kinds, rules: Iterable[Rule]) -> Iterator[Barred]:
    for rule in rules:
        if rule.item.need is Need.NEVER and name in rule.fields:
            rows = _both(kinds, rule.fields[name])
            if rows is not None:
                yield Barred(name, rows, rule.id)


def _both(one: Kinds, other: Kinds) -> Kinds | None:
    """Give the kinds of row in which both count; None where there are none."""
    if EVERY in (one, other):
        return one or other
    return one & other or None


def _why_not(
    name: str, allowed: tuple[Allowed, ...], barred: tuple[Barred, ...], *, limited: bool, counting: Iterable[Rule]
) -> tuple[Reason, str] | None:
    """Tell why a field does not go, or not in full; None where it goes in full."""
    if limited:
        return Reason.SUBJECT, ""
    for never in barred:
        if not any(never.rule in item.overrides for item in allowed):
            return Reason.NEVER, never.rule
    if allowed:
        less = next((item for item in allowed if item.transform is not Transform.FULL), None)
        return None if less is None else (Reason.REDUCED, less.rule)
    if name in CATEGORY_OF and any(name in rule.fields for rule in counting):
        return Reason.TEXT, ""
    return (Reason.DOCUMENT if name.startswith(f"{_DOCUMENTS}.") else Reason.NOT_ALLOWED), ""
