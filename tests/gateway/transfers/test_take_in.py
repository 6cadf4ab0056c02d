"""What arrives is checked, looked for among ours, seen and answered; the sender learns no more than it may."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from exchange_rig import alerts
from gateway.audit.entry import Role
from gateway.itp.codes import Code
from gateway.matching.candidate import Restriction
from gateway.matching.review import State, Verdict
from gateway.store import messages
from gateway.store.states import Direction
from gateway.store.states import State as MessageState
from gateway.transfers import answer, copies, follow, judge, reviews, rows, see, settle
from gateway.transfers.arrival import Answer, Incoming, Match
from gateway.transfers.draft import Links, Stage, What
from gateway.transfers.rows import Transfer
from itp_exchange import ANN, BEN, NOW
from schemas.case.record import CaseFile
from schemas.errors import Held, Rejected
from transfer_desks import TODAY, Desks, actor


def ours(both: Desks, place: int = 0, **changed: Any) -> CaseFile:
    """Give a file of Ben's with one of the children, and nothing else."""
    child = both.family.children[place].model_copy(update={"id": f"ours-{place}", **changed})
    return CaseFile(id="held", person=(child,))


def outcomes(both: Desks, reference: str) -> list[tuple[str, str | None, str | None]]:
    """List what Ann heard, from R3 on: level with outcome, of which child, why."""
    found = follow.signed_about(both.ann.exchange, rows.find(both.ann.exchange.store, reference))
    return [(f"{each.level} {each.outcome}", each.subject, each.reason) for each in found[2:]]


def judged(both: Desks, verdict: Verdict, number: int = 5, role: Role = Role.DUTY, **more: Any) -> State:
    (item,) = reviews.queue(both.ben.exchange.store, (Restriction.HIDDEN_ADDRESS,))
    said = judge.decide(
        both.ben.exchange, actor(both.ben.exchange, role, number), item.review.identity, verdict, **more
    )
    both.carry()
    return said.state


def test_a_certain_match_is_linked_without_a_person_and_told_once_it_was_seen(both: Desks) -> None:
    both.ben.hold(ours(both))
    reference = both.send()
    (child,) = both.ben.arrival().children
    assert (child.match, child.ours) == (Match.LINKED, "ours-0")
    assert reviews.queue(both.ben.exchange.store) == ()
    assert outcomes(both, reference) == [], "nobody has seen it"
    both.see()
    assert outcomes(both, reference) == [("R3 seen", None, None), ("R4 matched", "child-1", None)]


@pytest.mark.parametrize(
    "changed",
    [{"nhs_number": None}, {"forename": "Caius"}, {"date_of_birth": date(2014, 1, 2)}, {"date_of_death": TODAY}],
)
def test_whoever_is_not_certain_waits_for_a_person(both: Desks, changed: dict[str, Any]) -> None:
    both.ben.hold(ours(both, **changed))
    both.send()
    (item,) = reviews.queue(both.ben.exchange.store)
    assert item.review.candidates[0].reference == "ours-0"
    assert both.ben.arrival().children[0].match is Match.REVIEW


def test_nobody_of_ours_is_for_a_person_too(both: Desks) -> None:
    both.send()
    (item,) = reviews.queue(both.ben.exchange.store)
    assert (item.review.outcome.value, item.review.candidates, item.subject) == ("none", (), "child-1")


def test_what_is_not_matched_is_not_accepted(both: Desks) -> None:
    both.send()
    reference = both.see()
    with pytest.raises(Rejected, match=r"^child-1 is not matched yet\.$"):
        both.accept(reference)


def test_a_transfer_is_seen_before_it_is_answered(both: Desks) -> None:
    both.send()
    with pytest.raises(Rejected, match=r"^The transfer is searched\.$"):
        both.accept(both.ben.last().reference)


def test_only_a_manager_answers(both: Desks) -> None:
    both.send()
    reference = both.see()
    with pytest.raises(Rejected, match=r"^Your role may not accept or decline a transfer\.$"):
        answer.decline(both.ben.exchange, actor(both.ben.exchange, Role.DUTY), reference, "not-our-area")


def test_who_is_new_is_made_with_where_every_record_came_from(both: Desks) -> None:
    both.send()
    reference = both.see()
    assert judged(both, Verdict.DIFFERENT) is State.NEW
    (child,) = both.accept(reference).children
    case = both.ben.held(f"in-{reference}")
    message = both.ben.last().message_id
    assert {row.provenance.via for _, row in case.records()} == {message}
    assert case.somebody(child.ours or "").forename == both.family.children[0].forename


