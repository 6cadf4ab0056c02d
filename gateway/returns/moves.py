"""Move a file from stage to stage, with who did it: row, history and audit log in one transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from gateway.actor import Actor
from gateway.audit.pending import note
from gateway.returns.book import FILE, File, file_of
from gateway.returns.stages import TRANSITIONS, Stage, Step, check_step
from gateway.store.errors import NotAllowed
from gateway.store.return_models import ReturnFile, ReturnStep


def signers(connection: Connection, file: File) -> tuple[str, ...]:
    """List who has signed a file as it is now, in the caller's transaction."""
    here = (ReturnStep.return_id == file.return_id, ReturnStep.number == file.number)
    this = (ReturnStep.step == Step.SIGN.value, ReturnStep.round == file.round, ReturnStep.seal == file.seal)
    rows = select(ReturnStep.staff).where(*here, *this).order_by(ReturnStep.id)
    return tuple(staff for staff in connection.execute(rows).scalars() if staff)


def in_transaction(connection: Connection, identity: str, number: int) -> File:
    """Read a file in the caller's transaction, and let nobody else move it meanwhile."""
    this = (ReturnFile.return_id == identity, ReturnFile.number == number)
    return file_of(connection.execute(select(*FILE).where(*this).with_for_update()).one())


def move(connection: Connection, file: File, step: Step, to: Stage, actor: Actor, at: datetime, **values: Any) -> File:  # noqa: ANN401  # columns of many types
    """Do a step in the caller's transaction: stage, history and audit. Raise NotAllowed where it is not for it now."""
    check_step(step, file.stage, to)
    if file.purged is not None:
        raise NotAllowed("The file is past its time, and was deleted.", hint="Add it again.")
    if TRANSITIONS[step].newest:
        _check_newest(connection, file)
    as_seen = (*_this(file), ReturnFile.stage == file.stage.value, ReturnFile.round == file.round)
    moved = update(ReturnFile).where(*as_seen).values(stage=to.value, **values).returning(*FILE)
    row = connection.execute(moved).one_or_none()
    if row is None:
        raise NotAllowed("Somebody else changed the file meanwhile.", hint="Look at it again.")
    after = file_of(row)
    record(connection, after, step, actor, at)
    return after


def record(connection: Connection, file: File, step: Step, actor: Actor, at: datetime) -> None:
    """Write a step into the history and the audit log, in the caller's transaction."""
    row = {"return_id": file.return_id, "number": file.number, "step": step.value, "stage": file.stage.value}
    who = {"role": actor.role.value, "staff": actor.staff, "seal": file.seal, "round": file.round, "at": at}
    connection.execute(insert(ReturnStep).values(**row, **who))
    told = {"before": file.sha256, "after": file.seal}
    note(connection, at, actor.event(TRANSITIONS[step].action, f"return:{file.return_id}", **told))


def _check_newest(connection: Connection, file: File) -> None:
    later = select(ReturnFile.number).where(ReturnFile.return_id == file.return_id, ReturnFile.number > file.number)
    if connection.execute(later.limit(1)).first() is not None:
        raise NotAllowed("The return has a newer file.", hint="Go on with the newest.")


def _this(file: File) -> tuple[Any, ...]:
    return (ReturnFile.return_id == file.return_id, ReturnFile.number == file.number)
