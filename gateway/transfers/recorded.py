"""What a receiver may be told that the sender has: all that it holds, but for what must be as if it were not there."""

from __future__ import annotations

from gateway.policy.decision import Decision, Reason
from gateway.policy.protected import without_protected
from gateway.policy.view import Key, Masked
from schemas.case.base import CaseRecord
from schemas.case.record import CaseFile


def tellable(case: CaseFile, decision: Decision, view: Masked) -> CaseFile:
    """Give a file without protected people, and without what would link identities before and after an adoption.

    Of these to say "withheld" would already tell; they count as not recorded.
    """
    seen = without_protected(case, decision.request.day)
    apart = {item.person for item in decision.withheld if item.reason is Reason.ADOPTION and not item.field}
    whole = {(item.table, item.record) for item in view.withheld if item.reason is Reason.ADOPTION and not item.field}
    fields: dict[Key, set[str]] = {}
    for item in view.withheld:
        if item.reason is Reason.ADOPTION and item.field:
            fields.setdefault((item.table, item.record), set()).add(item.field)
    content = {
        table: tuple(
            _without(row, fields.get((table, row.id), set()))
            for row in rows
            if (table, row.id) not in whole and apart.isdisjoint((row.id, *row.subjects))
        )
        for table, rows in seen.tables()
    }
    return CaseFile(id=seen.id, **content)  # type: ignore[arg-type]  # each table keeps its own kind


def _without(row: CaseRecord, fields: set[str]) -> CaseRecord:
    return row.model_copy(update=dict.fromkeys(fields)) if fields else row
