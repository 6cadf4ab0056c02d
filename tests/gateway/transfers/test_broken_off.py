"""A step that breaks off in its last line has done nothing; done again, it is done once."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest

from gateway.audit.entry import Role
from gateway.cases import files
from gateway.matching.review import Verdict
from gateway.store import documents
from gateway.store.documents import Kind
from gateway.transfers import answer, follow, judge, match, reviews, rows, see, settle
from gateway.transfers.answer import Acceptance
from schemas.case.record import CaseFile
from transfer_desks import TODAY, Desks, actor


class Gone(RuntimeError):
    """The power is gone."""


def broken(*_: object, **__: object) -> None:
    raise Gone


def twice(both: Desks, monkeypatch: pytest.MonkeyPatch, module: ModuleType, step: Callable[[], object]) -> None:
    """Break a step off where it writes the audit log, see that nothing is left of it, and do it again."""
    before = left(both)
    with monkeypatch.context() as patched:
        patched.setattr(module, "note", broken)
        with pytest.raises(Gone):
            step()
    assert left(both) == before
    step()


def left(both: Desks) -> object:
    """Give what stands of the transfer at Ben's."""
    store, transfer = both.ben.exchange.store, both.ben.last()
    return (
        transfer,
        signed(both),
        rows.arrival(store, transfer.reference),
        [(each.review.identity, each.review.state) for each in reviews.queue(store)],
        files.names(store),
        documents.latest_versions(store, Kind.LINK),
        documents.latest_versions(store, Kind.PAPER),
    )


def signed(both: Desks) -> list[str]:
    return [each.level for each in follow.signed_about(both.ben.exchange, both.ben.last())]


def test_every_step_of_the_receiver_that_breaks_off_leaves_nothing_and_is_done_once(
    both: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange = both.ben.exchange
    duty, manager = actor(exchange, Role.DUTY, 5), actor(exchange, Role.MANAGER, 6)
    both.send()
    reference = both.ben.last().reference
    (item,) = reviews.queue(exchange.store)
    twice(both, monkeypatch, see, lambda: see.see(exchange, duty, reference))
    verdict = Verdict.DIFFERENT
    twice(both, monkeypatch, judge, lambda: judge.decide(exchange, duty, item.review.identity, verdict))
    accepted = Acceptance(TODAY, {})
    twice(both, monkeypatch, answer, lambda: answer.accept(exchange, manager, reference, accepted))
    twice(both, monkeypatch, answer, lambda: answer.complete(exchange, duty, reference, TODAY))
    assert signed(both) == ["R1", "R2", "R3", "R4", "R5", "R6"]
    assert len(files.versions(exchange.store, f"in-{reference}")) == 1
    did = [each.did for each in rows.history(exchange.store, both.ben.last().id)]
    assert len(did) == len(set(did))


def test_a_search_that_breaks_off_is_made_again(both: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(reviews, "_write", broken)
        both.send()
    assert reviews.queue(both.ben.exchange.store) == ()
    assert match.attend(both.ben.exchange) == 1
    assert len(reviews.queue(both.ben.exchange.store)) == 1
    assert match.attend(both.ben.exchange) == 0


def test_a_value_that_was_not_taken_as_a_whole_is_not_taken(both: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    child = both.family.children[0].model_copy(update={"id": "ours-0", "religion": "Sikh"})
    both.ben.hold(CaseFile(id="held", person=(child,)))
    both.send()
    reference = both.see()
    number = [each.field for each in both.accept(reference).differences].index("religion")
    manager = actor(both.ben.exchange, Role.MANAGER, 6)
    versions = len(files.versions(both.ben.exchange.store, "held"))
    twice(both, monkeypatch, settle, lambda: settle.settle(both.ben.exchange, manager, reference, number, take=True))
    assert len(files.versions(both.ben.exchange.store, "held")) == versions + 1
