"""Replay dead letters: see first what would go, then put them back to work, at most so many a minute."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from gateway.actor import Actor
from gateway.audit.events import Action
from gateway.audit.pending import note
from gateway.deadletters.decisions import TASK
from gateway.deadletters.refusal import refusal
from gateway.deadletters.selection import Choice, Line, lines, listed, locked
from gateway.itp.identifiers import Draw, MessageId
from gateway.store.engine import writing
from gateway.store.finish import decide
from gateway.store.outbox import Next
from gateway.store.states import State
from gateway.store.store import Store
from schemas.errors import Rejected

BATCH = 100
MARK = "replay-"
"""How the reason of a replayed message begins; the id of the replay follows."""


@dataclass(frozen=True, slots=True)
class Going:
    """A message that goes, and when its turn is."""

    line: Line
    due: datetime


@dataclass(frozen=True, slots=True)
class Staying:
    """A message that does not go, and why."""

    line: Line
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a replay would do, the oldest message first."""

    going: tuple[Going, ...]
    staying: tuple[Staying, ...]


@dataclass(frozen=True, slots=True)
class Replay:
    """A replay that was begun: its id, by which it is paused, and what it did."""

    id: str
    plan: Plan


def plan(store: Store, choice: Choice, at: datetime, per_minute: int | None = None) -> Plan:
    """Say what a replay that begins at `at` would do, and do nothing. Raise Rejected."""
    return _planned(listed(store, _dead(choice)), at, Turns(at, per_minute))


def replay(
    store: Store, actor: Actor, choice: Choice, at: datetime, draw: Draw, *, per_minute: int | None = None
) -> Replay:
    """Put the dead letters of a choice back to work, the oldest first. Raise Rejected, Busy.

    Each batch is one transaction; where one fails, the earlier ones stand, and the same call goes on with the rest.
    """
    turns = Turns(at, per_minute)
    return begin(store, actor, [line.number for line in listed(store, _dead(choice))], turns, draw)


def begin(store: Store, actor: Actor, numbers: Sequence[int], turns: Turns, draw: Draw) -> Replay:
    """Put these dead letters back to work in this order, each at its turn."""
    name = str(MessageId.new(turns.start, draw))
    going, staying = list[Going](), list[Staying]()
    for batch in _batches(numbers):
        with writing(store.engine) as connection:
            done = _put_back(connection, actor, name, batch, replace(turns, taken=len(going)))
        going += done.going
        staying += done.staying
    return Replay(name, Plan(tuple(going), tuple(staying)))


@dataclass(frozen=True, slots=True)
class Turns:
    """When the turns are: at once, or spread so that at most `per_minute` come in any minute from `start` on."""

    start: datetime
    per_minute: int | None = None
    taken: int = 0

    def __post_init__(self) -> None:
        if self.per_minute is not None and self.per_minute < 1:
            raise Rejected("A replay goes at one message a minute or faster.", hint="Leave the limit out, or raise it.")

    def due(self, place: int) -> datetime:
        """Give the time of the turn at a place, counted from 0 after those that are taken."""
        if self.per_minute is None:
            return self.start
        return self.start + timedelta(minutes=1) * (self.taken + place) / self.per_minute


def _planned(found: Collection[Line], at: datetime, turns: Turns) -> Plan:
    going, staying = list[Going](), list[Staying]()
    for line in found:
        due = turns.due(len(going))
        why = refusal(line, at, due)
        if why is None:
            going.append(Going(line, due))
        else:
            staying.append(Staying(line, why))
    return Plan(tuple(going), tuple(staying))


def _put_back(connection: Connection, actor: Actor, name: str, numbers: Sequence[int], turns: Turns) -> Plan:
    # Looked at again under lock: since the list was made, somebody may have decided otherwise or deleted the content.
    locked(connection, numbers)
    at = turns.start
    done = _planned(lines(connection, _dead(Choice(numbers=frozenset(numbers)))), at, turns)
    for one in done.going:
        work = Next(TASK[one.line.direction], one.due)
        decide(connection, one.line.number, State.ACCEPTED, at, reason=f"{MARK}{name}", then=work)
    events = (actor.event(Action.REPLAY, f"message:{one.line.message_id}", request=name) for one in done.going)
    note(connection, at, *events)
    return done


def _dead(choice: Choice) -> Choice:
    return replace(choice, states=frozenset({State.DEAD_LETTERED}))


def _batches(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    return (numbers[place : place + BATCH] for place in range(0, len(numbers), BATCH))
