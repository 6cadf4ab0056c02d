"""Copy a shared fact to a brother or sister, or decide a difference: with its origin, never over another value.

A whole record that is copied names its origin in its provenance. A value in a record that was there
before has a row of `copied_values`, which keeps both values.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from schemas.case.base import CaseRecord, Provenance
from schemas.case.papers import CopiedValue
from schemas.case.record import CaseFile
from schemas.case.sharing import Difference, Offer, differences, offers, subject_of, value_text
from schemas.case.tables import TABLES
from schemas.errors import Held


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided when, as an opaque reference, and the identifier of the record that this makes."""

    by: str
    at: datetime
    record: str
    source: str


def copy(case: CaseFile, offer: Offer, decision: Decision) -> CaseFile:
    """Copy an offered fact; raise Held where it is no longer offered as it was."""
    if offer not in offers(case, offer.child, decision.at.date()):
        raise Held("This fact is not offered any more: one of the two records has changed.", hint="Look at it again.")
    theirs = _record(case, offer.table, offer.origin)
    if offer.own is None:
        return _with_copy(case, offer, theirs, decision)
    own = _record(case, offer.table, offer.own)
    values = {name: getattr(theirs, name) for name in offer.fields}
    changed = _replaced(case, offer.table, own, values)
    rows = tuple(
        _row(offer.child, offer.table, own, theirs, name, decision, "COPIED", number)
        for number, name in enumerate(offer.fields)
    )
    return changed.with_records("copied_values", (*changed.copied_values, *rows))


def settle(case: CaseFile, difference: Difference, decision: Decision, *, take: bool) -> CaseFile:
    """Decide a difference: take the other's value, or keep the own; raise Held where it is no longer what was shown."""
    if difference not in differences(case, difference.child, decision.at.date()):
        raise Held("This is not the difference any more: one of the two records has changed.", hint="Look at it again.")
    own = _record(case, difference.table, difference.own)
    theirs = _record(case, difference.table, difference.origin)
    word = "TAKEN" if take else "KEPT"
    row = _row(difference.child, difference.table, own, theirs, difference.field, decision, word, 0)
    value = {difference.field: getattr(theirs, difference.field)}
    changed = _replaced(case, difference.table, own, value) if take else case
    return changed.with_records("copied_values", (*changed.copied_values, row))


def confirm(case: CaseFile, table: str, record: str, decision: Decision) -> CaseFile:
    """Mark a copied record as confirmed, with who and when; raise KeyError where there is no such record."""
    own = _record(case, table, record)
    told = own.provenance.model_copy(
        update={"state": "CONFIRMED", "decided_at": decision.at, "decided_by": decision.by}
    )
    return _replaced(case, table, own, {"provenance": told})


def _record(case: CaseFile, table: str, identifier: str) -> CaseRecord:
    for record in dict(case.tables())[table]:
        if record.id == identifier:
            return record
    raise KeyError(identifier)


def _replaced(case: CaseFile, table: str, record: CaseRecord, values: dict[str, object]) -> CaseFile:
    changed = record.model_copy(update=values)
    rows = tuple(changed if row.id == record.id else row for row in dict(case.tables())[table])
    return case.with_records(table, rows)


def _with_copy(case: CaseFile, offer: Offer, theirs: CaseRecord, decision: Decision) -> CaseFile:
    told = theirs.provenance.model_copy(
        update={
            "state": "COPIED",
            "copied_from": theirs.id,
            "copied_person": offer.origin_person,
            "copied_at": decision.at,
            "copied_by": decision.by,
            "decided_at": None,
            "decided_by": None,
        }
    )
    values = {name: getattr(theirs, name) for name in offer.fields}
    made = TABLES[offer.table].model_validate(
        {"id": decision.record, "person": offer.child, "provenance": told, **values}
    )
    return case.with_records(offer.table, (*dict(case.tables())[offer.table], made))


def _row(
    child: str,
    table: str,
    own: CaseRecord,
    theirs: CaseRecord,
    name: str,
    decision: Decision,
    word: str,
    number: int,
) -> CopiedValue:
    identifier = f"{decision.record}-{number}" if number else decision.record
    told = Provenance(
        source=decision.source,
        record=identifier,
        recorded_at=decision.at,
        recorded_by=decision.by,
        state="ASSERTED",
    )
    return CopiedValue(
        id=identifier,
        provenance=told,
        person=child,
        table=table,
        record=own.id,
        field=name,
        decision=word,
        copied_from=theirs.id,
        copied_person=subject_of(theirs),
        own_value=value_text(own, name),
        other_value=value_text(theirs, name),
    )
