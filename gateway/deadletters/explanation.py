"""Explain one message: what happened to it, what the reason means, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from gateway.deadletters.reasons import Meaning, meaning
from gateway.deadletters.refusal import refusal
from gateway.deadletters.selection import Choice, Line, lines
from gateway.store import ledger
from gateway.store.engine import reading
from gateway.store.models import Attempt, Outcome, Work
from gateway.store.states import State
from gateway.store.store import Store
from schemas.errors import Rejected

_COMMANDS = {
    State.DEAD_LETTERED: "ics-gateway messages replay, return or drop",
    State.HELD: "ics-gateway messages release, return or drop",
}


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt that ended."""

    task: str
    number: int
    ended: datetime
    outcome: Outcome
    reason: str


@dataclass(frozen=True, slots=True)
class Due:
    """Work that is due, and who is at it."""

    task: str
    due: datetime
    attempts: int
    owner: str | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything about a message that tells why it is where it is; nothing of its content."""

    line: Line
    meaning: Meaning
    todo: str
    history: tuple[ledger.Entry, ...]
    attempts: tuple[Try, ...]
    work: tuple[Due, ...]


def explain(store: Store, number: int, at: datetime) -> Explanation:
    """Explain a message. Raise Rejected where there is none of this number."""
    columns = (Attempt.task, Attempt.number, Attempt.ended, Attempt.outcome, Attempt.reason)
    with reading(store.engine) as connection:
        found = lines(connection, Choice(states=frozenset(), numbers=frozenset({number})))
        tries = connection.execute(select(*columns).where(Attempt.message == number).order_by(Attempt.id)).all()
        due = select(Work.task, Work.due, Work.attempts, Work.lease_owner).where(Work.message == number)
        work = connection.execute(due.order_by(Work.due, Work.id)).all()
    if not found:
        raise Rejected(f"There is no message number {number}, or it has not come whole yet.")
    means = meaning(found[0].reason)
    return Explanation(
        found[0],
        means,
        _todo(found[0], means, at),
        ledger.history(store, number),
        tuple(Try(*row) for row in tries),
        tuple(Due(*row) for row in work),
    )


def _todo(line: Line, means: Meaning, at: datetime) -> str:
    if line.state not in {State.DEAD_LETTERED, State.HELD}:
        return "Nothing." if line.state is not State.ACCEPTED else "Nothing: it is being worked on."
    stays = refusal(line, at, at)
    if stays is not None:
        return f"{stays} Return or drop it."
    return f"{means.todo} Then: {_COMMANDS[line.state]}."
