"""Two authorities at their desks, Ann and Ben, without a network: messages and receipts are carried over by hand."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from adapters.case.demo.moving import moving_family, papers
from api_calls import Clock
from gateway.actor import Actor
from gateway.audit.entry import Role, read_event
from gateway.cases import files
from gateway.cases.imports import import_case, import_papers
from gateway.demo.agreement import between
from gateway.itp.identifiers import Digest
from gateway.matching.review import Verdict
from gateway.pipeline.exchange import Exchange
from gateway.pipeline.receipt import take_receipt
from gateway.pipeline.receive import OPEN, Caller, take
from gateway.pipeline.run import run_message
from gateway.policy.agreement import Agreement
from gateway.policy.compiled import Compiled, compile_agreement
from gateway.policy.read import read_agreement
from gateway.store import messages, receipts
from gateway.store.engine import reading
from gateway.store.models import Message, PendingEvent
from gateway.store.states import Direction
from gateway.transfers import answer, authorise, contents, dispatch, judge, look, match, prepare, reviews, rows, see
from gateway.transfers.arrival import Arrival
from gateway.transfers.draft import Stage
from gateway.transfers.prepare import Wanted
from gateway.transfers.rows import Transfer
from itp_exchange import ANN, BEN, NOW, Side
from pipeline_rig import alone
from schemas.case.record import CaseFile
from schemas.case.text import write_case
from store_builder import opened

TODAY = NOW.date()


def actor(exchange: Exchange, role: Role, number: int = 1) -> Actor:
    """Give somebody of an authority; the same number is the same person, whatever the role."""
    return Actor(exchange.organisation, role, str(uuid.UUID(int=number | 4 << 76 | 8 << 60)))


@dataclass
class Desk:
    """One authority and the agreements that it has."""

    exchange: Exchange
    clock: Clock
    agreements: list[Compiled]

    def change(self, **parts: Any) -> None:
        """Change the agreement, as a new reading of its file would."""
        self.agreements[:] = [compile_agreement(self.agreements[0].agreement.model_copy(update=parts))]

    def hold(self, case: CaseFile) -> None:
        """Import a case file."""
        import_case(self.exchange.store, actor(self.exchange, Role.DATA_STEWARD), write_case(case).encode(), NOW)

    def held(self, name: str) -> CaseFile:
        return files.held(self.exchange.store, name).file

    def last(self, direction: Direction = Direction.IN) -> Transfer:
        """Give the transfer that came or was made last."""
        return rows.listed(self.exchange.store, direction=direction)[-1]

    def arrival(self) -> Arrival:
        return rows.arrival(self.exchange.store, self.last().reference)

    def audited(self) -> list[str]:
        """List the actions that wait for their place in the audit log, each with its objects."""
        with reading(self.exchange.store.engine) as connection:
            found = connection.execute(select(PendingEvent.event).order_by(PendingEvent.id)).scalars().all()
        events = (read_event(event) for event in found)
        return [f"{event.action.value} {' '.join(event.objects)}" for event in events]


@dataclass
class Desks:
    """Both, and the family that Ann holds."""

    ann: Desk
    ben: Desk
    family: CaseFile

    @property
    def children(self) -> tuple[str, ...]:
        return tuple(child.id for child in self.family.children)

    def prepare(self, *children: str, process: str = "P1", step: str = "pack", **more: Any) -> str:
        """Have officer 1 of Ann's prepare a transfer to Ben."""
        wanted = Wanted(self.family.id, children or self.children[:1], process, step=step, **more)
        officer = actor(self.ann.exchange, Role.PRACTITIONER, 1)
        (reference,) = prepare.prepare(self.ann.exchange, officer, wanted, (BEN.organisation,))
        return reference

    def preview(self, reference: str) -> str:
        """Give the digest that manager 2 sees."""
        return look.look(self.ann.exchange, actor(self.ann.exchange, Role.MANAGER, 2), reference).digest

    def authorise(self, reference: str, number: int = 2) -> Stage:
        manager = actor(self.ann.exchange, Role.MANAGER, number)
        return authorise.authorise(self.ann.exchange, manager, reference, self.preview(reference))

    def send(self, *children: str, **more: Any) -> str:
        """Prepare, authorise, send and bring to Ben, who looks for the children; give Ann's reference."""
        reference = self.prepare(*children, **more)
        self.authorise(reference)
        dispatch.dispatch(self.ann.exchange, actor(self.ann.exchange, Role.PRACTITIONER, 1), reference)
        self.carry()
        return reference

    def clock_forward(self, days: int) -> None:
        for desk in (self.ann, self.ben):
            desk.clock.forward(days * 24 * 3600)

    def reply(self, wanted: Wanted) -> None:
        """Have Ben's people prepare, authorise and send to Ann."""
        exchange, manager = self.ben.exchange, actor(self.ben.exchange, Role.MANAGER, 6)
        (reference,) = prepare.prepare(exchange, actor(exchange, Role.DUTY, 5), wanted, (ANN.organisation,))
        authorise.authorise(exchange, manager, reference, look.look(exchange, manager, reference).digest)
        dispatch.dispatch(exchange, manager, reference)
        self.carry()

    def carry(self, skip: int = 0) -> None:
        """Bring every message to the other side, have it opened and attended to, and bring the receipts back.

        The first of each side are left behind where `skip` counts them.
        """
        for one, other in ((self.ann, self.ben), (self.ben, self.ann)):
            _messages(one.exchange, other.exchange, skip)
            match.attend(other.exchange)
        for one, other in ((self.ann, self.ben), (self.ben, self.ann)):
            _receipts(one.exchange, other.exchange)

    def see(self) -> str:
        """Have Ben's duty team see what came last; give its reference."""
        reference = self.ben.last().reference
        see.see(self.ben.exchange, actor(self.ben.exchange, Role.DUTY, 5), reference)
        self.carry()
        return reference

    def decide_new(self) -> None:
        """Have Ben's duty team decide of everybody in the queue that they are nobody of theirs."""
        for item in reviews.queue(self.ben.exchange.store):
            duty = actor(self.ben.exchange, Role.DUTY, 5)
            judge.decide(self.ben.exchange, duty, item.review.identity, Verdict.DIFFERENT)
        self.carry()

    def accept(self, reference: str, *children: str, **references: str) -> Arrival:
        accepted = answer.Acceptance(TODAY, references)
        manager = actor(self.ben.exchange, Role.MANAGER, 6)
        found = answer.accept(self.ben.exchange, manager, reference, accepted, children)
        self.carry()
        return found


