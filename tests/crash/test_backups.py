"""A side is restored from an older backup: its partner brings again what it lost, once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from crash.rig import Rig, large, rig, small
from gateway.store.states import Direction

QUIET = timedelta(minutes=10)
"""Longer than the clocks of a partner's processes may differ: an older log is then one that went back."""


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Rig]:
    with rig(tmp_path) as made:
        yield made


def restored(both: Rig, backup: Path, *, ann: bool = False) -> None:
    both.restore(both.ann if ann else both.ben, backup)
    both.skip(QUIET)


def test_a_receiver_restored_from_before_messages_gets_them_again_and_hands_them_over_once(both: Rig) -> None:
    both.send()
    assert both.settle() == [], both.logs()
    backup = both.ben.back_up()
    both.send(), both.send(large()), both.send()
    assert both.settle() == [], both.logs()
    restored(both, backup)
    both.send()
    assert both.settle(restored=both.ben) == [], both.logs()


def test_a_receiver_restored_between_r1_and_r2_gets_the_message_again(both: Rig) -> None:
    backup = both.ben.back_up()
    both.ann.proxy.parted = True
    message = both.send()

    def has_r1() -> bool:
        return [copy.levels for copy in both.books[0].copies(message, Direction.OUT)] == [("R1",)]

    assert both.until(has_r1), both.logs()
    restored(both, backup)
    both.ann.proxy.parted = False
    assert both.settle(restored=both.ben) == [], both.logs()


def test_a_sender_restored_from_before_receipts_gets_the_same_ones_again(both: Rig) -> None:
    both.ben.proxy.parted = True
    both.send()
    backup = both.ann.back_up()
    both.ben.proxy.parted = False
    assert both.settle() == [], both.logs()
    restored(both, backup, ann=True)
    assert both.settle(restored=both.ann) == [], both.logs()


def test_what_a_restored_sender_has_forgotten_stays_with_its_receiver(both: Rig) -> None:
    backup = both.ann.back_up()
    forgotten = both.send(content := small())
    assert both.settle() == [], both.logs()
    restored(both, backup, ann=True)
    del both.sent_by(both.ann)[forgotten]
    both.send()
    assert both.settle(restored=both.ann) == [], both.logs()
    (copy,) = both.books[1].copies(forgotten, Direction.IN)
    assert (copy.levels, copy.due) == (("R1", "R2"), ())
    assert both.books[1].handed_over(forgotten) == content
