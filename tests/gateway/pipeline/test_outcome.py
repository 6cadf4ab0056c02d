from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gateway.itp.codes import TABLE, Code
from gateway.pipeline.outcome import Answered, How, Lost, Stop, blames_partner, judge, not_before
from schemas.errors import Held, Misconfigured, Permanent, Rejected

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)

EXPECTED: dict[str, How | Stop] = {
    "itp-400-malformed": Stop(Rejected),
    "itp-401-signature": How.RESEND,
    "itp-401-replay": How.RESEND,
    "itp-403-org-mismatch": Stop(Misconfigured, alert=True),
    "itp-403-partner-status": Stop(Misconfigured),
    "itp-404-unknown": How.RECREATE,
    "itp-409-conflict": Stop(Permanent, alert=True),
    "itp-410-expired": Stop(Held),
    "itp-413-too-large": Stop(Rejected),
    "itp-415-schema": Stop(Rejected),
    "itp-422-key": Stop(Rejected),
    "itp-422-manifest": Stop(Permanent, alert=True),
    "itp-422-policy": Stop(Held),
    "itp-422-content": Stop(Held),
    "itp-429-slow": How.RESEND,
    "itp-503-busy": How.RESEND,
}


@pytest.mark.parametrize("code", Code)
def test_every_code_is_tried_again_or_ends_the_delivery(code: Code) -> None:
    assert judge(Answered(TABLE[code].status, code)) == EXPECTED[code]


def test_a_bad_signature_is_tried_once_more_and_then_stops_the_partner() -> None:
    again = judge(Answered(401, Code.SIGNATURE), frozenset({Code.SIGNATURE, Code.BUSY}))
    assert again == Stop(Misconfigured, alert=True)
    assert judge(Answered(401, Code.SIGNATURE), frozenset({Code.BUSY})) is How.RESEND
    assert judge(Answered(503, Code.BUSY), frozenset({Code.BUSY})) is How.RESEND


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, Stop(Permanent)),
        (401, Stop(Permanent)),
        (404, Stop(Permanent)),
        (407, Stop(Permanent)),
        (408, How.RESEND),
        (409, How.ASK),
        (410, Stop(Permanent)),
        (429, How.RESEND),
        (499, Stop(Permanent)),
        (500, How.ASK),
        (502, How.ASK),
        (503, How.RESEND),
        (504, How.ASK),
        (520, How.ASK),
        (302, Stop(Permanent)),
    ],
)
def test_an_answer_without_a_code_is_judged_by_its_status(status: int, expected: How | Stop) -> None:
    assert judge(Answered(status)) == expected


def test_after_an_unknown_outcome_the_partner_is_asked_before_anything_is_sent_again() -> None:
    assert judge(Lost.UNKNOWN) is How.ASK
    assert judge(Lost.NOT_SENT) is How.RESEND


@pytest.mark.parametrize(
    "outcome", [Lost.NOT_SENT, Lost.UNKNOWN, Answered(500), Answered(503, Code.BUSY), Answered(429)]
)
def test_what_speaks_against_the_partner(outcome: Lost | Answered) -> None:
    assert blames_partner(outcome)


@pytest.mark.parametrize("code", [code for code in Code if TABLE[code].status not in {429, 503}])
def test_a_refusal_of_one_message_does_not(code: Code) -> None:
    assert not blames_partner(Answered(TABLE[code].status, code))


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("Wed, 25 Nov 2026 09:02:00 GMT", 120),
        ("Wed, 25 Nov 2026 08:59:00 GMT", 0),
        ("", 0),
        ("-5", 0),
        ("1.5", 0),
        ("soon", 0),
        ("999999999", 0),
        ("Wed, 25 Nov 2026 09:02:00 +0100", 0),
        ("Wed, 25 Foo 2026 09:02:00 GMT", 0),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_anything_else_is_nothing(value: str, seconds: int) -> None:
    assert not_before(Answered(503, Code.BUSY, value), NOW) == NOW + timedelta(seconds=seconds)


def test_without_an_answer_there_is_nothing_to_wait_for() -> None:
    assert not_before(Lost.UNKNOWN, NOW) == NOW
