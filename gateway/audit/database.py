"""The log in the database: pending events get their place, one sequencer at a time.

Order. An event is pending before its transaction ends, and is seen here only after. On PostgreSQL two transactions
that overlap may end in another order than their events' numbers: then a higher number is in the log before a lower
one appears. Nothing is lost by that, because a sequencer deletes exactly the rows that it read and never "all up to
here": the lower number is taken next time. Nothing is told in the wrong order either: what was begun after something
else was committed has a higher number, and is not seen before it.

Crash. Entries, the new state and the deletion of the pending rows are one transaction: all of it happened or nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine, Row, Select, delete, func, insert, select, true, tuple_, update

from gateway.audit.chain import link
from gateway.audit.checkpoint import read_head
from gateway.audit.entry import Entry, read_event
from gateway.audit.log import appended
from gateway.audit.merkle import HASH_SIZE, Frontier
from gateway.audit.note import Note, read_note
from gateway.audit.pending import evidence
from gateway.audit.rows import Link
from gateway.audit.store import EvidenceNotStored, LogChanged, State, beginning
from gateway.store.engine import once, reading, writing
from gateway.store.models import AuditCheckpoint, AuditEntry, AuditState, PendingEvent
from schemas.errors import Misconfigured, Rejected

BATCH = 500
"""How many events one transaction moves at most."""
_PAGE = 1000
# No name of a log has a space, so that this row of audit_state is never another log's.
_SIGNED = " signed"


class DatabaseStore:
    """Keeps the log of one organisation in its database; the database keeps no second log."""

    def __init__(self, engine: Engine, origin: str) -> None:
        self._engine = engine
        self._origin = origin

    @property
    def origin(self) -> str:
        """The name of the log."""
        return self._origin

    def state(self) -> State:
        """Give where the log stands. Raise LogChanged where its last entry says otherwise."""
        with evidence(), reading(self._engine) as connection:
            return state_of(connection, self._origin)

    def append(self, links: Sequence[Link], state: State) -> None:
        """Add the entries in one transaction; raise EvidenceNotStored where another process added some meanwhile."""
        with evidence(), writing(self._engine) as connection:
            before = locked(connection, self._origin)
            chain = before.chain
            for item in links:
                chain = link(chain, item.entry)
            if (before.size + len(links), chain) != (state.size, state.chain):
                raise EvidenceNotStored("Another process wrote to the audit log. Nothing was added.")
            add(connection, self._origin, links, state)

    def links(self, first: int = 0) -> Iterator[Link]:
        """Read the entries from sequence `first` on, page by page."""
        while True:
            page = select(AuditEntry).where(AuditEntry.sequence >= first).order_by(AuditEntry.sequence).limit(_PAGE)
            with evidence(), reading(self._engine) as connection:
                rows = connection.execute(page).all()
            yield from (Link(row.entry, row.chain) for row in rows)
            if len(rows) < _PAGE:
                return
            first = rows[-1].sequence + 1

    def keep(self, checkpoint: Note) -> None:
        """Add a checkpoint, or the same one with further cosignatures."""
        with evidence(), writing(self._engine) as connection:
            keep(connection, checkpoint)

    def checkpoints(self) -> Iterator[Note]:
        """Read the checkpoints page by page. Raise LogChanged where one is damaged."""
        size, number = -1, -1
        order = (AuditCheckpoint.size, AuditCheckpoint.id)
        while True:
            page = (
                select(AuditCheckpoint.id, AuditCheckpoint.size, AuditCheckpoint.note)
                .where(tuple_(*order) > (size, number))
                .order_by(*order)
                .limit(_PAGE)
            )
            with evidence(), reading(self._engine) as connection:
                rows = connection.execute(page).all()
            yield from (_checkpoint(row) for row in rows)
            if len(rows) < _PAGE:
                return
            size, number = rows[-1].size, rows[-1].id


def sequence(engine: Engine, origin: str, batch: int = BATCH) -> int:
    """Give every event that was committed before the call its place in the log; say how many.

    The entry has the time of its event. Another sequencer is waited for. Raise EvidenceNotStored where the log cannot
    be written, LogChanged where it was changed.
    """
    total, moved = 0, batch
    while moved == batch and _is_pending(engine):
        with evidence(), writing(engine) as connection:
            moved = _move(connection, origin, batch)
        total += moved
    return total


def locked(connection: Connection, origin: str) -> State:
    """Take the log for this transaction, whoever else writes to it waits, and give where it stands."""
    if _row(connection, origin) is None:
        _check_alone(connection, origin)
        # Two that begin the log at once agree on its first row.
        row = {"origin": origin, **_values(beginning(origin))}
        connection.execute(once(connection, AuditState).values(row).on_conflict_do_nothing())
    # SQLite has only one that writes; PostgreSQL waits here for the row, and reads what the other left.
    connection.execute(_states(origin).with_for_update()).one()
    return state_of(connection, origin)


def state_of(connection: Connection, origin: str) -> State:
    """Give where the log stands. Raise LogChanged where its last entry says otherwise, Misconfigured for another's."""
    last = select(AuditEntry.sequence, AuditEntry.chain).order_by(AuditEntry.sequence.desc()).limit(1).subquery()
    # In one statement: what another adds between two would look as if somebody had changed the log.
    both = _states(origin).add_columns(last.c.sequence.label("last"), last.c.chain.label("ends"))
    row = connection.execute(both.outerjoin(last, true())).one_or_none()
    if row is None:
        _check_alone(connection, origin)
        row = connection.execute(select(last.c.sequence.label("last"), last.c.chain.label("ends"))).one_or_none()
        state = beginning(origin)
    else:
        state = _state(row)
    stands = (0, beginning(origin).chain) if row is None or row.last is None else (row.last + 1, row.ends)
    if stands != (state.size, state.chain) or len(state.peaks) != state.size.bit_count():
        raise LogChanged(f"The audit log should end after {state.size} entries, and the database says otherwise.")
    return state


