"""ics-gateway messages, as it is called."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateway.cli import messages
from gateway.store.states import State
from gateway.store.store import Store
from kept_messages import left, pieces
from operator_calls import Call, calling, cells
from stopped_messages import audited, named, state, stopped, told, work
from store_builder import SENDER, later, numbered, take

AT = later(3600)


@pytest.fixture
def call(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    return calling(messages.app, url, tmp_path, monkeypatch, capsys, AT)


def test_dead_letters_are_listed_and_counted(call: Call, store: Store) -> None:
    first = stopped(store, 1)
    stopped(store, 2, state=State.HELD, reason="itp-422-policy")
    status, out, _ = call("list")
    assert status == 0
    rows = cells(out)
    assert rows[0] == ["No.", "Message", "Way", "Partner", "State", "Reason", "Since (UTC)", "Expires (UTC)", "Owner"]
    assert rows[2:] == [
        [
            str(first),
            numbered(1),
            "out",
            SENDER,
            "dead-lettered",
            "itp-409-conflict",
            "2026-11-25 09:00",
            "2026-11-30 09:00",
        ],
        ["1 of 1. Explain one with: ics-gateway messages explain MESSAGE"],
    ]
    _, out, _ = call("list", "--state", "held", "--state", "dead-lettered", "--counts")
    assert cells(out)[2:] == [["itp-409-conflict", "1"], ["itp-422-policy", "1"]]


def test_a_list_is_narrowed_and_is_json(call: Call, store: Store) -> None:
    stopped(store, 1)
    stopped(store, 2, at=later(60))
    options = ("--partner", SENDER, "--reason", "itp-409-conflict", "--direction", "out", "--since", "2026-11-25T09:01")
    _, out, _ = call("list", *options, "--format", "json")
    (one,) = json.loads(out)
    assert (one["message_id"], one["since"]) == (numbered(2), "2026-11-25 09:01:00+00:00")
    assert call("list", "--owner", "duty", "--format", "json") == (0, "[]\n", "")
    assert json.loads(call("list", "--counts", "--format", "json")[1]) == {"itp-409-conflict": 2}


def test_one_is_explained_in_words(call: Call, store: Store) -> None:
    message = stopped(store, 1)
    _, out, _ = call("explain", numbered(1))
    assert out.splitlines()[:3] == [
        f"Message {message} ({numbered(1)}) is dead-lettered since 2026-11-25 09:00 UTC.",
        "Reason: itp-409-conflict. The id was used with other content.",
        "What to do: Stop; alert. Then: ics-gateway messages replay, return or drop.",
    ]
    assert ["2026-11-25 09:00", "dead-lettered", "itp-409-conflict"] in cells(out)
    assert ["2026-11-25 09:00", "accepted", "accepted"] in cells(call("show", str(message))[1])
    shown = json.loads(call("show", str(message), "--format", "json")[1])
    assert [line["event"] for line in shown["history"]] == ["accepted", "dead-lettered"]


def test_a_replay_is_tried_dry_done_stopped_and_gone_on_with(call: Call, store: Store) -> None:
    made = [stopped(store, number) for number in (1, 2, 3)]
    stopped(store, 4, expires=AT)
    status, out, err = call("replay", "--all", "--per-minute", "1", "--dry-run")
    assert (status, err) == (0, "")
    assert "3 would go, 1 stay." in out
    assert "It expired on 2026-11-25 10:00 UTC." in out
    assert work(store) == []
    _, out, err = call("replay", "--all", "--per-minute", "1")
    assert "3 go, 1 stay." in out
    assert [str(made[1]), numbered(2), SENDER, "2026-11-25 10:01"] in cells(out)
    name = err.split()[1].removesuffix(".")
    assert err == f"Replay {name}. Stop it with: ics-gateway messages pause {name}\n"
    assert cells(call("replays")[1])[2:] == [[name, "2", "2026-11-25 10:01", "2026-11-25 10:02"]]
    assert json.loads(call("replays", "--format", "json")[1])[0]["messages"] == 2
    assert call("pause", name)[1] == f"2 messages went back. Go on with: ics-gateway messages resume {name}\n"
    assert [state(store, message) for message in made[1:]] == [State.DEAD_LETTERED] * 2
    assert "2 go, 0 stay." in call("resume", name)[1]
    assert [message for message, _, _ in work(store)] == made


def test_only_what_is_named_is_replayed(call: Call, store: Store) -> None:
    first, second = stopped(store, 1), stopped(store, 2)
    status, _, err = call("replay")
    assert (status, err) == (
        2,
        "Say which dead letters.\nName messages, give a filter such as --reason, or say --all.",
    )
    plan = json.loads(call("replay", numbered(2), "--format", "json")[1].rpartition("}")[0] + "}")
    assert [one["line"]["number"] for one in plan["going"]] == [second]
    assert (state(store, first), state(store, second)) == (State.DEAD_LETTERED, State.ACCEPTED)


@pytest.mark.parametrize(
    ("command", "options", "where", "line", "action"),
    [
        ("drop", ("--reason", "duplicate"), State.DEAD_LETTERED, ("returned", "duplicate"), "drop"),
        ("drop", ("--reason", "duplicate"), State.HELD, ("returned", "duplicate"), "drop"),
        ("return", ("--reason", "not-ours"), State.HELD, ("returned", "not-ours"), "return"),
        ("release", (), State.HELD, ("reopened", "released"), "release"),
        ("own", ("--owner", "duty"), State.DEAD_LETTERED, ("step-done", "owner-set"), "setting-change"),
    ],
)
def test_stopped_messages_are_decided_about(
    call: Call, store: Store, command: str, options: tuple[str, ...], where: State, line: tuple[str, str], action: str
) -> None:
    made = [stopped(store, number, state=where) for number in (1, 2)]
    status, out, _ = call(command, str(made[0]), numbered(2), *options, "--role", "data-steward")
    assert status == 0
    said = {"drop": "dropped", "return": "returned", "release": "released", "own": "owned by duty"}[command]
    assert out == "".join(f"Message {message} is {said}.\n" for message in made)
    assert [told(store, message) for message in made] == [[line], [line]]
    assert [(event["action"], event["objects"]) for event in audited(store)] == [(action, [named(n)]) for n in (1, 2)]


def test_a_message_at_work_is_held_and_an_ended_one_purged(call: Call, store: Store) -> None:
    message = take(store).message
    assert call("hold", str(message)) == (0, f"Message {message} is held.\n", "")
    call("return", str(message), "--reason", "not-ours")
    assert call("purge", str(message))[2].startswith("Only the information governance role approves")
    call("drop", str(message), "--reason", "x")
    ended = stopped(store, 2, state=State.RETURNED)
    assert call("purge", str(ended), "--role", "governance")[1] == f"Message {ended} is purged.\n"
    assert len(left(store, ended)) == 1
    assert pieces(store) == 4


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("show", "9"), "There is no such message here."),
        (("drop", "1", "--reason", "Ann Smith"), "A reason is a code of small letters, digits and hyphens."),
        (("drop", "1", "--reason", "x", "--role", "king"), "There is no such role."),
        (("drop", "1", "--reason", "x", "--staff", "Ann"), "This is no audit entry: wrong or missing staff."),
        (("release", "1"), "is dead-lettered, not held."),
        (("list", "--state", "lost"), "There is no such state or direction."),
        (("list", "--direction", "up"), "There is no such state or direction."),
        (("list", "--since", "noon"), "The time cannot be read."),
        (("pause", numbered(1)), "No message of this replay waits for its turn."),
        (("resume", numbered(1)), "No message waits that a pause of this replay put back."),
    ],
)
def test_what_cannot_be_done_ends_with_a_sentence(
    call: Call, store: Store, arguments: tuple[str, ...], words: str
) -> None:
    stopped(store)
    status, out, err = call(*arguments)
    assert (status, out) == (2, "")
    assert words in err
    assert audited(store) == []


def test_the_organisation_must_be_set(call: Call, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped(store)
    monkeypatch.delenv("ICS_GATEWAY_ORGANISATION")
    assert call("drop", "1", "--reason", "x")[2].startswith("Set ICS_GATEWAY_ORGANISATION.\n")
