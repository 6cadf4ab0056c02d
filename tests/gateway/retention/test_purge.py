"""What a purge deletes is gone; what proves the message stays; a hold stops it at any time."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, insert, select, text
from sqlalchemy.engine import make_url

from gateway.actor import digest
from gateway.deadletters.replay import plan as replay_plan
from gateway.deadletters.selection import Choice
from gateway.retention.holds import Scope, lift, set_hold
from gateway.retention.plan import plan
from gateway.retention.purge import purge, purge_one
from gateway.store.engine import reading, writing
from gateway.store.errors import NotAllowed
from gateway.store.finish import fail
from gateway.store.models import Alert, Chunk, Part
from gateway.store.nonces import remember
from gateway.store.outbox import Next, claim, enqueue
from gateway.store.states import State
from gateway.store.store import Store
from kept_messages import AFTER, DAY, ended, left, pieces, purged, unfinished
from schemas.errors import Rejected
from stopped_messages import GOVERNANCE, OPERATOR, audited, named
from store_builder import MANIFEST, NOW, counts, later, numbered, take

ROOT = Path(__file__).parents[3]
APPROVED = frozenset({"dead-lettered"})
REVIEW = AFTER + 90 * DAY


def test_content_goes_and_evidence_stays(store: Store) -> None:
    message = ended(store, state=State.DELIVERED)
    before = counts(store)
    done = purge(store, AFTER, OPERATOR)
    assert (done.messages, done.chunks) == (1, 4)
    assert left(store, message) == [Part.LABEL]
    assert purged(store, message) == AFTER
    assert counts(store) == {**before, "chunks": 1, "audit_pending": 1}
    assert plan(store, AFTER).copies == ()


def test_each_batch_is_audited_with_its_messages_counts_and_digest(store: Store) -> None:
    for number in (1, 2, 3):
        ended(store, number)
    purge(store, AFTER, OPERATOR, messages=2)
    sealed = hashlib.sha256(MANIFEST).hexdigest()
    assert audited(store) == [
        {
            "action": "purge",
            "objects": [named(number) for number in numbers],
            "count": 4 * len(numbers),
            "before": digest(*(f"{numbered(number)} {sealed}" for number in numbers)),
        }
        for numbers in ((1, 2), (3,))
    ]


def test_it_does_what_the_plan_lists_and_no_more(store: Store) -> None:
    go = {ended(store, 1), ended(store, 2, State.DELIVERED), unfinished(store, 3, expires=NOW)}
    stay = {
        ended(store, 4, State.HELD),
        ended(store, 5, State.DEAD_LETTERED),
        ended(store, 6, at=later(1)),
        take(store, 7).message,
    }
    assert {copy.message for copy in plan(store, AFTER).copies} == go
    assert purge(store, AFTER, OPERATOR).messages == 3
    assert {message for message in go | stay if purged(store, message) is None} == stay
    assert all(len(left(store, message)) == 5 for message in stay)
    assert purge(store, AFTER, OPERATOR).chunks == 0


def test_dead_letters_go_once_governance_approves(store: Store) -> None:
    message = ended(store, state=State.DEAD_LETTERED)
    with pytest.raises(Rejected, match=r"^Only the information governance role approves a deletion before or beyond"):
        purge(store, AFTER, OPERATOR, approved=APPROVED)
    with pytest.raises(Rejected, match=r"^No rule that needs an approval is called returned\.$"):
        purge(store, AFTER, GOVERNANCE, approved=frozenset({"returned"}))
    assert purged(store, message) is None
    planned = plan(store, AFTER, APPROVED)
    assert purge(store, AFTER, GOVERNANCE, approved=APPROVED).messages == 1
    approval, deletion = audited(store)
    assert approval == {"action": "purge-approve", "objects": [], "count": 1, "after": planned.digest}
    assert deletion["action"] == "purge"
    # It is no longer replayed.
    (stays,) = replay_plan(store, Choice(), AFTER).staying
    assert stays.why == "Its content was deleted on 2026-12-25."


def test_a_hold_set_between_plan_and_purge_stops_it(store: Store) -> None:
    message, other = ended(store, 1), ended(store, 2)
    assert len(plan(store, AFTER).copies) == 2
    hold = set_hold(store, GOVERNANCE, Scope.MESSAGE, numbered(1), AFTER, reason="legal-claim", review_by=REVIEW)
    assert purge(store, AFTER, OPERATOR).messages == 1
    assert (purged(store, message), purged(store, other)) == (None, AFTER)
    assert len(left(store, message)) == 5
    lift(store, GOVERNANCE, hold.number, AFTER)
    assert purge(store, AFTER, OPERATOR).messages == 1


def test_a_hold_set_while_a_purge_runs_stops_what_is_left(store: Store) -> None:
    # The hold comes while the first batch is open: it waits, and once it is set nothing that it names goes any more.
    messages = [ended(store, number) for number in (1, 2, 3)]
    setting = threading.Thread(
        target=lambda: set_hold(
            store, GOVERNANCE, Scope.CONVERSATION, numbered(0), AFTER, reason="legal-claim", review_by=REVIEW
        )
    )
    waited = list[bool]()

    def begun(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("DELETE FROM chunks") and not waited:
            setting.start()
            # Long enough for the other to get in, if anything let it.
            setting.join(0.3)
            waited.append(setting.is_alive())

    event.listen(store.engine, "before_cursor_execute", begun)
    done = purge(store, AFTER, OPERATOR, messages=1)
    setting.join()
    event.remove(store.engine, "before_cursor_execute", begun)
    assert waited == [True]
    kept = [message for message in messages if purged(store, message) is None]
    assert len(kept) == 3 - done.messages
    assert all(len(left(store, message)) == 5 for message in kept)
    assert purge(store, AFTER, OPERATOR).messages == 0


def test_large_messages_go_piece_by_piece(store: Store) -> None:
    message = ended(store, 1)
    done = purge(store, AFTER, OPERATOR, chunks=3)
    assert (done.messages, done.chunks) == (1, 4)
    assert [one["count"] for one in audited(store)] == [3, 1]
    assert left(store, message) == [Part.LABEL]


def test_a_purge_that_is_killed_is_gone_on_with(store: Store, url: str) -> None:
    messages = [ended(store, number) for number in range(1, 6)]
    program = [sys.executable, str(Path(__file__).with_name("purged_and_killed.py")), url]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
    total = pieces(store)
    for chunks_gone in (3, 6):
        killed = subprocess.run(program, env=environment, capture_output=True, text=True, timeout=60, check=False)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        # Of the batch in which it was killed nothing happened; the one before stands, in part of a message.
        assert total - pieces(store) == chunks_gone
        assert sum(one["count"] for one in audited(store)) == chunks_gone
    assert purged(store, messages[0]) == AFTER
    done = purge(store, AFTER + DAY, OPERATOR)
    assert done.chunks == total - 6
    assert pieces(store) == 0
    assert [purged(store, message) for message in messages] == [AFTER] * 2 + [AFTER + DAY] * 3
    assert sum(one["count"] for one in audited(store)) == total


def test_a_hold_spares_even_what_a_killed_purge_has_left(store: Store) -> None:
    message = ended(store)
    with writing(store.engine) as connection:
        connection.execute(text("UPDATE messages SET purged = created"))
        connection.execute(text("DELETE FROM chunks WHERE part = 'manifest'"))
    hold = set_hold(store, GOVERNANCE, Scope.MESSAGE, numbered(1), NOW, reason="legal-claim", review_by=REVIEW)
    assert purge(store, NOW, OPERATOR).chunks == 0
    lift(store, GOVERNANCE, hold.number, later(1))
    # Before its time: what was begun is ended.
    assert purge(store, later(1), OPERATOR).chunks == 3
    assert left(store, message) == [Part.LABEL]
    assert purged(store, message) == NOW


def test_what_is_deleted_is_not_in_the_file_any_more(sqlite_store: Store, sqlite_url: str) -> None:
    ended(sqlite_store, chunks=(os.urandom(20_000), b"", b"small"))
    with reading(sqlite_store.engine) as connection:
        data = connection.execute(select(Chunk.data).where(Chunk.part != Part.LABEL)).scalars().all()
    name = make_url(sqlite_url).database
    assert name is not None

    def there() -> list[bool]:
        files = b"".join(path.read_bytes() for path in (Path(name), Path(f"{name}-wal")) if path.exists())
        return [piece[-28:] in files for piece in data]

    assert there() == [True] * 4
    purge(sqlite_store, AFTER, OPERATOR)
    assert there() == [False] * 4


def test_records_go_after_their_time_but_not_those_of_a_held_message(store: Store) -> None:
    for number in (1, 2):
        take(store, number, conversation_id=numbered(number))
    for lease in claim(store, "ann", NOW, later(60), 2):
        fail(store, lease, NOW, reason="no-answer", due=NOW)
    remember(store, "kid", "spent", NOW, NOW)
    alert = {"code": "x", "subject": "y", "raised": NOW, "last": NOW, "count": 1}
    with writing(store.engine) as connection:
        connection.execute(insert(Alert), [{**alert, "closed": NOW}, {**alert, "closed": None}])
    set_hold(store, GOVERNANCE, Scope.MESSAGE, numbered(1), NOW, reason="inquiry", review_by=REVIEW)
    year = NOW + timedelta(days=365)
    done = purge(store, year, OPERATOR)
    assert {one.rule.name: one.count for one in done.records} == {"nonces": 1, "attempts": 1, "alerts": 1}
    assert {name: counts(store)[name] for name in ("nonces", "attempts", "alerts")} == {
        "nonces": 0,
        "attempts": 1,
        "alerts": 1,
    }
    assert audited(store)[-1] == {"action": "purge", "objects": [], "count": 3}


def test_one_message_goes_before_its_time(store: Store) -> None:
    message = ended(store)
    assert purge_one(store, later(60), GOVERNANCE, message) == 4
    assert purged(store, message) == later(60)
    assert left(store, message) == [Part.LABEL]
    assert purge_one(store, later(60), GOVERNANCE, message) == 0
    (noted,) = audited(store)
    assert (noted["action"], noted["objects"], noted["count"]) == ("purge", [named()], 4)


def test_one_message_is_not_purged_where_it_is_needed(store: Store) -> None:
    at_work, held, kept = take(store, 1).message, ended(store, 2, State.HELD), ended(store, 3)
    due = ended(store, 4)
    with writing(store.engine) as connection:
        enqueue(connection, due, Next("acknowledge", NOW))
    hold = set_hold(store, GOVERNANCE, Scope.MESSAGE, numbered(3), NOW, reason="inquiry", review_by=REVIEW)
    assert hold
    for message, sentence in (
        (at_work, f"Something is due for message number {at_work}."),
        (held, f"Message number {held} is held: its content is needed."),
        (kept, f"A legal hold names message number {kept}."),
        (due, f"Something is due for message number {due}."),
        (999, "There is no message number 999."),
    ):
        with pytest.raises(NotAllowed) as refused:
            purge_one(store, AFTER, GOVERNANCE, message)
        assert refused.value.message == sentence
    with pytest.raises(Rejected, match=r"^Only the information governance role approves"):
        purge_one(store, AFTER, OPERATOR, due)
    assert pieces(store) == 16
