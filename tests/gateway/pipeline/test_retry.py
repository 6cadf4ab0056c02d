from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gateway.itp.codes import TABLE, Code
from gateway.itp.label import Delivery
from gateway.pipeline.outcome import Answered, How, Lost, Stop
from gateway.pipeline.retry import ALERT_AFTER, Expire, Next, Retry, Tried, ceiling, next_attempt
from gateway.store.outbox import RANK
from schemas.errors import Misconfigured, Permanent

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
EXPIRES = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
BUSY = Answered(503, Code.BUSY)
NEARLY_ONE = 1 - 2**-53  # the largest number that random.random() gives


def after(attempts: int, draw: float, outcome: Lost | Answered = BUSY, expires: datetime = EXPIRES) -> Next:
    return next_attempt(Tried(attempts, expires), outcome, NOW, draw)


def at(hour: int, minute: int, second: int = 0, microsecond: int = 0) -> datetime:
    return datetime(2026, 11, 25, hour, minute, second, microsecond, tzinfo=UTC)


@pytest.mark.parametrize(
    ("attempts", "draw", "time"),
    [
        (1, 0.0, at(9, 0)),
        (1, 0.5, at(9, 0, 15)),
        (2, 0.5, at(9, 0, 30)),
        (3, 0.5, at(9, 1)),
        (4, 0.5, at(9, 2)),
        (5, 0.5, at(9, 4)),
        (6, 0.5, at(9, 8)),
        (7, 0.5, at(9, 16)),
        (8, 0.5, at(9, 30)),
        (9, 0.5, at(9, 30)),
        (1, 0.25, at(9, 0, 7, 500_000)),
        (8, 0.75, at(9, 45)),
        (1, NEARLY_ONE, at(9, 0, 29, 999_999)),
        (10_000, NEARLY_ONE, at(9, 59, 59, 999_999)),
    ],
)
def test_the_next_attempt_is_drawn_from_30_seconds_doubled_up_to_an_hour(
    attempts: int, draw: float, time: datetime
) -> None:
    assert after(attempts, draw) == Retry(time, How.RESEND)


@pytest.mark.parametrize(
    ("outcome", "draw", "time"),
    [
        (Answered(503, Code.BUSY, "600"), 0.0, at(9, 10)),
        (Answered(429, Code.SLOW, "600"), 0.5, at(9, 10, 15)),
        (Answered(429, None, "Wed, 25 Nov 2026 12:00:00 GMT"), 0.5, at(12, 0, 15)),
        (Answered(503, Code.BUSY, "Wed, 25 Nov 2026 08:00:00 GMT"), 0.5, at(9, 0, 15)),
    ],
)
def test_a_partner_that_says_when_is_not_called_before_and_not_by_all_at_once(
    outcome: Answered, draw: float, time: datetime
) -> None:
    assert after(1, draw, outcome) == Retry(time, How.RESEND)


def test_the_window_ends_where_the_message_expires() -> None:
    assert after(8, 0.5, expires=at(9, 10)) == Retry(at(9, 5), How.RESEND)
    assert after(8, NEARLY_ONE, expires=at(9, 10)) == Retry(at(9, 9, 59, 999_999), How.RESEND)
    assert after(8, NEARLY_ONE, expires=NOW + timedelta(microseconds=1)) == Retry(NOW, How.RESEND)
    assert after(1, 0.5, Answered(503, Code.BUSY, "590"), at(9, 10)) == Retry(at(9, 9, 55), How.RESEND)


@pytest.mark.parametrize(
    ("outcome", "expires"),
    [(BUSY, NOW), (BUSY, NOW - timedelta(seconds=1)), (Answered(503, Code.BUSY, "600"), at(9, 10))],
)
def test_where_no_time_is_left_a_person_decides(outcome: Answered, expires: datetime) -> None:
    assert after(1, 0.0, outcome, expires) == Expire(expires)


def test_a_message_that_was_refused_for_good_is_not_tried_again_even_if_it_has_expired() -> None:
    assert after(1, 0.5, Answered(409, Code.CONFLICT), NOW) == Stop(Permanent, alert=True)


def test_after_an_unknown_outcome_the_next_attempt_asks() -> None:
    assert after(1, 0.5, Lost.UNKNOWN) == Retry(at(9, 0, 15), How.ASK)
    assert after(1, 0.5, Answered(404, Code.UNKNOWN)) == Retry(at(9, 0, 15), How.RECREATE)


def test_a_bad_signature_is_tried_again_once() -> None:
    outcome = Answered(401, Code.SIGNATURE)
    assert after(1, 0.5, outcome) == Retry(at(9, 0, 15), How.RESEND)
    second = Tried(2, EXPIRES, frozenset({Code.SIGNATURE}))
    assert next_attempt(second, outcome, NOW, 0.5) == Stop(Misconfigured, alert=True)


def test_the_classes_differ_in_when_a_person_hears_and_in_who_goes_first() -> None:
    assert {"urgent": timedelta(minutes=15), "normal": None, "bulk": None} == ALERT_AFTER
    assert set(ALERT_AFTER) == set(RANK) == set(get_args(Delivery))
    assert sorted(RANK, key=RANK.__getitem__) == ["urgent", "normal", "bulk"]


OUTCOMES = st.one_of(
    st.sampled_from(list(Lost)),
    st.builds(
        lambda code, wait: Answered(TABLE[code].status, code, wait),
        st.sampled_from(list(Code)),
        st.one_of(st.just(""), st.integers(0, 10**6).map(str)),
    ),
    st.builds(Answered, st.integers(300, 599)),
)
DRAWS = st.floats(0, 1, exclude_max=True)


@given(attempts=st.integers(1, 10**6), left=st.timedeltas(timedelta(-1), timedelta(30)), outcome=OUTCOMES, draw=DRAWS)
def test_an_attempt_is_never_early_and_never_at_or_after_the_expiry(
    attempts: int, left: timedelta, outcome: Lost | Answered, draw: float
) -> None:
    then = after(attempts, draw, outcome, NOW + left)
    assume(isinstance(then, Retry))
    assert isinstance(then, Retry)
    wait = outcome.retry_after if isinstance(outcome, Answered) else ""
    earliest = NOW + timedelta(seconds=int(wait or 0))
    assert earliest <= then.at < min(earliest + ceiling(attempts), NOW + left)


@given(attempts=st.integers(1, 10**6), more=st.integers(0, 10**6))
def test_the_longest_wait_only_grows_and_stays_within_its_bounds(attempts: int, more: int) -> None:
    assert timedelta(seconds=30) <= ceiling(attempts) <= ceiling(attempts + more) <= timedelta(hours=1)


@given(low=DRAWS, high=DRAWS, attempts=st.integers(1, 20))
def test_a_larger_draw_never_comes_earlier(low: float, high: float, attempts: int) -> None:
    first, second = after(attempts, min(low, high)), after(attempts, max(low, high))
    assert isinstance(first, Retry)
    assert isinstance(second, Retry)
    assert first.at <= second.at


@given(attempts=st.integers(1, 100), draw=DRAWS, status=st.integers(400, 499))
def test_a_permanent_answer_is_never_tried_again(attempts: int, draw: float, status: int) -> None:
    assume(status not in {408, 409, 429})
    assert after(attempts, draw, Answered(status)) == Stop(Permanent)
