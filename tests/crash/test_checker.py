"""The checker sees what it is there for: each kind of loss and doubling is made on purpose, and found."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from crash import sabotage
from crash.checker import check
from crash.faults import at
from crash.rig import Rig, refused, rig
from crash.side import Side


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """Two authorities, now dead, between which one message was delivered and one refused."""
    with rig(tmp_path_factory.mktemp("rig")) as made:
        made.send(b"made-up case data")
        made.send(refused())
        assert made.settle() == [], made.logs()
        for side in made.sides:
            side.kill()
        yield made


@pytest.fixture
def kept(settled: Rig) -> Iterator[Rig]:
    """Give them for a test to damage, and put them back as they were."""
    backups = [(side, side.back_up()) for side in settled.sides]
    yield settled
    for side, backup in backups:
        settled.restore(side, backup)


def problems(rig: Rig) -> list[str]:
    ann, ben = rig.books
    return check(ann, ben, rig.sent_by(rig.ann))


def damage(side: Side, *statements: str) -> None:
    with closing(sqlite3.connect(side.member.folder / "gateway.sqlite")) as connection, connection:
        for statement in statements:
            assert connection.execute(statement).rowcount != 0, statement


def test_two_that_are_sound_have_no_violation(kept: Rig) -> None:
    assert problems(kept) == []


def test_a_receiver_that_forgets_duplicates_is_caught(tmp_path: Path) -> None:
    with rig(tmp_path, sabotaged=True) as broken:
        broken.ben.kill()
        sabotage.drop_constraint(tmp_path / "BBB" / "gateway.sqlite")
        fault = at("after", "pipeline.receive.take", "store.accept.accept")
        broken.ben.arm(fault)
        # Ann hears nothing of the first copy, and so brings the message again.
        broken.ann.proxy.parted = True
        message = broken.send(b"made-up case data")
        broken.killed_by(broken.ben, fault)
        assert broken.until(lambda: any("2 copies" in problem for problem in problems(broken))), problems(broken)
        assert f"{message}: the receiver has 2 copies" in problems(broken)


def test_a_sender_that_loses_its_work_is_caught(tmp_path: Path) -> None:
    with rig(tmp_path) as broken:
        broken.ben.proxy.parted = True
        message = broken.send(b"made-up case data")
        broken.ann.kill()
        damage(broken.ann, "DELETE FROM outbox")
        broken.ben.proxy.parted = False
        broken.start()
        later = broken.send(b"a later one")
        assert broken.settle(only={later}) == [], broken.logs()
        assert f"{message}: the receiver has 0 copies" in problems(broken)
        assert f"{message}: is accepted at the sender and not delivered" in problems(broken)


def test_a_receipt_that_is_lost_is_caught(kept: Rig) -> None:
    damage(kept.ann, "DELETE FROM receipts WHERE level = 'R2'")
    assert any("the sender holds R1 and the receiver gave R1, R2" in problem for problem in problems(kept))


def test_a_receipt_that_nobody_signed_so_is_caught(kept: Rig) -> None:
    for side in kept.sides:
        damage(side, "UPDATE receipts SET token = CAST(substr(token, 1, length(token) - 8) || 'AAAAAAAA' AS BLOB)")
    assert any("the receipts do not hold" in problem for problem in problems(kept))


def test_other_content_in_the_inbox_is_caught(kept: Rig) -> None:
    message = next(iter(kept.sent_by(kept.ann)))
    payload = kept.ben.member.folder / "inbox" / message / "payload"
    before = payload.read_bytes()
    try:
        payload.write_bytes(b"something else")
        assert problems(kept) == [f"{message}: was handed over with other content"]
    finally:
        payload.write_bytes(before)


def test_a_message_that_nobody_sent_is_caught(kept: Rig) -> None:
    stranger = "019ab000-0000-7000-8000-000000000001"
    first = next(iter(kept.sent_by(kept.ann)))
    damage(kept.ben, f"UPDATE messages SET message_id = '{stranger}' WHERE message_id = '{first}'")
    assert f"{stranger}: was accepted and never sent" in problems(kept)


def test_a_log_that_was_changed_is_caught(kept: Rig) -> None:
    triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entries'"
    with closing(sqlite3.connect(kept.ben.member.folder / "gateway.sqlite")) as connection, connection:
        for (name,) in connection.execute(triggers).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE audit_entries SET entry = CAST(replace(entry, 'accept', 'expire') AS BLOB)")
    assert any(problem.startswith("audit log of Authority BBB") for problem in problems(kept))


def test_a_log_that_was_cut_is_caught_by_what_the_partner_holds(kept: Rig) -> None:
    statements = [
        "DELETE FROM audit_entries",
        "DELETE FROM audit_state",
        "DELETE FROM audit_checkpoints",
    ]
    triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'audit_%'"
    with closing(sqlite3.connect(kept.ben.member.folder / "gateway.sqlite")) as connection, connection:
        for (name,) in connection.execute(triggers).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
    assert any("BBB" in problem and "audit log" in problem for problem in problems(kept))
