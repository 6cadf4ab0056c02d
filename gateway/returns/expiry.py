"""Delete the files of returns that were never packed and are past their time; what may have been submitted stays."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, and_, select, update

from gateway.actor import Actor
from gateway.audit.events import Action
from gateway.audit.pending import note
from gateway.retention.holds import Scope, days, standing
from gateway.retention.rules import DRAFTED
from gateway.returns.book import FILE, File, file_of
from gateway.returns.checks import FORMATS
from gateway.returns.stages import FINISHED, Stage
from gateway.store import documents
from gateway.store.documents import Kind
from gateway.store.engine import writing
from gateway.store.return_models import ReturnFile
from gateway.store.store import Store


def clear(store: Store, at: datetime, actor: Actor) -> int:
    """Delete them with their reports, and count them; a legal hold on dates spares what was added within."""
    drafts = [stage.value for stage in Stage if stage not in FINISHED]
    past = and_(ReturnFile.stage.in_(drafts), ReturnFile.added <= at - DRAFTED, ReturnFile.purged.is_(None))
    with writing(store.engine) as connection:
        held = [days(hold.value) for hold in standing(connection) if hold.scope is Scope.DATES]
        found = map(file_of, connection.execute(select(*FILE).where(past)).all())
        gone = [file for file in found if not any(begins <= file.added < ends for begins, ends in held)]
        for file in gone:
            _forget(connection, file, at)
            note(connection, at, actor.event(Action.PURGE, f"return:{file.return_id}", before=file.sha256, count=1))
    return len(gone)


def _forget(connection: Connection, file: File, at: datetime) -> None:
    """Delete the bytes of a file, and the notes with the last; its row with the counts stays."""
    this = and_(ReturnFile.return_id == file.return_id, ReturnFile.number == file.number)
    connection.execute(update(ReturnFile).where(this).values(purged=at))
    for kind in (Kind.RETURN, Kind.PACKED, Kind.ANSWER):
        documents.forget(connection, kind, file.document)
    for each in FORMATS:
        documents.forget(connection, Kind.REPORT, f"{file.document}.{each}")
    left = select(ReturnFile.number).where(ReturnFile.return_id == file.return_id, ReturnFile.purged.is_(None))
    if connection.execute(left.limit(1)).first() is None:
        documents.forget(connection, Kind.NOTES, file.return_id)
