"""File: put the records of accepted children into our case files, and list where theirs differ from ours."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection

from adapters.transfer.package import Package
from adapters.transfer.release import only
from gateway.actor import Actor
from gateway.cases import files, links, papers
from gateway.cases.digests import Digests, digests
from gateway.matching.candidate import partner_reference
from gateway.matching.pairs import Basis, Link, Standing
from gateway.pipeline.exchange import Exchange
from gateway.transfers import copies
from gateway.transfers.arrival import Arrival, Difference, Incoming, Match
from gateway.transfers.bring_in import Brought, bring_in
from gateway.transfers.rows import Transfer
from schemas.case.record import CaseFile
from schemas.errors import Held

_OCTETS = 10


def file_records(
    exchange: Exchange,
    connection: Connection,
    actor: Actor,
    transfer: Transfer,
    arrival: Arrival,
    chosen: Iterable[Incoming],
) -> Arrival:
    """Bring the records of children into our files in the caller's transaction; give the arrival with what differs.

    A child of ours goes into the file that we have, those who are new into one file together. Raise Held where our copy
    of the package is gone.
    """
    package = copies.package(exchange.store, exchange.organisation, transfer)
    if package is None:
        raise Held("Our copy of the package was deleted.", hint="Ask the sender to send it again.")
    now, known = exchange.clock(), digests(exchange.store, exchange.clock())
    groups: dict[str, list[Incoming]] = {}
    for child in chosen:
        groups.setdefault(_file_of(exchange, known, transfer, child), []).append(child)
    for name, children in groups.items():
        held = files.find(exchange.store, name, within=connection)
        part = only(package, {child.reference for child in children})
        file = held or CaseFile(id=name)
        persons = _linked(exchange, known, transfer, file, part)
        persons |= {child.theirs: child.ours for child in children if child.ours is not None}
        brought = bring_in(file, part, persons, transfer.message_id or transfer.reference, _new(exchange))
        files.keep(exchange.store, connection, known, brought.file, now)
        for paper in part.papers:
            papers.keep(exchange.store, connection, sha256(paper.content).hexdigest(), paper.content, now)
        arrival = _noted(exchange, connection, actor, transfer, arrival, children, brought, known, now)
    return arrival


def _file_of(exchange: Exchange, known: Digests, transfer: Transfer, child: Incoming) -> str:
    if child.match is Match.LINKED and child.ours is not None:
        for name in files.of_person(exchange.store, known, child.ours):
            if any(person.id == child.ours for person in files.held(exchange.store, name).file.person):
                return name
        raise Held("The person whom the child was matched to is in no file of ours any more.")
    return f"in-{transfer.reference}"


def _linked(exchange: Exchange, known: Digests, transfer: Transfer, held: CaseFile, part: Package) -> dict[str, str]:
    """Say who of theirs came here before and is in our file, by the links to the partner's ids."""
    ours = {person.id for person in held.person}
    found = {}
    for person in part.records.person:
        before = links.history(exchange.store, known, partner_reference(transfer.partner, person.id))
        if before and before[-1].standing is Standing.LINKED and before[-1].ours in ours:
            found[person.id] = before[-1].ours
    return found


def _new(exchange: Exchange) -> Callable[[], str]:
    """Give what makes an id for somebody who is new to us."""
    return lambda: f"p-{exchange.draw(_OCTETS).hex()}"


def _noted(
    exchange: Exchange,
    connection: Connection,
    actor: Actor,
    transfer: Transfer,
    arrival: Arrival,
    children: Iterable[Incoming],
    brought: Brought,
    known: Digests,
    now: datetime,
) -> Arrival:
    """Note who each child is now, link everybody who is new, adults too, and list what differs."""
    for child in children:
        arrival = arrival.with_child(child.model_copy(update={"ours": brought.persons[child.theirs]}))
    new = {(row.table, row.record) for row in brought.difference.added}
    for theirs, ours in brought.persons.items():
        if ("person", theirs) in new:
            name = partner_reference(transfer.partner, theirs)
            link = Link(name, ours, Basis.PERSON, "", "", 1.0, actor.staff or "", now)
            links.keep(exchange.store, connection, known, link, now)
    differs = tuple(
        Difference(
            case_file=brought.file.id,
            table=item.table,
            record=item.ours,
            field=item.field,
            ours=item.our_value,
            theirs=item.their_value,
        )
        for item in brought.difference.different
    )
    return arrival.model_copy(update={"differences": (*arrival.differences, *differs)})
