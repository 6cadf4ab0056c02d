"""Answer: accept or decline a transfer, wholly or child by child, and record its outcome; each signed to the sender."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from gateway.actor import Actor, reason_code
from gateway.audit.events import Action
from gateway.audit.pending import note
from gateway.duties import Duty, require
from gateway.pipeline.exchange import Exchange
from gateway.store.engine import writing
from gateway.store.states import Direction
from gateway.transfers import copies, reviews, rows
from gateway.transfers.arrival import Answer, Arrival, Incoming, Match
from gateway.transfers.draft import Stage, What
from gateway.transfers.file_records import file_records
from gateway.transfers.rows import Transfer
from gateway.transfers.say import Said, bring, say
from gateway.transfers.see import TELLS_NOTHING
from schemas.errors import Rejected


@dataclass(frozen=True, slots=True)
class Acceptance:
    """From which day we answer for the children, and our own references of them, by those of the message."""

    effective: date
    references: Mapping[str, str]


def accept(
    exchange: Exchange, actor: Actor, reference: str, acceptance: Acceptance, children: Collection[str] = ()
) -> Arrival:
    """Accept children by the references of the message, all open ones where none is named, and file their records.

    What differs from ours is listed in what this gives, and is asked, never taken. Raise Rejected where the role may
    not, the transfer was not seen or a child is not matched yet; Held where somebody else went on with it.
    """
    require(actor, Duty.ANSWER)
    now = exchange.clock()
    with writing(exchange.store.engine) as connection:
        transfer = _open(connection, reference)
        if transfer.process in TELLS_NOTHING:
            raise Rejected("There is nothing to accept: an alert ends by itself, a check is answered.")
        arrival = rows.arrival(exchange.store, reference, within=connection)
        chosen = _chosen(arrival, children)
        for child in chosen:
            if child.match not in {Match.LINKED, Match.NEW}:
                raise Rejected(f"{child.reference} is not matched yet.", hint="See: ics-gateway matching list")
        arrival = file_records(exchange, connection, actor, transfer, arrival, chosen)
        said = []
        for child in chosen:
            local = acceptance.references.get(child.reference)
            accepted = {"answer": Answer.ACCEPTED, "effective": acceptance.effective}
            if local and local != child.local_ref:
                accepted["local_ref"] = local
                said.append(Said("R4", child.told or "created", subject=child.reference, local_ref=local))
            said.append(Said("R5", "accepted", subject=child.reference, effective=acceptance.effective))
            arrival = arrival.with_child(arrival.child(child.reference).model_copy(update=accepted))
        number = _answered(exchange, connection, actor, transfer, arrival, said, rows.Did.ACCEPTED)
        note(connection, now, actor.event(Action.ANSWER, f"transfer:{reference}", count=len(chosen)))
    bring(exchange, number)
    return arrival


def decline(exchange: Exchange, actor: Actor, reference: str, reason: str, children: Collection[str] = ()) -> Arrival:
    """Decline children, all that are open where none is named, for a reason that is a code the sender reads.

    Once none was accepted our copy of the package is deleted. Raise as `accept` does.
    """
    require(actor, Duty.ANSWER)
    code, now = reason_code(reason), exchange.clock()
    with writing(exchange.store.engine) as connection:
        transfer = _open(connection, reference)
        arrival = rows.arrival(exchange.store, reference, within=connection)
        chosen = _chosen(arrival, children)
        for child in chosen:
            declined = child.model_copy(update={"answer": Answer.DECLINED, "reason": code})
            arrival = arrival.with_child(declined)
            if child.review is not None:
                # Whose child it is need not be decided any more.
                reviews.drop(connection, child.review)
        said = [Said("R5", "declined", subject=child.reference, reason=code) for child in chosen]
        number = _answered(exchange, connection, actor, transfer, arrival, said, rows.Did.DECLINED, code)
        if all(child.answer is Answer.DECLINED for child in arrival.children):
            copies.forget(connection, reference)
        note(connection, now, actor.event(Action.ANSWER, f"transfer:{reference}", count=len(chosen)))
    bring(exchange, number)
    return arrival


def complete(
    exchange: Exchange, actor: Actor, reference: str, outcome_on: date, children: Collection[str] = ()
) -> Arrival:
    """Record that the outcome happened, such as the conference (R6), for the accepted children. Raise as `accept` does.

    Once it did for each, our copy of the package is deleted: the records are in our case files.
    """
    require(actor, Duty.COMPLETE)
    now = exchange.clock()
    with writing(exchange.store.engine) as connection:
        transfer = rows.locked(connection, reference)
        rows.require(transfer, Direction.IN, Stage.SEEN, Stage.ANSWERED)
        arrival = rows.arrival(exchange.store, reference, within=connection)
        open_to = [each for each in arrival.children if each.answer is Answer.ACCEPTED and each.completed is None]
        chosen = _named(open_to, children)
        for child in chosen:
            arrival = arrival.with_child(child.model_copy(update={"completed": outcome_on}))
        said = [Said("R6", "completed", subject=child.reference) for child in chosen]
        number = say(exchange, connection, actor, transfer, *said)
        rows.keep(exchange.store, connection, reference, arrival, now)
        rows.did(connection, transfer.id, rows.Did.COMPLETED, actor, now)
        if all(each.answer is Answer.DECLINED or each.completed for each in arrival.children):
            rows.move(connection, transfer, Stage.COMPLETED, now)
            copies.forget(connection, reference)
        note(connection, now, actor.event(Action.ANSWER, f"transfer:{reference}", count=len(chosen)))
    bring(exchange, number)
    return arrival


def _open(connection: Connection, reference: str) -> Transfer:
    transfer = rows.locked(connection, reference)
    rows.require(transfer, Direction.IN, Stage.SEEN)
    if transfer.kind is not What.PACKAGE:
        raise Rejected("A notice is not accepted or declined.")
    return transfer


def _chosen(arrival: Arrival, children: Collection[str]) -> tuple[Incoming, ...]:
    return _named([child for child in arrival.children if child.answer is Answer.OPEN], children)


def _named(open_to: Iterable[Incoming], children: Collection[str]) -> tuple[Incoming, ...]:
    found = tuple(child for child in open_to if not children or child.reference in children)
    if not found or (children and len(found) < len(set(children))):
        raise Rejected(
            "There is no such child in this transfer for whom that is open.",
            hint="Name children by the references of the message, such as child-1.",
        )
    return found


def _answered(
    exchange: Exchange,
    connection: Connection,
    actor: Actor,
    transfer: Transfer,
    arrival: Arrival,
    said: Iterable[Said],
    did: rows.Did,
    reason: str = "",
) -> int:
    now = exchange.clock()
    number = say(exchange, connection, actor, transfer, *said)
    is_open = any(child.answer is Answer.OPEN for child in arrival.children)
    rows.move(connection, transfer, Stage.SEEN if is_open else Stage.ANSWERED, now)
    rows.keep(exchange.store, connection, transfer.reference, arrival, now)
    rows.did(connection, transfer.id, did, actor, now, reason)
    return number
