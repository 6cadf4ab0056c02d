"""Messages that arrive and are refused: the sender holds a signed reason, and nothing is handed over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from authorities import dispatch, sent, settle
from exchange_rig import Cut, Two, alerts, answers, delivered_to, refused
from gateway.itp.codes import Code, Refused
from gateway.itp.keys import Use
from gateway.store.messages import status
from gateway.store.states import State


@dataclass(frozen=True)
class Case:
    """Why Ben refuses what he has taken at the door, and where that takes the message on both sides."""

    code: Code
    happens: Callable[[Two], Two]
    state: State
    alerts: tuple[str, ...] = ()


def _says_no(code: Code, check: str) -> Callable[[Two], Two]:
    def no(*_seen: object) -> None:
        raise Refused(code, "The check of this authority says no.")

    return lambda both: replace(both, ben=replace(both.ben, **{check: no}))  # type: ignore[arg-type]  # policy or scan


def _later(both: Two) -> Two:
    both.clock.forward(timedelta(hours=2))
    return both


def _revoked(whose: str, use: Use) -> Callable[[Two], Two]:
    def revoke(both: Two) -> Two:
        both.revoke(getattr(both, whose), use)
        return both

    return revoke


HELD = ("message-held",)
CASES = {
    "policy": Case(Code.POLICY, _says_no(Code.POLICY, "policy"), State.HELD, HELD),
    "schema": Case(Code.SCHEMA, _says_no(Code.SCHEMA, "policy"), State.RETURNED),
    "content": Case(Code.CONTENT, _says_no(Code.CONTENT, "scan"), State.HELD, HELD),
    "recipient's key revoked": Case(Code.KEY, _revoked("ben", Use.ENCRYPT), State.RETURNED),
    "sender's key revoked": Case(
        Code.MANIFEST, _revoked("ann", Use.SIGN), State.DEAD_LETTERED, ("dead-letter", "manifest-refused")
    ),
    "expired": Case(Code.EXPIRED, _later, State.HELD, HELD),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_is_refused_after_r1_is_answered_with_a_signed_code(both: Two, case: Case) -> None:
    ann = both.ann
    message = dispatch(ann, both.ben.organisation, expires=both.clock() + timedelta(hours=1))
    settle(ann)
    assert answers(ann, message) == [("R1", None)]
    changed = case.happens(both)
    settle(changed.ben)
    assert answers(ann, message) == answers(both.ben, message) == refused(case.code)
    assert (sent(ann, message).state, sent(both.ben, message).state) == (case.state, case.state)
    assert (_reason(both, message), delivered_to(both.ben)) == (case.code, [])
    assert alerts(ann) == [(code, "BBB") for code in case.alerts]
    assert alerts(both.ben) == [(code, "AAA") for code in case.alerts]


def test_what_is_sealed_to_a_key_revoked_since_is_refused_at_the_door(both: Two) -> None:
    message = dispatch(both.ann, both.ben.organisation)
    both.revoke(both.ben, Use.ENCRYPT)
    settle(both.ann, both.ben)
    assert answers(both.ann, message) == []
    assert (sent(both.ann, message).state, _reason(both, message)) == (State.RETURNED, Code.KEY)
    assert delivered_to(both.ben) == []


def test_a_message_that_expires_on_its_way_waits_for_a_person(both: Two) -> None:
    message = dispatch(both.ann, both.ben.organisation, expires=both.clock() + timedelta(hours=1))
    both.wire.cut = lambda _call: Cut.BEFORE
    settle(both.ann)
    both.wire.cut = lambda _call: None
    both.clock.forward(timedelta(hours=2))
    settle(both.ann, both.ben)
    assert (sent(both.ann, message).state, _reason(both, message)) == (State.HELD, Code.EXPIRED)
    assert delivered_to(both.ben) == []


def test_a_revoked_signing_key_brings_nothing_to_the_door(both: Two) -> None:
    message = dispatch(both.ann, both.ben.organisation)
    both.revoke(both.ann, Use.SIGN)
    settle(both.ann, both.ben)
    assert (answers(both.ann, message), delivered_to(both.ben)) == ([], [])
    assert sent(both.ann, message).state is State.ACCEPTED, "it is safe with us until we have a key again"
    assert both.wire.calls == []


def _reason(both: Two, message: str) -> str | None:
    found = status(both.ann.store, both.ann.organisation, message)
    return found.reason if found else None
