"""What a comparison with a public validator (the peer) is made of.

Both sides check the same files. A file is compared as found, and again rewritten step by step until the
peer reads it as the gateway does: what differs then is a matter of rules alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from benchmarks.generated import Made
from schemas.engine import Evaluation
from schemas.findings import Outcome
from schemas.rules import ReturnDefinition
from schemas.tables import Layout

# The files of a return in memory: a tree, or a frame for each table.
Content = TypeVar("Content")

AS_FOUND = "as found"
WHOLE_RETURN = ""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A record: what tells its child from others (nothing for the whole return), its table, and its line or row."""

    child: str
    table: str
    line: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one side says about one file: the records flagged by each rule, and the rules that crashed."""

    flagged: dict[str, frozenset[Place]]
    crashed: frozenset[str]
    rules: frozenset[str]

    def children(self, code: str) -> frozenset[str]:
        """Give the children that a rule flags."""
        return frozenset(place.child for place in self.flagged.get(code, frozenset()))

    def records(self, code: str, child: str) -> frozenset[Place]:
        """Give the records that a rule flags within a child."""
        return frozenset(place for place in self.flagged.get(code, frozenset()) if place.child == child)


@dataclass(frozen=True, slots=True)
class Step(Generic[Content]):
    """One step towards one way of reading, and the difference that it removes.

    `field` is the field that it overwrites: rules about nothing else are judged before this step.
    """

    name: str
    difference: str
    rewrite: Callable[[Content, Layout], None]
    field: str = ""


@dataclass(frozen=True, slots=True)
class Sample(Generic[Content]):
    """One made-up return, and one change to it as a whole; `path` has files of your own in place of made-up ones."""

    made: Made
    change: Callable[[Content], None] | None = None
    path: Path | None = None

    @property
    def name(self) -> str:
        """Name the sample."""
        return self.made.name + (f"-{self.change.__name__}" if self.change else "")


@dataclass(frozen=True, slots=True)
class Peer(Generic[Content]):
    """One public validator of one return, and how to hold the gateway against it.

    `samples` are called `kind` on its page, where `about` says what is special to it. `read` and `write` take the
    files of a return, `our_verdict` has the gateway check them, `places` tells the record behind a row that the peer
    names. `arguments` follow the year where its program is started.
    """

    definition: ReturnDefinition
    title: str
    release: str
    kind: str
    about: str
    steps: tuple[Step[Content], ...]
    samples: tuple[Sample[Content], ...]
    read: Callable[[Path], Content]
    write: Callable[[Content, Path], Path]
    our_verdict: Callable[[Path, int], Verdict]
    places: Callable[[Path], Callable[[str, int], Place]]
    arguments: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Name the return."""
        return self.definition.name


@dataclass(frozen=True, slots=True)
class Compared:
    """Both verdicts on one sample, as found and after each step towards one way of reading."""

    sample: Sample[Any]
    ours: dict[str, Verdict]
    peer: dict[str, Verdict]


def frozen(flagged: dict[str, set[Place]]) -> dict[str, frozenset[Place]]:
    """Close the sets of flagged records."""
    return {code: frozenset(places) for code, places in flagged.items()}


def rules_of(evaluation: Evaluation) -> tuple[frozenset[str], frozenset[str]]:
    """List the rules that crashed in the gateway, and all."""
    outcomes = evaluation.outcomes
    errored = frozenset(item.code for item in outcomes if item.outcome is Outcome.ERRORED)
    return errored, frozenset(item.code for item in outcomes)
