"""Legal holds: who sets them, what they name, when somebody looks again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gateway.retention.holds import Hold, Scope, days, lift, listed, set_hold
from gateway.store.store import Store
from schemas.errors import Rejected
from stopped_messages import GOVERNANCE, OPERATOR, audited, named
from store_builder import NOW, SENDER, later, numbered

REVIEW = NOW + timedelta(days=90)


def hold(store: Store, scope: Scope = Scope.MESSAGE, value: str = numbered(1), review: datetime = REVIEW) -> Hold:
    return set_hold(store, GOVERNANCE, scope, value, NOW, reason="legal-claim", review_by=review)


def test_a_hold_is_set_listed_and_lifted(store: Store) -> None:
    made = hold(store)
    assert made == Hold(made.number, Scope.MESSAGE, numbered(1), "legal-claim", "governance", NOW, REVIEW, None)
    assert listed(store) == (made,)
    lifted = lift(store, GOVERNANCE, made.number, later(60))
    assert listed(store) == ()
    assert listed(store, lifted=True) == (lifted,)
    assert lifted.lifted_at == later(60)


def test_both_are_audited_under_one_name_of_the_hold(store: Store) -> None:
    lift(store, GOVERNANCE, hold(store).number, later(60))
    lift(store, GOVERNANCE, hold(store, Scope.CONVERSATION).number, later(60))
    lift(store, GOVERNANCE, hold(store, Scope.PARTNER, SENDER).number, later(60))
    lift(store, GOVERNANCE, hold(store, Scope.DATES, "2026-01-01/2026-01-31").number, later(60))
    events = audited(store)
    assert [event["action"] for event in events] == ["legal-hold-set", "legal-hold-lift"] * 4
    assert [event["objects"][1:] for event in events[::2]] == [
        [named()],
        [f"conversation:{numbered(1)}"],
        [SENDER],
        [],
    ]
    assert [event["objects"] for event in events[::2]] == [event["objects"] for event in events[1::2]]
    assert len({event["objects"][0] for event in events}) == 4


def test_the_next_review_comes_first_and_shows_when_it_is_past(store: Store) -> None:
    late = hold(store, review=later(3600))
    soon = hold(store, Scope.CONVERSATION, review=later(60))
    assert listed(store) == (soon, late)
    assert [one.overdue(later(60)) for one in listed(store)] == [True, False]
    assert not lift(store, GOVERNANCE, soon.number, later(70)).overdue(later(80))


def test_only_governance_sets_and_lifts(store: Store) -> None:
    made = hold(store)
    sentence = r"^Only the information governance role sets and lifts legal holds\.$"
    with pytest.raises(Rejected, match=sentence):
        set_hold(store, OPERATOR, Scope.MESSAGE, numbered(1), NOW, reason="x", review_by=REVIEW)
    with pytest.raises(Rejected, match=sentence):
        lift(store, OPERATOR, made.number, NOW)
    assert listed(store) == (made,)


@pytest.mark.parametrize(
    ("scope", "value", "sentence"),
    [
        (Scope.MESSAGE, "7", r"^This names no message\.$"),
        (Scope.CONVERSATION, "Smith", r"^This names no conversation\.$"),
        (Scope.PARTNER, "R2D2", r"^This names no partner\.$"),
        (Scope.DATES, "2026-01-01", r"^The dates cannot be read\.$"),
        (Scope.DATES, "2026-02-01/2026-01-01", r"^The dates cannot be read\.$"),
        (Scope.DATES, "20260101/20260131", r"^The dates cannot be read\.$"),
        (Scope.DATES, "2026-01-01/9999-12-31", r"^The dates cannot be read\.$"),
    ],
)
def test_what_names_nothing_is_refused(store: Store, scope: Scope, value: str, sentence: str) -> None:
    with pytest.raises(Rejected, match=sentence):
        hold(store, scope, value)
    assert listed(store) == ()


def test_a_hold_needs_a_code_and_a_review_to_come(store: Store) -> None:
    with pytest.raises(Rejected, match=r"^The review of a hold lies in the future\.$"):
        hold(store, review=NOW)
    with pytest.raises(Rejected, match=r"^A reason is a code of small letters, digits and hyphens\.$"):
        set_hold(store, GOVERNANCE, Scope.MESSAGE, numbered(1), NOW, reason="Ann's claim", review_by=REVIEW)
    with pytest.raises(Rejected, match=r"^There is no legal hold number 9 to lift\.$"):
        lift(store, GOVERNANCE, 9, NOW)
    made = hold(store)
    lift(store, GOVERNANCE, made.number, NOW)
    with pytest.raises(Rejected, match=rf"^There is no legal hold number {made.number} to lift\.$"):
        lift(store, GOVERNANCE, made.number, NOW)


def test_both_days_of_a_range_are_included() -> None:
    assert days("2026-01-01/2026-01-31") == (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC))
