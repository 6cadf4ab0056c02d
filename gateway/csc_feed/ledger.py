"""The feed's own record of one environment: read before a run, written before and after each call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, Connection, Table, Update, bindparam, delete, insert, select, tuple_, update

from gateway.csc_feed import sealed
from gateway.csc_feed.planned import Planned
from gateway.csc_feed.sending import Fate, Result
from gateway.csc_feed.standing import DOUBTFUL, Change, Child, Content, Sent, State
from gateway.store.documents import Kind
from gateway.store.engine import once, reading, writing
from gateway.store.feed_models import FeedChild, FeedSend
from gateway.store.models import Document
from gateway.store.store import Store

_SENDS: Table = FeedSend.__table__  # type: ignore[assignment]  # a declared class has a table
_STATES = {
    Fate.ACCEPTED: State.ACCEPTED,
    Fate.REFUSED: State.REFUSED,
    Fate.UNKNOWN: State.UNKNOWN,
    Fate.NOT_SENT: State.NOT_SENT,
}
_PRUNED_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Ledger:
    """The record of one environment."""

    store: Store
    environment: str

    def children(self) -> dict[str, Child]:
        """Give every child that was ever sent or refused."""
        found = (FeedChild.child, FeedChild.state, FeedChild.revision, FeedChild.accepted)
        told = (FeedChild.source, FeedChild.refused, FeedChild.reason)
        with reading(self.store.engine) as connection:
            rows = connection.execute(select(*found, *told).where(FeedChild.environment == self.environment)).all()
        return {row.child: Child(row.child, State(row.state), *row[2:]) for row in rows}  # type: ignore[call-arg]  # looked up by value

    def doubtful(self) -> dict[str, list[int]]:
        """Give the revisions that were sent and perhaps stored, by child."""
        wanted = select(FeedSend.child, FeedSend.revision).where(
            FeedSend.environment == self.environment, FeedSend.outcome.in_(DOUBTFUL)
        )
        found: dict[str, list[int]] = {}
        with reading(self.store.engine) as connection:
            for child, revision in connection.execute(wanted.order_by(FeedSend.revision)):
                found.setdefault(child, []).append(revision)
        return found

    def accepted_in(self, run: int) -> frozenset[str]:
        """Give the children of whom a record was accepted in a run."""
        done = (FeedSend.run == run, FeedSend.outcome == Sent.ACCEPTED.value)
        rows = select(FeedSend.child).where(FeedSend.environment == self.environment, *done)
        with reading(self.store.engine) as connection:
            return frozenset(connection.execute(rows).scalars())

    def contents(self, wanted: Iterable[sealed.Key]) -> dict[sealed.Key, Content]:
        """Read what was sent. Raise Damaged, UnknownKey."""
        return sealed.contents(self.store, self.environment, wanted)

    def begin(self, run: int, batch: Sequence[Planned], revisions: Mapping[str, int], at: datetime) -> None:
        """Note that a batch is about to be sent: from now on each of its records is perhaps stored at DfE."""
        sends = [
            {
                "environment": self.environment,
                "child": planned.child,
                "revision": revisions[planned.child],
                "run": run,
                "kind": planned.update.kind.value,
                "outcome": Sent.SENDING.value,
                "digest": planned.digest,
                "at": at,
            }
            for planned in batch
        ]
        kept = [self._kept(planned, planned.update.text, revisions, at) for planned in batch]
        rows = [
            self._row(planned.child, State.SENDING, at, revision=revisions[planned.child], accepted=None)
            for planned in batch
        ]
        with writing(self.store.engine) as connection:
            connection.execute(insert(FeedSend), sends)
            connection.execute(insert(Document), kept)
            self._put(connection, rows, ("state", "revision", "reason", "changed"))

    def settle(self, results: Sequence[Result], revisions: Mapping[str, int], at: datetime) -> None:
        """Note what became of records, in one transaction."""
        if not results:
            return
        accepted = [result for result in results if result.fate is Fate.ACCEPTED]
        others = [result for result in results if result.fate is not Fate.ACCEPTED]
        told = [result for result in results if result.message or result.text != result.planned.update.text]
        with writing(self.store.engine) as connection:
            connection.execute(self._settled(), [self._outcome(result, revisions) for result in results])
            self._take(connection, accepted, revisions, at)
            self._put(connection, [self._missed(result, at) for result in others], ("state", "reason", "changed"))
            refused = [self._missed(result, at) for result in others if result.fate is Fate.REFUSED]
            self._put(connection, refused, ("refused",))
            for result in told:
                self._again(connection, result, revisions, at)

    def lost(self) -> int:
        """Note, of what a run that died was sending, that nobody knows what became of it; count it."""
        mine = (FeedSend.environment == self.environment, FeedSend.outcome == Sent.SENDING.value)
        there = (FeedChild.environment == self.environment, FeedChild.state == State.SENDING.value)
        with writing(self.store.engine) as connection:
            found = connection.execute(update(FeedSend).where(*mine).values(outcome=Sent.UNKNOWN.value)).rowcount
            connection.execute(update(FeedChild).where(*there).values(state=State.UNKNOWN.value, reason="crash"))
        return found

    def note(self, changes: Sequence[Change], at: datetime) -> None:
        """Keep what is newly known of children that were not sent."""
        seen = [self._row(it.child, it.state, at, source=it.source) for it in changes if it.source]
        bad = [self._row(it.child, it.state, at, refused=it.refused, reason=it.reason) for it in changes if it.refused]
        with writing(self.store.engine) as connection:
            self._put(connection, seen, ("state", "source", "refused", "reason", "changed"))
            self._put(connection, bad, ("state", "refused", "reason", "changed"))

    def prune(self, before: datetime) -> int:
        """Delete what was sent before a time and is superseded; what DfE holds or may hold stays. Count it.

        Of a child who was removed before then nothing is left.
        """
        held = select(FeedChild.child, FeedChild.accepted).where(FeedChild.environment == self.environment)
        old = select(FeedSend.child, FeedSend.revision).where(
            FeedSend.environment == self.environment, FeedSend.at < before, FeedSend.outcome.notin_(DOUBTFUL)
        )
        with reading(self.store.engine) as connection:
            kept = {(child, revision) for child, revision in connection.execute(held)}
            gone = [(child, revision) for child, revision in connection.execute(old) if (child, revision) not in kept]
        for start in range(0, len(gone), _PRUNED_AT_ONCE):
            self._forget(gone[start : start + _PRUNED_AT_ONCE])
        removed = (FeedChild.environment == self.environment, FeedChild.state == State.REMOVED.value)
        with writing(self.store.engine) as connection:
            connection.execute(delete(FeedChild).where(*removed, FeedChild.changed < before))
        return len(gone)

    def _forget(self, gone: Sequence[sealed.Key]) -> None:
        names = [(sealed.name_of(self.environment, child), revision) for child, revision in gone]
        documents = (Document.kind == Kind.FEED.value, tuple_(Document.name, Document.version).in_(names))
        sends = (FeedSend.environment == self.environment, tuple_(FeedSend.child, FeedSend.revision).in_(gone))
        with writing(self.store.engine) as connection:
            connection.execute(delete(Document).where(*documents))
            connection.execute(delete(FeedSend).where(*sends))

    def _kept(
        self, planned: Planned, text: str, revisions: Mapping[str, int], at: datetime, said: str = ""
    ) -> dict[str, object]:
        key = (planned.child, revisions[planned.child])
        return sealed.row(self.store, self.environment, key, Content(text, planned.target, said), at)

    def _row(self, child: str, state: State, at: datetime, **more: object) -> dict[str, object]:
        blank = {"revision": 0, "accepted": None, "source": None, "refused": None, "reason": ""}
        ours = {"environment": self.environment, "child": child, "state": state.value, "changed": at}
        return {**blank, **ours, **more}

    def _put(self, connection: Connection, rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> None:
        """Make the rows of children, or change these columns of those that are there."""
        if not rows:
            return
        new = once(connection, FeedChild)
        keys = [FeedChild.environment, FeedChild.child]
        changed = new.on_conflict_do_update(index_elements=keys, set_={name: new.excluded[name] for name in columns})
        connection.execute(changed, rows)

    def _settled(self) -> Update:
        this = (
            _SENDS.c.environment == self.environment,
            _SENDS.c.child == bindparam("this_child"),
            _SENDS.c.revision == bindparam("this_revision"),
        )
        told: dict[str, BindParameter[object]] = {
            name: bindparam(name) for name in ("outcome", "status", "token", "request")
        }
        return update(_SENDS).where(*this).values(**told)

    def _outcome(self, result: Result, revisions: Mapping[str, int]) -> dict[str, object]:
        doubtful = result.doubtful and result.fate is not Fate.ACCEPTED
        return {
            "this_child": result.planned.child,
            "this_revision": revisions[result.planned.child],
            "outcome": Sent.UNKNOWN.value if doubtful else Sent(result.fate.value).value,
            "status": result.status,
            "token": result.token,
            "request": result.request,
        }

    def _take(
        self, connection: Connection, accepted: Sequence[Result], revisions: Mapping[str, int], at: datetime
    ) -> None:
        """Take what was accepted for what DfE holds: what was unknown of these children before is settled."""
        if not accepted:
            return
        children = [result.planned.child for result in accepted]
        before = (
            _SENDS.c.environment == self.environment,
            _SENDS.c.child.in_(children),
            _SENDS.c.outcome.in_(DOUBTFUL),
        )
        connection.execute(update(_SENDS).where(*before).values(outcome=Sent.SETTLED.value))
        rows = [self._held(result, revisions[result.planned.child], at) for result in accepted]
        self._put(connection, rows, ("state", "accepted", "source", "refused", "reason", "changed"))

    def _held(self, result: Result, revision: int, at: datetime) -> dict[str, object]:
        planned = result.planned
        if planned.target is None:
            return self._row(planned.child, State.REMOVED, at, revision=revision)
        more = {"revision": revision, "accepted": revision, "source": planned.digest}
        return self._row(planned.child, State.ACCEPTED, at, **more)

    def _missed(self, result: Result, at: datetime) -> dict[str, object]:
        planned = result.planned
        return self._row(planned.child, _STATES[result.fate], at, refused=planned.digest, reason=result.reason)

    def _again(self, connection: Connection, result: Result, revisions: Mapping[str, int], at: datetime) -> None:
        row = self._kept(result.planned, result.text, revisions, at, result.message)
        this = (Document.kind == row["kind"], Document.name == row["name"], Document.version == row["version"])
        connection.execute(update(Document).where(*this).values(key_id=row["key_id"], data=row["data"]))
