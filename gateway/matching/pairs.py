"""Links between their person and ours, kept beside the records, which are never merged: each can be undone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from gateway.matching.review import Review, State
from gateway.matching.search import Result
from schemas.errors import Misconfigured, Rejected


class Basis(StrEnum):
    """Why two references are linked."""

    RULE = "rule"
    PERSON = "person"


class Standing(StrEnum):
    """Whether a link holds."""

    LINKED = "linked"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Link:
    """One link: both references, on what basis, under which strategy and rule, how likely, by whom, when.

    `by` is the strategy where no person decided. An undone link keeps its facts and says who undid it,
    when and why: what crossed it has to be traced, and the two must not be linked again.
    """

    theirs: str
    ours: str
    basis: Basis
    strategy: str
    rule: str
    probability: float
    by: str
    at: datetime
    standing: Standing = Standing.LINKED
    undone_by: str = ""
    undone_at: datetime | None = None
    undone_because: str = ""


def link_unattended(result: Result, at: datetime) -> Link:
    """Link what a search matched for certain; raise Misconfigured for any other outcome."""
    if not result.unattended:
        raise Misconfigured(f"A result of {result.outcome} is not linked without a person.")
    (one,) = result.candidates
    return Link(
        result.sought, one.reference, Basis.RULE, result.strategy, one.rule, one.probability, result.strategy, at
    )


def link_reviewed(review: Review) -> Link:
    """Link what the reviewers chose; raise Misconfigured where they chose nobody."""
    if review.state is not State.LINKED:
        raise Misconfigured("The review has not ended in a link.")
    one = {each.reference: each for each in review.candidates}[review.chosen]
    said = review.judgements[-1]
    return Link(
        review.sought, one.reference, Basis.PERSON, review.strategy, one.rule, one.probability, said.by, said.at
    )


def undo(link: Link, by: str, at: datetime, reason: str) -> Link:
    """Undo a link; raise Rejected without a reason, or where it is undone already."""
    if link.standing is Standing.UNDONE:
        raise Rejected("This link is undone already.")
    if not reason.strip():
        raise Rejected("A link is undone for a reason.", hint="Say what showed that they are two people.")
    return replace(link, standing=Standing.UNDONE, undone_by=by, undone_at=at, undone_because=reason)


def apart_from(theirs: str, links: Iterable[Link], never: Iterable[frozenset[str]] = ()) -> frozenset[str]:
    """Give our references that must not come up for theirs: undone links, and the pairs of `never`.

    `never` holds the pairs that are kept apart for another reason, as identities before and after an
    adoption are. They are stored outside what people can search.
    """
    undone = {link.ours for link in links if link.theirs == theirs and link.standing is Standing.UNDONE}
    kept = {other for pair in never if theirs in pair for other in pair if other != theirs}
    return frozenset(undone | kept)
