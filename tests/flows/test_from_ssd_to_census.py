"""docs/from-ssd-to-census.md, command by command, as somebody new follows it."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from gateway.cli.app import run

PAGE = (Path(__file__).parents[2] / "docs" / "from-ssd-to-census.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^    (.+)$", PAGE, re.MULTILINE)
DIFFER = "ics-gateway returns compare cin-2026-209 collect.csv --staff $officer"


class Shell:
    """Runs the lines of the page: commands of the gateway in this process, others in bash."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.monkeypatch, self.capsys, self.said = folder, monkeypatch, capsys, dict[str, str]()

    def __call__(self, line: str) -> int:
        if not line.startswith("ics-gateway "):
            return self._other(line)
        words = self._bash(f"printf '%s\\0' {line}").decode().split("\0")[1:-1]
        status = run([self._digest() if word == "DIGEST" else word for word in words])
        self.said[line] = self.capsys.readouterr().out
        return status

    def _other(self, line: str) -> int:
        """Run a line in bash, and take over what it sets."""
        for entry in self._bash(f"set -ea; {{ {line}; }} >&2; env -0").decode().split("\0"):
            name, _, value = entry.partition("=")
            if os.environ.get(name) != value and (name.startswith("ICS_") or name.islower()):
                self.monkeypatch.setenv(name, value)
        return 0

    def _bash(self, text: str) -> bytes:
        return subprocess.run(["bash", "-c", text], cwd=self.folder, capture_output=True, check=True).stdout

    def _digest(self) -> str:
        shown = self.said["ics-gateway returns show cin-2026-209"]
        found = re.search(r"^To sign file 1: ([0-9a-f]{64})$", shown, re.MULTILINE)
        assert found
        return found[1]


def test_the_page_leads_from_a_dataset_to_an_accepted_census(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    shell = Shell(tmp_path, monkeypatch, capsys)
    assert COMMANDS[:2] == ['export PATH="$PWD/.venv/bin:$PATH"', 'cd "$(mktemp -d)"']
    ended = {line: shell(line) for line in COMMANDS[2:]}
    assert {line: status for line, status in ended.items() if status} == {DIFFER: 1}, shell.said
    built = next(line for line in COMMANDS if line.startswith("ics-gateway build cin"))
    assert shell.said[built].startswith("Ready: no errors and 1 query in ")
    assert "2887Q" in shell.said[built]
    compared = shell.said[DIFFER].splitlines()
    assert compared[0] == "1 of 2 rules agree."
    assert "Both found the same." in compared[2]
    assert "DfE names children who are not in this file" in compared[3]
    assert (tmp_path / "report.html").is_file()
    note = (tmp_path / "upload" / "209_CIN_2026_001.txt").read_text(encoding="utf-8")
    assert note.endswith("2887Q (1): A small made-up authority, with few disabled children.\n")
    assert re.search(r"cin-2026-209 +1 +accepted +001 +0 +1 +0 ", shell.said["ics-gateway returns list"])
    (weekly,) = [row for row in shell.said["ics-gateway schedule"].splitlines() if "weekly-check" in row]
    assert re.search(r"\d{4}-\d\d-\d\d 0[56]:00:00", weekly)
