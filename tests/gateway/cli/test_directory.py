"""ics-gateway directory, as it is called: a member that takes revisions, renews its keys, and refuses to go back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from partner_commands import Desk

BOTH = ("--officer", "staff-17", "--officer", "staff-42")


@pytest.fixture
def desk(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Desk:
    """A desk at a council that is the only member of its partnership."""
    monkeypatch.chdir(tmp_path)
    made = Desk(capsys, monkeypatch)
    made.at(None)
    made.done("init", "south", "--organisation", "Y63", "--name", "South", "--origin", "https://south.example")
    made.at(Path("south"))
    root = made.done("directory", "root-new", *BOTH).partition("each member: ")[2].strip()
    made.done("partners", "invite", "Y63", "--out", "invitation.json")
    made.done("partners", "join", "invitation.json", "--name", "South", "--out", "answer.json")
    made.done("partners", "verify", "Y63", "answer.json")
    made.done("partners", "activate", "Y63", *BOTH)
    made.done("directory", "pin", "invitation.json", "--fingerprint", root)
    made.done("directory", "accept", revision(1))
    return made


def revision(number: int) -> Path:
    return Path(f"partnership/revisions/{number:06}.jws")


def test_the_revision_that_counts_is_shown(desk: Desk) -> None:
    out = desk.done("directory", "show")
    assert out.startswith("Revision 1 of ")
    assert ["Y63", "test", "push", "itp-a", "South"] in [line.split() for line in out.splitlines()]
    shown = json.loads(desk.done("directory", "show", "--format", "json"))
    assert (shown["sequence"], shown["partners"][0]["organisation"]) == (1, "urn:ics:org:ods:Y63")


def test_a_member_is_shown_with_its_fingerprints(desk: Desk) -> None:
    out = desk.done("directory", "show", "Y63")
    assert out.startswith("South (urn:ics:org:ods:Y63): test\npush https://south.example\n")
    assert out.count("  fingerprint ") == 3
    assert json.loads(desk.done("directory", "show", "Y63", "--format", "json"))["name"] == "South"
    assert desk.refused("directory", "show", "X26") == "This organisation is not in the directory."


def test_a_revision_goes_forward_and_never_back(desk: Desk) -> None:
    desk.done("directory", "publish", *BOTH)
    desk.done("directory", "accept", revision(2))
    assert desk.refused("directory", "accept", revision(1)) == "Revision 1 of the directory is older than 2."
    assert desk.refused("directory", "publish", "--officer", "staff-17") == (
        "2 different officers must approve this; 1 did."
    )


def test_a_successor_goes_from_the_key_folder_into_the_directory(desk: Desk) -> None:
    desk.done("keys", "rotate", "sign")
    status, out, _ = desk.run("partners", "check")
    assert status == 1
    assert out.endswith("as active: publish our keys.\n")
    assert "read out: " in desk.done("keys", "publish", "--out", "renewal.json")
    desk.done("directory", "publish", "--renewal", "renewal.json", *BOTH, "--note", "New signing key")
    desk.done("directory", "accept", revision(2))
    assert desk.run("partners", "check")[0] == 0
    assert desk.done("directory", "show", "Y63").count("  fingerprint ") == 4


def test_a_key_in_other_hands_is_revoked_for_all(desk: Desk) -> None:
    shown = json.loads(desk.done("directory", "show", "Y63", "--format", "json"))
    kid = next(key["kid"] for key in shown["keys"] if key["use"] == "sign")
    desk.done("directory", "revoke", "Y63", kid, "--officer", "staff-17", "--since", "2026-01-31T09:30:00Z")
    desk.done("directory", "accept", revision(2))
    assert "sign on Ed25519, revoked, " in desk.done("directory", "show", "Y63")
    assert desk.refused("directory", "revoke", "Y63", "nothing", "--officer", "staff-17") == (
        "urn:ics:org:ods:Y63 has no such key in the directory."
    )


def test_without_a_partnership_nothing_is_published(desk: Desk) -> None:
    assert desk.refused("directory", "publish", *BOTH, "--partnership", "elsewhere") == (
        "elsewhere is no partnership's folder."
    )


def test_a_file_that_is_no_revision_is_refused(desk: Desk) -> None:
    assert desk.refused("directory", "accept", "invitation.json") == "No pinned root signed this directory."
