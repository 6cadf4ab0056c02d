"""Read and write transfers: what stands in clear, what is in their documents, and what was done to them by whom."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import Connection, Select, insert, select, update

from gateway.actor import Actor
from gateway.store import documents
from gateway.store.documents import Kind
from gateway.store.engine import once, reading
from gateway.store.models import TransferEvent, TransferPerson, TransferRow
from gateway.store.states import Direction
from gateway.store.store import Store
from gateway.transfers.arrival import Arrival
from gateway.transfers.draft import Draft, Kept, Stage, What
from schemas.errors import Held, Rejected

K = TypeVar("K", bound=Kept)


class Did(StrEnum):
    """What is done to a transfer."""

    PREPARED = "prepared"
    RELEASED = "released"
    AUTHORISED = "authorised"
    REOPENED = "reopened"
    SENT = "sent"
    CANCELLED = "cancelled"
    RECALLED = "recalled"
    TAKEN = "taken"
    SEARCHED = "searched"
    SEEN = "seen"
    MATCHED = "matched"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    SETTLED = "settled"
    COMPLETED = "completed"
    RECALL_ASKED = "recall-asked"
    RECALL_REFUSED = "recall-refused"
    DELETED = "deleted"


class Way(StrEnum):
    """In which way a transfer tells of somebody."""

    RECORDS = "records"
    """By case records in a transfer."""
    BROADCAST = "broadcast"
    """By an alert."""
    CHECK = "check"
    """By a question or its answer."""
    DOCUMENT = "document"
    """By a document about the person."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """What may be known of a transfer without opening its documents."""

    id: int
    reference: str
    direction: Direction
    partner: str
    process: str
    step: str
    kind: What
    stage: Stage
    delivery: str
    conversation_id: str
    message_id: str | None
    at: datetime
    changed: datetime


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of a transfer's history."""

    did: Did
    reason: str
    role: str
    staff: str | None
    at: datetime


_COLUMNS = tuple(getattr(TransferRow, field.name) for field in fields(Transfer))


def add(connection: Connection, **values: object) -> int:
    """Add a transfer, and give its number."""
    number: int = connection.execute(insert(TransferRow).values(**values).returning(TransferRow.id)).scalar_one()
    return number


def find(store: Store, reference: str) -> Transfer:
    """Find a transfer by its reference. Raise Rejected."""
    with reading(store.engine) as connection:
        return _one(connection, select(*_COLUMNS).where(TransferRow.reference == reference))


def locked(connection: Connection, reference: str) -> Transfer:
    """Find a transfer and let nobody else change it until the transaction ends. Raise Rejected."""
    return _one(connection, select(*_COLUMNS).where(TransferRow.reference == reference).with_for_update())


def of_message(
    connection: Connection, direction: Direction, partner: str, message_id: str, *, lock: bool = True
) -> Transfer | None:
    """Find the transfer that a message brought or took; with `lock` nobody else changes it meanwhile."""
    here = (
        TransferRow.direction == direction,
        TransferRow.partner == partner,
        TransferRow.message_id == message_id,
    )
    wanted = select(*_COLUMNS).where(*here)
    row = connection.execute(wanted.with_for_update() if lock else wanted).one_or_none()
    return None if row is None else _transfer(row)


def listed(
    store: Store,
    *,
    direction: Direction | None = None,
    stages: Collection[Stage] = (),
    conversation: str = "",
    partner: str = "",
) -> tuple[Transfer, ...]:
    """List transfers, the oldest first; what is not given does not matter."""
    rows = select(*_COLUMNS).order_by(TransferRow.id)
    if direction is not None:
        rows = rows.where(TransferRow.direction == direction)
    if stages:
        rows = rows.where(TransferRow.stage.in_([stage.value for stage in stages]))
    if conversation:
        rows = rows.where(TransferRow.conversation_id == conversation)
    if partner:
        rows = rows.where(TransferRow.partner == partner)
    with reading(store.engine) as connection:
        return tuple(_transfer(row) for row in connection.execute(rows))


