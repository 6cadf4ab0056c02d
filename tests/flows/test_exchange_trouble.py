"""A partner that is away, slow, suspended or in maintenance; a directory or an audit log that is behind."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from authorities import dispatch, levels, sent, settle
from exchange_rig import Cut, Two, alerts, answers, attempts, delivered_to, minutes, two
from gateway import maintenance
from gateway.actor import Actor
from gateway.audit.entry import Role
from gateway.audit.store import EvidenceNotStored
from gateway.deadletters.decisions import hold, release
from gateway.doctor.run import watch
from gateway.itp.codes import Code, Refused
from gateway.itp.directory import DirectoryRefused, Fault
from gateway.pipeline import gate
from gateway.pipeline.collect import collect
from gateway.pipeline.exchange import Exchange
from gateway.pipeline.expire import expire
from gateway.pipeline.own_log import checkpoint
from gateway.pipeline.run import sweep
from gateway.store.ledger import history
from gateway.store.messages import status
from gateway.store.states import State
from schemas.errors import Transient

PAUSED = ("partner-paused", "BBB")


@pytest.fixture
def away(tmp_path: Path, databases: dict[str, str]) -> Iterator[Two]:
    """Give Ann, and Ben whose server does not run."""
    with two(tmp_path, databases, listens=False) as found:
        yield found


def operator(exchange: Exchange) -> Actor:
    return Actor(exchange.organisation, Role.OPERATOR)


def test_a_partner_that_fails_is_paused_with_one_alert_and_resumed_in_order(away: Two) -> None:
    # What failed first is due last, and goes first all the same.
    draws = itertools.count(0.99, -0.1)
    ann = replace(away.ann, jitter=lambda: next(draws))
    made = [dispatch(ann, away.ben.organisation) for _ in range(8)]
    sweep(ann, "test")
    assert attempts(ann) == 5, "the sixth is not tried"
    assert alerts(ann) == [PAUSED]
    sweep(ann, "test")
    assert attempts(ann) == 5
    with away.listening():
        away.clock.forward(minutes(2))
        sweep(ann, "test")
        assert away.wire.ids[5:] == made, "the oldest first"
        settle(away.ben, ann)
    assert delivered_to(away.ben) == sorted(made)
    assert (alerts(ann), alerts(ann, closed=True)) == ([], [PAUSED])


def test_a_partner_that_is_away_for_a_day_gets_everything_once_in_order_when_it_is_back(away: Two) -> None:
    ann = away.ann
    talk = dispatch(ann, away.ben.organisation)
    made = [talk, *(dispatch(ann, away.ben.organisation) for _ in range(5))]
    for _ in range(24):
        sweep(ann, "test")
        away.clock.forward(minutes(60))
    assert 24 <= attempts(ann) <= 5 + 24, "now and then, and one message alone"
    assert alerts(ann) == [PAUSED]
    away.wire.taken()
    with away.listening():
        away.clock.forward(minutes(16))
        sweep(ann, "test")
        settle(away.ben, ann)
    assert away.wire.ids == made
    assert delivered_to(away.ben) == sorted(made)
    assert all(levels(ann, message) == levels(away.ben, message) == ["R1", "R2"] for message in made)
    assert alerts(ann) == []


def test_a_partner_that_is_away_costs_no_other_partner_anything(away: Two) -> None:
    for _ in range(5):
        dispatch(away.ann, away.ben.organisation)
    sweep(away.ann, "test")
    back = dispatch(away.ben, away.ann.organisation)
    settle(away.ben)
    assert levels(away.ben, back) == ["R1"]
    assert alerts(away.ann) == [PAUSED]


def test_an_urgent_message_without_a_receipt_alerts_after_fifteen_minutes(away: Two) -> None:
    dispatch(away.ann, away.ben.organisation, delivery="urgent")
    dispatch(away.ann, away.ben.organisation)
    sweep(away.ann, "test")
    away.clock.forward(minutes(14))
    watch(away.ann)
    assert ("urgent-without-receipt", "BBB") not in alerts(away.ann)
    away.clock.forward(minutes(1))
    watch(away.ann)
    watch(away.ann)
    assert alerts(away.ann).count(("urgent-without-receipt", "BBB")) == 1


def test_what_is_not_delivered_until_it_expires_waits_for_a_person(away: Two) -> None:
    message = dispatch(away.ann, away.ben.organisation, expires=away.clock() + minutes(60))
    sweep(away.ann, "test")
    away.clock.forward(minutes(61))
    assert expire(away.ann) == 1
    assert sent(away.ann, message).state is State.HELD
    assert _reason(away, message) == Code.EXPIRED


def test_a_suspended_partner_is_sent_nothing_and_sends_nothing(both: Two) -> None:
    under_way = [dispatch(both.ben, both.ann.organisation) for _ in range(3)]
    both.suspend(both.ben)
    with pytest.raises(Refused, match="does not exchange now") as refused:
        dispatch(both.ann, both.ben.organisation)
    assert refused.value.code is Code.PARTNER_STATUS
    settle(both.ben)
    assert attempts(both.ben) == 1
    assert alerts(both.ben) == [("partner-held", "AAA")]
    both.partnership.publish()
    gate.resume(both.ben, both.ann.organisation)
    settle(both.ben, both.ann)
    assert [levels(both.ben, message) for message in under_way] == [["R1", "R2"]] * 3
    assert (alerts(both.ben), alerts(both.ben, closed=True)) == ([], [("partner-held", "AAA")])


def test_in_maintenance_nothing_is_sent_claimed_or_taken(both: Two) -> None:
    ann, ben = both.ann, both.ben
    before = dispatch(ann, ben.organisation)
    maintenance.begin(ann.store.engine, operator(ann), both.clock())
    with pytest.raises(Transient, match="in maintenance"):
        dispatch(ann, ben.organisation)
    assert sweep(ann, "test") == 0
    maintenance.end(ann.store.engine, operator(ann), both.clock())
    maintenance.begin(ben.store.engine, operator(ben), both.clock())
    settle(ann)
    assert _last_attempt(both, before) == Code.BUSY
    assert answers(ann, before) == []
    maintenance.end(ben.store.engine, operator(ben), both.clock())
    both.clock.forward(minutes(1))
    settle(ann, ben)
    assert answers(ann, before) == [("R1", None), ("R2", None)]


def test_a_stale_directory_stops_new_messages_and_none_that_are_under_way(both: Two) -> None:
    both.wire.cut = lambda _call: Cut.BEFORE
    under_way = dispatch(both.ann, both.ben.organisation, expires=both.clock() + minutes(60 * 24 * 20))
    settle(both.ann)
    both.wire.cut = lambda _call: None
    both.clock.forward(minutes(60 * 24 * 7 + 1))
    checkpoint(both.ann)
    with pytest.raises(DirectoryRefused, match="too old to send by") as refused:
        dispatch(both.ann, both.ben.organisation)
    assert refused.value.fault is Fault.STALE
    settle(both.ann, both.ben)
    assert answers(both.ann, under_way) == [("R1", None), ("R2", None)]
    both.partnership.publish()
    dispatch(both.ann, both.ben.organisation)


def test_sending_stops_while_evidence_waits_and_goes_on_when_it_is_kept(both: Two) -> None:
    message = dispatch(both.ann, both.ben.organisation)
    both.clock.forward(minutes(16))
    with pytest.raises(EvidenceNotStored, match="have waited 16 minutes"):
        dispatch(both.ann, both.ben.organisation)
    settle(both.ann, both.ben)
    assert levels(both.ann, message) == ["R1", "R2"]
    dispatch(both.ann, both.ben.organisation)


def test_sending_stops_while_nothing_signs_the_log(both: Two) -> None:
    dispatch(both.ann, both.ben.organisation)
    settle(both.ann, both.ben)
    both.clock.forward(minutes(61))
    with pytest.raises(EvidenceNotStored, match="no checkpoint for 61 minutes"):
        dispatch(both.ann, both.ben.organisation)
    checkpoint(both.ann)
    dispatch(both.ann, both.ben.organisation)


def test_a_message_that_is_released_to_a_partner_that_polls_is_offered_to_it(
    tmp_path: Path, databases: dict[str, str]
) -> None:
    with two(tmp_path, databases, modes=("poll",)) as both:
        message = dispatch(both.ann, both.ben.organisation)
        number = sent(both.ann, message).message
        hold(both.ann.store, operator(both.ann), number, both.clock())
        assert collect(both.ben) == 0
        release(both.ann.store, operator(both.ann), number, both.clock())
        settle(both.ann)
        assert (alerts(both.ann), both.wire.calls) == ([], []), "nobody tried to reach it"
        assert collect(both.ben) == 1


def _reason(both: Two, message: str) -> str:
    found = status(both.ann.store, both.ann.organisation, message)
    assert found is not None
    return found.reason


def _last_attempt(both: Two, message: str) -> str:
    return history(both.ann.store, sent(both.ann, message).message)[-1].reason
