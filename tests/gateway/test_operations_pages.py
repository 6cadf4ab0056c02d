"""The pages of operations against the code."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.alerts.alerts import AlertCode
from gateway.alerts.notice import AT_ONCE
from gateway.alerts.send import AGAIN, REOPENED
from gateway.doctor.finding import Check
from gateway.doctor.installation import Thresholds
from gateway.doctor.run import CHECKS, READY, WATCHED
from gateway.redact import FIELDS, Field

DOCS = Path(__file__).parents[2] / "docs"


def page(name: str) -> str:
    return (DOCS / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: field.name)
def test_every_field_of_the_logs_is_on_the_page(field: Field) -> None:
    assert f"| `{field.name}` | {field.meaning} |\n" in page("operations")


def test_the_page_lists_no_field_that_there_is_not() -> None:
    listed = page("operations").partition("\n## Logs\n")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", listed, re.MULTILINE) == list(FIELDS)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_every_check_is_on_the_page(check: Check) -> None:
    assert f"| `{check.name}` | {check.meaning} |\n" in page("operations")


def test_the_page_names_the_checks_of_readiness() -> None:
    (row,) = [line for line in page("operations").splitlines() if line.startswith("| `/health/ready`")]
    assert ", ".join(f"`{check.name}`" for check in READY) in row


@pytest.mark.parametrize("code", AlertCode)
def test_every_alert_is_explained_with_what_to_do_and_when_it_closes(code: AlertCode) -> None:
    section = page("alerts").partition(f"\n### {code.value}\n\n")[2].partition("\n### ")[0]
    assert section.startswith(code.meaning)
    assert f"**What to do:** {code.action}\n" in section
    closes = re.search(r"\*\*Closes:\*\* (.+)", section)
    assert closes
    by_itself = {alert for check in WATCHED for alert in check.alerts} | {
        AlertCode.PARTNER_PAUSED,
        AlertCode.PARTNER_HELD,
        AlertCode.TRANSFER_UNANSWERED,
        AlertCode.TRANSFER_ESCALATED,
        AlertCode.TRANSFER_WAITING,
        AlertCode.RECALL_WAITING,
        AlertCode.RETURN_ERRORS_ROSE,
        AlertCode.RETURN_NOT_CHECKED,
        AlertCode.FEED_LATE,
        AlertCode.FEED_STOPPED,
        AlertCode.FEED_FAULTS,
    }
    assert closes[1].startswith("When" if code in by_itself else "By hand")


def test_no_alert_is_explained_that_there_is_not() -> None:
    assert re.findall(r"^### (.+)$", page("alerts"), re.MULTILINE) == [code.value for code in AlertCode]


def test_the_page_says_how_often_an_alert_is_told() -> None:
    assert timedelta(days=1) == AGAIN
    assert timedelta(hours=1) == REOPENED
    assert AT_ONCE == 5
    for words in ("after a day while it is open", "once an\nhour at most", "More than five at one time"):
        assert words in page("alerts")


def test_the_page_names_the_thresholds() -> None:
    wanted = Thresholds()
    assert (wanted.disk_warn >> 30, wanted.disk_fail >> 30, wanted.key_days) == (10, 1, 30)
    assert "Less than 10 GiB are free. Under 1 GiB" in page("alerts")
    assert "Less than thirty days are left" in page("alerts")


def test_the_example_of_a_webhook_is_a_document() -> None:
    (example,) = re.findall(r"```json\n(.*?)```", page("alerts"), re.DOTALL)
    (alert,) = json.loads(example)["data"]["alerts"]
    code = next(code for code in AlertCode if code.value == alert["code"])
    assert (alert["meaning"], alert["action"]) == (code.meaning, code.action)