def move(connection: Connection, transfer: Transfer, stage: Stage, at: datetime, **more: object) -> None:
    """Move a transfer to a stage in the caller's transaction. Raise Held where somebody else has moved it meanwhile."""
    here = (TransferRow.id == transfer.id, TransferRow.stage == transfer.stage.value)
    moved = connection.execute(update(TransferRow).where(*here).values(stage=stage.value, changed=at, **more))
    if moved.rowcount != 1:
        raise Held("Somebody else has gone on with this transfer.", hint="Look at it again.")


def did(connection: Connection, number: int, what: Did, actor: Actor, at: datetime, reason: str = "") -> None:
    """Write a line of a transfer's history in the caller's transaction; `reason` is a code."""
    row = {"transfer": number, "event": what.value, "reason": reason, "role": actor.role.value}
    connection.execute(insert(TransferEvent).values(**row, staff=actor.staff, at=at))


def history(store: Store, number: int) -> tuple[Happened, ...]:
    """List what was done to a transfer, the first first."""
    rows = select(TransferEvent).where(TransferEvent.transfer == number).order_by(TransferEvent.id)
    with reading(store.engine) as connection:
        return tuple(
            Happened(Did(row.event), row.reason, row.role, row.staff, row.at) for row in connection.execute(rows)
        )


def name_people(connection: Connection, number: int, digests: Iterable[str], way: Way) -> None:
    """Keep by which names the people of a transfer are found, and in which way it tells of them."""
    for digest in sorted(set(digests)):
        row = once(connection, TransferPerson).values(transfer=number, digest=digest, way=way.value)
        connection.execute(row.on_conflict_do_nothing())


def draft(store: Store, reference: str, *, within: Connection | None = None) -> Draft:
    """Give what is kept of a transfer that we send. Raise Rejected where it is none."""
    return _document(store, reference, Draft, within)


def arrival(store: Store, reference: str, *, within: Connection | None = None) -> Arrival:
    """Give what is kept of a transfer that came to us. Raise Rejected where it is none."""
    return _document(store, reference, Arrival, within)


def keep(store: Store, connection: Connection, reference: str, value: Kept, at: datetime) -> None:
    """Keep the next version of what is known of a transfer."""
    documents.keep(store, connection, Kind.TRANSFER, reference, value.model_dump_json().encode(), at)


def forget(connection: Connection, reference: str) -> None:
    """Delete what is known of a transfer, in all its versions, in the caller's transaction."""
    documents.forget(connection, Kind.TRANSFER, reference)


def require(transfer: Transfer, direction: Direction, *stages: Stage) -> None:
    """Raise Rejected where a step is not for a transfer of this direction and stage."""
    if transfer.direction is not direction:
        way = "came to us" if direction is Direction.IN else "we send"
        raise Rejected(f"That is for a transfer that {way}.")
    if stages and transfer.stage not in stages:
        raise Rejected(f"The transfer is {transfer.stage}.", hint=f"This step is for: {', '.join(stages)}.")


def _document(store: Store, reference: str, kind: type[K], within: Connection | None) -> K:
    found = documents.newest(store, Kind.TRANSFER, reference, within=within)
    if found is None:
        raise Rejected("There is no such transfer.", hint="List them: ics-gateway transfers list")
    return kind.model_validate_json(found.content)


def _one(connection: Connection, wanted: Select[tuple[object, ...]]) -> Transfer:
    row = connection.execute(wanted).one_or_none()
    if row is None:
        raise Rejected("There is no such transfer.", hint="List them: ics-gateway transfers list")
    return _transfer(row)


def _transfer(row: object) -> Transfer:
    values = {field.name: getattr(row, field.name) for field in fields(Transfer)}
    return Transfer(**values | {"kind": What(values["kind"]), "stage": Stage(values["stage"])})
