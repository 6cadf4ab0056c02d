"""A return from its upload to DfE's answer through the operators' API, by two people."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from census_files import child, message
from gateway.operator.roles import Role
from gateway.store.store import Store
from operator_rig import Rig, code, rig

MARK = "C00000012"
CENSUS = message(child(identifier=MARK)).encode()
NOTES = b'rule,child,note\r\n2887Q,,"One child, without a disability."\r\n'
ERRORS = b"Rule,Type,LAchildID\r\n2887,Query,\r\n8925,Error,C00000012\r\n"
XML, CSV = {"content-type": "application/xml"}, {"content-type": "text/csv"}


@pytest.fixture
def ben(sqlite_store: Store, tmp_path: Path) -> Rig:
    return rig(sqlite_store, tmp_path)


def test_two_people_bring_a_return_to_dfe_and_record_the_answer(ben: Rig) -> None:
    officer, manager = ben.somebody(Role.OFFICER, team="north"), ben.somebody(Role.MANAGER, team="north")
    added = officer.post("/api/returns", content=CENSUS, headers=XML)
    assert (added.status_code, added.json()["stage"], added.json()["serial"]) == (201, "draft", "001")
    at = f"/api/returns/{added.json()['return_id']}"
    assert officer.post(f"{at}/check").json()["unexplained"] == 1
    assert officer.post(f"{at}/notes", content=NOTES, headers=CSV).json()["stage"] == "explained"
    assert manager.get(f"{at}/notes").content == NOTES
    assert manager.get(f"{at}/files/1/report/json").json()["summary"]["queries"] == 1
    seal = {"seen": manager.get(at).json()["seal"]}
    assert officer.post(f"{at}/sign-off", json=seal).json()["stage"] == "explained"
    assert code(officer.post(f"{at}/sign-off", json=seal)) == (422, "api-422-rejected")
    assert manager.post(f"{at}/sign-off", json=seal).json()["stage"] == "signed-off"
    packed = officer.post(f"{at}/pack").json()
    answer = officer.get(f"{at}/files/1/upload/file")
    assert answer.content == CENSUS
    assert answer.headers["content-disposition"] == 'attachment; filename="999_CIN_2026_001.xml"'
    assert zipfile.is_zipfile(io.BytesIO(officer.get(f"{at}/files/1/upload/zip").content))
    assert packed["packed"] in officer.get(f"{at}/files/1/upload/sha256").text
    assert officer.get(f"{at}/files/1/upload/txt").text.startswith("Notes on the queries of file 001.")
    assert officer.post(f"{at}/submitted", json={"sha256": packed["sha256"]}).json()["stage"] == "submitted"
    compared = officer.post(f"{at}/files/1/errors", content=ERRORS, headers=CSV).json()
    assert [(rule["code"], rule["only_theirs"]) for rule in compared["rules"]] == [("2887Q", []), ("8925", [MARK])]
    assert manager.get(f"{at}/files/1/errors").json() == compared
    assert officer.post(f"{at}/answer", json={"answer": "accepted"}).json()["stage"] == "accepted"
    history = officer.get(at).json()["history"]
    assert [done["step"] for done in history] == [
        *("add", "check", "explain", "sign-off", "sign-off", "pack", "submitted", "answer")
    ]
    assert [each["about"]["year"] for each in manager.get("/api/returns").json()["items"]] == [2026]


def test_another_team_neither_sees_a_return_nor_adds_to_it(ben: Rig) -> None:
    officer, stranger = ben.somebody(Role.OFFICER, team="north"), ben.somebody(Role.OFFICER, team="south")
    identity = officer.post("/api/returns", content=CENSUS, headers=XML).json()["return_id"]
    assert code(stranger.get(f"/api/returns/{identity}")) == (404, "api-404-unknown")
    assert code(stranger.post("/api/returns", content=CENSUS, headers=XML)) == (404, "api-404-unknown")
    assert stranger.get("/api/returns").json()["items"] == []


def test_what_is_no_return_is_not_kept(ben: Rig) -> None:
    officer = ben.somebody(Role.OFFICER)
    assert code(officer.post("/api/returns", content=b"no XML", headers=XML)) == (422, "api-422-rejected")
    assert code(officer.post("/api/returns", content=CENSUS, headers=CSV)) == (422, "api-422-rejected")
    assert officer.get("/api/returns").json()["items"] == []
