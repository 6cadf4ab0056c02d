"""ics-gateway retention and maintenance, as they are called."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateway.cli import maintenance, retention
from gateway.retention.rules import RULES
from gateway.store.states import State
from gateway.store.store import Store
from kept_messages import AFTER, SIZE, ended, left, pieces
from operator_calls import Call, calling, cells
from stopped_messages import audited
from store_builder import SENDER, numbered

GOVERNANCE = ("--role", "governance")


@pytest.fixture
def call(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    return calling(retention.app, url, tmp_path, monkeypatch, capsys, AFTER)


def test_the_rules_are_listed(call: Call) -> None:
    rows = cells(call("rules")[1])
    assert [row[0] for row in rows[2:]] == [rule.name for rule in RULES]
    assert rows[4][:4] == ["dead-lettered", "Sealed copy of a dead letter", "30 days", "the end of the message"]


def test_a_plan_shows_what_goes_what_stays_and_why(call: Call, store: Store) -> None:
    first, second = ended(store, 1), ended(store, 2, State.DEAD_LETTERED)
    _, out, _ = call("plan")
    assert [str(first), numbered(1), "returned", "2026-11-25 09:00", "4", str(SIZE)] in cells(out)
    assert [str(second), numbered(2), "dead-lettered", "Nobody has approved it."] in cells(out)
    assert f"1 sealed copies would go: 4 chunks, {SIZE} bytes. 1 are spared.\n" in out
    assert "0 records would go: Nonces of request signatures.\n" in out
    assert [event["action"] for event in audited(store)] == ["purge-plan"]
    assert pieces(store) == 8
    planned = json.loads(call("plan", "--approve", "dead-lettered", "--format", "json")[1])
    assert [copy["message"] for copy in planned["copies"]] == [first, second]


def test_a_purge_deletes_what_was_planned(call: Call, store: Store) -> None:
    ended(store, 1)
    ended(store, 2, State.DEAD_LETTERED)
    _, out, _ = call("purge")
    assert out.splitlines()[0] == "Deleted the sealed copies of 1 messages, in 4 chunks."
    assert "Deleted 0 records: Alerts that were closed.\n" in out
    assert call("purge", "--approve", "dead-lettered")[2].startswith("Only the information governance role approves")
    _, out, _ = call("purge", "--approve", "dead-lettered", *GOVERNANCE)
    assert out.splitlines()[0] == "Deleted the sealed copies of 1 messages, in 4 chunks."
    assert pieces(store) == 0


def test_a_hold_is_set_shown_and_lifted(call: Call, store: Store) -> None:
    message = ended(store)
    review = ("--review", "2026-12-25T10:00")
    _, out, _ = call("hold", "partner", SENDER, "--reason", "legal-claim", *review, *GOVERNANCE)
    number = out.split()[2]
    assert out == f"Legal hold {number} is set, to be reviewed by 2026-12-25 10:00 UTC.\n"
    assert f"Legal hold {number} names it." in call("plan")[1]
    call("purge")
    assert len(left(store, message)) == 5
    row = [number, "partner", SENDER, "legal-claim", "governance", "2026-12-25 09:00", "2026-12-25 10:00"]
    assert cells(call("holds")[1])[2:] == [row]
    assert call("lift", number, *GOVERNANCE)[1] == f"Legal hold {number} is lifted.\n"
    assert json.loads(call("holds", "--format", "json")[1]) == []
    assert cells(call("holds", "--lifted")[1])[2:] == [[*row, "2026-12-25 09:00"]]


def test_an_overdue_review_shows(
    call: Call,
    url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    call("hold", "dates", "2026-01-01/2026-01-31", "--reason", "inquiry", "--review", "2026-12-26", *GOVERNANCE)
    later_call = calling(retention.app, url, tmp_path, monkeypatch, capsys, AFTER.replace(day=26))
    assert "2026-12-26 00:00 OVERDUE" in later_call("holds")[1]
    assert "The review of legal hold 1 is overdue since 2026-12-26 00:00 UTC.\n" in later_call("plan")[1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("hold", "child", "x", "--reason", "x", "--review", "2027-01-01"), "A hold names a message, a conversation,"),
        (("hold", "message", "x", "--reason", "x", "--review", "2027-01-01"), "This names no message."),
        (("hold", "partner", SENDER, "--reason", "x", "--review", "soon"), "The time cannot be read."),
        (("hold", "partner", SENDER, "--reason", "x", "--review", "2026-01-01"), "The review of a hold lies in the"),
        (("lift", "7"), "There is no legal hold number 7 to lift."),
    ],
)
def test_what_cannot_be_done_ends_with_a_sentence(call: Call, arguments: tuple[str, ...], words: str) -> None:
    status, out, err = call(*arguments, *GOVERNANCE)
    assert (status, out) == (2, "")
    assert words in err


def test_operators_set_no_holds(call: Call) -> None:
    sentence = "Only the information governance role sets and lifts legal holds.\nAct in the role governance."
    assert call("hold", "partner", SENDER, "--reason", "x", "--review", "2027-01-01") == (2, "", sentence)
    assert call("lift", "1") == (2, "", sentence)


def test_maintenance_is_turned_on_and_off(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    call = calling(maintenance.app, url, tmp_path, monkeypatch, capsys, AFTER)
    said = [call(name)[1] for name in ("status", "on", "on", "status", "off", "off")]
    assert said == [
        "Maintenance mode is off.\n",
        "Maintenance mode is on.\n",
        "Maintenance mode was on already.\n",
        "Maintenance mode is on since 2026-12-25 09:00 UTC, by the role operator.\n",
        "Maintenance mode is off.\n",
        "Maintenance mode was not on.\n",
    ]