def add(connection: Connection, origin: str, links: Sequence[Link], state: State) -> None:
    """Add entries and the state after them, in a transaction that took the log."""
    first = state.size - len(links)
    rows = [{"sequence": number, "entry": item.entry, "chain": item.chain} for number, item in enumerate(links, first)]
    if rows:
        connection.execute(insert(AuditEntry), rows)
    connection.execute(update(AuditState).where(AuditState.origin == origin).values(_values(state)))


def signed_tree(connection: Connection, origin: str) -> Frontier:
    """Give the tree as it was kept when the newest checkpoint was signed; an empty one where none fits its size."""
    row = _row(connection, origin + _SIGNED)
    kept = None if row is None else _state(row)
    return kept.tree() if kept is not None and len(kept.peaks) == kept.size.bit_count() else Frontier()


def keep_signed(connection: Connection, origin: str, state: State) -> None:
    """Remember where the log stood when a checkpoint was signed."""
    row = once(connection, AuditState).values(origin=origin + _SIGNED, **_values(state))
    connection.execute(row.on_conflict_do_update(index_elements=[AuditState.origin], set_=_values(state)))


def newest_checkpoint(connection: Connection) -> Note | None:
    """Give the checkpoint over the most entries. Raise LogChanged where it is damaged."""
    columns = select(AuditCheckpoint.id, AuditCheckpoint.size, AuditCheckpoint.note)
    newest = columns.order_by(AuditCheckpoint.size.desc(), AuditCheckpoint.id.desc()).limit(1)
    row = connection.execute(newest).first()
    return None if row is None else _checkpoint(row)


def signed_size(engine: Engine) -> int:
    """Say how many entries the newest checkpoint covers."""
    with evidence(), reading(engine) as connection:
        return connection.execute(select(func.coalesce(func.max(AuditCheckpoint.size), 0))).scalar_one()


def keep(connection: Connection, checkpoint: Note) -> None:
    """Add a checkpoint in the caller's transaction."""
    row = {"size": read_head(checkpoint.text).size, "note": checkpoint.write().encode()}
    connection.execute(insert(AuditCheckpoint).values(row))


def _move(connection: Connection, origin: str, batch: int) -> int:
    before = locked(connection, origin)
    oldest = select(PendingEvent.id, PendingEvent.event, PendingEvent.at).order_by(PendingEvent.id).limit(batch)
    rows = connection.execute(oldest).all()
    entries = tuple(_entry(row, place) for place, row in enumerate(rows, before.size))
    links, after = appended(before, entries)
    add(connection, origin, links, after)
    connection.execute(delete(PendingEvent).where(PendingEvent.id.in_([row.id for row in rows])))
    return len(rows)


def _entry(row: Row[int, bytes, datetime], place: int) -> Entry:
    try:
        return Entry(sequence=place, at=row.at, **dict(read_event(row.event)))
    except Rejected:
        raise LogChanged(f"Row {row.id} of audit_pending was changed: it is no event.") from None


def _is_pending(engine: Engine) -> bool:
    # To look first keeps an idle sequencer from taking the log.
    with evidence(), reading(engine) as connection:
        return connection.execute(select(PendingEvent.id).limit(1)).first() is not None


def _states(origin: str) -> Select[int, bytes, bytes]:
    return select(AuditState.size, AuditState.chain, AuditState.peaks).where(AuditState.origin == origin)


def _row(connection: Connection, origin: str) -> Row[int, bytes, bytes] | None:
    return connection.execute(_states(origin)).one_or_none()


def _check_alone(connection: Connection, origin: str) -> None:
    others = select(AuditState.origin).where(AuditState.origin.not_in((origin, origin + _SIGNED))).limit(1)
    if connection.execute(others).first():
        raise Misconfigured(
            "This database keeps the audit log of another organisation.",
            hint="Set ICS_GATEWAY_ORGANISATION as it was, or use a database of its own.",
        )


def _checkpoint(row: Row[int, int, bytes]) -> Note:
    try:
        return read_note(row.note.decode())
    except (Rejected, UnicodeDecodeError):
        raise LogChanged(f"Row {row.id} of audit_checkpoints was changed: it is no checkpoint.") from None


def _state(row: Row[int, bytes, bytes]) -> State:
    peaks = (row.peaks[at : at + HASH_SIZE] for at in range(0, len(row.peaks), HASH_SIZE))
    return State(row.size, row.chain, tuple(peaks))


def _values(state: State) -> dict[str, int | bytes]:
    return {"size": state.size, "chain": state.chain, "peaks": b"".join(state.peaks)}
