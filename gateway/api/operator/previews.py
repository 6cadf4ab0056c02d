"""What an agreement lets go, as people see it: counts, fields, reasons and rules, never a value of a record."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

from gateway.policy import explain
from gateway.policy.decision import Decision, Outcome
from gateway.policy.view import Masked
from gateway.transfers.look import Look


class Shown(BaseModel):
    """Base of what is shown."""

    model_config = ConfigDict(frozen=True)


class Goes(Shown):
    """Records of a table that would go: how many, which fields, in which form."""

    table: str
    records: int
    fields: str
    form: str


class Stays(Shown):
    """Values that would stay: how many of which field, why, and by which rule."""

    table: str
    values: int
    field: str
    why: str
    rule: str


class Finding(Shown):
    """What stands against sending, or is still needed."""

    code: str
    text: str


class Paper(Shown):
    """What would become of a document, by the id of its record."""

    record: str
    outcome: str
    meaning: str


class Answered(Shown):
    """The answer of an agreement, by its id, with what would go and what would stay."""

    decision: str
    outcome: Outcome
    agreement: str
    version: str
    findings: tuple[Finding, ...]
    sent: tuple[Goes, ...] = ()
    withheld: tuple[Stays, ...] = ()
    missing: tuple[str, ...] = ()


class Preview(Shown):
    """What would be sent now. `digest` is what authorising takes: it changes with whatever would be sent."""

    reference: str
    digest: str
    notice: str
    answer: Answered | None
    documents: tuple[Paper, ...] = ()


def answered(decision: Decision, view: Masked | None) -> Answered:
    """Show an answer; without a view nothing may go."""
    return Answered(
        decision=str(decision.id),
        outcome=decision.outcome,
        agreement=decision.agreement_id,
        version=decision.agreement_version,
        findings=tuple(Finding(code=found.code, text=found.text) for found in decision.findings),
        sent=() if view is None else _goes(explain.sent(view)),
        withheld=() if view is None else _stays(explain.withheld(view)),
        missing=() if view is None else tuple(explain.missing(view)),
    )


def previewed(look: Look) -> Preview:
    """Show a preview."""
    shown = look.preview
    return Preview(
        reference=look.transfer.reference,
        digest=look.digest,
        notice=look.notice,
        answer=None if shown is None else answered(shown.decision, shown.view),
        documents=()
        if shown is None
        else tuple(
            Paper(record=item.record, outcome=item.outcome.value, meaning=item.outcome.meaning)
            for item in shown.documents
        ),
    )


def _goes(rows: Iterable[tuple[str, str, str, str]]) -> tuple[Goes, ...]:
    return tuple(Goes(table=table, records=int(count), fields=fields, form=form) for table, count, fields, form in rows)


def _stays(rows: Iterable[tuple[str, str, str, str, str]]) -> tuple[Stays, ...]:
    return tuple(
        Stays(table=table, values=int(count), field=field, why=why, rule=rule)
        for table, count, field, why, rule in rows
    )
