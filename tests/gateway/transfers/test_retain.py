"""Our own copies go when their time is over, and not before; what a legal hold names stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.audit.entry import Role
from gateway.matching.search import search
from gateway.policy.request import Place, Release, Staff
from gateway.retention.holds import Scope, set_hold
from gateway.store import documents
from gateway.store.documents import Kind
from gateway.transfers import match, rows
from gateway.transfers.arrival import Match
from gateway.transfers.draft import Stage
from gateway.transfers.retain import ALERTS, retain_copies
from itp_exchange import NOW
from transfer_desks import Desk, Desks, actor


def copies_of(desk: Desk) -> int:
    return len(documents.latest_versions(desk.exchange.store, Kind.PACKAGE))


def wait(desk: Desk, time: timedelta) -> int:
    desk.clock.forward(time.total_seconds())
    return retain_copies(desk.exchange)


def test_a_sent_copy_goes_after_the_days_of_the_agreement(both: Desks) -> None:
    both.send()
    assert (wait(both.ann, timedelta(days=30, seconds=-1)), copies_of(both.ann)) == (0, 1)
    assert (wait(both.ann, timedelta(seconds=1)), copies_of(both.ann)) == (1, 0)
    assert wait(both.ann, timedelta(days=30)) == 0


def test_what_came_stays_until_it_is_answered_and_an_alert_is_kept_briefly(both: Desks) -> None:
    both.send()
    both.send(process="P6", step="alert")
    assert (wait(both.ben, ALERTS), copies_of(both.ben)) == (1, 1)
    assert both.ben.last().stage is Stage.COMPLETED
    assert rows.listed(both.ben.exchange.store)[0].stage is Stage.SEARCHED


def test_what_a_legal_hold_names_stays(both: Desks) -> None:
    reference = both.send()
    message = rows.find(both.ann.exchange.store, reference).message_id or ""
    review = NOW + timedelta(days=90)
    governance = actor(both.ann.exchange, Role.GOVERNANCE)
    set_hold(both.ann.exchange.store, governance, Scope.MESSAGE, message, NOW, reason="court-order", review_by=review)
    assert (wait(both.ann, timedelta(days=60)), copies_of(both.ann)) == (0, 1)


def test_one_transfer_that_cannot_be_attended_to_stops_no_other(both: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = list[int]()

    def once(*arguments: object) -> object:
        calls.append(1)
        if len(calls) == 1:
            raise ArithmeticError
        return search(*arguments)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(match, "search", once)
    both.send()
    assert both.ben.last().stage is Stage.TAKEN
    both.send(both.children[2])
    assert [each.stage for each in rows.listed(both.ben.exchange.store)] == [Stage.SEARCHED, Stage.SEARCHED]


def test_a_hidden_place_that_was_released_by_name_is_hidden_at_the_receiver_too(both: Desks) -> None:
    hidden = both.children[1]
    by = Staff("manager", actor(both.ann.exchange, Role.MANAGER, 9).staff or "")
    release = Release("to-the-receiving-team", hidden, frozenset({Place.ADDRESS}), "They must visit.", by)
    both.send(hidden, releases=(release,))
    came = both.see()
    both.decide_new()
    (child,) = both.accept(came).children
    assert child.match is Match.NEW
    case = both.ben.held(f"in-{came}")
    (home,) = [row for row in case.address if row.person == child.ours and row.hidden]
    assert (home.postcode, home.provenance.via) == ("ZZ99 9HD", both.ben.last().message_id)
    assert [person.id for person in case.person].count(child.ours or "") == 1
