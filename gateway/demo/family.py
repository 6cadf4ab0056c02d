"""Move the made-up family of three from one authority to the other, as their officers would."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from adapters.case.demo.moving import MARKS, moving_family, papers
from adapters.transfer.view import page
from gateway.actor import Actor
from gateway.audit.entry import Role
from gateway.cases.imports import import_case, import_papers
from gateway.matching.review import Verdict
from gateway.pipeline.exchange import Exchange
from gateway.store import documents
from gateway.store.documents import Kind
from gateway.store.states import Direction
from gateway.transfers import copies, match, reviews, rows
from gateway.transfers.answer import Acceptance, accept
from gateway.transfers.arrival import Arrival
from gateway.transfers.authorise import authorise
from gateway.transfers.dispatch import dispatch
from gateway.transfers.draft import Stage
from gateway.transfers.follow import Followed, follow
from gateway.transfers.judge import decide
from gateway.transfers.look import Look, look
from gateway.transfers.prepare import Wanted, prepare
from gateway.transfers.rows import Transfer
from gateway.transfers.see import see
from schemas.case.record import CaseFile
from schemas.case.text import write_case
from schemas.errors import Rejected, Transient
from schemas.processes.clocks import Event

_SEED, _PROCESS = 1, "P1"
_SECONDS = 60.0
_AWARE = timedelta(hours=2)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Child:
    """A child of the story: what the message calls it, the made-up name, whether its address is hidden."""

    reference: str
    name: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class Matched:
    """How it was decided who a child is for the receiver."""

    reference: str
    outcome: str
    decided: str


@dataclass(frozen=True, slots=True)
class Story:
    """All that happened, as the page shows it. `traces` counts words of the hidden place in what was sent."""

    family: CaseFile
    children: tuple[Child, ...]
    seen: Look
    refused: str
    followed: Followed
    arrival: Arrival
    matched: tuple[Matched, ...]
    searched: tuple[str, ...]
    traces: int
    size: int
    package_page: str


def move_family(sender: Exchange, recipient: Exchange, told: Callable[[str], None]) -> Story:
    """Do it all, with made-up people in every role. Raise Transient where a receipt does not come in time."""
    family = _hold(sender, recipient)
    told("Preparing the transfer of a family of three: what would go, and what stays ...")
    officer, manager = _somebody(sender, Role.PRACTITIONER), _somebody(sender, Role.MANAGER)
    children = tuple(child.id for child in family.children)
    happened = {Event.AWARE: sender.clock() - _AWARE}
    wanted = Wanted(family.id, children, _PROCESS, step="pack", happened=happened, local=("norfolk", "tees"))
    (reference,) = prepare(sender, officer, wanted, (recipient.organisation,))
    seen = look(sender, officer, reference)
    refused = _alone(sender, reference, seen)
    told("A second person authorises it; then it is sealed and sent ...")
    authorise(sender, manager, reference, seen.digest)
    dispatch(sender, officer, reference, test=True)
    came = _arrived(sender, recipient, reference)
    told("The other authority sees it, decides who the children are, and accepts ...")
    package = copies.package(recipient.store, recipient.organisation, came)
    matched = _taken_in(recipient, came)
    _heard(sender, reference, "R5", len(children))
    content = documents.newest(sender.store, Kind.PACKAGE, reference)
    sent = content.content if content else b""
    return Story(
        family,
        _children(family, rows.draft(sender.store, reference).people),
        seen,
        refused,
        follow(sender, reference),
        rows.arrival(recipient.store, came.reference),
        matched,
        MARKS,
        sum(sent.count(mark.encode()) for mark in MARKS),
        len(sent),
        page(package) if package else "",
    )


def _hold(sender: Exchange, recipient: Exchange) -> CaseFile:
    """Let the sender hold the family, and the recipient know the eldest child from an earlier time."""
    today = sender.clock().date()
    family = moving_family(_SEED, today)
    steward = _somebody(sender, Role.DATA_STEWARD)
    import_case(sender.store, steward, write_case(family).encode(), sender.clock())
    import_papers(sender.store, steward, papers().values(), sender.clock())
    eldest = family.children[0].model_copy(update={"id": "B-2041"})
    known = CaseFile(id="earlier-contact", person=(eldest,))
    import_case(recipient.store, _somebody(recipient, Role.DATA_STEWARD), write_case(known).encode(), recipient.clock())
    return family


def _alone(sender: Exchange, reference: str, seen: Look) -> str:
    """Show that whoever prepared it cannot authorise it, in whatever role."""
    prepared_by = rows.draft(sender.store, reference).prepared_by.reference
    try:
        authorise(sender, Actor(sender.organisation, Role.MANAGER, prepared_by), reference, seen.digest)
    except Rejected as rejected:
        return rejected.message
    raise Transient("The demonstration went wrong: one person did both.")


def _taken_in(recipient: Exchange, came: Transfer) -> tuple[Matched, ...]:
    duty, manager = _somebody(recipient, Role.DUTY), _somebody(recipient, Role.MANAGER)
    see(recipient, duty, came.reference)
    waiting = {item.subject: item.review for item in reviews.queue(recipient.store)}
    for review in waiting.values():
        decide(recipient, duty, review.identity, Verdict.DIFFERENT, reason="not among ours")
    arrival = rows.arrival(recipient.store, came.reference)
    accept(recipient, manager, came.reference, Acceptance(recipient.clock().date(), {}))
    return tuple(
        Matched(
            child.reference,
            waiting[child.reference].outcome.value if child.reference in waiting else "match",
            "by a person: nobody of ours" if child.reference in waiting else "without a person: certain",
        )
        for child in arrival.children
    )


def _arrived(sender: Exchange, recipient: Exchange, reference: str) -> Transfer:
    _heard(sender, reference, "R2")

    def searched() -> Transfer | None:
        # The worker looks for the children too; whoever is first has done it.
        match.attend(recipient)
        came = rows.listed(recipient.store, direction=Direction.IN, stages={Stage.SEARCHED})
        return came[-1] if came else None

    return _awaited(searched)


def _heard(sender: Exchange, reference: str, level: str, count: int = 1) -> None:
    def there() -> bool:
        return sum(receipt.level == level for receipt in follow(sender, reference).receipts) >= count

    _awaited(there)


def _awaited(wanted: Callable[[], T | None]) -> T:
    give_up = time.monotonic() + _SECONDS
    while time.monotonic() < give_up:
        found = wanted()
        if found:
            return found
        time.sleep(0.05)
    raise Transient("A transfer of the demonstration was not answered in time.", hint="Run the demonstration again.")


def _children(family: CaseFile, people: dict[str, str]) -> tuple[Child, ...]:
    hidden = {home.person for home in family.address if home.hidden}
    names = {person.id: f"{person.forename} {person.surname}" for person in family.person}
    return tuple(Child(reference, names[person], person in hidden) for reference, person in people.items())


def _somebody(exchange: Exchange, role: Role) -> Actor:
    return Actor(exchange.organisation, role, str(uuid.uuid4()))
