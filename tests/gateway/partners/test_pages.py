"""The pages of keys and partners against the code: the guide is carried out, and what is named exists."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from gateway.itp.keys import Use
from gateway.itp.label import MAX_LIFE
from gateway.partners import due, life, proof
from gateway.partners.invitation import LIFE
from gateway.partners.partnership import ROOT_LIFE
from partner_commands import Desk

DOCS = Path(__file__).parents[3] / "docs"
GUIDE = (DOCS / "partners.md").read_text(encoding="utf-8")
KEYS = (DOCS / "keys.md").read_text(encoding="utf-8")
CODE = "\n".join(path.read_text(encoding="utf-8") for path in (DOCS.parent / "gateway").rglob("*.py"))


def steps() -> list[tuple[str, list[str]]]:
    """Give the commands of the guide, each with the council that runs it."""
    guide = GUIDE.partition("## Two councils, step by step")[2].partition("\n## ")[0]
    who, found = "", []
    for line in guide.splitlines():
        if match := re.match(r"\*\*(North|South)\*\*", line):
            who = match[1].lower()
        if line.startswith("    ics-gateway "):
            found.append((who, shlex.split(line)[1:]))
    return found


def test_the_guide_brings_two_councils_together(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    desk = Desk(capsys, monkeypatch)
    root = ""
    said = []
    for who, words in steps():
        desk.at(None if words[0] == "init" else tmp_path / who)
        out = desk.done(*(root if word == "FINGERPRINT" else word for word in words))
        if words[:2] == ["directory", "root-new"]:
            root = out.partition("each member: ")[2].strip()
        said.append(out)
    assert len(said) == 22
    assert said[-1] == ("urn:ics:org:ods:Y63: live, South Council\nurn:ics:org:ods:X26: live, North Council (we)\n")


@pytest.mark.parametrize("page", [GUIDE, KEYS])
def test_every_sentence_that_a_page_explains_is_in_the_code(page: str) -> None:
    rows = re.findall(r"^\| ([A-Z0-9][^|]+?\.?) \| [^|]+ \|$", page.partition("## What is refused")[2], re.MULTILINE)
    assert len(rows) > 6
    code = re.sub(r"\{[^}]+\}", "…", CODE)
    for row in rows:
        if row != "Sentence":
            # What varies is written as … or as an example; each part between must be in one sentence of the code.
            parts = [part.strip(" .") for part in re.split(r"…|\d+", row) if part.strip(" .")]
            assert all(part in code for part in parts), row


@pytest.mark.parametrize("use", list(Use))
def test_the_lives_on_the_page_are_those_of_the_code(use: Use) -> None:
    (row,) = [line for line in KEYS.splitlines() if line.startswith(f"| `{use}` |")]
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[2:4] == [f"{life.LIVES[use].days} days", f"{life.AHEAD[use].days} days"]
    kept = {Use.ENCRYPT: f"{(MAX_LIFE + life.KEEP).days} days after it ends"}
    assert cells[4] == kept.get(use, "until it ends")


def test_the_other_numbers_of_the_pages_are_those_of_the_code() -> None:
    assert f"It counts once, for {LIFE.days} days." in GUIDE
    assert f"They live {ROOT_LIFE.days // 365} years." in GUIDE
    assert f"is at most {proof.FRESH.days} days old" in GUIDE
    assert f"from {due.WARN_BEFORE.days} days before its successor should be shown" in KEYS
