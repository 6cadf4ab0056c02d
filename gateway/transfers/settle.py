"""Settle: a person decides whether a value of theirs takes the place of ours."""

from __future__ import annotations

import json

from gateway.actor import Actor
from gateway.audit.events import Action
from gateway.audit.pending import note
from gateway.cases import files
from gateway.cases.digests import digests
from gateway.duties import Duty, require
from gateway.pipeline.exchange import Exchange
from gateway.store.engine import writing
from gateway.store.states import Direction
from gateway.transfers import rows
from gateway.transfers.arrival import Arrival, Difference
from gateway.transfers.bring_in import with_value
from gateway.transfers.draft import Stage
from schemas.case.base import CaseRecord
from schemas.case.record import CaseFile
from schemas.errors import Held, Rejected

KEPT, TAKEN = "kept", "taken"


def settle(exchange: Exchange, actor: Actor, reference: str, number: int, *, take: bool) -> Arrival:
    """Decide one difference of an accepted transfer, by its place in the list from 0 on: take theirs, or keep ours.

    Taking it makes the next version of our file. Raise Rejected where there is no such difference that is open, Held
    where our value has changed since.
    """
    staff = require(actor, Duty.SETTLE)
    now = exchange.clock()
    known = digests(exchange.store, now)
    with writing(exchange.store.engine) as connection:
        transfer = rows.locked(connection, reference)
        rows.require(transfer, Direction.IN, Stage.SEEN, Stage.ANSWERED, Stage.COMPLETED)
        arrival = rows.arrival(exchange.store, reference, within=connection)
        if not 0 <= number < len(arrival.differences) or arrival.differences[number].settled:
            raise Rejected("There is no such difference that is open.")
        found = arrival.differences[number]
        if take:
            held = files.held(exchange.store, found.case_file, within=connection)
            files.keep(exchange.store, connection, known, _taken(held.file, found, staff, exchange), now)
        word = TAKEN if take else KEPT
        changed = tuple(
            each.model_copy(update={"settled": word}) if place == number else each
            for place, each in enumerate(arrival.differences)
        )
        arrival = arrival.model_copy(update={"differences": changed})
        rows.keep(exchange.store, connection, reference, arrival, now)
        rows.did(connection, transfer.id, rows.Did.SETTLED, actor, now, word)
        note(connection, now, actor.event(Action.ANSWER, f"transfer:{reference}", purpose=transfer.process))
    return arrival


def _taken(case: CaseFile, found: Difference, staff: str, exchange: Exchange) -> CaseFile:
    table = dict(case.tables())[found.table]
    ours = next((row for row in table if row.id == found.record), None)
    if ours is None or json.dumps(getattr(ours, found.field), ensure_ascii=False, default=str) != found.ours:
        raise Held("Our value has changed since the difference was listed.", hint="Look at the record.")
    changed = _with(ours, found, staff, exchange)
    return case.with_records(found.table, tuple(changed if row.id == ours.id else row for row in table))


def _with(ours: CaseRecord, found: Difference, staff: str, exchange: Exchange) -> CaseRecord:
    told = ours.provenance.model_copy(
        update={"state": "CONFIRMED", "decided_at": exchange.clock(), "decided_by": staff}
    )
    return with_value(ours.model_copy(update={"provenance": told}), found.table, found.field, found.theirs)
