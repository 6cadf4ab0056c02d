"""What one authority has on record of messages, read from its database and inbox, not from the gateway's answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import func, select

from authorities import Member
from gateway.itp.directory import Directory
from gateway.itp.identifiers import Digest
from gateway.itp.label import read_label
from gateway.itp.receipts import Subject
from gateway.partners.revisions import Revisions
from gateway.partners.roots import read_roots
from gateway.store import messages, receipts
from gateway.store.engine import reading
from gateway.store.ledger import Event
from gateway.store.models import LedgerEntry, Message, Part, Work
from gateway.store.states import Direction, State
from gateway.store.store import Store, open_store


@dataclass(frozen=True)
class Copy:
    """A message as one side has it."""

    number: int
    direction: Direction
    sender: str
    recipient: str
    message_id: str
    state: State
    acceptances: int
    """How often the ledger says that it was accepted."""
    due: tuple[str, ...]
    """What is still to be done with it."""
    tokens: tuple[bytes, ...]
    """The receipts as they were kept, the oldest first."""
    levels: tuple[str, ...]


@dataclass(frozen=True)
class Books:
    """The records of one authority."""

    member: Member
    store: Store

    def copies(self, message_id: str, direction: Direction) -> list[Copy]:
        """Give every row that this side has of a message that went this way."""
        wanted = select(Message.id).where(Message.message_id == message_id, Message.direction == direction)
        with reading(self.store.engine) as connection:
            numbers = connection.execute(wanted.order_by(Message.id)).scalars().all()
        return [self._copy(number) for number in numbers]

    def ids(self, direction: Direction, other: Member) -> list[str]:
        """List the messages that went this way between the two, with repetitions, whole ones only."""
        partner = Message.sender if direction is Direction.IN else Message.recipient
        wanted = select(Message.message_id).where(
            Message.direction == direction, partner == str(other.organisation), Message.state != State.RECEIVING
        )
        with reading(self.store.engine) as connection:
            return list(connection.execute(wanted.order_by(Message.id)).scalars())

    def arrived(self) -> list[str]:
        """List the messages that came from anybody."""
        wanted = select(Message.message_id).where(Message.direction == Direction.IN)
        with reading(self.store.engine) as connection:
            return list(connection.execute(wanted.order_by(Message.id)).scalars())

    def mark(self) -> tuple[int, int]:
        """Give what changes whenever anything happens to a message."""
        with reading(self.store.engine) as connection:
            row = connection.execute(
                select(func.coalesce(func.max(LedgerEntry.sequence), 0), func.coalesce(func.sum(Work.attempts), 0))
                .select_from(LedgerEntry)
                .outerjoin(Work, Work.message == LedgerEntry.message)
            ).one()
        return (int(row[0]), int(row[1]))

    def subject(self, copy: Copy) -> Subject:
        """Say what receipts about this message must be about."""
        label = read_label(messages.read(self.store, copy.number, Part.LABEL))
        with reading(self.store.engine) as connection:
            digest = connection.execute(select(Message.content_digest).where(Message.id == copy.number)).scalar_one()
        return Subject.of(label, Digest(digest) if digest else None)

    def directory(self) -> Directory:
        """Give the directory that this side goes by."""
        roots = read_roots(self.member.folder / "roots.json")
        return Revisions(self.store.engine, roots, self.member.clock, organisation=self.member.organisation).current()

    def handed_over(self, message_id: str) -> bytes | None:
        """Give what the case system was given, if anything."""
        payload = self.member.folder / "inbox" / message_id / "payload"
        return payload.read_bytes() if payload.exists() else None

    def inbox(self) -> list[str]:
        """List the folders of the inbox."""
        return sorted(place.name for place in (self.member.folder / "inbox").iterdir())

    def _copy(self, number: int) -> Copy:
        row = messages.heading(self.store, number)
        accepted = select(func.count()).where(LedgerEntry.message == number, LedgerEntry.event == Event.ACCEPTED)
        with reading(self.store.engine) as connection:
            acceptances = connection.execute(accepted).scalar_one()
            due = tuple(connection.execute(select(Work.task).where(Work.message == number)).scalars())
        kept = receipts.receipts(self.store, number)
        return Copy(
            number=number,
            direction=row.direction,
            sender=row.sender,
            recipient=row.recipient,
            message_id=row.message_id,
            state=row.state,
            acceptances=acceptances,
            due=due,
            tokens=tuple(receipt.token for receipt in kept),
            levels=tuple(receipt.level for receipt in kept),
        )


@contextmanager
def books(member: Member) -> Iterator[Books]:
    """Open the records of an authority."""
    store = open_store(member.settings)
    try:
        yield Books(member, store)
    finally:
        store.engine.dispose()
