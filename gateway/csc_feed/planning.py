"""Plan a run: which children are sent, what of them, which have faults, which are as they were."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from adapters.csc_api.build import Built, Feed
from gateway.csc_feed.configuration import Configuration
from gateway.csc_feed.ledger import Ledger
from gateway.csc_feed.planned import Planned
from gateway.csc_feed.standing import Change, Child, Content, State
from schemas.csc_api.carry import has_lost, source_digest, steadied, with_aged
from schemas.csc_api.changes import removal, together, update
from schemas.csc_api.layout import CHILD, DETAILS, EPISODES, SECOND_ID
from schemas.csc_api.problems import Problem
from schemas.csc_api.record import ChildRecord
from schemas.csc_api.sense import problems
from schemas.errors import Held

REMOVED = hashlib.sha256(b"removal").hexdigest()
"""Stands for the digest of a record that there is not any more."""
_BARE = (CHILD.key, SECOND_ID, DETAILS.name)
_FEWEST = 10
"""So many children may always be removed in a run, whatever the share."""
Ever = Callable[[Iterable[str]], Mapping[str, ChildRecord]]
"""Builds the records of persons without a window."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run does. `changes` are known without sending; `faults` has the problems of each child that has any."""

    built: int
    unchanged: int
    parked: int
    to_send: tuple[Planned, ...]
    changes: tuple[Change, ...]
    faults: Mapping[str, tuple[Problem, ...]]
    held: int

    @property
    def removing(self) -> int:
        """Count the children of whom something is removed."""
        return sum(planned.removes for planned in self.to_send)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a run is to do beside what changed: refused records again, and not those accepted in it already."""

    parked: bool = False
    done: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Planning:
    settled: Configuration
    feed: Feed
    known: Mapping[str, Child]
    doubtful: Mapping[str, list[int]]
    wish: Wish
    unchanged: int = 0
    parked: int = 0
    faults: dict[str, tuple[Problem, ...]] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    to_send: list[Planned] = field(default_factory=list)

    def wanted(self) -> list[tuple[Built, str]]:
        """Give the children who may have to be sent, with the digest of each; the others are as they were."""
        found = []
        for child in sorted(self.feed.children):
            built = self.feed.children[child]
            digest = source_digest(built.record, self.settled.unstable_ids)
            if self._is_as_it_was(self.known.get(child), digest):
                self.unchanged += 1
            elif self._is_parked(self.known.get(child), digest):
                self.parked += 1
            elif faults := problems(built.record, self.feed.day):
                self._fault(child, digest, faults)
            else:
                found.append((built, digest))
        return found

    def _is_as_it_was(self, known: Child | None, digest: str) -> bool:
        if known is None or known.child in self.doubtful or known.accepted is None:
            return False
        again = self.settled.mode == "full" and known.child not in self.wish.done
        return known.source == digest and known.state is State.ACCEPTED and not again

    def _is_parked(self, known: Child | None, digest: str) -> bool:
        refused = known is not None and known.state is State.REFUSED and known.refused == digest
        return refused and not self.wish.parked

    def _fault(self, child: str, digest: str, faults: tuple[Problem, ...]) -> None:
        self.faults[child] = faults
        codes = " ".join(sorted({problem.code.value for problem in faults}))
        self.changes.append(Change(child, State.INVALID, refused=digest, reason=codes[:64]))

    def missing(self) -> list[str]:
        """Give the children who are held or may be, and are not sent any more."""
        held = (it.child for it in self.known.values() if it.accepted is not None or it.child in self.doubtful)
        return sorted(child for child in held if child not in self.feed.children)

    def has_left(self, child: str) -> bool:
        """Tell of a child who is not sent any more whether it is to be removed, whatever the source still has."""
        return self.settled.purge_aged or child not in self.feed.persons

    def record(self, built: Built, digest: str, possible: ChildRecord | None, target: ChildRecord) -> None:
        """Plan what brings a child to the target."""
        alone = built.child in self.doubtful
        full = alone or self.settled.mode == "full"
        found = update(possible, target, full=full, emptied=self.settled.emptied)
        if found is None:
            self.changes.append(Change(built.child, State.ACCEPTED, source=digest))
            self.unchanged += 1
            return
        self.to_send.append(Planned(built.child, found, target, possible, digest, self.settled.emptied, alone))

    def keep(self, child: str, possible: ChildRecord, ever: ChildRecord | None) -> None:
        """Plan for a child who only grew too old that what the source has no more, however old, is removed."""
        if ever is None or EPISODES.name not in ever.members():
            self.remove(child, possible)
            return
        bare = ChildRecord.of({name: possible.members().get(name) for name in _BARE})
        target = with_aged(possible, bare, steadied(possible, ever, self.settled.unstable_ids))
        found = update(possible, target, full=child in self.doubtful, emptied=self.settled.emptied)
        if found is not None:
            digest = self.known[child].source or target.digest
            alone = child in self.doubtful
            self.to_send.append(Planned(child, found, target, possible, digest, self.settled.emptied, alone))

    def remove(self, child: str, possible: ChildRecord) -> None:
        """Plan the removal of a child."""
        known = self.known[child]
        if known.state is State.REFUSED and known.refused == REMOVED and not self.wish.parked:
            self.parked += 1
            return
        alone = child in self.doubtful
        self.to_send.append(Planned(child, removal(possible), None, possible, REMOVED, self.settled.emptied, alone))


def plan(settled: Configuration, feed: Feed, ledger: Ledger, ever: Ever, wish: Wish = Wish()) -> Plan:
    """Compare the feed with what DfE holds. Raise Held where the guard against mass removal stops it."""
    it = _Planning(settled, feed, ledger.children(), ledger.doubtful(), wish)
    wanted, missing = it.wanted(), it.missing()
    possible = _possible(ledger, it, [*(built.child for built, _ in wanted), *missing])
    current = {
        built.child: steadied(possible[built.child], built.record, settled.unstable_ids)
        if built.child in possible
        else built.record
        for built, _ in wanted
    }
    aged = {} if settled.purge_aged else _ever(wanted, current, possible, ever)
    for built, digest in wanted:
        held, target = possible.get(built.child), current[built.child]
        if held is not None and built.child in aged:
            target = with_aged(held, target, steadied(held, aged[built.child], settled.unstable_ids))
        it.record(built, digest, held, target)
    _settle_missing(it, [child for child in missing if child in possible], possible, ever)
    # What is not known goes first, alone; all in the order of the ids, so that a run that goes on goes on where it was.
    ordered = tuple(sorted(it.to_send, key=lambda planned: (not planned.alone, planned.child)))
    held_now = sum(known.accepted is not None for known in it.known.values())
    return Plan(len(feed.children), it.unchanged, it.parked, ordered, tuple(it.changes), it.faults, held_now)


def _settle_missing(it: _Planning, missing: list[str], possible: Mapping[str, ChildRecord], ever: Ever) -> None:
    """Remove the children who left the source, and of those who only grew too old what left it."""
    old = [child for child in missing if not it.has_left(child)]
    known = ever(it.feed.persons[child] for child in old) if old else {}
    for child in missing:
        if it.has_left(child):
            it.remove(child, possible[child])
        else:
            it.keep(child, possible[child], known.get(child))


def check_removals(found: Plan, most: int) -> None:
    """Raise Held where more than `most` per cent of the children would lose something at DfE."""
    if found.removing > max(_FEWEST, found.held * most // 100):
        raise Held(
            f"Something of {found.removing:,} children would be removed at DfE, of {found.held:,} who are held.",
            hint="Look whether the source was loaded whole. If it is right: ics-gateway csc-api send --allow-removals",
        )


def _possible(ledger: Ledger, it: _Planning, children: Iterable[str]) -> dict[str, ChildRecord]:
    """Give what DfE holds or may hold of each child, where that is anything."""
    revisions = {
        child: [*([known.accepted] if known.accepted is not None else []), *it.doubtful.get(child, [])]
        for child in children
        if (known := it.known.get(child)) is not None
    }
    keys = [(child, revision) for child, found in revisions.items() for revision in found]
    contents = ledger.contents(keys)
    return {
        child: record
        for child, found in revisions.items()
        if (record := _joined(contents[child, revision] for revision in found)) is not None
    }


def _joined(contents: Iterable[Content]) -> ChildRecord | None:
    found: ChildRecord | None = None
    for content in contents:
        if content.target is not None:
            found = content.target if found is None else together(found, content.target)
    return found


def _ever(
    wanted: Iterable[tuple[Built, str]],
    current: Mapping[str, ChildRecord],
    possible: Mapping[str, ChildRecord],
    ever: Ever,
) -> Mapping[str, ChildRecord]:
    """Build without a window the records of those who lack something that is held."""
    lacking = [
        built.person
        for built, _ in wanted
        if built.child in possible and has_lost(possible[built.child], current[built.child])
    ]
    return ever(lacking) if lacking else {}
