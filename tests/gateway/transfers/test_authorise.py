"""What a second person saw is what is sealed, and nothing else; nobody is both."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from adapters.case.demo.moving import MARKS
from exchange_rig import alerts
from gateway.actor import Actor
from gateway.audit.entry import Role
from gateway.duties import DUTIES, Duty, may, require
from gateway.itp.identifiers import Organisation
from gateway.policy.agreement import Handling, Status
from gateway.store import documents
from gateway.store.documents import Kind
from gateway.store.engine import reading
from gateway.store.models import Message
from gateway.store.states import Direction
from gateway.transfers import authorise, copies, dispatch, look, prepare, read_page, rows
from gateway.transfers.draft import Links, Stage
from gateway.transfers.prepare import Wanted
from itp_exchange import ANN, BEN
from schemas.case.record import CaseFile
from schemas.errors import Held, Misconfigured, Rejected
from transfer_desks import TODAY, Desks, actor

CHANGED = "What would be sent is not what was seen: the records, their documents or the agreement have changed."


def stage(both: Desks, reference: str) -> Stage:
    return rows.find(both.ann.exchange.store, reference).stage


def sent(both: Desks) -> int:
    with reading(both.ann.exchange.store.engine) as connection:
        count: int = connection.execute(select(func.count()).select_from(Message)).scalar_one()
    return count


def renamed(case: CaseFile) -> CaseFile:
    """Give the family another forename for its eldest child."""
    eldest, *others = case.person
    return case.with_records("person", (eldest.model_copy(update={"forename": "Marlow"}), *others))


@pytest.mark.parametrize("duty", Duty)
@pytest.mark.parametrize("role", Role)
def test_a_step_is_for_the_roles_of_its_line_and_no_other(duty: Duty, role: Role) -> None:
    who = Actor(ANN.organisation, role, "00000000-0000-4000-8000-000000000001")
    if may(who, duty):
        assert require(who, duty) == who.staff
    else:
        with pytest.raises(Rejected) as caught:
            require(who, duty)
        assert caught.value.message == f"Your role may not {duty}."
        assert role not in DUTIES[duty]


def test_nobody_does_a_step_without_being_named() -> None:
    with pytest.raises(Rejected, match="Nobody can authorise a transfer without being named"):
        require(Actor(ANN.organisation, Role.MANAGER), Duty.AUTHORISE)


def test_the_operator_of_the_platform_may_do_nothing_with_case_records() -> None:
    assert not any(Role.OPERATOR in roles for roles in DUTIES.values())


def test_whoever_prepared_it_does_not_authorise_it_in_any_role(both: Desks) -> None:
    reference = both.prepare()
    seen = both.preview(reference)
    for role in (Role.MANAGER, Role.DUTY):
        with pytest.raises(Rejected, match=r"^Somebody else has to authorise what you prepared\.$"):
            authorise.authorise(both.ann.exchange, actor(both.ann.exchange, role, 1), reference, seen)
    assert stage(both, reference) is Stage.DRAFT


def test_a_practitioner_does_not_authorise(both: Desks) -> None:
    reference = both.prepare()
    with pytest.raises(Rejected, match=r"^Your role may not authorise a transfer\.$"):
        authorise.authorise(both.ann.exchange, actor(both.ann.exchange, Role.PRACTITIONER, 2), reference, "x")


def test_what_nobody_authorised_is_not_sent(both: Desks) -> None:
    reference = both.prepare()
    with pytest.raises(Rejected, match=r"^The transfer is draft\.$"):
        dispatch.dispatch(both.ann.exchange, actor(both.ann.exchange, Role.DUTY), reference)
    assert sent(both) == 0


def test_another_digest_than_that_of_now_authorises_nothing(both: Desks) -> None:
    reference = both.prepare()
    with pytest.raises(Held) as caught:
        authorise.authorise(both.ann.exchange, actor(both.ann.exchange, Role.MANAGER, 2), reference, "0" * 64)
    assert caught.value.message == CHANGED
    assert stage(both, reference) is Stage.DRAFT


def test_a_preview_is_the_same_until_something_changes(both: Desks) -> None:
    reference = both.prepare()
    assert both.preview(reference) == both.preview(reference)


def test_a_record_that_changed_since_the_preview_is_seen_again(both: Desks) -> None:
    reference = both.prepare()
    seen = both.preview(reference)
    both.ann.hold(renamed(both.family))
    with pytest.raises(Held, match="What would be sent is not what was seen"):
        authorise.authorise(both.ann.exchange, actor(both.ann.exchange, Role.MANAGER, 2), reference, seen)


def test_a_record_that_changed_since_it_was_authorised_is_not_sent_and_asked_again(both: Desks) -> None:
    reference = both.prepare()
    assert both.authorise(reference) is Stage.AUTHORISED
    both.ann.hold(renamed(both.family))
    with pytest.raises(Held, match="What would be sent is not what was seen"):
        dispatch.dispatch(both.ann.exchange, actor(both.ann.exchange, Role.DUTY), reference)
    assert (stage(both, reference), sent(both)) == (Stage.DRAFT, 0)
    draft = rows.draft(both.ann.exchange.store, reference)
    assert (draft.authorised, draft.authorised_by, draft.request.approvals) == (None, None, ())
    assert both.authorise(reference) is Stage.AUTHORISED


def test_an_agreement_that_changed_since_it_was_authorised_stops_it(both: Desks) -> None:
    reference = both.prepare()
    both.authorise(reference)
    both.ann.change(onward="forbidden")
    with pytest.raises(Held, match="What would be sent is not what was seen"):
        dispatch.dispatch(both.ann.exchange, actor(both.ann.exchange, Role.DUTY), reference)
    assert (stage(both, reference), sent(both)) == (Stage.DRAFT, 0)


def test_an_agreement_that_was_suspended_since_it_was_authorised_stops_it(both: Desks) -> None:
    reference = both.prepare()
    both.authorise(reference)
    both.ann.change(status=Status.SUSPENDED)
    with pytest.raises(Rejected, match="The agreement lets nothing go"):
        dispatch.dispatch(both.ann.exchange, actor(both.ann.exchange, Role.DUTY), reference)
    assert (stage(both, reference), sent(both)) == (Stage.DRAFT, 0)


def test_without_an_agreement_nothing_is_even_prepared(both: Desks) -> None:
    both.ann.agreements.clear()
    with pytest.raises(Misconfigured, match="No agreement covers process P1"):
        both.prepare()


def test_exactly_what_was_seen_is_sealed_once(both: Desks) -> None:
    reference = both.prepare(*both.children)
    manager = actor(both.ann.exchange, Role.MANAGER, 2)
    seen = look.look(both.ann.exchange, manager, reference)
    authorise.authorise(both.ann.exchange, manager, reference, seen.digest)
    dispatch.dispatch(both.ann.exchange, actor(both.ann.exchange, Role.DUTY, 3), reference)
    with pytest.raises(Rejected, match=r"^The transfer is sent\.$"):
        dispatch.dispatch(both.ann.exchange, actor(both.ann.exchange, Role.DUTY, 3), reference)
    assert sent(both) == 1
    transfer = rows.find(both.ann.exchange.store, reference)
    package = copies.package(both.ann.exchange.store, ANN.organisation, transfer)
    assert package is not None
    assert seen.preview is not None
    told = {name: {row.id for row in rows_} for name, rows_ in package.records.tables()}
    assert told == {name: {row.id for row in rows_} for name, rows_ in seen.preview.view.file.tables()}
    assert package.statement == seen.preview.statement
    assert package.header.authorised_reference == manager.staff


def test_the_hidden_place_is_in_nothing_that_is_kept_of_what_was_sent(both: Desks) -> None:
    reference = both.send(*both.children)
    kept = documents.newest(both.ann.exchange.store, Kind.PACKAGE, reference)
    assert kept is not None
    assert not any(mark.encode() in kept.content for mark in MARKS)


def adopted(both: Desks) -> str:
    """Prepare a transfer of an adopted child, which two others have to approve."""
    text = both.ann.agreements[0].agreement.restrictions.model_copy(update={"X3": Handling.APPROVAL})
    both.ann.change(restrictions=text)
    restriction = both.family.restrictions[0].model_copy(
        update={"id": "adopted", "person": both.children[0], "restriction": "X3", "hidden_from": ()}
    )
    both.family = both.family.with_records("restrictions", (*both.family.restrictions, restriction))
    both.ann.hold(both.family)
    return both.prepare(both.children[0])


def test_a_class_that_needs_two_others_waits_for_the_second(both: Desks) -> None:
    reference = adopted(both)
    assert both.authorise(reference, 2) is Stage.DRAFT
    with pytest.raises(Rejected, match=r"^You have approved this already\.$"):
        both.authorise(reference, 2)
    assert both.authorise(reference, 3) is Stage.AUTHORISED


def test_whoever_approved_something_else_has_not_approved_what_it_is_now(both: Desks) -> None:
    reference = adopted(both)
    assert both.authorise(reference, 2) is Stage.DRAFT
    both.ann.change(onward="forbidden")
    assert both.authorise(reference, 3) is Stage.DRAFT, "the first saw another agreement"
    assert both.authorise(reference, 2) is Stage.AUTHORISED


def test_a_package_says_when_it_was_authorised_and_not_when_it_was_sent(both: Desks) -> None:
    reference = both.prepare()
    both.authorise(reference)
    authorised = both.ann.clock()
    both.ann.clock.forward(60)
    dispatch.dispatch(both.ann.exchange, actor(both.ann.exchange, Role.DUTY, 3), reference)
    transfer = rows.find(both.ann.exchange.store, reference)
    package = copies.package(both.ann.exchange.store, ANN.organisation, transfer)
    assert package is not None
    assert package.header.authorised_at == authorised
    assert package.header.composed_at == both.ann.clock()


def test_a_draft_is_cancelled_and_then_goes_no_further(both: Desks) -> None:
    reference = both.prepare()
    prepare.cancel(both.ann.exchange, actor(both.ann.exchange, Role.PRACTITIONER), reference)
    assert stage(both, reference) is Stage.CANCELLED
    with pytest.raises(Rejected, match=r"^The transfer is cancelled\.$"):
        both.authorise(reference)


@pytest.mark.parametrize(
    ("partner", "error", "told"),
    [
        ("ben", Misconfigured, "This is no organisation."),
        (ANN.organisation, Rejected, "A transfer does not go to ourselves."),
        (Organisation("urn:ics:org:ods:ZZZ"), Misconfigured, "No agreement covers process P1"),
    ],
)
def test_a_transfer_goes_to_a_partner_with_an_agreement(
    both: Desks, partner: str, error: type[Exception], told: str
) -> None:
    wanted = Wanted(both.family.id, both.children[:1], "P1")
    with pytest.raises(error, match=told):
        prepare.prepare(both.ann.exchange, actor(both.ann.exchange, Role.DUTY), wanted, (BEN.organisation, partner))
    assert rows.listed(both.ann.exchange.store, direction=Direction.OUT) == (), "all or none"


def test_what_is_done_is_in_the_audit_log_without_a_name(both: Desks) -> None:
    reference = both.send()
    done = [line.split()[0] for line in both.ann.audited()]
    wanted = ["prepare", "policy-decide", "authorise", "seal", "accept", "route"]
    assert [action for action in done if action in wanted] == wanted
    history = [
        line.did for line in rows.history(both.ann.exchange.store, rows.find(both.ann.exchange.store, reference).id)
    ]
    assert history == [rows.Did.PREPARED, rows.Did.AUTHORISED, rows.Did.SENT]


@pytest.mark.parametrize("link", ["supersedes", "in_reply_to"])
def test_a_message_that_is_not_the_partners_is_neither_corrected_nor_answered(both: Desks, link: str) -> None:
    reference = both.send()
    message = rows.find(both.ann.exchange.store, reference).message_id
    both.prepare(links=Links(supersedes=message))
    with pytest.raises(Rejected, match=r"^This partner has no such message\.$"):
        both.prepare(links=Links(**{link: "01a211ee-ea80-728c-a51f-946014dc1728"}))


def test_nobody_is_told_of_a_person_without_having_asked(both: Desks) -> None:
    with pytest.raises(Rejected, match=r"^Nobody is told of a person without having asked\.$"):
        both.prepare(process="P12", step="answer")


def test_whoever_authorises_reads_what_would_be_sent_and_the_same_is_sent(both: Desks) -> None:
    reference = both.prepare(*both.children)
    manager = actor(both.ann.exchange, Role.MANAGER, 2)
    before = read_page.read_page(both.ann.exchange, manager, reference)
    both.authorise(reference)
    dispatch.dispatch(both.ann.exchange, actor(both.ann.exchange, Role.DUTY, 3), reference)
    sent = read_page.read_page(both.ann.exchange, manager, reference)
    assert "nobody not-authorised-yet" in before
    assert not any(mark in before for mark in MARKS)
    assert lines(before) == lines(sent)


def lines(page: str) -> list[str]:
    """Give the lines of a page but for the decision's id, which names who approved, and who authorised it."""
    return [line for line in page.splitlines() if '<th scope="row">Package<' not in line and "uthorised" not in line]


def test_governance_hears_of_records_that_go_under_an_agreement_that_has_run_out(both: Desks) -> None:
    yesterday = TODAY - timedelta(days=1)
    both.ann.change(valid_to=yesterday, review_by=yesterday, emergency=("P1",))
    reference = both.prepare(break_glass="A child is at risk tonight.")
    both.authorise(reference)
    assert alerts(both.ann.exchange) == []
    dispatch.dispatch(both.ann.exchange, actor(both.ann.exchange, Role.DUTY, 3), reference)
    assert alerts(both.ann.exchange) == [("agreement-run-out", reference)]
    message = rows.find(both.ann.exchange.store, reference).message_id
    assert f"break-glass transfer:{reference} message:{message} {BEN.organisation}" in both.ann.audited()


def test_of_an_agreement_in_force_nobody_is_told(both: Desks) -> None:
    both.send(break_glass="To be safe.")
    assert alerts(both.ann.exchange) == []
