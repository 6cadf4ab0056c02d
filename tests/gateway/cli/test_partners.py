"""Two councils onboard each other by commands, step by step, as the guide tells it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from sqlalchemy import select

from gateway.audit.entry import read_event
from gateway.itp.keys import Use
from gateway.itp.route import choose
from gateway.partners import ours
from gateway.partners.fingerprints import together
from gateway.store.engine import connect, reading
from gateway.store.models import PendingEvent
from partner_commands import Desk


@pytest.fixture
def desk(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Desk:
    monkeypatch.chdir(tmp_path)
    return Desk(capsys, monkeypatch)


def groups(text: str) -> list[str]:
    return re.findall(r"(?:[0-9a-f]{4} ){9}[0-9a-f]{4}", text)


def founded(desk: Desk) -> str:
    """Make two authorities and the partnership, which the north hosts; give the fingerprint of the root."""
    desk.at(None)
    desk.done("init", "north", "--organisation", "X26", "--name", "North", "--origin", "https://north.example")
    desk.done("init", "south", "--organisation", "urn:ics:org:ods:Y63", "--name", "South")
    (root,) = groups(desk.done("directory", "root-new", "--officer", "staff-17", "--officer", "staff-42"))
    return root


def joined(desk: Desk, code: str, name: str, folder: str) -> None:
    """Invite, join, verify and activate one of them."""
    desk.at(Path("north"))
    desk.done("partners", "invite", code, "--out", "invitation.json")
    desk.at(Path(folder))
    here = groups(desk.done("partners", "join", "invitation.json", "--name", name, "--out", "answer.json"))
    desk.at(Path("north"))
    there = groups(desk.done("partners", "verify", code, "answer.json"))
    assert here == there
    assert len(here) == 4
    desk.done("partners", "activate", code, "--officer", "staff-17", "--officer", "staff-42", "--status", "live")


def onboarded(desk: Desk) -> Path:
    root = founded(desk)
    joined(desk, "X26", "North", "north")
    joined(desk, "Y63", "South", "south")
    revision = Path("partnership/revisions/000002.jws")
    for folder in ("north", "south"):
        desk.at(Path(folder))
        desk.done("directory", "pin", "invitation.json", "--fingerprint", root)
        desk.done("directory", "accept", revision)
    return revision


def actions(folder: str) -> list[str]:
    engine = connect(f"sqlite:///{folder}/gateway.sqlite")
    with reading(engine) as connection:
        found = connection.scalars(select(PendingEvent.event).order_by(PendingEvent.id)).all()
    engine.dispose()
    return [read_event(text).action.value for text in found]


def test_two_councils_can_exchange_in_both_directions(desk: Desk) -> None:
    onboarded(desk)
    desk.at(Path("south"))
    with ours.opened() as us:
        directory, now = us.revisions.current(), us.clock()
        north, south = ours.organisation("X26"), us.organisation
        assert us.keys.private(choose(directory, south, north, now).signing.kid)
        assert us.keys.private(choose(directory, north, south, now).sealing.kid)
        assert us.keys.current(Use.RECEIPT_LOG, "Ed25519")
    assert desk.done("partners", "list") == (
        "urn:ics:org:ods:X26: live, North\nurn:ics:org:ods:Y63: live, South (we)\n"
    )
    invited = desk.done("partners", "list", "--partnership", "partnership").splitlines()
    assert [line.partition(",")[0] for line in invited] == [
        "urn:ics:org:ods:X26: activated",
        "urn:ics:org:ods:Y63: activated",
    ]
    with ours.opened() as us:
        assert groups(invited[1]) == [together(us.keys.published())]
    assert actions("south") == ["partner-join", "setting-change", "directory-change"]
    assert actions("north") == [
        "partner-invite",
        "partner-join",
        "partner-verify",
        "partner-activate",
        "partner-invite",
        "partner-verify",
        "partner-activate",
        "setting-change",
        "directory-change",
    ]


def test_the_check_says_that_all_is_well_or_what_is_not(desk: Desk) -> None:
    onboarded(desk)
    desk.at(Path("south"))
    assert desk.done("partners", "check") == ("urn:ics:org:ods:X26: live, itp-a, its key for 181 more days, North\n")
    desk.at(Path("north"))
    desk.done("partners", "suspend", "Y63", "--officer", "staff-17", "--note", "Asked to by telephone")
    desk.at(Path("south"))
    desk.done("directory", "accept", "partnership/revisions/000003.jws")
    status, out, _ = desk.run("partners", "check", "--format", "json")
    found = json.loads(out)
    assert status == 1
    assert found["ourselves"]["problems"] == ["We are suspended in the directory."]
    assert [each["usable"] for each in found["partners"]] == [False]
    status, out, _ = desk.run("partners", "check")
    assert out.splitlines()[0] == "Ourselves: We are suspended in the directory."
    assert "  PROBLEM: An organisation is not in the directory, or does not exchange now." in out.splitlines()
    desk.at(Path("north"))
    both = ("--officer", "staff-17", "--officer", "staff-42")
    desk.done("partners", "resume", "Y63", "--status", "live", *both)
    desk.at(Path("south"))
    desk.done("directory", "accept", "partnership/revisions/000004.jws")
    assert desk.run("partners", "check")[0] == 0


def test_the_root_counts_only_by_what_was_heard(desk: Desk) -> None:
    root = founded(desk)
    joined(desk, "Y63", "South", "south")
    desk.at(Path("south"))
    revision = "partnership/revisions/000001.jws"
    assert desk.refused("directory", "accept", revision).startswith("The file of roots roots.json cannot be read")
    wrong = ("0000" if root[:4] != "0000" else "1111") + root[4:]
    assert desk.refused("directory", "pin", "invitation.json", "--fingerprint", wrong) == (
        "No root in this file has that fingerprint. Nothing was pinned."
    )
    assert not Path("south/roots.json").exists()
    desk.done("directory", "pin", "partnership/roots.json", "--fingerprint", root.upper().replace(" ", ""))
    assert desk.done("directory", "accept", revision).startswith("Revision 1 of ")


def test_an_answer_counts_once_and_needs_two_officers(desk: Desk) -> None:
    founded(desk)
    desk.at(Path("north"))
    desk.done("partners", "invite", "Y63", "--out", "invitation.json", "--days", "3")
    assert re.fullmatch(
        r"urn:ics:org:ods:Y63: invited, until \d{4}-\d\d-\d\d\n",
        desk.done("partners", "list", "--partnership", "partnership"),
    )
    assert desk.refused("partners", "activate", "Y63", "--officer", "a", "--officer", "b") == (
        "urn:ics:org:ods:Y63 has not proved its keys."
    )
    assert desk.refused("partners", "join", "invitation.json", "--name", "North", "--out", "answer.json") == (
        "This invitation is for urn:ics:org:ods:Y63."
    )
    desk.at(Path("south"))
    desk.done("partners", "join", "invitation.json", "--name", "South", "--out", "answer.json", "--alias", "dfe:331")
    desk.at(Path("north"))
    desk.done("partners", "verify", "Y63", "answer.json")
    assert desk.refused("partners", "verify", "Y63", "answer.json") == "This invitation was answered already."
    assert desk.refused("partners", "activate", "Y63", "--officer", "a", "--officer", "A") == (
        "2 different officers must approve this; 1 did."
    )
    desk.done("partners", "activate", "Y63", "--officer", "a", "--officer", "b")


def test_a_partnership_without_an_authority_of_its_own_keeps_its_own_record(desk: Desk) -> None:
    founded(desk)
    desk.at(None)
    desk.done("partners", "invite", "Y63", "--out", "invitation.json")
    desk.done("directory", "publish", "--officer", "staff-17", "--officer", "staff-42", "--note", "First")
    record = json.loads(Path("partnership/revisions/000001.json").read_bytes())
    assert (record["officers"], record["note"]) == (["staff-17", "staff-42"], "First")
    assert desk.refused("partners", "check") == "ICS_GATEWAY_ORGANISATION is not set."


@pytest.mark.parametrize("name", ["x26", "urn:ics:org:ods:", "", "../../etc/passwd"])
def test_what_is_no_organisation_is_refused(desk: Desk, name: str) -> None:
    founded(desk)
    assert desk.refused("partners", "invite", name, "--out", "invitation.json") == "This is no organisation."
