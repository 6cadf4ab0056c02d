"""The doctor says whether anything may be sent or taken at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from gateway.alerts.alerts import AlertCode
from gateway.doctor.agreements import agreements
from gateway.doctor.finding import Finding, Standing
from gateway.doctor.installation import Installation
from gateway.policy.agreement import Status
from gateway.policy.compiled import Compiled, compile_agreement
from gateway.policy.folder import Agreements
from policy_cases import agreement, item

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def never() -> Any:
    raise AssertionError("nothing else is opened")


def looked(found: Callable[[], tuple[Compiled, ...]]) -> list[Finding]:
    installation = Installation(never, never, never, never, never, lambda: NOON, {}, found)
    return list(agreements(installation))


def one(**more: Any) -> tuple[Compiled, ...]:
    return (compile_agreement(agreement(item("a", "E01")).model_copy(update=more)),)


def test_a_live_agreement_is_named() -> None:
    (found,) = looked(one)
    assert (found.standing, found.sentence) == (Standing.OK, "Live agreements: a-1.")


@pytest.mark.parametrize("found", [tuple, lambda: one(status=Status.SUSPENDED)])
def test_without_a_live_one_nothing_goes(found: Callable[[], tuple[Compiled, ...]]) -> None:
    (told,) = looked(found)
    assert (told.standing, told.sentence) == (
        Standing.WARN,
        "No agreement is live: nothing is sent, and nothing is taken.",
    )


def test_a_review_that_is_due_is_told() -> None:
    _, due = looked(lambda: one(review_by=date(2026, 11, 20)))
    assert (due.standing, due.sentence) == (Standing.WARN, "a-1: the review is due on 2026-11-20, within 30 days.")


def test_a_file_that_is_no_agreement_raises_an_alert(tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text("agreement_id = 1", encoding="utf-8")
    (found,) = looked(Agreements(tmp_path))
    assert (found.standing, found.alert, found.subject) == (
        Standing.FAIL,
        AlertCode.AGREEMENTS_UNREADABLE,
        "agreements",
    )
    assert found.sentence.startswith("broken.toml is no agreement: ")


def test_a_change_of_a_file_counts_at_once(tmp_path: Path) -> None:
    found = Agreements(tmp_path)
    assert found() == ()
    example = Path("gateway/policy/examples/moves.toml").read_text(encoding="utf-8")
    (tmp_path / "moves.toml").write_text(example, encoding="utf-8")
    assert [each.agreement.status for each in found()] == [Status.LIVE]
    (tmp_path / "moves.toml").write_text(example.replace('status = "live"', 'status = "suspended"'), encoding="utf-8")
    assert [each.agreement.status for each in found()] == [Status.SUSPENDED]
    (tmp_path / "moves.toml").unlink()
    assert found() == ()


def test_a_folder_that_is_not_there_has_no_agreement(tmp_path: Path) -> None:
    assert Agreements(tmp_path / "nowhere")() == ()
