"""Import a case file from our case system: it replaces what that system said before, not what transfers brought."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import cast

from gateway.actor import Actor
from gateway.audit.events import Action
from gateway.audit.pending import note
from gateway.cases import files, papers
from gateway.cases.digests import digests
from gateway.duties import Duty, require
from gateway.store import documents
from gateway.store.documents import Kind
from gateway.store.engine import writing
from gateway.store.store import Store
from schemas.case.base import CaseRecord
from schemas.case.person import Person
from schemas.case.record import CaseFile
from schemas.case.text import read_case


def import_case(store: Store, actor: Actor, content: bytes, at: datetime) -> files.Held:
    """Read a file, keep it as the next version, and give what we hold of it now.

    Raise Rejected where it is no case file or the role may not.
    """
    require(actor, Duty.IMPORT)
    brought = read_case(content)
    known = digests(store, at)
    with writing(store.engine) as connection:
        before = documents.newest(store, Kind.CASE, brought.id, within=connection)
        case = brought if before is None else with_what_transfers_brought(brought, read_case(before.content))
        if files.keep(store, connection, known, case, at) is not None:
            note(connection, at, actor.event(Action.PARSE, count=sum(1 for _ in case.records())))
    return files.held(store, brought.id)


def import_papers(store: Store, actor: Actor, contents: Iterable[bytes], at: datetime) -> int:
    """Keep documents that case files name; count those that none of ours names, which are not kept.

    Raise Rejected where the role may not.
    """
    require(actor, Duty.IMPORT)
    wanted = papers.named(store)
    left = 0
    for content in contents:
        digest = sha256(content).hexdigest()
        if digest not in wanted:
            left += 1
            continue
        with writing(store.engine) as connection:
            papers.keep(store, connection, digest, content, at)
    return left


def with_what_transfers_brought(brought: CaseFile, before: CaseFile) -> CaseFile:
    """Add to a file the records of its earlier version that a message brought and that it does not have itself."""
    rows = {table: {record.id: record for record in records} for table, records in brought.tables()}
    people = {person.id: person for person in before.person}
    for table, record in before.records():
        if record.provenance.via is None or record.id in rows[table]:
            continue
        rows[table][record.id] = record
        for subject in record.subjects:
            rows["person"].setdefault(subject, people[subject])
    content: dict[str, tuple[CaseRecord, ...]] = {table: tuple(found.values()) for table, found in rows.items()}
    content["person"] = tuple(cast("Person", person) for person in content["person"])
    return CaseFile(id=brought.id, **content)  # type: ignore[arg-type]  # each table keeps its own kind
