"""Take: keep what an opened package or notice brought, in the transaction that signs R2."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from adapters.transfer.package import Package
from gateway.actor import Actor
from gateway.audit.entry import Role
from gateway.audit.events import Action
from gateway.cases.digests import digests
from gateway.itp.identifiers import MessageId
from gateway.itp.manifest import Manifest
from gateway.itp.open import Opened
from gateway.pipeline.exchange import Exchange
from gateway.pipeline.hand_over import terms_of
from gateway.store.states import Direction
from gateway.transfers import copies, notice, payload, rows
from gateway.transfers.arrival import Arrival, Incoming
from gateway.transfers.asking import tell_of_many
from gateway.transfers.draft import CHECK, Links, Stage, What
from gateway.transfers.people import name_everybody


def take(exchange: Exchange, opened: Opened) -> Callable[[Connection], None]:
    """Read what arrived and give what writes it; nothing for a content that is not ours."""
    if opened.manifest.schema_name == payload.SCHEMA:
        return _package(exchange, opened)
    if opened.manifest.schema_name == notice.SCHEMA:
        return _notice(exchange, opened)
    return lambda _connection: None


def _package(exchange: Exchange, opened: Opened) -> Callable[[Connection], None]:
    manifest, terms = opened.manifest, terms_of(opened.manifest)
    opened.payload.seek(0)
    content = opened.payload.read()
    opened.payload.seek(0)
    package = payload.incoming(terms, opened.payload, sender=manifest.iss, receiver=manifest.aud)
    opened.payload.seek(0)
    now, known = exchange.clock(), digests(exchange.store, exchange.clock())
    arrival = _arrival(manifest, What.PACKAGE, _children(package))

    def write(connection: Connection) -> None:
        number, reference = _add(exchange, connection, opened, arrival)
        copies.keep(exchange.store, connection, reference, terms, content, now)
        name_everybody(connection, known, number, package, package.records, manifest.iss)
        if (manifest.process, manifest.step) == CHECK:
            tell_of_many(connection, manifest.iss, len(arrival.children), now)

    return write


def _notice(exchange: Exchange, opened: Opened) -> Callable[[Connection], None]:
    opened.payload.seek(0)
    found = notice.read_notice(opened.payload)
    opened.payload.seek(0)
    arrival = _arrival(opened.manifest, What(found.what), (), about=found.about)

    def write(connection: Connection) -> None:
        _add(exchange, connection, opened, arrival)

    return write


def _children(package: Package) -> tuple[Incoming, ...]:
    return tuple(
        Incoming(reference=child.reference, theirs=child.person, restriction=child.restriction)
        for child in package.children
    )


def _arrival(manifest: Manifest, what: What, children: tuple[Incoming, ...], about: str = "") -> Arrival:
    links = Links(
        in_reply_to=manifest.in_reply_to or (about if what is not What.RECALL else None) or None,
        supersedes=manifest.supersedes,
        recall_of=manifest.recall_of or (about if what is What.RECALL else None),
    )
    return Arrival(
        what=what,
        children=children,
        links=links,
        legal_gateways=manifest.legal_gateways,
        purpose=manifest.purpose,
        agreement=f"{manifest.agreement_id}:{manifest.agreement_version}",
        decision=manifest.policy_decision_id,
        authorised_role=manifest.authorised_by.role,
    )


def _add(exchange: Exchange, connection: Connection, opened: Opened, arrival: Arrival) -> tuple[int, str]:
    label, now = opened.label, exchange.clock()
    reference = MessageId.new(now, exchange.draw)
    number = rows.add(
        connection,
        reference=reference,
        direction=Direction.IN,
        partner=label.sender,
        process=opened.manifest.process,
        step=opened.manifest.step,
        kind=arrival.what.value,
        stage=Stage.TAKEN.value,
        delivery=label.delivery,
        conversation_id=label.conversation_id,
        message_id=label.message_id,
        at=now,
        changed=now,
    )
    rows.keep(exchange.store, connection, reference, arrival, now)
    rows.did(connection, number, rows.Did.TAKEN, Actor(exchange.organisation, Role.GATEWAY), now)
    objects = (f"transfer:{reference}", f"message:{label.message_id}", label.sender)
    exchange.note(connection, Action.PARSE, *objects, purpose=opened.manifest.process)
    return number, reference