def test_a_correction_is_matched_by_the_earlier_link_and_what_differs_is_asked(both: Desks) -> None:
    first = both.send()
    reference = both.see()
    judged(both, Verdict.DIFFERENT)
    both.accept(reference)
    eldest = both.family.children[0]
    corrected = tuple(
        person.model_copy(update={"religion": "Quaker"}) if person.id == eldest.id else person
        for person in both.family.person
    )
    both.ann.hold(both.family.with_records("person", corrected))
    sent = rows.find(both.ann.exchange.store, first)
    both.send(links=Links(supersedes=sent.message_id))
    assert both.ben.arrival().links.supersedes == sent.message_id
    (child,) = both.ben.arrival().children
    assert child.match is Match.LINKED
    reference = both.see()
    (difference,) = both.accept(reference).differences
    assert (difference.table, difference.field, difference.theirs) == ("person", "religion", '"Quaker"')
    before = both.ben.held(difference.case_file).somebody(difference.record)
    assert before.religion == eldest.religion, "nothing of ours is overwritten"
    manager = actor(both.ben.exchange, Role.MANAGER, 6)
    settle.settle(both.ben.exchange, manager, reference, 0, take=True)
    taken = both.ben.held(difference.case_file).somebody(difference.record)
    assert (taken.religion, taken.provenance.state, taken.provenance.decided_by) == (
        "Quaker",
        "CONFIRMED",
        manager.staff,
    )
    with pytest.raises(Rejected, match=r"^There is no such difference that is open\.$"):
        settle.settle(both.ben.exchange, manager, reference, 0, take=False)


def test_a_difference_is_kept_as_ours_where_the_manager_says_so(both: Desks) -> None:
    both.ben.hold(ours(both, religion="Sikh"))
    both.send()
    reference = both.see()
    differs = both.accept(reference).differences
    number = [each.field for each in differs].index("religion")
    settle.settle(both.ben.exchange, actor(both.ben.exchange, Role.MANAGER, 6), reference, number, take=False)
    assert both.ben.held("held").somebody("ours-0").religion == "Sikh"
    assert both.ben.arrival().differences[number].settled == "kept"


def test_a_difference_whose_own_value_has_changed_is_looked_at_again(both: Desks) -> None:
    both.ben.hold(ours(both, religion="Sikh"))
    both.send()
    reference = both.see()
    differs = both.accept(reference).differences
    number = [each.field for each in differs].index("religion")
    both.ben.hold(ours(both, religion="Jain"))
    with pytest.raises(Held, match="Our value has changed since the difference was listed"):
        settle.settle(both.ben.exchange, actor(both.ben.exchange, Role.MANAGER, 6), reference, number, take=True)


def test_two_reviewers_decide_on_a_restricted_record_and_the_sender_hears_no_more_than_of_a_new_one(
    both: Desks,
) -> None:
    hidden = both.family.restrictions[0].model_copy(update={"id": "r1", "person": "ours-0", "hidden_from": ()})
    both.ben.hold(ours(both).with_records("restrictions", (hidden,)))
    reference = both.send()
    both.see()
    cleared = (Restriction.HIDDEN_ADDRESS,)
    (plain,) = reviews.queue(both.ben.exchange.store)
    assert plain.review.candidates == (), "who is not cleared sees what an unknown child looks like"
    assert judged(both, Verdict.SAME, 5, chosen="ours-0", reason="known", cleared=cleared) is State.SECOND
    with pytest.raises(Rejected, match="You may not decide this review"):
        judged(both, Verdict.SAME, 5, chosen="ours-0", reason="known", cleared=cleared)
    with pytest.raises(Rejected, match="You may not decide this review"):
        judged(both, Verdict.SAME, 7, chosen="ours-0", reason="known")
    assert judged(both, Verdict.SAME, 7, chosen="ours-0", reason="known", cleared=cleared) is State.LINKED
    assert both.ben.arrival().children[0].ours == "ours-0"
    assert outcomes(both, reference)[1:] == [("R4 created", "child-1", None)]


def test_where_reviewers_differ_a_manager_settles_it(both: Desks) -> None:
    both.ben.hold(ours(both, nhs_number=None))
    both.send()
    assert judged(both, Verdict.CANNOT_TELL) is State.DISPUTED
    with pytest.raises(Rejected, match=r"^The reviewers differ: a manager decides\.$"):
        judged(both, Verdict.DIFFERENT, 7, reason="not the same")
    assert judged(both, Verdict.DIFFERENT, 8, Role.MANAGER, reason="not the same") is State.NEW


