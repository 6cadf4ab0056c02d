"""Record what people did in COLLECT: that a packed file was uploaded, and what DfE answered."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

from gateway import duties
from gateway.actor import Actor
from gateway.duties import Duty
from gateway.returns import book
from gateway.returns.book import File, Return
from gateway.returns.moves import move
from gateway.returns.stages import UPLOADED, Stage, Step
from gateway.store.engine import writing
from gateway.store.store import Store
from schemas.errors import Rejected


def submit(
    store: Store, actor: Actor, found: Return, at: datetime, *, uploaded: datetime, sha256: str | None = None
) -> File:
    """Record that the newest file was uploaded, and when; `sha256` is that of what was uploaded.

    Raise NotAllowed before it is packed, Rejected where another file was uploaded, or at no time that can be.
    """
    duties.require(actor, Duty.RETURN)
    file = book.newest(store, found.id)
    if not file.added <= uploaded <= at:
        raise Rejected("It was uploaded after it was added, and not in the future.", hint="Look at the time again.")
    if sha256 is not None and sha256 not in {file.sha256, file.packed}:
        raise Rejected("This is not the file that was packed.", hint="Upload what pack gave, then record it.")
    before = any(other.stage in UPLOADED for other in book.files(store, found.id))
    to = Stage.RESUBMITTED if before else Stage.SUBMITTED
    with writing(store.engine) as connection:
        return move(connection, file, Step.SUBMIT, to, actor, at, submitted=uploaded)


def answer(store: Store, actor: Actor, found: Return, to: Stage, at: datetime, *, number: int | None = None) -> File:
    """Record that DfE accepted or queried the file that was uploaded last, or that of a number. Raise NotAllowed."""
    duties.require(actor, Duty.RETURN)
    file = book.uploaded(store, found.id, number)
    with writing(store.engine) as connection:
        return move(connection, file, Step.ANSWER, to, actor, at)


def digest_of(path: Path) -> str:
    """Give the SHA-256 of a file, in hex. Raise Rejected where it cannot be read."""
    try:
        with path.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError:
        raise Rejected(f"{path.name} cannot be read.") from None
