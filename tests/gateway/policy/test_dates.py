"""Warnings before a date, at each boundary."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gateway.policy.dates import warnings
from policy_cases import agreement, item

REVIEW = date(2027, 6, 30)


@pytest.mark.parametrize(
    ("left", "within"), [(61, None), (60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (0, 7), (-1, 0)]
)
def test_steps(left: int, within: int | None) -> None:
    found = warnings(agreement(item("who", "E01")), REVIEW - timedelta(days=left))
    assert [due.within for due in found] == ([] if within is None else [within])


def test_sentences_and_states() -> None:
    late = REVIEW + timedelta(days=1)
    (due,) = warnings(agreement(item("who", "E01")), late)
    assert due.text == "a-1: the review was due on 2027-06-30."
    assert warnings(agreement(item("who", "E01"), status="ended"), late) == ()
    held = {"organisation": "urn:ics:org:ods:S99", "scheme": "DSPT", "expires": "2026-12-01"}
    (due,) = warnings(agreement(item("who", "E01"), assurance=[held]), date(2026, 11, 24))
    assert due.text == "a-1: DSPT of urn:ics:org:ods:S99 is due on 2026-12-01, within 7 days."
