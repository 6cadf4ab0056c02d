"""docs/dead-letters.md against the code."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.cli import maintenance, messages
from gateway.deadletters.reasons import OURS
from gateway.deadletters.refusal import refusal
from gateway.deadletters.replay import BATCH
from gateway.deadletters.selection import Line
from gateway.store.states import Direction, State
from store_builder import NOW, numbered

PAGE = (Path(__file__).parents[3] / "docs" / "dead-letters.md").read_text(encoding="utf-8")


def test_every_code_of_ours_is_on_the_page_as_the_command_explains_it() -> None:
    rows = re.findall(
        r"^\| `([a-z0-9-]+)` \| (.+) \| (.+) \|$", PAGE.partition("## What a code means")[2], re.MULTILINE
    )
    assert rows == [(code, meant.means, meant.todo) for code, meant in sorted(OURS.items())]


@pytest.mark.parametrize(
    ("changes", "due"),
    [
        ({"expires": NOW}, NOW),
        ({}, NOW + timedelta(days=9)),
        ({"purged": NOW}, NOW),
        ({"negative": True}, NOW),
        ({"negative": True, "direction": Direction.IN}, NOW),
    ],
)
def test_every_reason_to_stay_is_on_the_page(changes: dict[str, object], due: object) -> None:
    line: dict[str, object] = {
        "number": 1,
        "message_id": numbered(1),
        "direction": Direction.OUT,
        "partner": "",
        "state": State.DEAD_LETTERED,
        "reason": "x",
        "since": NOW,
        "accepted": NOW,
        "expires": NOW + timedelta(days=5),
        "purged": None,
        "owner": None,
        "negative": False,
    }
    why = refusal(Line(**{**line, **changes}), NOW, due)  # type: ignore[arg-type]  # made of a table of cases
    assert why is not None
    assert f"| `{re.sub(r'[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9:]{5} UTC)?', '...', why).replace('....', '...')}` |" in PAGE


def test_the_commands_and_numbers_of_the_page_are_those_of_the_code() -> None:
    known = {command.name for command in messages.app.registered_commands}
    named = set(re.findall(r"ics-gateway messages ([a-z]+)", PAGE))
    assert known - {"show", "purge"} <= named <= known
    modes = {command.name for command in maintenance.app.registered_commands}
    assert modes == set(re.findall(r"ics-gateway maintenance ([a-z]+)", PAGE))
    assert f"in batches of {BATCH} messages" in PAGE
    cells = re.findall(r"^\| (`.+?) \| ", PAGE.partition("## Look")[0], re.MULTILINE)
    states = re.findall(r"`([a-z-]+)`", "".join(cells))
    assert set(states) == set(State) - {State.RECEIVING}
