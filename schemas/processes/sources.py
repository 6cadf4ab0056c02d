"""Where a rule comes from and how much it weighs. What is not confirmed is said in the data, never left out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from schemas.processes.explained import Explained


class Basis(Explained):
    """How much a source weighs."""

    LAW = "law", "An Act, regulations or a protocol under direction."
    GUIDANCE = "guidance", "National guidance: followed unless there is good reason."
    LOCAL = "local", "A published local or regional procedure."
    PROPOSAL = "proposal", "No national rule: the project's own default."


@dataclass(frozen=True, slots=True)
class Source:
    """A source by title; `unconfirmed` says what was not seen in its text, and is empty where all was."""

    title: str
    basis: Basis
    unconfirmed: str = ""

    def doubted(self, what: str) -> Source:
        """Give the same source with a remark on what is unconfirmed."""
        return replace(self, unconfirmed=what)

    @property
    def text(self) -> str:
        """Give the source as a person reads it."""
        doubt = f"; unconfirmed: {self.unconfirmed}" if self.unconfirmed else ""
        return f"{self.title} ({self.basis}{doubt})"


WORKING_TOGETHER = Source("Working Together to Safeguard Children 2023", Basis.GUIDANCE)
CHILDREN_ACT_47 = Source("Children Act 1989 s47", Basis.LAW)
PROJECT = Source("ICS Gateway default", Basis.PROPOSAL)


def regulation(part: str) -> Source:
    """Name a part of the Care Planning, Placement and Case Review (England) Regulations 2010."""
    return Source(f"Care Planning, Placement and Case Review (England) Regulations 2010 {part}", Basis.LAW)


def local(title: str, unconfirmed: str = "") -> Source:
    """Name a published local or regional procedure."""
    return Source(title, Basis.LOCAL, unconfirmed)
