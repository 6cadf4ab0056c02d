"""Subject access: everything that was sent or received about a person, to or from whom, why, when, and what we hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from adapters.transfer.package import Package
from gateway.actor import Actor
from gateway.audit.events import Action
from gateway.audit.pending import note
from gateway.cases import files, links
from gateway.cases.digests import Digests, What, digests
from gateway.csc_feed.told import Fed, told_of
from gateway.duties import Duty, require
from gateway.itp.identifiers import Organisation
from gateway.store.engine import reading, writing
from gateway.store.models import TransferPerson
from gateway.store.states import Direction
from gateway.store.store import Store
from gateway.transfers import copies, rows
from gateway.transfers.rows import Transfer, Way
from schemas.case.record import CaseFile


@dataclass(frozen=True, slots=True)
class Told:
    """One transfer that tells of the person, and what it told as far as our copy of it is kept.

    `ways` say how; `tables` count the person's records by table; `kept` is false where our copy was deleted by then.
    """

    transfer: Transfer
    ways: tuple[Way, ...]
    purpose: str
    legal_gateways: tuple[str, ...]
    agreement: str
    authorised_by: str
    tables: tuple[tuple[str, int], ...]
    papers: int
    kept: bool


@dataclass(frozen=True, slots=True)
class Holding:
    """One of our case files that the person is in: how many versions, since when, and the records by table now."""

    case_file: str
    versions: int
    since: datetime
    tables: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Access:
    """The report. It names no other person. `fed` is what the daily feed sent to DfE."""

    at: datetime
    holdings: tuple[Holding, ...]
    sent: tuple[Told, ...]
    received: tuple[Told, ...]
    fed: tuple[Fed, ...]


def subject_access(store: Store, us: Organisation, actor: Actor, person: str, now: datetime) -> Access:
    """Report on a person, by our id, a number written `SCHEME:VALUE`, or a partner's id written `ORGANISATION|ID`.

    Every name is followed: a number leads to our ids, and these to the partners' ids that were linked to them. Raise
    Rejected where the role may not.
    """
    require(actor, Duty.ACCESS)
    known = digests(store, now)
    named = names(store, known, person)
    found = tuple(_told(store, us, known, named, each) for each in _transfers(store, named))
    report = Access(
        now,
        _holdings(store, known, named),
        tuple(each for each in found if each.transfer.direction is Direction.OUT),
        tuple(each for each in found if each.transfer.direction is Direction.IN),
        told_of(store, _ours(store, known, named) | {person}),
    )
    with writing(store.engine) as connection:
        subject = f"subject:{known.of(What.PERSON, person)}"
        note(connection, now, actor.event(Action.SEARCH, subject, count=len(found) + len(report.fed)))
    return report


def names(store: Store, known: Digests, person: str) -> frozenset[str]:
    """Give the digests of every name under which the person is known here, now or before."""
    found = {known.of(what, person) for what in What}
    linked = tuple(links.every(store))
    while True:
        before = len(found)
        for name in files.under(store, found):
            for held in files.versions(store, name):
                for each in held.file.person:
                    own = known.of_person(held.file, each.id)
                    found |= own if own & found else frozenset()
        for link in linked:
            pair = {known.of(What.PARTNER, link.theirs), known.of(What.PERSON, link.ours)}
            found |= pair if pair & found else set()
        if len(found) == before:
            return frozenset(found)


def _ours(store: Store, known: Digests, named: frozenset[str]) -> frozenset[str]:
    """Give our ids of a person, now or before."""
    held = (each.file for name in files.under(store, named) for each in files.versions(store, name))
    return frozenset(person for file in held for person in _people(known, named, file))


def _transfers(store: Store, named: frozenset[str]) -> tuple[tuple[Transfer, tuple[Way, ...]], ...]:
    wanted = select(TransferPerson.transfer, TransferPerson.way).where(TransferPerson.digest.in_(named)).distinct()
    ways: dict[int, list[Way]] = {}
    with reading(store.engine) as connection:
        for row in connection.execute(wanted):
            ways.setdefault(row.transfer, []).append(Way(row.way))
    return tuple((each, tuple(sorted(ways[each.id]))) for each in rows.listed(store) if each.id in ways)


def _told(
    store: Store, us: Organisation, known: Digests, named: frozenset[str], found: tuple[Transfer, tuple[Way, ...]]
) -> Told:
    transfer, ways = found
    package = copies.package(store, us, transfer)
    tables, papers = _of_package(known, named, package, transfer) if package is not None else ((), 0)
    if transfer.direction is Direction.OUT:
        draft = rows.draft(store, transfer.reference)
        request, by = draft.request, draft.authorised_by
        ground, purpose, role = request.gateways, request.purpose, by.role if by else ""
        agreement = f"{package.header.agreement_id}:{package.header.agreement_version}" if package else ""
    else:
        arrival = rows.arrival(store, transfer.reference)
        ground, purpose, role = arrival.legal_gateways, arrival.purpose, arrival.authorised_role
        agreement = arrival.agreement
    return Told(transfer, ways, purpose, ground, agreement, role, tables, papers, package is not None)


def _of_package(
    known: Digests, named: frozenset[str], package: Package, transfer: Transfer
) -> tuple[tuple[tuple[str, int], ...], int]:
    partner = transfer.partner if transfer.direction is Direction.IN else ""
    people = _people(known, named, package.records, partner)
    about = {row.id for row in package.records.documents if row.person in people}
    return _counted(package.records, people), sum(paper.record in about for paper in package.papers)


def _people(known: Digests, named: frozenset[str], case: CaseFile, partner: str = "") -> frozenset[str]:
    return frozenset(each.id for each in case.person if known.of_person(case, each.id, partner) & named)


def _counted(case: CaseFile, people: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """Count the records that are about any of these, by table."""
    them = frozenset(people)
    counted = Counter(table for table, record in case.records() if not them.isdisjoint(record.subjects))
    return tuple(sorted(counted.items()))


def _holdings(store: Store, known: Digests, named: frozenset[str]) -> tuple[Holding, ...]:
    found = []
    for name in files.under(store, named):
        held = files.versions(store, name)
        people = _people(known, named, held[-1].file)
        found.append(Holding(name, len(held), held[0].at, _counted(held[-1].file, people)))
    return tuple(found)
