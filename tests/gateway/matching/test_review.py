from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.matching.candidate import Restriction
from gateway.matching.index import Index
from gateway.matching.review import (
    Judgement,
    Review,
    State,
    Verdict,
    blind,
    in_turn,
    judge,
    may_review,
    needs_second_look,
    open_review,
)
from gateway.matching.rules import Grade
from gateway.matching.search import search
from gateway.matching.strategy import STANDARD
from matching_people import NHS, person
from schemas.errors import Misconfigured, Rejected

AT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
STRONG: dict[str, Any] = {"nhs_number": "", "upns": ()}
CONFLICT: dict[str, Any] = {"given": ["Ruby"]}
HIDDEN = Restriction.HIDDEN_ADDRESS


def review(theirs: dict[str, Any], ours: dict[str, Any] | None = None, *, urgent: bool = False) -> Review:
    result = search(STANDARD, Index([person(**(ours or {}))]), person("theirs-1", **theirs))
    return open_review("review-1", result, AT, urgent=urgent)


def said(
    verdict: Verdict = Verdict.SAME, by: str = "staff-1", chosen: str | None = None, reason: str = "Rang the school."
) -> Judgement:
    one = "ours-1" if verdict is Verdict.SAME and chosen is None else chosen or ""
    return Judgement(by, verdict, one, reason, AT + timedelta(minutes=5))


def test_one_reviewer_settles_what_is_strong() -> None:
    opened = review(STRONG)
    assert (opened.reviewers, opened.clearance, opened.state) == (1, frozenset(), State.OPEN)
    linked = judge(opened, said(reason=""))
    assert (linked.state, linked.chosen, linked.settled) == (State.LINKED, "ours-1", True)
    assert judge(opened, said(Verdict.DIFFERENT)).state is State.NEW


def test_two_have_to_agree_where_facts_contradict() -> None:
    opened = review(CONFLICT)
    assert opened.reviewers == 2
    once = judge(opened, said())
    assert (once.state, once.settled, once.chosen) == (State.SECOND, False, "")
    assert judge(once, said(by="staff-2")).state is State.LINKED
    assert judge(once, said(Verdict.DIFFERENT, by="staff-2")).state is State.DISPUTED


def test_a_third_settles_what_two_dispute() -> None:
    disputed = judge(judge(review(CONFLICT), said()), said(Verdict.DIFFERENT, by="staff-2"))
    assert judge(disputed, said(Verdict.DIFFERENT, by="manager-1")).state is State.NEW
    assert judge(disputed, said(by="manager-1")).chosen == "ours-1"


def test_the_second_does_not_see_what_the_first_said() -> None:
    once = judge(review(CONFLICT), said())
    assert blind(once).judgements == ()
    assert len(once.judgements) == 1
    assert blind(judge(once, said(by="staff-2"))).judgements != ()


@pytest.mark.parametrize(
    ("verdict", "state"), [(Verdict.ASK_SENDER, State.ASKED), (Verdict.CANNOT_TELL, State.DISPUTED)]
)
def test_what_cannot_be_told_goes_to_somebody_else(verdict: Verdict, state: State) -> None:
    assert judge(review(STRONG), said(verdict)).state is state


def test_a_restricted_record_needs_two_who_are_cleared() -> None:
    opened = review(STRONG, {"restriction": HIDDEN})
    assert (opened.reviewers, opened.clearance) == (2, frozenset({HIDDEN}))
    assert not may_review(opened, "staff-1", ())
    assert may_review(opened, "staff-1", [HIDDEN])
    with pytest.raises(Rejected, match=r"^You may not decide this review\.$"):
        judge(opened, said())
    assert judge(opened, said(), [HIDDEN]).state is State.SECOND


def test_a_restricted_record_that_is_only_listed_needs_them_too() -> None:
    low = {"family": ["Khan"], "given": ["Ali"], **STRONG}
    assert (review(low).grade, review(low).reviewers) == (Grade.LOW, 1)
    restricted = review(low, {"restriction": Restriction.SENSITIVE})
    assert (restricted.grade, restricted.reviewers) == (Grade.LOW, 2)


def test_nobody_decides_twice() -> None:
    with pytest.raises(Rejected, match=r"^You may not decide this review\.$"):
        judge(judge(review(CONFLICT), said()), said())


def test_what_is_settled_stays() -> None:
    with pytest.raises(Rejected, match=r"^This review is settled\.$"):
        judge(judge(review(STRONG), said()), said(by="staff-2"))


@pytest.mark.parametrize(
    ("theirs", "judgement"), [(STRONG, said(Verdict.DIFFERENT, reason=" ")), (CONFLICT, said(reason=""))]
)
def test_going_against_what_is_proposed_needs_a_reason(theirs: dict[str, Any], judgement: Judgement) -> None:
    with pytest.raises(Rejected, match=r"^The judgement goes against what was proposed\.$"):
        judge(review(theirs), judgement)


@pytest.mark.parametrize(
    "judgement",
    [said(chosen="ours-9"), said(chosen=""), said(Verdict.DIFFERENT, chosen="ours-1")],
    ids=["unknown", "nobody", "chosen and different"],
)
def test_a_judgement_names_a_candidate_exactly_where_it_says_same(judgement: Judgement) -> None:
    with pytest.raises(Rejected, match=r"^The judgement names no candidate of this review\.$"):
        judge(review(STRONG), judgement)


def test_a_match_has_nothing_to_review() -> None:
    with pytest.raises(Misconfigured, match=r"^A result of match has nothing to review\.$"):
        review({})


def test_urgent_ones_are_due_within_the_hour_and_come_first() -> None:
    usual, urgent = review(STRONG), review(STRONG, urgent=True)
    assert (usual.due, urgent.due) == (AT + timedelta(days=1), AT + timedelta(hours=1))
    settled = judge(review(STRONG), said())
    asked = judge(review(STRONG), said(Verdict.ASK_SENDER))
    assert in_turn([usual, settled, asked, urgent]) == (urgent, usual)


def test_a_review_holds_no_value_of_anybody() -> None:
    shown = repr(judge(review(CONFLICT), said()))
    for value in ("arsh", "tess", "ruby", "Tess", "Ruby", NHS[0], "H801200001001", "LS1", "2015"):
        assert value not in shown


@pytest.mark.parametrize(("draw", "again"), [(0.0, True), (0.0999, True), (0.1, False), (0.99, False)])
def test_one_link_in_ten_is_looked_at_again(draw: float, again: bool) -> None:
    assert needs_second_look(draw) is again


@given(st.lists(st.tuples(st.sampled_from(Verdict), st.sampled_from(("staff-1", "staff-2", "staff-3"))), max_size=5))
def test_a_conflict_is_never_linked_by_one_person(steps: list[tuple[Verdict, str]]) -> None:
    current = review(CONFLICT)
    for verdict, by in steps:
        if not current.settled and may_review(current, by, ()):
            current = judge(current, said(verdict, by))
    if current.state is State.LINKED:
        assert len({each.by for each in current.judgements}) >= 2
