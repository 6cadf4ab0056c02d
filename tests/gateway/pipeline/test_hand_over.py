from __future__ import annotations

import errno
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.itp.identifiers import MessageId
from gateway.itp.open import Opened
from gateway.pipeline.hand_over import ABANDONED, clear, hand_over
from gateway.pipeline.receive import OPEN
from gateway.pipeline.run import run_due
from gateway.pipeline.spool import spool
from gateway.store.states import State
from itp_exchange import ANN, CONVERSATION, MESSAGE, PAYLOAD, deliver, send
from pipeline_rig import Alone, due, incoming, reasons, state
from schemas.errors import Held, Transient

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


def opened(payload: bytes = PAYLOAD) -> Opened:
    return deliver(send(payload))


def test_a_message_is_a_folder_with_its_payload_and_what_the_sender_said_of_it(tmp_path: Path) -> None:
    place = hand_over(tmp_path / "inbox", opened())
    assert place == tmp_path / "inbox" / MESSAGE
    assert sorted(path.name for path in (tmp_path / "inbox").iterdir()) == [MESSAGE]
    assert (place / "payload").read_bytes() == PAYLOAD
    terms = json.loads((place / "terms.json").read_bytes())
    assert (terms["process"], terms["step"], terms["authorised_by"]["reference"]) == ("P1", "notice", "staff-17")
    assert not {"cek", "chunks", "iss", "plaintext_sha256"} & set(terms)
    label = json.loads((place / "label.json").read_bytes())
    assert (label["from"], label["conversation_id"]) == (ANN.organisation, CONVERSATION)


def test_the_same_again_changes_nothing_and_leaves_no_draft(tmp_path: Path) -> None:
    place = hand_over(tmp_path, opened())
    before = (place / "payload").stat().st_ino
    assert hand_over(tmp_path, opened()) == place
    assert (place / "payload").stat().st_ino == before
    assert [path.name for path in tmp_path.iterdir()] == [MESSAGE]


def test_what_the_case_system_took_out_of_the_folder_is_not_put_back(tmp_path: Path) -> None:
    place = hand_over(tmp_path, opened())
    (place / "payload").unlink()
    hand_over(tmp_path, opened())
    assert not (place / "payload").exists()


def test_another_sender_s_message_under_the_same_id_waits_for_a_person(tmp_path: Path) -> None:
    hand_over(tmp_path, opened(b"Of another sender."))
    with pytest.raises(Held, match=r"^The inbox has another payload under the id of this message\.$"):
        hand_over(tmp_path, opened())
    assert (tmp_path / MESSAGE / "payload").read_bytes() == b"Of another sender."
    assert [path.name for path in tmp_path.iterdir()] == [MESSAGE]


def test_an_inbox_that_cannot_be_written_is_told_and_tried_again(tmp_path: Path) -> None:
    (tmp_path / "inbox").write_bytes(b"")
    with pytest.raises(Transient, match=r"^The inbox cannot be written to\.$") as failed:
        hand_over(tmp_path / "inbox", opened())
    assert failed.value.hint == "Check its rights and the space on its disk."
    with (
        pytest.raises(Transient, match=r"^The payload cannot be written beside the inbox\.$"),
        spool(tmp_path / "inbox"),
    ):
        pass


def test_a_payload_on_its_way_has_no_name_that_a_crash_could_leave(tmp_path: Path) -> None:
    with spool(tmp_path) as file:
        file.write(b"payload")
        assert list(tmp_path.iterdir()) == []


def test_drafts_of_killed_processes_go_after_an_hour_and_nothing_else(tmp_path: Path) -> None:
    hand_over(tmp_path, opened())
    for name, age in ((".draft-old", ABANDONED.total_seconds()), (".draft-young", ABANDONED.total_seconds() - 1)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "payload").write_bytes(b"Plaintext.")
        changed = NOW.timestamp() - age
        os.utime(tmp_path / name, (changed, changed))
    (tmp_path / ".gone-.draft-killed-while-deleting").mkdir()
    assert clear(tmp_path, NOW) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == [".draft-young", MESSAGE]
    assert clear(tmp_path / "nowhere", NOW) == 0


def test_a_full_disk_while_opening_loses_nothing_and_is_no_fault(ben: Alone) -> None:
    def full(*_scanned: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    message = incoming(ben.exchange)
    run_due(ben.with_(scan=full), "test")
    assert reasons(ben.exchange, message)[-1] == "attempt-failed: transient"
    assert state(ben.exchange, message) is State.ACCEPTED
    assert list(due(ben.exchange, message)) == [OPEN]
    ben.clock.forward(60)
    run_due(ben.exchange, "test")
    assert (ben.exchange.inbox / MESSAGE / "payload").read_bytes() == PAYLOAD


def test_a_message_whose_id_another_sender_used_is_held_and_stops_no_other(ben: Alone) -> None:
    other = MessageId("019ab000-0000-7000-8000-00000000000c")
    hand_over(ben.exchange.inbox, opened(b"Of another sender."))
    message, usual = incoming(ben.exchange), incoming(ben.exchange, other)
    run_due(ben.exchange, "test")
    assert (state(ben.exchange, message), state(ben.exchange, usual)) == (State.HELD, State.DELIVERED)
