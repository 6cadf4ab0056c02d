"""Revisions of the directory, on both databases and seen by two processes."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select

from gateway.itp.directory import Directory, DirectoryRefused, Fault, Standing, signed
from gateway.itp.keys import Use
from gateway.partners.revisions import LOOK_AGAIN, Revisions
from gateway.store.engine import reading, writing
from gateway.store.models import DirectoryRevision
from gateway.store.store import Store
from itp_exchange import BEN, KEYS_FROM, KEYS_TO, NOW, PINNED, ROOT, directory, private_key
from schemas.errors import Misconfigured

OTHER_ROOT = private_key("another root", "Ed25519")


class Ticks:
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def revisions(store: Store, ticks: Ticks | None = None) -> Revisions:
    return Revisions(store.engine, PINNED, lambda: NOW, ticks=ticks or Ticks())


def revision(sequence: int) -> Directory:
    return directory(sequence=sequence)


def token(sequence: int) -> bytes:
    return signed(revision(sequence), ROOT)


def kept(store: Store) -> list[int]:
    with reading(store.engine) as connection:
        return list(connection.scalars(select(DirectoryRevision.sequence).order_by(DirectoryRevision.sequence)))


def fault(store: Store, arrived: bytes) -> tuple[Fault, str]:
    with pytest.raises(DirectoryRefused) as refused:
        revisions(store).accept(arrived)
    return refused.value.fault, refused.value.message


def test_without_a_revision_there_is_a_hint(store: Store) -> None:
    with pytest.raises(Misconfigured) as error:
        revisions(store).current()
    assert error.value.message == "There is no partner directory yet."
    assert error.value.hint == "Run: ics-gateway directory accept FILE"


def test_the_newest_revision_counts_also_for_who_starts_later(store: Store) -> None:
    mine = revisions(store)
    assert mine.accept(token(3)) == revision(3)
    assert mine.accept(token(7)) == mine.current() == revision(7)
    assert revisions(store).current() == revision(7)
    assert revisions(store).token() == token(7)
    assert kept(store) == [3, 7]


def test_the_same_revision_again_changes_nothing(store: Store) -> None:
    revisions(store).accept(token(3))
    assert revisions(store).accept(token(3)) == revision(3)
    assert kept(store) == [3]


def test_an_older_one_is_refused_also_by_who_starts_later(store: Store) -> None:
    revisions(store).accept(token(3))
    assert fault(store, token(2)) == (Fault.ROLLBACK, "Revision 2 of the directory is older than 3.")
    assert kept(store) == [3]


def test_another_one_of_the_same_number_is_refused(store: Store) -> None:
    revisions(store).accept(token(3))
    other = signed(directory(BEN.partner(status=Standing.SUSPENDED), sequence=3), ROOT)
    assert fault(store, other) == (Fault.CONFLICT, "There are two revisions 3 of the directory.")


def test_one_that_no_pinned_root_signed_is_refused(store: Store) -> None:
    arrived = signed(revision(1), OTHER_ROOT)
    assert fault(store, arrived) == (Fault.SIGNATURE, "No pinned root signed this directory.")
    assert kept(store) == []


def test_one_put_into_the_database_by_hand_is_refused(store: Store) -> None:
    revisions(store).accept(token(3))
    forged = {"sequence": 4, "token": signed(revision(4), OTHER_ROOT), "accepted": NOW}
    with writing(store.engine) as connection:
        connection.execute(insert(DirectoryRevision).values(forged))
    with pytest.raises(DirectoryRefused, match="No pinned root signed this directory"):
        revisions(store).current()


def test_a_revision_of_another_process_is_noticed_after_a_second(store: Store, url: str) -> None:
    ticks = Ticks()
    mine = revisions(store, ticks)
    mine.accept(token(1))
    theirs = Path(__file__).with_name("accepting.py")
    subprocess.run([sys.executable, theirs, url, "2"], check=True, timeout=60)
    assert mine.current().sequence == 1
    ticks.now += LOOK_AGAIN
    assert mine.current() == revision(2)


def test_a_rollback_is_refused_by_what_another_process_accepted(store: Store) -> None:
    mine = revisions(store)
    mine.accept(token(1))
    revisions(store).accept(token(3))
    with pytest.raises(DirectoryRefused, match="Revision 2 of the directory is older than 3"):
        mine.accept(token(2))
    with pytest.raises(DirectoryRefused, match="There are two revisions 3"):
        mine.accept(signed(directory(sequence=3, issued=NOW + timedelta(hours=1)), ROOT))


def test_a_database_restored_from_a_backup_takes_no_process_back(store: Store) -> None:
    ticks = Ticks()
    mine = revisions(store, ticks)
    mine.accept(token(3))
    with writing(store.engine) as connection:
        connection.execute(delete(DirectoryRevision))
    ticks.now += LOOK_AGAIN
    assert mine.current() == revision(3)
    with pytest.raises(DirectoryRefused, match="Revision 2 of the directory is older than 3"):
        mine.accept(token(2))
    assert mine.accept(token(3)) == revision(3)
    assert kept(store) == [3]


def test_processes_that_accept_at_once_agree(store: Store, url: str) -> None:
    program = Path(__file__).with_name("accepting.py")
    started = [subprocess.Popen([sys.executable, program, url, str(number), "or-older"]) for number in (5, 4, 5, 6)]
    assert [process.wait(60) for process in started] == [0] * len(started)
    assert revisions(store).current() == revision(6)


def test_a_revision_of_a_root_that_was_replaced_counts_while_that_root_is_pinned(store: Store) -> None:
    revisions(store).accept(token(1))
    successor = OTHER_ROOT.published(Use.SIGN, KEYS_FROM, KEYS_TO)
    both = Revisions(store.engine, (*PINNED, successor), lambda: NOW)
    assert both.current().sequence == 1
    both.accept(signed(revision(2), OTHER_ROOT))
    assert Revisions(store.engine, (successor,), lambda: NOW).current().sequence == 2