@cache
def moved() -> CaseFile:
    """Give the family that has moved."""
    return moving_family(1, TODAY)


def with_family(path: Path) -> None:
    """Put the family and its documents into a store."""
    store = opened(f"sqlite:///{path}")
    steward = Actor(ANN.organisation, Role.DATA_STEWARD, str(uuid.UUID(int=1 | 4 << 76 | 8 << 60)))
    import_case(store, steward, write_case(moved()).encode(), NOW)
    import_papers(store, steward, papers().values(), NOW)
    store.engine.dispose()


@contextmanager
def desks(folder: Path, with_family: Path, empty: Path) -> Iterator[Desks]:
    """Give both with an agreement between them, and a family that has moved at Ann's."""
    with ExitStack() as stack:
        ann = stack.enter_context(_desk(folder, with_family, ANN))
        ben = stack.enter_context(_desk(folder, empty, BEN))
        yield Desks(ann, ben, moved())


def agreement(day: date = TODAY) -> Agreement:
    return read_agreement(between(ANN.organisation, BEN.organisation, day).encode())


@contextmanager
def _desk(folder: Path, template: Path, side: Side) -> Iterator[Desk]:
    place = folder / side.organisation[-3:]
    place.mkdir()
    store = opened(f"sqlite:///{shutil.copy(template, place / 'store.sqlite')}")
    compiled = [compile_agreement(agreement())]
    for found in alone(side, store, place):
        exchange = replace(
            found.exchange,
            policy=contents.policy(lambda: tuple(compiled), contents.readable("")),
            scan=contents.scan,
            take=contents.take,
            agreements=lambda: tuple(compiled),
        )
        yield Desk(exchange, found.clock, compiled)
    store.engine.dispose()


def _messages(one: Exchange, other: Exchange, skip: int) -> None:
    for number, message_id in _sent(one)[skip:]:
        label, manifest = messages.wrapping(one.store, number)
        caller = Caller(one.organisation, Digest.of(b""))
        take(other, caller, message_id, label, manifest, messages.whole(one.store, number))
        found = messages.status(other.store, one.organisation, message_id)
        assert found is not None
        run_message(other, "test", OPEN, found.message)


def _receipts(one: Exchange, other: Exchange) -> None:
    for _, message_id in _sent(one):
        found = messages.status(other.store, one.organisation, message_id)
        for receipt in receipts.receipts(other.store, found.message) if found else ():
            take_receipt(one, other.organisation, receipt.token)


def _sent(exchange: Exchange) -> list[tuple[int, str]]:
    rows_of = select(Message.id, Message.message_id).where(Message.direction == Direction.OUT).order_by(Message.id)
    with reading(exchange.store.engine) as connection:
        return [(row.id, row.message_id) for row in connection.execute(rows_of)]
