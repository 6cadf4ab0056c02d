"""Send messages between two made-up authorities, move a family, and verify both audit logs offline."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gateway.audit.checkpoint import Trust
from gateway.audit.database import DatabaseStore
from gateway.audit.export import export
from gateway.audit.given import sightings_of
from gateway.audit.keys import public_keys
from gateway.audit.verify import Verdict, verify
from gateway.demo.authorities import PLAIN, two_authorities
from gateway.demo.family import Story, move_family
from gateway.itp.identifiers import MessageId
from gateway.itp.manifest import Authority, Restriction, Terms
from gateway.itp.seal import Payload
from gateway.pipeline.exchange import Exchange
from gateway.pipeline.own_log import checkpoint
from gateway.pipeline.receipt import claims_of
from gateway.pipeline.send import send
from gateway.store import receipts, receiving
from gateway.store.states import State
from schemas.errors import Transient

_SECONDS = 60.0
_TERMS = Terms(
    process="P1",
    process_version="1",
    step="notice",
    purpose="safeguarding-move",
    legal_gateways=("LG-CA89-47",),
    agreement_id="northmere-southmere-moves",
    agreement_version="1",
    policy_decision_id="demonstration-1",
    authorised_by=Authority(role="team-manager", reference="staff-1"),
    restriction=Restriction(level="X0"),
    schema_name=PLAIN,
    schema_version="1",
    content_type="text/plain",
)


@dataclass(frozen=True, slots=True)
class Stated:
    """A receipt as it is shown: its level, what it says, who signed it, when, and the heads of two logs.

    `log` is the head of the signer's audit log, `witnessed` that of the other side's, if it vouches for one.
    """

    level: str
    outcome: str
    signer: str
    at: datetime
    log: str
    witnessed: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One message of the demonstration: its id, between whom, its size in bytes, and the receipts its sender holds."""

    message_id: str
    sender: str
    recipient: str
    size: int
    receipts: tuple[Stated, ...]


@dataclass(frozen=True, slots=True)
class Verified:
    """One audit log: whose it is, where its export lies, and what the verification found."""

    organisation: str
    file: Path
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Demonstrated:
    """What was done: a message each way, the transfer of a family, and both audit logs verified."""

    messages: tuple[Shown, ...]
    story: Story
    logs: tuple[Verified, ...]


def demonstrate(folder: Path, told: Callable[[str], None]) -> Demonstrated:
    """Do it all in `folder`; `told` hears what is being done. Raise Transient where a receipt does not come in time."""
    told("Founding two made-up authorities, each with its own keys and database ...")
    with two_authorities(folder) as (first, second):
        told("Sending a sealed message each way ...")
        shown = tuple(_exchange(one, other) for one, other in ((first, second), (second, first)))
        story = move_family(first, second, told)
        told("Signing, exporting and verifying both audit logs ...")
        for exchange in (first, second):
            checkpoint(exchange)
        stated = [receipt for message in shown for receipt in message.receipts]
        moved = story.followed.transfer.message_id or ""
        stated += [_stated(receipt.token) for receipt in _receipts(first, moved)]
        verified = tuple(_verified(exchange, folder, stated) for exchange in (first, second))
    return Demonstrated(shown, story, verified)


def _exchange(sender: Exchange, recipient: Exchange) -> Shown:
    content = f"A made-up message from {sender.organisation} to {recipient.organisation}.\n".encode()
    payload = Payload(io.BytesIO(content), len(content))
    message_id = send(sender, recipient.organisation, _TERMS, payload, test=True)
    _await_end(sender, message_id)
    tokens = (receipt.token for receipt in _receipts(sender, message_id))
    return Shown(message_id, sender.organisation, recipient.organisation, len(content), tuple(map(_stated, tokens)))


def _await_end(sender: Exchange, message_id: MessageId) -> None:
    give_up = time.monotonic() + _SECONDS
    while time.monotonic() < give_up:
        found = receiving.find(sender.store, sender.organisation, message_id)
        if found is not None and found.state is State.DELIVERED:
            return
        time.sleep(0.05)
    raise Transient("A message of the demonstration has no receipt.", hint="Run the demonstration again.")


def _receipts(sender: Exchange, message_id: str) -> tuple[receipts.Receipt, ...]:
    found = receiving.find(sender.store, sender.organisation, message_id)
    return () if found is None else receipts.receipts(sender.store, found.message)


def _stated(token: bytes) -> Stated:
    claims = claims_of(token)
    at = datetime.fromtimestamp(claims["at"], UTC)
    log, witnessed = _head(claims["log"]), _head(claims["witnessed"]) if "witnessed" in claims else ""
    return Stated(claims["level"], claims["outcome"], claims["iss"], at, log, witnessed)


def _head(claim: dict[str, object]) -> str:
    return f"{claim['size']}:{claim['root']}"


def _verified(exchange: Exchange, folder: Path, stated: Iterable[Stated]) -> Verified:
    """Verify a log as an auditor does: from a file, with the published keys, and with what the partner holds."""
    origin = exchange.organisation
    file = folder / f"{origin.rpartition(':')[2]}.audit.jsonl"
    with file.open("wb") as out:
        export(DatabaseStore(exchange.store.engine, origin), out)
    trust = Trust(origin, public_keys(exchange.keys.published(), origin))
    heads = [each.log if each.signer == origin else each.witnessed for each in stated]
    with file.open("rb") as source:
        return Verified(origin, file, verify(source, trust, sightings_of(trust, (), filter(None, heads))))
