"""Everything about a person is found, in whichever way it was sent or received, and under whichever name."""

from __future__ import annotations

import pytest
from sqlalchemy import insert

from gateway.audit.entry import Role
from gateway.csc_feed.told import Fed
from gateway.matching.review import Verdict
from gateway.store.engine import writing
from gateway.store.feed_models import FeedSend
from gateway.transfers import judge, recall, reviews, rows
from gateway.transfers.prepare import Wanted
from gateway.transfers.rows import Way
from gateway.transfers.subject_access import Access, subject_access
from itp_exchange import ANN, BEN, NOW
from schemas.errors import Rejected
from transfer_desks import Desk, Desks, actor


def report(desk: Desk, person: str) -> Access:
    governance = actor(desk.exchange, Role.GOVERNANCE)
    return subject_access(desk.exchange.store, desk.exchange.organisation, governance, person, NOW)


def ways(access: Access) -> list[tuple[str, str, tuple[Way, ...]]]:
    told = [("sent", each) for each in access.sent] + [("received", each) for each in access.received]
    return sorted((way, f"{each.transfer.process} {each.transfer.step}", each.ways) for way, each in told)


def test_a_child_of_whom_was_told_in_five_ways_is_found_in_all_five(both: Desks) -> None:
    both.send(both.children[0])  # records, with documents
    both.see()
    for item in reviews.queue(both.ben.exchange.store):
        judge.decide(both.ben.exchange, actor(both.ben.exchange, Role.DUTY), item.review.identity, Verdict.DIFFERENT)
    (child,) = both.accept(both.ben.last().reference).children
    both.send(both.children[0], process="P6", step="alert")  # a broadcast
    both.send(both.children[0], process="P12", step="request")  # a question
    question = both.see()
    asked, links = recall.answer_links(both.ben.exchange, question)
    both.ben.clock.forward(3)
    both.ann.clock.forward(3)
    answer = Wanted(
        f"in-{rows.listed(both.ben.exchange.store)[0].reference}",
        (child.ours or "",),
        "P12",
        step="answer",
        links=links,
        conversation=asked.conversation_id,
    )
    both.reply(answer)  # its answer, which Ann receives
    both.send(both.children[2])  # as the sister of somebody else
    found = report(both.ann, both.children[0])
    assert ways(found) == [
        ("received", "P12 answer", (Way.CHECK,)),
        ("sent", "P1 pack", (Way.DOCUMENT, Way.RECORDS)),
        ("sent", "P1 pack", (Way.RECORDS,)),
        ("sent", "P12 request", (Way.CHECK,)),
        ("sent", "P6 alert", (Way.BROADCAST,)),
    ]
    first = next(each for each in found.sent if Way.DOCUMENT in each.ways)
    assert (first.papers > 0, dict(first.tables)["cp_plans"], first.agreement) == (
        True,
        1,
        "northmere-southmere-moves:1",
    )
    assert (first.purpose, first.legal_gateways, first.authorised_by) == (
        "safeguarding-move",
        ("LG-CA89-47",),
        "manager",
    )
    assert [(each.case_file, each.versions) for each in found.holdings] == [(both.family.id, 1)]
    theirs = report(both.ben, child.ours or "")
    assert len(theirs.received) == 4
    assert len(theirs.sent) == 1


def test_every_name_of_a_person_leads_to_the_same(both: Desks) -> None:
    both.send()
    both.see()
    for item in reviews.queue(both.ben.exchange.store):
        judge.decide(both.ben.exchange, actor(both.ben.exchange, Role.DUTY), item.review.identity, Verdict.DIFFERENT)
    (child,) = both.accept(both.ben.last().reference).children
    number = f"NHS_NUMBER:{both.family.children[0].nhs_number}"
    names = (child.ours or "", number, f"{ANN.organisation}|{both.children[0]}")
    found = [report(both.ben, name) for name in names]
    assert [len(each.received) for each in found] == [1, 1, 1]
    assert [len(each.holdings) for each in found] == [1, 1, 1]


def test_what_the_daily_feed_sent_to_dfe_is_found_under_every_name(both: Desks) -> None:
    child, other = both.family.children[0], both.family.children[2]
    store = both.ann.exchange.store
    sends = [
        {"child": person.id, "revision": number, "kind": "full", "outcome": "accepted"}
        for person, number in ((child, 1), (child, 2), (other, 1))
    ]
    with writing(store.engine) as connection:
        connection.execute(
            insert(FeedSend), [{**send, "environment": "live", "run": 1, "digest": "", "at": NOW} for send in sends]
        )
    for name in (child.id, f"NHS_NUMBER:{child.nhs_number}"):
        assert report(both.ann, name).fed == (Fed("live", "full", "accepted", NOW),) * 2
    assert report(both.ann, "somebody-else").fed == ()


def test_what_was_deleted_since_is_listed_without_its_records(both: Desks) -> None:
    reference = both.send()
    recall.recall(both.ann.exchange, actor(both.ann.exchange, Role.DUTY, 2), reference, "wrong-child")
    both.carry()
    (told,) = report(both.ben, f"{ANN.organisation}|{both.children[0]}").received
    assert (told.kept, told.tables, told.purpose) == (False, (), "safeguarding-move")


def test_an_adult_of_the_family_is_found_too_and_a_stranger_nowhere(both: Desks) -> None:
    both.send()
    mother = next(tie.person for tie in both.family.relationships if tie.kind == "MOTHER")
    assert ways(report(both.ann, mother)) == [("sent", "P1 pack", (Way.RECORDS,))]
    nobody = report(both.ann, "somebody-else")
    assert (nobody.holdings, nobody.sent, nobody.received) == ((), (), ())


def test_only_governance_and_stewards_ask(both: Desks) -> None:
    for role in (Role.PRACTITIONER, Role.MANAGER, Role.OPERATOR, Role.AUDITOR):
        with pytest.raises(Rejected, match=r"^Your role may not answer a request for access\.$"):
            subject_access(both.ann.exchange.store, BEN.organisation, actor(both.ann.exchange, role), "p", NOW)


def test_who_asked_is_in_the_audit_log_and_about_whom_only_by_a_digest(both: Desks) -> None:
    report(both.ann, both.children[0])
    (line,) = [each for each in both.ann.audited() if each.startswith("search ")]
    assert both.children[0] not in line
    assert line.startswith("search subject:")
