"""docs/retention.md against the code."""

from __future__ import annotations

import re
from pathlib import Path

from gateway.cli import messages, retention
from gateway.retention.holds import Scope
from gateway.retention.rules import BACKUPS, RULES

PAGE = (Path(__file__).parents[3] / "docs" / "retention.md").read_text(encoding="utf-8")


def test_the_table_of_rules_is_that_of_the_code() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (.+) \| (.+) \| (.*) \| (yes|no) \| (.+) \|$", PAGE, re.MULTILINE)
    assert rows == [
        (
            rule.name,
            rule.what,
            "with the case record" if rule.keep is None else f"{rule.keep.days} days",
            str(rule.since or ""),
            "yes" if rule.approval else "no",
            rule.basis,
        )
        for rule in RULES
    ]


def test_the_commands_scopes_and_numbers_of_the_page_are_those_of_the_code() -> None:
    known = {command.name for command in retention.app.registered_commands}
    assert set(re.findall(r"ics-gateway retention ([a-z]+)", PAGE)) == known
    assert "purge" in {command.name for command in messages.app.registered_commands}
    assert set(re.findall(r"retention hold ([a-z]+) ", PAGE)) == set(Scope) - {Scope.MESSAGE}
    assert f"At most {BACKUPS.days} days" in PAGE
    assert set(re.findall(r"--approve ([a-z-]+)", PAGE)) == {rule.name for rule in RULES if rule.approval}
