"""DfE's error report on a file: kept encrypted beside it, and compared with ours whenever somebody asks."""

from __future__ import annotations

from datetime import datetime

from adapters.collect.read import read_errors
from adapters.registry import adapter_named
from adapters.xml.limits import Limits
from gateway import duties
from gateway.actor import Actor
from gateway.audit.events import Action
from gateway.audit.pending import note
from gateway.check import read_return
from gateway.duties import Duty
from gateway.returns import plain
from gateway.returns.book import File, Return
from gateway.returns.checking import Reading
from gateway.returns.comparing import Compared, compare
from gateway.returns.stored_report import report_of
from gateway.store import documents
from gateway.store.documents import Kind
from gateway.store.engine import writing
from gateway.store.errors import NotAllowed
from gateway.store.store import Store
from schemas.errors import Rejected

MOST = 100 << 20
"""Largest error report that is read, in bytes."""
NAME = "the error report"


def keep(store: Store, actor: Actor, file: File, content: bytes, at: datetime, limits: Limits) -> None:
    """Keep the error report on a file, in place of one before. Raise Rejected where it is none."""
    duties.require(actor, Duty.RETURN)
    if len(content) > MOST:
        raise Rejected("The error report is too large.", hint=f"At most {MOST:,} bytes are read.")
    if file.report is None:
        raise NotAllowed("The file is not checked, and there is nothing to compare with.", hint="Check it.")
    read_errors(NAME, content, limits)
    with writing(store.engine) as connection:
        documents.put(store, connection, Kind.ANSWER, file.document, content, at)
        compared = actor.event(Action.RETURN_COMPARE, f"return:{file.return_id}", before=file.sha256, after=file.seal)
        note(connection, at, compared)


def compared(store: Store, found: Return, file: File, how: Reading) -> Compared:
    """Compare the error report that is kept with ours. Raise NotAllowed where there is none, Rejected, Damaged."""
    content = b"".join(documents.pieces(store, Kind.ANSWER, file.document))
    if not content:
        raise NotAllowed("There is no error report of DfE on this file.", hint="Give it.")
    definition = adapter_named(found.about.return_name).definition
    theirs = read_errors(NAME, content, how.limits)
    return compare(report_of(store, file), theirs, definition, _children(store, found, file, how))


def _children(store: Store, found: Return, file: File, how: Reading) -> tuple[str, ...]:
    about = found.about
    with plain.written(store, Kind.RETURN, file.document, file.ending, how.inbox) as path:
        definition, data = read_return(
            path, return_name=about.return_name, year=about.year, authority=about.authority, limits=how.limits
        )
    ids = data.tables[definition.child_table].get_column(definition.child_field)
    return tuple(str(child) for child in ids.drop_nulls().unique())
