"""The review queue as data: what a person has to decide, what was decided, and by how many.

Values only. Nothing here holds a name, a number or an address: the reviewer's page fetches them for
whoever may see them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from gateway.matching.candidate import Restriction
from gateway.matching.rules import Grade
from gateway.matching.search import Action, Outcome, Result
from gateway.matching.strategy import Assessed
from schemas.errors import Misconfigured, Rejected

URGENT = timedelta(hours=1)
USUAL = timedelta(days=1)
SECOND_LOOK = 0.1
"""The share of confirmed links that somebody else reviews again without seeing the first decision."""


class Verdict(StrEnum):
    """What a reviewer may say."""

    SAME = "same"
    DIFFERENT = "different"
    ASK_SENDER = "ask-sender"
    CANNOT_TELL = "cannot-tell"


class State(StrEnum):
    """Where a review stands."""

    OPEN = "open"
    """Nobody has decided yet."""
    SECOND = "second"
    """A second reviewer has to decide, without seeing what the first said."""
    ASKED = "asked"
    """The sender was asked; the answer makes a new search."""
    DISPUTED = "disputed"
    """The reviewers differ, or cannot tell: a manager decides."""
    LINKED = "linked"
    """It is this person."""
    NEW = "new"
    """It is none of them: a new record may be made."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one reviewer said. `chosen` is the candidate's reference with `SAME`, else ""; `by` is opaque."""

    by: str
    verdict: Verdict
    chosen: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Review:
    """One item of the queue; `reviewers` is how many have to agree, `clearance` what each must be cleared for."""

    identity: str
    sought: str
    strategy: str
    outcome: Outcome
    grade: Grade
    candidates: tuple[Assessed, ...]
    reviewers: int
    clearance: frozenset[Restriction]
    opened: datetime
    due: datetime
    judgements: tuple[Judgement, ...] = ()
    state: State = State.OPEN

    @property
    def settled(self) -> bool:
        """Tell whether nothing is left to decide."""
        return self.state in {State.LINKED, State.NEW}

    @property
    def chosen(self) -> str:
        """Give the reference of the person it is; "" where it is none of them or not decided."""
        return self.judgements[-1].chosen if self.state is State.LINKED else ""


def open_review(identity: str, result: Result, at: datetime, *, urgent: bool) -> Review:
    """Put a result into the queue: two reviewers where facts contradict or a record is restricted."""
    if result.action is not Action.REVIEW:
        raise Misconfigured(f"A result of {result.outcome} has nothing to review.")
    restricted = {Restriction(one.restricted) for one in result.candidates} - {Restriction.NORMAL}
    return Review(
        identity=identity,
        sought=result.sought,
        strategy=result.strategy,
        outcome=result.outcome,
        grade=result.grade,
        candidates=result.candidates,
        reviewers=2 if result.grade is Grade.CONFLICT or restricted else 1,
        clearance=frozenset(restricted),
        opened=at,
        due=at + (URGENT if urgent else USUAL),
    )


def may_review(review: Review, reviewer: str, cleared: Iterable[Restriction]) -> bool:
    """Tell whether somebody may decide: cleared for every record in it, and not one who has decided already."""
    return review.clearance <= set(cleared) and all(said.by != reviewer for said in review.judgements)


def judge(review: Review, said: Judgement, cleared: Iterable[Restriction] = ()) -> Review:
    """Take a reviewer's judgement; raise Rejected where it may not be given, or its reason is missing.

    A reason is needed wherever a reviewer goes against what was proposed. Once two differ, the next
    judgement is a manager's and settles it.
    """
    _check(review, said, cleared)
    judgements = (*review.judgements, said)
    return replace(review, judgements=judgements, state=_state(review, judgements))


def _check(review: Review, said: Judgement, cleared: Iterable[Restriction]) -> None:
    if review.settled:
        raise Rejected("This review is settled.", hint="To undo it, take the link back.")
    if not may_review(review, said.by, cleared):
        raise Rejected("You may not decide this review.", hint="Somebody else who is cleared for it has to.")
    known = {one.reference: one for one in review.candidates}
    if (said.verdict is Verdict.SAME) != bool(said.chosen) or (said.chosen and said.chosen not in known):
        raise Rejected("The judgement names no candidate of this review.", hint="Choose one that is listed.")
    if not said.reason.strip() and _overrides(said, known):
        raise Rejected("The judgement goes against what was proposed.", hint="Give the reason.")


def _overrides(said: Judgement, known: dict[str, Assessed]) -> bool:
    if said.verdict is Verdict.SAME:
        return known[said.chosen].grade in {Grade.CONFLICT, Grade.LOW}
    strong = any(one.grade in {Grade.STRONG, Grade.CERTAIN} for one in known.values())
    return said.verdict is Verdict.DIFFERENT and strong


def _state(review: Review, judgements: tuple[Judgement, ...]) -> State:
    last = judgements[-1]
    if last.verdict is Verdict.ASK_SENDER:
        return State.ASKED
    if last.verdict is Verdict.CANNOT_TELL:
        return State.DISPUTED
    settled = State.LINKED if last.verdict is Verdict.SAME else State.NEW
    if review.state is State.DISPUTED:
        return settled
    alike = [said for said in judgements if said.verdict in {Verdict.SAME, Verdict.DIFFERENT}]
    if any((said.verdict, said.chosen) != (last.verdict, last.chosen) for said in alike):
        return State.DISPUTED
    return settled if len(alike) >= review.reviewers else State.SECOND


def blind(review: Review) -> Review:
    """Give the review as a second reviewer sees it: without what the first said."""
    return replace(review, judgements=()) if review.state is State.SECOND else review


def in_turn(reviews: Iterable[Review]) -> tuple[Review, ...]:
    """Order the queue: what is due first comes first; what is settled, or waits for the sender, is left out."""
    waiting = (review for review in reviews if not review.settled and review.state is not State.ASKED)
    return tuple(sorted(waiting, key=lambda review: (review.due, review.opened, review.identity)))


def needs_second_look(draw: float) -> bool:
    """Tell whether a confirmed link is reviewed again; `draw` is random, from 0 up to but not 1."""
    return draw < SECOND_LOOK
