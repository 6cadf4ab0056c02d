"""Keep case files: each change is a new version, and the earlier ones stay."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from gateway.cases.digests import Digests, What
from gateway.store import documents
from gateway.store.documents import Kind
from gateway.store.engine import once, reading
from gateway.store.models import CaseName
from gateway.store.store import Store
from schemas.case.record import CaseFile
from schemas.case.text import read_case, write_case
from schemas.errors import Rejected


@dataclass(frozen=True, slots=True)
class Held:
    """A case file of ours in one of its versions."""

    file: CaseFile
    version: int
    at: datetime


def keep(store: Store, connection: Connection, known: Digests, case: CaseFile, at: datetime) -> int | None:
    """Keep a file in the caller's transaction as the next version, and give its number; None where nothing changed.

    The names of earlier versions stay: under them somebody may ask what we held.
    """
    content = write_case(case).encode()
    before = documents.newest(store, Kind.CASE, case.id, within=connection)
    if before is not None and before.content == content:
        return None
    version = documents.keep(store, connection, Kind.CASE, case.id, content, at)
    for digest in sorted({name for person in case.person for name in known.of_person(case, person.id)}):
        row = once(connection, CaseName).values(digest=digest, case_file=case.id)
        connection.execute(row.on_conflict_do_nothing())
    return version


def rewrite(
    store: Store, connection: Connection, name: str, change: Callable[[CaseFile], CaseFile], at: datetime
) -> None:
    """Change all versions of a file in the caller's transaction; one more is added, so that it is read again."""
    before = documents.versions(store, Kind.CASE, name)
    changed = [write_case(change(read_case(kept.content))).encode() for kept in before]
    if changed == [kept.content for kept in before]:
        return
    documents.forget(connection, Kind.CASE, name)
    for content, moment in (*zip(changed, (kept.at for kept in before), strict=True), (changed[-1], at)):
        documents.keep(store, connection, Kind.CASE, name, content, moment)


def held(store: Store, name: str, *, within: Connection | None = None) -> Held:
    """Give the newest version of a file. Raise Rejected where there is none, Damaged, UnknownKey."""
    found = documents.newest(store, Kind.CASE, name, within=within)
    if found is None:
        raise Rejected("We hold no such case file.", hint="Import it first: ics-gateway cases import FILE.")
    return Held(read_case(found.content), found.version, found.at)


def find(store: Store, name: str, *, within: Connection | None = None) -> CaseFile | None:
    """Give the newest version of a file, None where there is none."""
    found = documents.newest(store, Kind.CASE, name, within=within)
    return None if found is None else read_case(found.content)


def versions(store: Store, name: str) -> tuple[Held, ...]:
    """Give every version of a file, the first first."""
    return tuple(
        Held(read_case(kept.content), kept.version, kept.at) for kept in documents.versions(store, Kind.CASE, name)
    )


def names(store: Store) -> tuple[str, ...]:
    """List the files that we hold."""
    return tuple(sorted(documents.latest_versions(store, Kind.CASE)))


def of_person(store: Store, known: Digests, person: str) -> tuple[str, ...]:
    """List the files that somebody is or was in, by our id or by a number written as `SCHEME:VALUE`."""
    return under(store, (known.of(What.PERSON, person), known.of(What.NUMBER, person)))


def under(store: Store, digests: Iterable[str]) -> tuple[str, ...]:
    """List the files in any version of which somebody has one of these digests."""
    wanted = CaseName.digest.in_(tuple(digests))
    rows = select(CaseName.case_file).where(wanted).distinct().order_by(CaseName.case_file)
    with reading(store.engine) as connection:
        return tuple(connection.execute(rows).scalars())
