"""Say in sentences what a decision lets go, what it keeps back, and by which rule; never a value of a record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from gateway.policy.decision import Decision, Outcome
from gateway.policy.view import Kept, Masked
from schemas.case.record import CaseFile
from schemas.case.tables import table_fields

_OUTCOMES = {
    Outcome.ALLOW: "Everything that this step can carry may go.",
    Outcome.MASK: "Some of it may go.",
    Outcome.NEEDS_APPROVAL: "Nothing goes yet: an approval is missing.",
    Outcome.DENY: "Nothing may go.",
}


def decided(decision: Decision) -> Iterator[str]:
    """Tell the answer, and what stands against it."""
    yield f"Decision {decision.id}: {decision.outcome}. {_OUTCOMES[decision.outcome]}"
    yield f"By agreement {decision.agreement_id} version {decision.agreement_version}, compiled as {decision.artefact}."
    for finding in decision.findings:
        yield f"{finding.code}: {finding.text}"


def sent(view: Masked) -> Iterator[tuple[str, str, str, str]]:
    """Give table, number of records, fields, and form of what goes, a row for each."""
    for table, fields, count in _tables(view.file):
        yield table, str(count), fields, "full"
    less = Counter((value.table, value.field, value.transform) for value in view.reduced)
    for (table, field, transform), count in sorted(less.items()):
        yield table, str(count), field, transform.value
    for part in view.released:
        for table, fields, count in _tables(part.file):
            if table != "person":
                yield table, str(count), fields, f"released apart: {part.name}"


def withheld(view: Masked) -> Iterator[tuple[str, str, str, str, str]]:
    """Give table, number of values, field, reason and rule of what stays, a row for each."""
    kept: Iterable[Kept] = view.withheld
    counted = Counter((item.table, item.field or "(the record)", item.reason, item.rule) for item in kept)
    for (table, field, reason, rule), count in sorted(counted.items()):
        yield table, str(count), field, reason.meaning, rule


def missing(view: Masked) -> Iterator[str]:
    """Tell what a rule demands and is not sent."""
    for miss in view.missing:
        why = "it is withheld" if miss.withheld else "it is not recorded"
        yield f"Rule {miss.rule} demands {miss.name} of {miss.person}: {why}."


def _tables(case: CaseFile) -> Iterator[tuple[str, str, int]]:
    for table, records in case.tables():
        if records:
            names = [item.field for item in table_fields(table) if item.field not in {"id", "person", "provenance"}]
            filled = [name for name in names if any(getattr(row, name) not in (None, ()) for row in records)]
            yield table, " ".join(filled) or "(only that there is one)", len(records)
