"""ics-gateway cases, transfers, matching and subject-access, as they are called at one authority."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.case.demo.moving import MARKS, moving_family, papers
from authorities import Member, Partnership
from gateway.cli import app, operator
from gateway.demo.agreement import between
from schemas.case.text import write_case

OFFICER, MANAGER = (f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 2))
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    partnership = Partnership(tmp_path)
    member, other = partnership.found("AAA"), partnership.found("BBB")
    partnership.publish()
    today = partnership.clock().date()
    (member.folder / "agreements" / "made-up.toml").write_text(
        between(member.organisation, other.organisation, today), encoding="utf-8"
    )
    for name, value in member.settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(operator, "now", partnership.clock)
    _family(tmp_path, member)

    def call(*arguments: str) -> tuple[int, str, str]:
        status = app.run([str(each) for each in arguments])
        out, err = capsys.readouterr()
        return status, out, err

    return call


def _family(folder: Path, member: Member) -> None:
    (folder / "family.json").write_text(write_case(moving_family(1, member.clock().date())), encoding="utf-8")
    (folder / "papers").mkdir()
    for digest, content in papers().items():
        (folder / "papers" / digest).write_bytes(content)
    (folder / "papers" / "other.txt").write_bytes(b"named by nobody")


def test_from_a_case_file_to_a_sealed_message(run: Run, tmp_path: Path) -> None:
    case = moving_family(1, operator.now().date())
    child = case.children[1].id
    status, out, err = run(
        "cases", "import", str(tmp_path / "family.json"), "--documents", str(tmp_path / "papers"), "--staff", OFFICER
    )
    assert (status, out) == (0, f"{case.id} version 1: 3 children, {sum(1 for _ in case.records())} records.\n")
    assert err == "Documents that no case file names, and that were not kept: 1.\n"
    assert child in run("cases", "list")[1]
    status, out, _ = run(
        *("transfers", "prepare", "--case", case.id, "--child", child, "--process", "P1"),
        *("--to", "urn:ics:org:ods:BBB", "--happened", "T0=2026-11-02", "--staff", OFFICER),
    )
    transfer = out.strip()
    status, out, _ = run("transfers", "preview", transfer, "--staff", OFFICER)
    assert (status, "Would be withheld" in out, "It may tell of a hidden place." in out) == (0, True, True)
    assert not any(mark in out for mark in MARKS), "no value of a record is shown"
    digest = re.findall(r"^Digest: ([0-9a-f]{64})$", out, re.MULTILINE)[0]
    status, _, err = run("transfers", "authorise", transfer, "--seen", digest, "--staff", OFFICER)
    assert (status, err.splitlines()[0]) == (2, "Error: Somebody else has to authorise what you prepared.")
    assert run("transfers", "authorise", transfer, "--seen", digest, "--staff", MANAGER)[1] == "Authorised.\n"
    status, out, _ = run("transfers", "send", transfer, "--staff", OFFICER)
    assert (status, out.startswith("Message 0")) == (0, True)
    shown = json.loads(run("transfers", "show", transfer, "--format", "json")[1])
    assert (shown["state"], [each["did"] for each in shown["history"]]) == (
        "sending",
        ["prepared", "authorised", "sent"],
    )
    assert [row.split()[0] for row in run("transfers", "list", "--sent")[1].splitlines()[3:-1]] == [transfer]
    page = tmp_path / "page.html"
    assert run("transfers", "read", transfer, "--out", str(page), "--staff", MANAGER)[0] == 0
    assert not any(mark in page.read_text(encoding="utf-8") for mark in MARKS)
    status, out, _ = run("subject-access", child, "--format", "json", "--staff", MANAGER)
    found = json.loads(out)
    assert (len(found["sent"]), found["sent"][0]["ways"], len(found["holdings"])) == (1, ["records"], 1)
    status, out, _ = run("transfers", "recall", transfer, "--reason", "wrong-child", "--staff", MANAGER)
    assert (status, out.startswith("Message 0")) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("transfers", "show", "nothing"), "There is no such transfer."),
        (("transfers", "list", "--stage", "lost"), "There is no such stage."),
        (("transfers", "see", "nothing", "--staff", OFFICER), "There is no such transfer."),
        (("transfers", "accept", "t", "--from", "today", "--staff", OFFICER), "The day cannot be read."),
        (
            ("transfers", "accept", "t", "--from", "2026-12-01", "--reference", "child-1", "--staff", OFFICER),
            "A reference is written CHILD=REFERENCE.",
        ),
        (("transfers", "reply", "t", "--staff", OFFICER), "Give --case and --child, or --nothing."),
        (
            (
                "transfers",
                "prepare",
                "--case",
                "c",
                "--child",
                "x",
                "--process",
                "P1",
                "--to",
                "y",
                "--happened",
                "T99=2026-11-02",
            ),
            "There is no such event.",
        ),
        (("matching", "show", "nothing"), "There is no such item in the queue."),
        (
            ("matching", "decide", "nothing", "--staff", OFFICER),
            "Say one of --same, --different, --ask-sender and --cannot-tell.",
        ),
        (("matching", "list", "--cleared", "X9"), "There is no such class."),
        (("cases", "import", "/nowhere.json", "--staff", OFFICER), "nowhere.json cannot be read."),
        (
            ("subject-access", "somebody", "--role", "duty", "--staff", OFFICER),
            "Your role may not answer a request for access.",
        ),
    ],
)
def test_a_call_that_cannot_be_done_says_why(run: Run, arguments: tuple[str, ...], told: str) -> None:
    status, _, err = run(*arguments)
    assert (status, err.splitlines()[0]) == (2, f"Error: {told}")


def test_a_hidden_place_goes_by_the_word_of_a_second_person_and_local_rules_are_shown_beside_the_strictest(
    run: Run, tmp_path: Path
) -> None:
    case = moving_family(1, operator.now().date())
    hidden = next(row.person for row in case.restrictions if row.restriction == "X2")
    assert run("cases", "import", str(tmp_path / "family.json"), "--staff", OFFICER)[0] == 0
    transfer = run(
        *("transfers", "prepare", "--case", case.id, "--child", hidden, "--process", "P1"),
        *("--to", "urn:ics:org:ods:BBB", "--happened", "T1=2026-11-02", "--happened", "T4=2026-11-03"),
        *("--local", "tees", "--staff", OFFICER),
    )[1].strip()
    wanted = ("transfers", "release", transfer, "--child", hidden, "--reason", "must-visit")
    status, _, err = run(*wanted, "--place", "garden", "--staff", MANAGER)
    assert (status, err.splitlines()[0]) == (2, "Error: There is no such place.")
    status, _, err = run(*wanted, "--place", "address", "--staff", OFFICER)
    assert (status, err.splitlines()[0]) == (2, "Error: Somebody else has to authorise what you prepared.")
    status, out, _ = run(*wanted, "--place", "address", "--staff", MANAGER)
    assert (status, out) == (0, "Released. Look at the preview again, and authorise that.\n")
    shown = run("transfers", "show", transfer)[1]
    assert re.search(r"^ *released ", shown, re.MULTILINE)
    assert re.search(r"conference .* P1\.conference\.tees@1 .* beside it", shown)


def test_the_queue_is_empty_where_nothing_came(run: Run) -> None:
    assert json.loads(run("matching", "list", "--format", "json")[1]) == []
