"""Answer "do you know this person?" to another organisation without telling it more than it may know.

The work done, the shape of the answer and the time at which it is given do not depend on whether the
person is known, whether the asker may be told, or whether a record is restricted.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from gateway.matching.candidate import CLOSED, Candidate, Restriction
from gateway.matching.index import Index
from gateway.matching.search import Action, Outcome, Result, concluded, too_little
from gateway.matching.strategy import Strategy

COMPARISONS = 500
"""How many people every question is compared with: those near the person, then any others."""

ANSWER_AFTER = timedelta(seconds=2)


class Told(StrEnum):
    """All that an outsider is ever told by machine; a person may release more later."""

    KNOWN = "known"
    """We hold a record of this person."""
    NOTHING = "nothing-to-tell"
    """There is no record that you may be told of. True of somebody unknown and of somebody withheld alike."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes out: the asker's own reference, one word, and when it may leave. The same shape always."""

    question: str
    told: Told
    not_before: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """The answer for outside, and the result, which stays inside for the review queue and the log."""

    answer: Answer
    result: Result


def ask(
    strategy: Strategy,
    index: Index,
    sought: Candidate,
    received: datetime,
    *,
    may_be_told: bool,
    apart: Collection[str] = (),
) -> Asked:
    """Answer a question that came in at `received`; `may_be_told` is what the agreement and the process allow.

    Only one certain match is ever told. Closed records (X2 and up) are never told by machine, whatever
    was asked by: the answer is worked out as if they were not held.
    """
    result = _searched(strategy, index, sought, apart)
    open_ones = concluded(result, (one for one in result.candidates if one.restricted not in CLOSED))
    known = open_ones.outcome is Outcome.MATCH and may_be_told
    return Asked(Answer(sought.reference, Told.KNOWN if known else Told.NOTHING, received + ANSWER_AFTER), result)


def _searched(strategy: Strategy, index: Index, sought: Candidate, apart: Collection[str]) -> Result:
    """Search as `search` does, with the same number of comparisons whoever is sought."""
    near = index.near(sought)
    people = near.people[:COMPARISONS]
    chosen = {sought.reference, *(person.reference for person in people)}
    others = index.strangers(COMPARISONS - len(people), chosen)
    assessed = [strategy.assess(sought, person, index.rarity) for person in (*people, *others)]
    lacking = too_little(sought)
    real = set() if lacking or sought.restriction is Restriction.PROTECTED else chosen.difference(apart)
    found = Result(
        sought.reference,
        strategy.label,
        Outcome.NONE,
        Action.ASK_SENDER,
        complete=near.complete and len(near.people) <= COMPARISONS and not lacking,
        missing=lacking,
        compared=len(assessed),
    )
    return concluded(found, (one for one in assessed if one.reference in real))
