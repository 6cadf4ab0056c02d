"""What a sender takes back is deleted and signed, unless somebody must decide."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from exchange_rig import alerts
from gateway.audit.entry import Role
from gateway.cases import files
from gateway.matching.review import Verdict
from gateway.policy.agreement import Status
from gateway.retention.holds import Scope, set_hold
from gateway.store import documents
from gateway.store.documents import Kind
from gateway.store.engine import reading, writing
from gateway.store.models import Chunk, Message, Part, TransferRow
from gateway.store.states import Direction
from gateway.transfers import copies, dispatch, follow, judge, match, recall, reviews, rows, withdraw
from gateway.transfers.bring_in import without
from gateway.transfers.draft import Stage
from itp_exchange import BEN, NOW
from schemas.errors import Held, Rejected
from transfer_desks import Desks, actor


def recalled(both: Desks, reference: str) -> None:
    recall.recall(both.ann.exchange, actor(both.ann.exchange, Role.DUTY, 2), reference, "wrong-child")
    both.carry()


def heard(both: Desks) -> list[tuple[str, str | None]]:
    """List level and reason of what Ann holds about what it sent last."""
    last = both.ann.last(Direction.OUT)
    return [(each.level, each.reason) for each in follow.signed_about(both.ann.exchange, last)]


def parts(both: Desks, message: str) -> set[Part]:
    """Say of what Ben still has something of a message that was sealed."""
    wanted = select(Chunk.part).join(Message, Message.id == Chunk.message).where(Message.message_id == message)
    with reading(both.ben.exchange.store.engine) as connection:
        return set(connection.execute(wanted).scalars())


def accepted(both: Desks) -> str:
    reference = both.send()
    came = both.see()
    for item in reviews.queue(both.ben.exchange.store):
        judge.decide(both.ben.exchange, actor(both.ben.exchange, Role.DUTY), item.review.identity, Verdict.DIFFERENT)
    both.accept(came)
    return reference


def test_before_anybody_accepts_it_everything_of_it_is_deleted(both: Desks) -> None:
    reference = both.send()
    came = both.ben.last()
    assert (both.ben.exchange.inbox / (came.message_id or "")).is_dir()
    recalled(both, reference)
    store = both.ben.exchange.store
    assert copies.package(store, BEN.organisation, came) is None
    assert documents.latest_versions(store, Kind.REVIEW) == {}
    assert [kept.content for kept in documents.versions(store, Kind.TRANSFER, came.reference)] != []
    assert rows.arrival(store, came.reference).children == ()
    assert not (both.ben.exchange.inbox / (came.message_id or "")).exists()
    assert rows.find(store, came.reference).stage is Stage.RECALLED
    assert heard(both) == [("R1", None), ("R2", None), ("R6", None)]
    assert rows.find(both.ann.exchange.store, reference).stage is Stage.RECALLED


def test_a_recall_of_what_never_came_is_signed_alike(both: Desks) -> None:
    kept = list(both.ben.agreements)
    both.ben.agreements.clear()
    reference = both.send()
    both.ben.agreements[:] = kept
    recalled(both, reference)
    assert heard(both) == [("R1", None), ("R2", None), ("R6", None)]


def test_what_was_refused_and_is_taken_back_is_not_kept_sealed_either(both: Desks) -> None:
    kept = list(both.ben.agreements)
    both.ben.agreements.clear()
    reference = both.send()
    both.ben.agreements[:] = kept
    message = rows.find(both.ann.exchange.store, reference).message_id or ""
    assert parts(both, message) == {Part.LABEL, Part.MANIFEST, Part.PAYLOAD}
    recalled(both, reference)
    assert parts(both, message) == {Part.LABEL}


def test_a_recall_that_overtakes_its_message_waits_for_it_and_is_signed_then(both: Desks) -> None:
    reference = both.prepare()
    both.authorise(reference)
    dispatch.dispatch(both.ann.exchange, actor(both.ann.exchange, Role.PRACTITIONER, 1), reference)
    recall.recall(both.ann.exchange, actor(both.ann.exchange, Role.DUTY, 2), reference, "wrong-child")
    both.carry(skip=1)
    assert both.ben.last().stage is Stage.TAKEN
    assert heard(both) == [("R1", None), ("R2", None)], "it is not signed that what may come is gone"
    both.carry()
    assert heard(both) == [("R1", None), ("R2", None), ("R6", None)]
    stages = [each.stage for each in rows.listed(both.ben.exchange.store)]
    assert stages == [Stage.COMPLETED, Stage.RECALLED]
    assert documents.latest_versions(both.ben.exchange.store, Kind.PACKAGE) == {}


def test_a_recall_of_what_can_come_no_more_is_signed(both: Desks) -> None:
    reference = both.prepare()
    both.authorise(reference)
    dispatch.dispatch(both.ann.exchange, actor(both.ann.exchange, Role.PRACTITIONER, 1), reference)
    recall.recall(both.ann.exchange, actor(both.ann.exchange, Role.DUTY, 2), reference, "wrong-child")
    both.carry(skip=1)
    both.clock_forward(40)
    match.attend(both.ben.exchange)
    assert both.ben.last().stage is Stage.COMPLETED


def test_a_recall_passes_although_the_agreement_was_suspended(both: Desks) -> None:
    reference = both.send()
    for desk in (both.ann, both.ben):
        desk.change(status=Status.SUSPENDED)
    recalled(both, reference)
    assert both.ben.last().stage is Stage.COMPLETED


def test_what_was_accepted_stays_until_a_manager_has_decided(both: Desks) -> None:
    reference = accepted(both)
    recalled(both, reference)
    asked = both.ben.last()
    assert asked.stage is Stage.RECALL_ASKED
    assert alerts(both.ben.exchange) == [("recall-waiting", asked.reference)]
    with pytest.raises(Rejected, match=r"^Your role may not accept or decline a transfer\.$"):
        withdraw.answer_recall(both.ben.exchange, actor(both.ben.exchange, Role.DUTY), asked.reference, comply=True)
    manager = actor(both.ben.exchange, Role.MANAGER)
    with pytest.raises(Rejected, match="A reason is a code"):
        withdraw.answer_recall(both.ben.exchange, manager, asked.reference, comply=False)
    withdraw.answer_recall(both.ben.exchange, manager, asked.reference, comply=False, reason="it-is-our-child")
    both.carry()
    assert heard(both)[-1] == ("R5", "it-is-our-child")
    assert alerts(both.ben.exchange) == []


def test_a_manager_who_complies_takes_every_record_of_it_out_of_our_files(both: Desks) -> None:
    reference = accepted(both)
    came = rows.listed(both.ben.exchange.store)[0]
    assert documents.latest_versions(both.ben.exchange.store, Kind.PAPER) != {}
    recalled(both, reference)
    manager = actor(both.ben.exchange, Role.MANAGER)
    withdraw.answer_recall(both.ben.exchange, manager, both.ben.last().reference, comply=True)
    both.carry()
    store = both.ben.exchange.store
    assert [list(held.file.records()) for held in files.versions(store, f"in-{came.reference}")] == [[], []]
    assert documents.latest_versions(store, Kind.PAPER) == {}
    assert heard(both)[-1] == ("R6", None)


def test_a_legal_hold_stops_it_and_a_manager_is_told(both: Desks) -> None:
    reference = both.send()
    came = both.ben.last()
    governance = actor(both.ben.exchange, Role.GOVERNANCE)
    set_hold(
        both.ben.exchange.store,
        governance,
        Scope.MESSAGE,
        came.message_id or "",
        NOW,
        reason="court-order",
        review_by=NOW + timedelta(days=90),
    )
    recalled(both, reference)
    asked = both.ben.last()
    assert asked.stage is Stage.RECALL_ASKED
    with pytest.raises(Held, match="A legal hold names what the partner takes back"):
        withdraw.answer_recall(both.ben.exchange, actor(both.ben.exchange, Role.MANAGER), asked.reference, comply=True)
    assert copies.package(both.ben.exchange.store, BEN.organisation, came) is not None


def test_only_what_was_sent_is_recalled_by_who_may_and_for_a_reason(both: Desks) -> None:
    draft = both.prepare()
    manager = actor(both.ann.exchange, Role.MANAGER)
    with pytest.raises(Rejected, match=r"^The transfer is draft\.$"):
        recall.recall(both.ann.exchange, manager, draft, "wrong-child")
    sent = both.send()
    with pytest.raises(Rejected, match=r"^Your role may not recall a message or end an alert\.$"):
        recall.recall(both.ann.exchange, actor(both.ann.exchange, Role.PRACTITIONER), sent, "wrong-child")
    with pytest.raises(Rejected, match="A reason is a code"):
        recall.recall(both.ann.exchange, manager, sent, "the wrong child")
    with pytest.raises(Rejected, match=r"^Only an alert is ended so\.$"):
        recall.stand_down(both.ann.exchange, manager, sent)


def test_an_alert_ends_although_somebody_has_seen_it(both: Desks) -> None:
    sent = both.send(process="P6", step="alert")
    both.see()
    came = both.ben.last()
    recall.stand_down(both.ann.exchange, actor(both.ann.exchange, Role.DUTY), sent)
    both.carry()
    assert rows.find(both.ben.exchange.store, came.reference).stage is Stage.RECALLED
    with pytest.raises(Rejected, match=r"^The alert is not with anybody\.$"):
        recall.stand_down(both.ann.exchange, actor(both.ann.exchange, Role.DUTY), sent)


def test_the_end_of_an_alert_ends_no_other_message(both: Desks) -> None:
    reference = both.send()
    came = both.ben.last()
    store = both.ann.exchange.store
    sent = rows.find(store, reference)
    with writing(store.engine) as connection:
        # As a partner that is not us might send it.
        connection.execute(update(TransferRow).where(TransferRow.id == sent.id).values(process="P6", step="alert"))
    recall.stand_down(both.ann.exchange, actor(both.ann.exchange, Role.DUTY), reference)
    both.carry()
    assert rows.find(both.ben.exchange.store, came.reference).stage is Stage.SEARCHED
    assert both.ben.last().stage is Stage.RECALL_ASKED


def test_only_a_check_is_answered_with_nothing(both: Desks) -> None:
    both.send()
    with pytest.raises(Rejected, match=r"^Only a check is answered so\.$"):
        recall.prepare_nothing(both.ben.exchange, actor(both.ben.exchange, Role.DUTY), both.ben.last().reference)


def test_a_file_without_a_message_keeps_whom_another_record_is_about(both: Desks) -> None:
    person = both.family.person[0]
    brought = person.model_copy(update={"provenance": person.provenance.model_copy(update={"via": "m-1"})})
    case = both.family.with_records("person", (brought, *both.family.person[1:]))
    assert without(case, "m-1").somebody(person.id) == brought
    assert without(case, "other") == case


def test_the_day_of_the_search_is_in_an_answer_of_nothing(both: Desks) -> None:
    both.send(process="P12", step="request")
    came = both.see()
    reference = recall.prepare_nothing(both.ben.exchange, actor(both.ben.exchange, Role.DUTY), came)
    draft = rows.draft(both.ben.exchange.store, reference)
    assert (draft.searched_on, draft.links.in_reply_to) == (date(2026, 11, 25), both.ben.last().message_id)


def test_the_end_of_an_alert_gives_up_what_was_authorised_and_not_sent_yet(both: Desks) -> None:
    sent = both.send(process="P6", step="alert")
    conversation = rows.find(both.ann.exchange.store, sent).conversation_id
    late = both.prepare(process="P6", step="alert", conversation=conversation)
    both.authorise(late)
    recall.stand_down(both.ann.exchange, actor(both.ann.exchange, Role.DUTY), sent)
    with pytest.raises(Rejected, match=r"^The transfer is cancelled\.$"):
        dispatch.dispatch(both.ann.exchange, actor(both.ann.exchange, Role.DUTY), late)


def test_what_was_handed_over_is_gone_before_it_is_signed_that_it_is(
    both: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = both.send()
    came = both.ben.last()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    recall.recall(both.ann.exchange, actor(both.ann.exchange, Role.DUTY, 2), reference, "wrong-child")
    monkeypatch.setattr(withdraw, "wipe", killed)
    with pytest.raises(KeyboardInterrupt):
        both.carry()
    assert both.ben.last().stage is Stage.COMPLETED
    assert not (both.ben.exchange.inbox / (came.message_id or "")).exists()
