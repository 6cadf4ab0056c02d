"""ics-gateway agreements, as it is called."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from adapters.case.demo.moving import MARKS, moving_family
from gateway.cli import agreements
from operator_calls import Call, calling, cells
from policy_cases import NOON, TODAY
from schemas.case.text import write_case

ENDS = ("--organisation", "urn:ics:org:ods:N99", "--partner", "urn:ics:org:ods:S99", "--process", "P1")


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    shutil.copy("gateway/policy/examples/moves.toml", tmp_path / "moves.toml")
    (tmp_path / "case.json").write_text(write_case(moving_family(1, TODAY)), encoding="utf-8")
    made = calling(agreements.app, f"sqlite:///{tmp_path / 'store.db'}", tmp_path, monkeypatch, capsys, NOON)
    return lambda *arguments: made(*arguments, "--agreements", str(tmp_path))


def test_list_show_compile(call: Call, tmp_path: Path) -> None:
    status, out, _ = call("list")
    assert (status, cells(out)[2][:3]) == (0, ["northmere-southmere-moves", "1", "live"])
    assert ["no-immigration", "never"] in [row[:2] for row in cells(call("show", "northmere-southmere-moves")[1])]
    assert "There is no agreement other." in call("show", "other")[2]
    _, out, _ = call("compile", "--out", str(tmp_path / "made"))
    (made,) = (tmp_path / "made").iterdir()
    assert out == f"northmere-southmere-moves version 1: {made.stem}\n"


def test_check_explains(call: Call, tmp_path: Path) -> None:
    case = ("--case", str(tmp_path / "case.json"), "--child", moving_family(1, TODAY).children[0].id)
    status, out, _ = call("check", *case, *ENDS)
    assert status == 1
    assert "approval: Restricted records are in it: another person must approve." in out
    status, out, _ = call("check", *case, *ENDS, "--approver", "s2")
    assert status == 0
    assert "Would be sent" in out
    assert "It may tell of a hidden place." in out
    assert "No rule names the category of this free text." in out
    assert not [mark for mark in MARKS if mark in out]
    assert "There is no such child in the case file." in call("check", *case[:2], "--child", "x", *ENDS)[2]
    assert "No agreement covers process P7" in call("check", *case, *ENDS[:-1], "P7")[2]
