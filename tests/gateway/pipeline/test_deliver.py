from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from sqlalchemy import select

from adapters.transports.base import Carrier, Parcel
from adapters.transports.folder import FolderCarrier, FolderConfig
from adapters.transports.layout import COLLECT_FROM, SEND_TO
from adapters.transports.names import RECEIPTS
from gateway.itp.identifiers import Digest
from gateway.pipeline.receipt import take_receipt
from gateway.pipeline.run import run_message
from gateway.store.engine import reading
from gateway.store.messages import heading
from gateway.store.models import PendingEvent
from gateway.store.outbox import DELIVER
from gateway.store.states import State
from itp_exchange import BEN
from partner_receipts import token, verified
from pipeline_rig import Alone, alarms, outgoing, reasons, state


def shared(folder: Path) -> FolderCarrier:
    for name in (SEND_TO, COLLECT_FROM):
        (folder / name / RECEIPTS).mkdir(parents=True)
    return FolderCarrier(FolderConfig(folder))


class Eager:
    """A carrier whose partner answers while the parcel is still being sent."""

    def __init__(self, answer: Callable[[], None]) -> None:
        self._answer = answer

    @contextmanager
    def connect(self) -> Iterator[Any]:
        yield self

    def send(self, parcel: Parcel) -> None:
        assert b"".join(cast("Iterator[bytes]", parcel.chunks))
        self._answer()


def actions(ann: Alone) -> str:
    with reading(ann.exchange.store.engine) as connection:
        return " ".join(event.decode() for event in connection.execute(select(PendingEvent.event)).scalars())


def test_other_bytes_under_its_id_set_a_message_aside_as_a_conflict_and_alert(ann: Alone, tmp_path: Path) -> None:
    exchange = ann.with_(carriers={BEN.organisation: shared(tmp_path / "shared")})
    message = outgoing(exchange)
    name = heading(exchange.store, message).message_id
    (tmp_path / "shared" / SEND_TO / f"{name}.itp").write_bytes(b"other bytes")
    assert run_message(exchange, "test", DELIVER, message)
    assert state(exchange, message) is State.DEAD_LETTERED
    assert reasons(exchange, message)[-1] == "dead-lettered: itp-409-conflict"
    assert ("message-id-conflict", "BBB") in alarms(exchange)
    assert (tmp_path / "shared" / SEND_TO / f"{name}.itp").read_bytes() == b"other bytes"


def test_a_receipt_that_is_faster_than_our_own_step_takes_nothing_from_what_is_recorded(ann: Alone) -> None:
    def answer() -> None:
        first = token(exchange, message)
        take_receipt(exchange, BEN.organisation, first)
        take_receipt(exchange, BEN.organisation, verified(exchange, message, prev_receipt=Digest.of(first)))

    exchange = ann.with_(carriers={BEN.organisation: cast("Carrier", Eager(answer))})
    message = outgoing(exchange)
    assert run_message(exchange, "test", DELIVER, message)
    assert state(exchange, message) is State.DELIVERED
    assert '"action":"deliver"' in actions(ann)
