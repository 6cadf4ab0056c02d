"""Search for a person among those whom we hold, and decide what may be done with what is found."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from gateway.matching.candidate import Candidate, Restriction
from gateway.matching.index import Index
from gateway.matching.levels import Field
from gateway.matching.rules import Grade
from gateway.matching.strategy import Assessed, Strategy


class Outcome(StrEnum):
    """What a search came to."""

    MATCH = "match"
    """Exactly one, certain: the only outcome that is acted on without a person."""
    POSSIBLE = "possible"
    """One is proposed, or some are listed: a person decides."""
    MANY = "many"
    """More than one may be meant: a person decides."""
    NONE = "none"
    """Nobody, or too little is known to search."""


class Action(StrEnum):
    """What comes next."""

    LINK = "link"
    """Link, show it to a worker, undo it in one step."""
    REVIEW = "review"
    """Put it into the review queue."""
    CREATE = "create"
    """A worker may make a new record; that this search was made is kept."""
    ASK_SENDER = "ask-sender"
    """Ask the sender for what is missing."""


@dataclass(frozen=True, slots=True)
class Result:
    """One search: its outcome, who came into question and why, and under which version of which strategy.

    `candidates` come the likeliest first; `complete` tells whether everybody was looked at who had to
    be; `missing` names what was too little to search.
    """

    sought: str
    strategy: str
    outcome: Outcome
    action: Action
    candidates: tuple[Assessed, ...] = ()
    complete: bool = True
    missing: tuple[Field, ...] = ()
    compared: int = 0

    @property
    def unattended(self) -> bool:
        """Tell whether the result may be acted on without a person."""
        return self.outcome is Outcome.MATCH

    @property
    def grade(self) -> Grade:
        """Give the grade of the whole, which says who has to look: strong only where nobody else is listed."""
        found = {one.grade for one in self.candidates}
        if Grade.CONFLICT in found:
            return Grade.CONFLICT
        if len(self.candidates) == 1:
            return self.candidates[0].grade
        return Grade.POSSIBLE if found & _PROPOSED else Grade.LOW if found else Grade.NONE


_PROPOSED = frozenset({Grade.CERTAIN, Grade.CONFLICT, Grade.STRONG, Grade.POSSIBLE})
_GRADES = tuple(Grade)


def search(strategy: Strategy, index: Index, sought: Candidate, apart: Collection[str] = ()) -> Result:
    """Search for a person; `apart` are references that must never be linked with them, nor come up at all.

    A protected person (X5) is not searched for: the result is that of somebody unknown.
    """
    lacking = too_little(sought)
    if lacking:
        return Result(sought.reference, strategy.label, Outcome.NONE, Action.ASK_SENDER, missing=lacking)
    near = index.near(sought)
    people = _open_to(sought, near.people, apart)
    assessed = (strategy.assess(sought, person, index.rarity) for person in people)
    found = Result(sought.reference, strategy.label, Outcome.NONE, Action.CREATE, complete=near.complete)
    return concluded(replace(found, compared=len(people)), assessed)


def _open_to(sought: Candidate, people: Iterable[Candidate], apart: Collection[str]) -> tuple[Candidate, ...]:
    if sought.restriction is Restriction.PROTECTED:
        return ()
    return tuple(person for person in people if person.reference not in apart)


def concluded(result: Result, assessed: Iterable[Assessed]) -> Result:
    """Complete a result from what came of each comparison."""
    listed = sorted((one for one in assessed if one.grade is not Grade.NONE), key=_likeliest)
    outcome = _outcome(listed, complete=result.complete)
    return replace(result, outcome=outcome, action=_action(outcome, complete=result.complete), candidates=tuple(listed))


def _likeliest(one: Assessed) -> tuple[int, float, int, str]:
    return _GRADES.index(one.grade), -one.probability, -one.relatives, one.reference


def _outcome(listed: list[Assessed], *, complete: bool) -> Outcome:
    if sum(one.grade in _PROPOSED for one in listed) > 1:
        return Outcome.MANY
    if len(listed) == 1 and listed[0].grade is Grade.CERTAIN and complete:
        return Outcome.MATCH
    return Outcome.POSSIBLE if listed else Outcome.NONE


def _action(outcome: Outcome, *, complete: bool) -> Action:
    if outcome is Outcome.MATCH:
        return Action.LINK
    if outcome is Outcome.NONE:
        return Action.CREATE if complete else Action.ASK_SENDER
    return Action.REVIEW


def too_little(sought: Candidate) -> tuple[Field, ...]:
    """Name what is missing for a search: a day of birth, and a family name or an NHS number.

    An unborn child is searched by the expected day and a parent; a partner's reference that came with
    an earlier match replaces neither.
    """
    lacking = []
    if not sought.births and not (sought.expected and sought.carers):
        lacking.append(Field.BIRTH)
    if not sought.families and not sought.nhs_number:
        lacking.append(Field.FAMILY)
    return tuple(lacking)


def shown(result: Result, cleared: Collection[Restriction]) -> Result:
    """Give what somebody may see who is cleared for these classes of restricted records.

    The others are left out as if they were not held: outcome and action follow from the rest, and
    nothing is marked as left out. It is a view; what is done follows from the whole result.
    """
    if result.missing:
        return result
    allowed = {Restriction.NORMAL, *cleared}
    return concluded(replace(result, compared=0), (one for one in result.candidates if one.restricted in allowed))
