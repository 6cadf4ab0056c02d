from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.matching.index import Index
from gateway.matching.pairs import Basis, Link, Standing, apart_from, link_reviewed, link_unattended, undo
from gateway.matching.review import Judgement, Verdict, judge, open_review
from gateway.matching.search import Outcome, Result, search
from gateway.matching.strategy import STANDARD
from matching_people import person
from schemas.errors import Misconfigured, Rejected

AT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


def result(*apart: str, **theirs: Any) -> Result:
    return search(STANDARD, Index([person()]), person("theirs-1", **theirs), apart)


def linked() -> Link:
    return link_unattended(result(), AT)


def test_a_match_is_linked_with_its_rule_and_strategy() -> None:
    link = linked()
    assert (link.theirs, link.ours, link.basis, link.by) == ("theirs-1", "ours-1", Basis.RULE, "standard-1")
    assert (link.strategy, link.rule, link.at, link.standing) == ("standard-1", "D1", AT, Standing.LINKED)


def test_nothing_else_is_linked_without_a_person() -> None:
    with pytest.raises(Misconfigured, match=r"^A result of possible is not linked without a person\.$"):
        link_unattended(result(nhs_number="", upns=()), AT)


def test_what_reviewers_chose_is_linked_in_their_name() -> None:
    review = open_review("review-1", result(nhs_number="", upns=()), AT, urgent=False)
    with pytest.raises(Misconfigured, match=r"^The review has not ended in a link\.$"):
        link_reviewed(review)
    later = AT + timedelta(minutes=5)
    link = link_reviewed(judge(review, Judgement("staff-1", Verdict.SAME, "ours-1", "", later)))
    assert (link.ours, link.basis, link.by, link.rule, link.at) == ("ours-1", Basis.PERSON, "staff-1", "D3", later)


def test_an_undone_link_keeps_its_facts_and_is_not_made_again() -> None:
    undone = undo(linked(), "staff-2", AT + timedelta(days=1), "Two cousins.")
    assert (undone.standing, undone.undone_by, undone.undone_because) == (Standing.UNDONE, "staff-2", "Two cousins.")
    assert (undone.rule, undone.at) == ("D1", AT)
    apart = apart_from("theirs-1", [undone])
    assert apart == {"ours-1"}
    again = result(*apart)
    assert (again.outcome, again.candidates) == (Outcome.NONE, ())
    with pytest.raises(Rejected, match=r"^This link is undone already\.$"):
        undo(undone, "staff-2", AT, "Again.")


def test_a_link_is_not_undone_without_a_reason() -> None:
    with pytest.raises(Rejected, match=r"^A link is undone for a reason\.$"):
        undo(linked(), "staff-2", AT, " ")


def test_only_undone_links_and_kept_pairs_of_this_person_stay_apart() -> None:
    never = [frozenset({"theirs-1", "ours-5"}), frozenset({"theirs-2", "ours-6"})]
    assert apart_from("theirs-1", [linked()], never) == {"ours-5"}
