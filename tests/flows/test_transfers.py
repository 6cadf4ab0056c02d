"""Transfers of made-up families between authorities over real servers, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from exchange_rig import alerts
from gateway.audit.entry import Role
from gateway.cases import files
from gateway.pipeline.exchange import Exchange
from gateway.transfers import answer, copies, dispatch, follow, recall, reviews, rows, withdraw
from gateway.transfers.arrival import Match
from gateway.transfers.draft import Stage, What
from gateway.transfers.prepare import Wanted
from schemas.errors import Transient
from schemas.processes.deadlines import Standing
from transfer_rig import Rig, actor, rig


@pytest.fixture
def three(tmp_path: Path, databases: dict[str, str]) -> Iterator[Rig]:
    with rig(tmp_path, databases, "AAA", "BBB", "CCC") as found:
        yield found


@pytest.fixture
def both(tmp_path: Path, databases: dict[str, str]) -> Iterator[Rig]:
    with rig(tmp_path, databases) as found:
        yield found


def signed(exchange: Exchange, reference: str) -> list[tuple[str, str, str | None]]:
    """List level, outcome and child of the receipts that a side holds about a transfer."""
    found = follow.signed_about(exchange, rows.find(exchange.store, reference))
    return [(each.level, each.outcome, each.subject) for each in found]


def test_a_family_moves_and_both_can_prove_it(both: Rig) -> None:
    (sent,) = both.send("P1", both.ben, step="pack", children=both.children)
    came = both.came(both.ben)
    assert (came.message_id, came.process, came.step) == (sent.message_id, "P1", "pack")
    reference = both.see(both.ben)
    both.decide_new(both.ben)
    both.settle()
    arrival = both.accept(both.ben, reference)
    answer.complete(both.ben, actor(both.ben, Role.DUTY), reference, both.today)
    both.settle()
    followed = follow.follow(both.ann, sent.reference)
    assert followed.state == "completed"
    assert [(child.matched, child.answer) for child in followed.children] == [("created", "accepted")] * 3
    assert [child.ours is not None for child in arrival.children] == [True] * 3
    assert copies.package(both.ben.store, both.ben.organisation, came) is None


def test_notices_of_a_placement_go_to_each_receiver_under_its_own_mask(three: Rig) -> None:
    area, health = three.send("P5", three.ben, three.cat, step="notice")
    assert area.conversation_id == health.conversation_id
    seen = [copies.package(each.store, each.organisation, three.came(each)) for each in (three.ben, three.cat)]
    tables = [{name for name, rows_ in package.records.tables() if rows_} for package in seen if package]
    assert {"cp_plans", "address"} <= tables[0]
    assert "agencies" in tables[1]
    assert not {"cp_plans", "address"} & tables[1]
    assert "agencies" not in tables[0]


def test_an_alert_is_broadcast_and_its_end_deletes_it_everywhere(three: Rig) -> None:
    sent = three.send("P6", three.ben, three.cat, step="alert", children=three.children[:1])
    alerts = [three.came(each) for each in (three.ben, three.cat)]
    three.see(three.ben)
    recall.stand_down(three.ann, actor(three.ann, Role.DUTY), sent[0].reference)
    three.settle()
    for exchange, alert in zip((three.ben, three.cat), alerts, strict=True):
        assert copies.package(exchange.store, exchange.organisation, alert) is None
        assert rows.find(exchange.store, alert.reference).stage is Stage.RECALLED
        assert not (exchange.inbox / (alert.message_id or "")).exists()
    ends = [each for each in rows.listed(three.ann.store) if each.kind is What.STAND_DOWN]
    assert [signed(three.ann, each.reference)[-1] for each in ends] == [("R6", "completed", None)] * 2
    assert [rows.find(three.ann.store, each.reference).stage for each in sent] == [Stage.RECALLED] * 2


def test_a_check_is_answered_with_what_may_be_told_or_with_nothing_to_tell(three: Rig) -> None:
    three.hold(three.ben)
    (asked,) = three.send("P12", three.ben, step="request")
    question = three.see(three.ben)
    assert signed(three.ann, asked.reference)[-2:] == [("R3", "seen", None), ("R4", "created", "child-1")]
    (child,) = three.arrival(three.ben).children
    assert child.match is Match.LINKED
    transfer, links = recall.answer_links(three.ben, question)
    wanted = Wanted(
        three.family.id, (child.ours or "",), "P12", step="answer", links=links, conversation=transfer.conversation_id
    )
    three.clock.forward(timedelta(seconds=3))
    three.sent(three.ben, wanted, three.ann)
    answered = three.came(three.ann)
    package = copies.package(three.ann.store, three.ann.organisation, answered)
    assert package is not None
    assert [person.forename for person in package.records.children][:1] == [three.family.children[0].forename]
    assert three.arrival(three.ann).links.in_reply_to == asked.message_id
    assert {line.clock: line.standing for line in follow.follow(three.ann, asked.reference).clocks} == dict.fromkeys(
        ("urgent-answer", "s47-answer", "court-answer", "approval-answer"), Standing.DONE
    )
    (other,) = three.send("P12", three.cat, step="request")
    nothing = recall.prepare_nothing(three.cat, actor(three.cat, Role.DUTY), three.see(three.cat))
    with pytest.raises(Transient, match="An answer leaves no sooner than two seconds after the question"):
        three.let_go(three.cat, nothing)
    three.clock.forward(timedelta(seconds=3))
    dispatch.dispatch(three.cat, actor(three.cat, Role.DUTY), nothing)
    three.settle()
    assert three.came(three.ann).kind is What.NOTHING
    assert three.arrival(three.ann).links.in_reply_to == other.message_id


def test_a_transfer_is_declined_for_one_child_and_accepted_for_another(both: Rig) -> None:
    (sent,) = both.send("P1", both.ben, step="pack", children=both.children[::2])
    reference = both.see(both.ben)
    manager = actor(both.ben, Role.MANAGER)
    answer.decline(both.ben, manager, reference, "not-our-area", ["child-1"])
    both.decide_new(both.ben)
    both.accept(both.ben, reference, "child-2")
    followed = follow.follow(both.ann, sent.reference)
    assert followed.state == "partly accepted"
    assert [(child.answer, child.reason, child.effective) for child in followed.children] == [
        ("declined", "not-our-area", None),
        ("accepted", None, both.today),
    ]
    (name,) = files.names(both.ben.store)
    held = files.held(both.ben.store, name).file
    assessed = {held.somebody(row.person).forename for row in held.cin_assessments}
    assert assessed == {both.family.children[2].forename}


def test_a_recall_deletes_what_nobody_has_accepted_and_is_signed(both: Rig) -> None:
    (sent,) = both.send("P1", both.ben, step="pack")
    both.see(both.ben)
    came = both.came(both.ben)
    recall.recall(both.ann, actor(both.ann, Role.MANAGER), sent.reference, "sent-to-the-wrong-authority")
    both.settle()
    notice = rows.listed(both.ann.store)[-1]
    assert [level for level, _, _ in signed(both.ann, notice.reference)] == ["R1", "R2", "R6"]
    assert copies.package(both.ben.store, both.ben.organisation, came) is None
    assert reviews.queue(both.ben.store) == ()
    assert rows.arrival(both.ben.store, came.reference).children == ()


def test_a_recall_of_what_was_accepted_is_for_a_person_to_decide(both: Rig) -> None:
    (sent,) = both.send("P1", both.ben, step="pack")
    reference = both.see(both.ben)
    both.decide_new(both.ben)
    both.accept(both.ben, reference)
    recall.recall(both.ann, actor(both.ann, Role.MANAGER), sent.reference, "wrong-child")
    both.settle()
    asked = both.came(both.ben)
    assert asked.stage is Stage.RECALL_ASKED
    assert ("recall-waiting", asked.reference) in alerts(both.ben)
    (name,) = files.names(both.ben.store)
    assert files.held(both.ben.store, name).file.children != ()
    withdraw.answer_recall(both.ben, actor(both.ben, Role.MANAGER), asked.reference, comply=True)
    both.settle()
    assert files.held(both.ben.store, name).file.person == ()
    assert signed(both.ann, rows.listed(both.ann.store)[-1].reference)[-1] == ("R6", "completed", None)