def test_the_sender_is_asked_where_a_child_cannot_be_told(both: Desks) -> None:
    reference = both.send()
    both.see()
    assert judged(both, Verdict.ASK_SENDER) is State.ASKED
    assert outcomes(both, reference)[-1] == ("R4 uncertain", "child-1", None)


CHILD = Incoming(reference="child-1", theirs="t1")


@pytest.mark.parametrize(
    ("process", "match", "closed", "expected"),
    [
        ("P1", Match.LINKED, False, "matched"),
        ("P1", Match.LINKED, True, "created"),
        ("P1", Match.NEW, False, "created"),
        ("P1", Match.ASKED, False, "uncertain"),
        ("P1", Match.REVIEW, False, None),
        *(
            (process, match, closed, "created")
            for process in ("P6", "P12")
            for match in Match
            for closed in (False, True)
        ),
    ],
)
def test_the_sender_hears_that_a_child_was_known_only_where_it_may(
    process: str, match: Match, closed: bool, expected: str | None
) -> None:
    transfer = Transfer(
        1, "r", Direction.IN, ANN.organisation, process, "x", What.PACKAGE, Stage.SEARCHED, "normal", "c", "m", NOW, NOW
    )
    child = CHILD.model_copy(update={"match": match, "closed": closed})
    assert see.outcome_of(transfer, child) == expected


def test_an_alert_is_told_alike_whether_the_child_is_known_or_not(both: Desks) -> None:
    both.ben.hold(ours(both))
    known = both.send(process="P6", step="alert")
    both.see()
    unknown = both.send(both.children[2], process="P6", step="alert")
    both.see()
    assert (
        outcomes(both, known) == outcomes(both, unknown) == [("R3 seen", None, None), ("R4 created", "child-1", None)]
    )
    with pytest.raises(Rejected, match="There is nothing to accept"):
        both.accept(both.ben.last().reference)


def test_each_child_is_answered_on_its_own_and_our_own_reference_is_told(both: Desks) -> None:
    reference = both.send(*both.children[::2])
    came = both.see()
    manager = actor(both.ben.exchange, Role.MANAGER, 6)
    answer.decline(both.ben.exchange, manager, came, "lives-elsewhere", ["child-2"])
    with pytest.raises(Rejected, match="There is no such child in this transfer for whom that is open"):
        answer.decline(both.ben.exchange, manager, came, "lives-elsewhere", ["child-2"])
    assert judged(both, Verdict.DIFFERENT) is State.NEW, "nobody is asked about who was declined"
    arrival = both.accept(came, "child-1", **{"child-1": "S-2026-117"})
    assert [child.answer for child in arrival.children] == [Answer.ACCEPTED, Answer.DECLINED]
    assert both.ben.last().stage is Stage.ANSWERED
    answer.complete(both.ben.exchange, actor(both.ben.exchange, Role.DUTY), came, TODAY)
    both.carry()
    assert both.ben.last().stage is Stage.COMPLETED
    said = outcomes(both, reference)
    assert ("R5 declined", "child-2", "lives-elsewhere") in said
    assert said[-3:] == [
        ("R4 created", "child-1", None),
        ("R5 accepted", "child-1", None),
        ("R6 completed", "child-1", None),
    ]
    assert follow.follow(both.ann.exchange, reference).children[0].local_ref == "S-2026-117"


def test_a_reason_is_a_code_in_which_no_name_can_stand(both: Desks) -> None:
    both.send()
    came = both.see()
    with pytest.raises(Rejected, match="A reason is a code"):
        answer.decline(both.ben.exchange, actor(both.ben.exchange, Role.MANAGER), came, "Cai lives elsewhere")


def test_what_was_declined_as_a_whole_is_deleted_here(both: Desks) -> None:
    both.send()
    came = both.see()
    answer.decline(both.ben.exchange, actor(both.ben.exchange, Role.MANAGER), came, "not-our-area")
    assert copies.package(both.ben.exchange.store, BEN.organisation, both.ben.last()) is None


def test_a_package_that_no_agreement_of_ours_covers_is_refused_and_can_be_taken_again(both: Desks) -> None:
    kept = list(both.ben.agreements)
    both.ben.agreements.clear()
    reference = both.send()
    assert rows.listed(both.ben.exchange.store) == ()
    assert alerts(both.ben.exchange) == [("message-held", "AAA")]
    signed = follow.follow(both.ann.exchange, reference)
    assert ([each.code for each in signed.receipts], signed.state) == ([None, Code.POLICY], "held")
    status = messages.status(both.ben.exchange.store, ANN.organisation, signed.transfer.message_id or "")
    assert status is not None
    assert status.state is MessageState.HELD
    both.ben.agreements[:] = kept
