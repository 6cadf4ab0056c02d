from __future__ import annotations

import json
from pathlib import Path

import pytest

from authorities import Member, Partnership
from gateway.cli.doctor import Format, doctor


@pytest.fixture
def member(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Member:
    partnership = Partnership(tmp_path)
    made = partnership.found("AAA")
    partnership.found("BBB")
    partnership.publish()
    for name, value in made.settings.items():
        monkeypatch.setenv(name, value)
    return made


def test_an_installation_in_order_is_shown_as_json(member: Member, capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor(Format.JSON, offline=True) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["healthy"], shown["summary"]["fail"]) == (True, 0)


def test_a_failure_is_shown_with_what_to_do_and_ends_in_1(member: Member, capsys: pytest.CaptureFixture[str]) -> None:
    (member.folder / "keys").chmod(0o755)
    assert doctor(offline=True) == 1
    shown = capsys.readouterr().out
    assert "Others than its owner may use keys." in shown
    assert "chmod 700" in shown
    assert "1 fail." in shown
