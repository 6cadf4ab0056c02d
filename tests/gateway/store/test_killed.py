"""A step whose process is killed has happened, or it has not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from gateway.store import messages
from gateway.store.keys import KeyRing
from gateway.store.rotate import keys_in_use, rotate
from gateway.store.store import Store
from store_builder import CHUNKS, KEY, NOTHING, ONE_MESSAGE, OTHER_KEY, SENDER, counts, numbered, opened, take

ROOT = Path(__file__).parents[3]
KILLED = int(signal.SIGKILL)


def killed(step: str, url: str) -> list[str]:
    """Run the step once for each point, kill it there, and list the points."""
    program = [sys.executable, str(Path(__file__).with_name("killed.py")), step, url]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
    done = subprocess.run(program, env=environment, capture_output=True, text=True, timeout=120, check=True)
    lines = [line.partition(": ") for line in done.stdout.splitlines()]
    assert {code for _, _, code in lines} == {str(KILLED)}
    return [point for point, _, _ in lines]


def test_a_process_killed_while_it_accepts_leaves_all_or_nothing(store: Store, url: str) -> None:
    points = killed("accept", url)
    assert len(points) == 16
    assert points[-2:] == ["commit", "returned"]
    # Only the message whose step had returned is there, and it is there whole.
    assert counts(store) == ONE_MESSAGE
    assert [messages.status(store, SENDER, numbered(n)) is not None for n in range(16)] == [False] * 15 + [True]
    assert [take(store, number).repeat for number in range(16)] == [False] * 15 + [True]
    assert counts(store) == {name: 16 * number for name, number in ONE_MESSAGE.items()}
    last = messages.status(store, SENDER, numbered(15))
    assert last is not None
    assert tuple(messages.payload(store, last.message)) == CHUNKS


def test_a_process_killed_while_it_rotates_loses_nothing_and_another_goes_on(store: Store, url: str) -> None:
    message = take(store).message
    points = killed("rotate", url)
    assert "before 1" in points
    both = opened(url, f"{OTHER_KEY}\n{KEY}")
    assert tuple(messages.payload(both, message)) == CHUNKS
    rotate(both)
    assert keys_in_use(both) == {KeyRing.read(OTHER_KEY).current: 5}
    both.engine.dispose()
    assert counts(store) == {**NOTHING, **ONE_MESSAGE}
