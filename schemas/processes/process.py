"""What a process between authorities is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from schemas.errors import Misconfigured
from schemas.processes.clocks import Clock
from schemas.processes.elements import Column, Need, elements, needs
from schemas.processes.gateways import GATEWAYS, NONE_COMMENCED, Gateway
from schemas.processes.ladder import Pace, acknowledgements
from schemas.processes.sources import Source

_STRENGTH = tuple(Need)


@dataclass(frozen=True, slots=True)
class Receiver:
    """Somebody who is told: `essential` are the elements that this one must have whatever else is withheld.

    `withholdable`: the notice, or the address in it, may be kept back where it would put the child at risk of
    significant harm.
    """

    code: str
    who: str
    source: Source
    essential: tuple[str, ...] = ()
    withholdable: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of message of the process; `elements` limits what it may carry, None where the whole column may go."""

    name: str
    says: str
    elements: tuple[str, ...] | None = None
    documents: bool = True


_DECISION = ("E01", "E02", "E06", "E16", "E18", "E35", "E36", "E37", "E39")


def reply(name: str, says: str, *more: str) -> Step:
    """Declare a step that says something about the process: whom it is about, who says it, `more`; no documents."""
    return Step(name, says, tuple(sorted({*_DECISION, *more})), documents=False)


@dataclass(frozen=True, slots=True)
class Process:
    """One process, in force from `since` to before `until`, None where open.

    `column` is its column of the essential-information list, None where nothing goes by itself; `content` is what the
    list does not have, and `also` the case fields of it. `unconfirmed` says what must be checked before use.
    """

    code: str
    title: str
    trigger: str
    column: Column | None
    pace: Pace
    steps: tuple[Step, ...]
    receivers: tuple[Receiver, ...]
    gateways: tuple[str, ...]
    own_clocks: tuple[Clock, ...]
    responsibility: str
    sources: tuple[Source, ...]
    documents: tuple[str, ...] = ()
    content: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    unconfirmed: tuple[str, ...] = ()
    version: str = "1"
    since: date | None = None
    until: date | None = None

    def in_force(self, on: date) -> bool:
        """Tell whether the process may be started on that day."""
        return (self.since is None or self.since <= on) and (self.until is None or on < self.until)

    @property
    def clocks(self) -> tuple[Clock, ...]:
        """List every clock: the process's own, then those of the acknowledgement ladder."""
        return self.own_clocks + acknowledgements(self.pace)

    def step(self, name: str) -> Step:
        """Find a step by its name; raise Misconfigured where there is none."""
        for step in self.steps:
            if step.name == name:
                return step
        raise Misconfigured(
            f"The process {self.code} has no step {name}.",
            hint=f"It has {', '.join(step.name for step in self.steps)}.",
        )

    def needs(self, step: str | None = None) -> Mapping[str, Need]:
        """Give what each element is for this process, or for one of its steps, by its id."""
        if self.column is None:
            return {}
        whole = needs(self.column)
        allowed = None if step is None else self.step(step).elements
        return whole if allowed is None else {code: need for code, need in whole.items() if code in allowed}

    def fields(self, step: str | None = None) -> Mapping[str, Need]:
        """Give the case fields that it, or one of its steps, may carry, by canonical name `table.field`.

        A field of several elements is needed as much as the one that needs it most. What it may carry is not what it
        may send: agreements decide that.
        """
        limits = None if step is None else self.step(step)
        found = dict.fromkeys(self.also, Need.SHOULD) if limits is None or limits.elements is None else {}
        for code, need in self.needs(step).items():
            for name in elements()[code].fields:
                found[name] = min(need, found.get(name, Need.ASKED), key=_STRENGTH.index)
        if limits is not None and not limits.documents:
            return {name: need for name, need in found.items() if not name.startswith("documents.")}
        return found

    def legal_gateways(self, on: date, commenced: Mapping[str, date] = NONE_COMMENCED) -> tuple[Gateway, ...]:
        """List the gateways that may be relied on that day; `commenced` switches those on that wait."""
        found = (GATEWAYS[code] for code in self.gateways)
        return tuple(gateway for gateway in found if gateway.in_force(on, commenced))
