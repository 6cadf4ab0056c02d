"""ics-gateway keys, as it is called."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from gateway.audit.entry import read_event
from gateway.store.engine import connect, reading
from gateway.store.models import PendingEvent
from partner_commands import Desk


@pytest.fixture
def desk(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Desk:
    monkeypatch.chdir(tmp_path)
    made = Desk(capsys, monkeypatch)
    made.at(None)
    made.done("init", "south", "--organisation", "Y63", "--name", "South")
    made.at(Path("south"))
    return made


def listed(desk: Desk) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(desk.run("keys", "list", "--format", "json")[1])
    return found


def noted() -> list[tuple[str, int]]:
    engine = connect("sqlite:///south/gateway.sqlite")
    with reading(engine) as connection:
        found = [read_event(text) for text in connection.scalars(select(PendingEvent.event).order_by(PendingEvent.id))]
    engine.dispose()
    return [(event.action.value, len(event.objects)) for event in found]


def test_the_keys_are_listed_and_nothing_is_due(desk: Desk) -> None:
    status, out, err = desk.run("keys", "list")
    assert (status, err) == (0, "")
    rows = [line.split() for line in out.splitlines() if " active " in line]
    assert sorted(row[1:4] for row in rows) == [
        ["encrypt", "X25519", "active"],
        ["receipt-log", "Ed25519", "active"],
        ["sign", "Ed25519", "active"],
    ]
    assert [key["state"] for key in listed(desk)] == ["active"] * 3


def test_a_key_is_rotated_and_its_successor_is_known_ahead(desk: Desk) -> None:
    status, out, err = desk.run("keys", "rotate", "sign")
    assert status == 0
    assert re.fullmatch(r"Made the sign key \S{8} on Ed25519, valid from \S+ to \S+, after \S{8}\.\n", out)
    assert err == "Once you are in a directory, tell the others: ics-gateway keys publish --out FILE\n"
    assert desk.refused("keys", "rotate", "sign") == "The sign key on Ed25519 has a successor already."
    assert noted() == [("key-rotate", 2)]


def test_a_hasty_successor_comes_with_a_warning(desk: Desk) -> None:
    _, _, err = desk.run("keys", "rotate", "encrypt", "--ahead", "0")
    assert err.startswith("That is soon: a partner with an older directory may refuse what it signs or seals.\n")


def test_a_key_in_other_hands_is_revoked_replaced_and_destroyed(desk: Desk) -> None:
    (old,) = [key["kid"] for key in listed(desk) if key["use"] == "sign"]
    out = desk.done("keys", "revoke", old[:8], "--since", "2026-01-31T09:30:00Z")
    assert f"Telephone the partnership: it must publish that {old} is revoked." in out
    desk.done("keys", "new", "sign")
    assert "Destroy its copies in backups too." in desk.done("keys", "destroy", old)
    assert [key["state"] for key in listed(desk) if key["use"] == "sign"].count("destroyed") == 1
    assert noted() == [("key-revoke", 1), ("key-create", 1), ("purge", 1)]


def test_a_key_for_the_other_suite_is_made(desk: Desk) -> None:
    desk.done("keys", "new", "sign", "--curve", "P-256")
    assert desk.refused("keys", "new", "encrypt", "--curve", "Ed25519") == "No key for encrypt is on Ed25519."


def test_what_is_refused_is_not_noted(desk: Desk) -> None:
    kid = listed(desk)[0]["kid"]
    assert desk.refused("keys", "retire", kid).startswith("This is the only ")
    assert desk.refused("keys", "destroy", kid).startswith("This key may be needed until ")
    assert desk.refused("keys", "revoke", kid, "--since", "yesterday") == "This is no time."
    assert desk.refused("keys", "retire", "nothing") == "No key of ours has this kid."
    assert desk.refused("keys", "new", "sign") == "There is a sign key on Ed25519 already."
    assert noted() == []


def test_without_settings_it_says_how_to_load_them(desk: Desk) -> None:
    desk.at(None)
    status, _, err = desk.run("keys", "list")
    assert status == 2
    assert "Load the settings of your authority: set -a; . FOLDER/gateway.env; set +a" in err


def test_no_output_shows_a_secret(desk: Desk) -> None:
    secrets = {json.loads(path.read_bytes())["jwk"]["d"] for path in Path("south/keys").iterdir()}
    said = "".join(desk.run("keys", "list")[1:]) + "".join(desk.run("keys", "list", "--format", "json")[1:])
    said += "".join(desk.run("keys", "rotate", "sign")[1:])
    assert len(secrets) == 3
    assert not any(secret in said for secret in secrets)


def test_keys_that_end_make_the_status_1(desk: Desk) -> None:
    (path,) = [path for path in Path("south/keys").iterdir() if b'"receipt-log"' in path.read_bytes()]
    content = json.loads(path.read_bytes())
    content["published"] |= {"valid_from": "2020-01-01T00:00:00Z", "valid_to": "2021-12-31T00:00:00Z"}
    path.write_text(json.dumps(content))
    status, _, err = desk.run("keys", "list")
    assert status == 1
    assert err.startswith(
        "URGENT: The receipt-log key on Ed25519 ended on 2021-12-31. Run: ics-gateway keys new receipt-log"
    )


@pytest.mark.parametrize("command", ["retire", "revoke", "destroy"])
def test_a_kid_that_begins_with_a_hyphen_is_no_option(desk: Desk, command: str) -> None:
    assert "No such option" not in desk.refused("keys", command, "-qNkslQkR0JwWtYd7KQRXH2cp2MEupW3t2oDErYD_ds")
