"""One run of the feed: build, check, compare, send, and keep what became of each child."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial

from adapters.csc_api.build import Feed, build, build_ever
from adapters.mapping.tables import Frame
from gateway.actor import Actor
from gateway.audit.entry import Role
from gateway.audit.events import Action, Outcome
from gateway.audit.pending import note
from gateway.csc_feed import consent, runs
from gateway.csc_feed.alarms import settle_alerts
from gateway.csc_feed.configuration import Configuration
from gateway.csc_feed.ledger import Ledger
from gateway.csc_feed.planned import Planned
from gateway.csc_feed.planning import Plan, Wish, check_removals, plan
from gateway.csc_feed.runs import Counts, End, Run
from gateway.csc_feed.sending import Chance, Fate, Posts, Result, Sender, Stopped
from gateway.logs import logger
from gateway.maintenance import active
from gateway.store.engine import writing
from gateway.store.store import Store
from schemas.errors import GatewayError, Held, Misconfigured

log = logger(__name__)
Tables = Mapping[str, Frame]


@dataclass(frozen=True, slots=True)
class Feeding:
    """What a run works with. `tables` opens the source, `line` the way to DfE; `organisation` is who we are."""

    store: Store
    settled: Configuration
    organisation: str
    tables: Callable[[], AbstractContextManager[Tables]]
    line: Callable[[], AbstractContextManager[Posts]]
    chance: Chance

    @property
    def ledger(self) -> Ledger:
        """Give the record of the environment."""
        return Ledger(self.store, self.settled.environment)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a run."""

    day: date
    dry: bool = False
    parked: bool = False
    allow_removals: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did; `plan` is what it set out to do, `hint` what to do where it stopped."""

    run: Run
    plan: Plan | None
    feed: Feed | None
    hint: str = ""


def send(feeding: Feeding, asked: Asked) -> Report:
    """Run the feed once. Raise Held where there is no consent, in maintenance, or while another run works."""
    if not asked.dry:
        consent.check(feeding.store.engine, feeding.settled)
        if active(feeding.store.engine):
            raise Held("Maintenance mode is on.", hint="See: ics-gateway maintenance status")
    kind = runs.Kind.DRY if asked.dry else runs.Kind.SEND
    engine, now = feeding.store.engine, feeding.chance.clock
    run = runs.begin(engine, feeding.settled.environment, asked.day, kind, now())
    # Of a run that is gone on with, what it did before it died counts too.
    done = Counts(sent=run.counts.sent, accepted=run.counts.accepted, removed=run.counts.removed)
    work = _Work(feeding, asked, run, done)
    try:
        work.do()
    except GatewayError as stop:
        reason = stop.reason if isinstance(stop, Stopped) else type(stop).__name__.lower()
        return work.ended(End.STOPPED, reason, f"{stop.message} {stop.hint}".strip())
    return work.ended(End.DONE, "", "")


@dataclass(slots=True)
class _Work:
    feeding: Feeding
    asked: Asked
    run: Run
    counts: Counts
    plan: Plan | None = None
    feed: Feed | None = None
    _open: dict[str, Planned] = field(default_factory=dict)
    _revisions: dict[str, int] = field(default_factory=dict)

    def do(self) -> None:
        """Plan and, unless it is a dry run, send."""
        if not self.asked.dry:
            lost = self.feeding.ledger.lost()
            log.info("feed-begun", count=lost)
        with self.feeding.tables() as tables:
            found = self._planned(tables)
        if not self.asked.allow_removals:
            check_removals(found, self.feeding.settled.most_removed)
        if not self.asked.dry:
            self._send(found)

    def _planned(self, tables: Tables) -> Plan:
        settled, day = self.feeding.settled, self.asked.day
        ledger = self.feeding.ledger
        self.feed = build(tables, day, settled.choices)
        wish = Wish(self.asked.parked, ledger.accepted_in(self.run.id))
        ever = partial(build_ever, tables, day, choices=settled.choices)
        self.plan = plan(settled, self.feed, ledger, ever, wish)
        counts = self.counts
        counts.built, counts.unchanged = self.plan.built, self.plan.unchanged
        counts.invalid, counts.refused = len(self.plan.faults), self.plan.parked
        return self.plan

    def _send(self, found: Plan) -> None:
        ledger, chance = self.feeding.ledger, self.feeding.chance
        ledger.note(found.changes, chance.clock())
        known = ledger.children()
        self._revisions = {
            planned.child: known[planned.child].revision + 1 if planned.child in known else 1
            for planned in found.to_send
        }
        if not found.to_send:
            return
        pace = timedelta(milliseconds=self.feeding.settled.pace.milliseconds)
        with self.feeding.line() as line:
            sender = Sender(line, chance, pace)
            try:
                for batch in self._batches(found.to_send):
                    self._batch(sender, batch)
            except (Stopped, Misconfigured) as stop:
                self._give_up(sender, doubtful=isinstance(stop, Stopped) and stop.doubtful)
                raise
            self._settle(sender.close())

    def _batches(self, planned: Sequence[Planned]) -> Iterator[list[Planned]]:
        """Cut into batches within the limits; what is not known goes alone."""
        pace = self.feeding.settled.pace
        batch: list[Planned] = []
        size = 2
        for item in planned:
            length = len(item.update.text.encode()) + 1
            if batch and (len(batch) == pace.records or size + length > pace.size or batch[-1].alone):
                yield batch
                batch, size = [], 2
            batch.append(item)
            size += length
        if batch:
            yield batch

    def _batch(self, sender: Sender, batch: list[Planned]) -> None:
        self.feeding.ledger.begin(self.run.id, batch, self._revisions, self.feeding.chance.clock())
        self._open |= {planned.child: planned for planned in batch}
        self.counts.sent += len(batch)
        for results in sender.send(batch):
            self._settle(results)
        runs.renew(self.feeding.store.engine, self.run.id, self.counts, self.feeding.chance.clock())

    def _settle(self, results: Sequence[Result]) -> None:
        self.feeding.ledger.settle(results, self._revisions, self.feeding.chance.clock())
        for result in results:
            self._open.pop(result.planned.child, None)
            self._count(result)

    def _count(self, result: Result) -> None:
        match result.fate:
            case Fate.ACCEPTED:
                self.counts.accepted += 1
                self.counts.removed += result.planned.target is None
            case Fate.REFUSED:
                self.counts.refused += 1
            case Fate.UNKNOWN:
                self.counts.unknown += 1
            case Fate.NOT_SENT:
                self.counts.not_sent += 1

    def _give_up(self, sender: Sender, *, doubtful: bool) -> None:
        """Settle what was begun when the run stopped."""
        self._settle(sender.close())
        fate = Fate.UNKNOWN if doubtful else Fate.NOT_SENT
        self._settle(
            [
                Result(planned, fate, planned.update.text, "stopped", doubtful=doubtful)
                for planned in self._open.values()
            ]
        )

    def ended(self, outcome: End, reason: str, hint: str) -> Report:
        """Keep how the run ended, with its alerts and its entry in the audit log."""
        feeding, now = self.feeding, self.feeding.chance.clock()
        with writing(feeding.store.engine) as connection:
            runs.end(connection, self.run.id, self.counts, outcome, reason, now)
            if not self.asked.dry:
                before = runs.faults_before(connection, self.run)
                settle_alerts(connection, feeding.settled, self.counts, outcome, before, now)
                result = Outcome.DONE if outcome is End.DONE else Outcome.FAILED
                us = Actor(feeding.organisation, Role.GATEWAY)
                told = {"after": feeding.settled.place, "count": self.counts.accepted, "outcome": result}
                note(connection, now, us.event(Action.FEED_SEND, **told))
        if outcome is End.DONE and not self.asked.dry:
            feeding.ledger.prune(now - timedelta(days=feeding.settled.keep_days))
        log.info("feed-ended", outcome=outcome.value, reason=reason or "none", count=self.counts.accepted)
        run = replace(self.run, ended=now, outcome=outcome, reason=reason, counts=self.counts)
        return Report(run, self.plan, self.feed, hint)
