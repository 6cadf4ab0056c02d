"""Follow: where a transfer stands, by what the other side signed; what is due, and how that stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from gateway.pipeline.exchange import Exchange
from gateway.pipeline.receipt import claims_of
from gateway.store import messages, receipts
from gateway.store.states import Direction, State
from gateway.transfers import rows
from gateway.transfers.clocks import Line, lines
from gateway.transfers.draft import Stage, What
from gateway.transfers.rows import Happened, Transfer
from schemas.processes.clocks import Event
from schemas.processes.silence import Acknowledgement, acknowledgements

_ENDS: Mapping[State, str] = {
    State.RETURNED: "failed",
    State.DEAD_LETTERED: "failed",
    State.HELD: "held",
}


@dataclass(frozen=True, slots=True)
class Signed:
    """One receipt: what it says, of which child, and by which role."""

    level: str
    outcome: str
    at: datetime
    subject: str | None
    by_role: str | None
    local_ref: str | None
    effective: date | None
    reason: str | None
    code: str | None


@dataclass(frozen=True, slots=True)
class Child:
    """What was signed of one child."""

    reference: str
    matched: str | None
    local_ref: str | None
    answer: str | None
    reason: str | None
    effective: date | None


@dataclass(frozen=True, slots=True)
class Followed:
    """A transfer as it stands at `at`."""

    transfer: Transfer
    state: str
    at: datetime
    receipts: tuple[Signed, ...]
    children: tuple[Child, ...]
    clocks: tuple[Line, ...]
    ladder: tuple[Acknowledgement, ...]
    history: tuple[Happened, ...]


def follow(exchange: Exchange, reference: str) -> Followed:
    """Say where a transfer stands. Raise Rejected where there is none."""
    transfer, now = rows.find(exchange.store, reference), exchange.clock()
    signed = signed_about(exchange, transfer)
    happened, local = events(exchange, transfer, signed)
    notified = happened.get(Event.NOTIFIED)
    ladder = (
        acknowledgements(transfer.process, notified, _by_level(signed), now)
        if notified and transfer.kind is What.PACKAGE
        else ()
    )
    return Followed(
        transfer,
        _state(exchange, transfer, signed),
        now,
        signed,
        _children(signed),
        lines(transfer.process, happened, now, local),
        ladder,
        rows.history(exchange.store, transfer.id),
    )


def signed_about(exchange: Exchange, transfer: Transfer) -> tuple[Signed, ...]:
    """List the receipts about the message of a transfer, the first first."""
    if transfer.message_id is None:
        return ()
    sender = exchange.organisation if transfer.direction is Direction.OUT else transfer.partner
    found = messages.status(exchange.store, sender, transfer.message_id)
    if found is None:
        return ()
    return tuple(_signed(receipt.token) for receipt in receipts.receipts(exchange.store, found.message))


def events(
    exchange: Exchange, transfer: Transfer, signed: Iterable[Signed]
) -> tuple[dict[Event, datetime], tuple[str, ...]]:
    """Give the events that have happened in a transfer, and the local rules that bind."""
    happened, local = dict[Event, datetime](), tuple[str, ...]()
    if transfer.direction is Direction.OUT:
        draft = rows.draft(exchange.store, transfer.reference)
        happened, local = dict(draft.happened), draft.local
    first = _by_level(signed)
    for level, event in (("R1", Event.NOTIFIED), ("R3", Event.SEEN), ("R5", Event.ANSWERED), ("R6", Event.OUTCOME)):
        if level in first:
            happened[event] = first[level]
    if transfer.step == "pack" and "R1" in first:
        # What is not in it is reasoned in its statement, so that it is complete as it goes.
        happened[Event.PACK_COMPLETE] = first["R1"]
    if transfer.process == "P12" and (answered := _answered(exchange, transfer)) is not None:
        happened[Event.ANSWERED] = answered
    return happened, local


def _answered(exchange: Exchange, transfer: Transfer) -> datetime | None:
    """Say when a check was first answered."""
    other = Direction.IN if transfer.direction is Direction.OUT else Direction.OUT
    answers = rows.listed(
        exchange.store, direction=other, conversation=transfer.conversation_id, partner=transfer.partner
    )
    given = (_sent(exchange, each) if other is Direction.OUT else each.at for each in answers if each.message_id)
    return min(given, default=None) if transfer.step == "request" else None


def _sent(exchange: Exchange, transfer: Transfer) -> datetime:
    """Say when a transfer was sent: what became of it since has changed it again."""
    return next(line.at for line in rows.history(exchange.store, transfer.id) if line.did is rows.Did.SENT)


def _state(exchange: Exchange, transfer: Transfer, signed: tuple[Signed, ...]) -> str:
    if transfer.direction is Direction.IN or transfer.stage not in {Stage.SENT, Stage.COMPLETED}:
        return transfer.stage.value
    levels = {receipt.level for receipt in signed}
    for level, word in (("R6", "completed"), ("R5", _answer(signed)), ("R4", "matched"), ("R3", "seen")):
        if level in levels:
            return word
    found = messages.status(exchange.store, exchange.organisation, transfer.message_id or "")
    if found is not None and found.state in _ENDS:
        return _ENDS[found.state]
    return "verified" if "R2" in levels else "delivered" if "R1" in levels else "sending"


def _answer(signed: Iterable[Signed]) -> str:
    answers = {receipt.outcome for receipt in signed if receipt.level == "R5"}
    return "partly accepted" if len(answers) > 1 else next(iter(answers), "")


def _by_level(signed: Iterable[Signed]) -> dict[str, datetime]:
    first: dict[str, datetime] = {}
    for receipt in signed:
        first.setdefault(receipt.level, receipt.at)
    return first


def _children(signed: tuple[Signed, ...]) -> tuple[Child, ...]:
    subjects = sorted({receipt.subject for receipt in signed if receipt.subject}, key=lambda name: (len(name), name))
    return tuple(_child(subject, [each for each in signed if each.subject == subject]) for subject in subjects)


def _child(subject: str, signed: list[Signed]) -> Child:
    matched = next((each for each in reversed(signed) if each.level == "R4"), None)
    answer = next((each for each in reversed(signed) if each.level == "R5"), None)
    return Child(
        subject,
        matched.outcome if matched else None,
        matched.local_ref if matched else None,
        answer.outcome if answer else None,
        answer.reason if answer else None,
        answer.effective if answer else None,
    )


def _signed(token: bytes) -> Signed:
    claims = claims_of(token)
    day = claims.get("effective_date")
    return Signed(
        claims["level"],
        claims["outcome"],
        datetime.fromtimestamp(claims["at"], UTC),
        claims.get("subject"),
        claims.get("by_role"),
        claims.get("local_ref"),
        date.fromisoformat(day) if day else None,
        claims.get("reason"),
        claims.get("code"),
    )
