from __future__ import annotations

import pytest

from gateway.itp.codes import TABLE, Code
from gateway.pipeline.receive import OPEN
from gateway.pipeline.settle import end, sound, state_after, state_of
from gateway.store.messages import heading
from gateway.store.states import State
from itp_exchange import ANN
from pipeline_rig import Alone, alarms, claimed, due, incoming, reasons, state
from schemas.errors import GatewayError, Held, Misconfigured, Permanent, Rejected, Transient


@pytest.mark.parametrize(
    ("code", "where"),
    [
        (Code.MALFORMED, State.RETURNED),
        (Code.TOO_LARGE, State.RETURNED),
        (Code.SCHEMA, State.RETURNED),
        (Code.KEY, State.RETURNED),
        (Code.POLICY, State.HELD),
        (Code.CONTENT, State.HELD),
        (Code.EXPIRED, State.HELD),
        (Code.CONFLICT, State.DEAD_LETTERED),
        (Code.MANIFEST, State.DEAD_LETTERED),
        (Code.ORG_MISMATCH, State.HELD),
        (Code.PARTNER_STATUS, State.HELD),
        (Code.BUSY, State.HELD),
    ],
)
def test_a_refusal_ends_a_message_as_its_code_says_and_what_no_retry_mends_waits_for_a_person(
    code: Code, where: State
) -> None:
    assert state_after(code) is where


@pytest.mark.parametrize(
    ("error", "where"),
    [
        (Rejected, State.RETURNED),
        (Held, State.HELD),
        (Permanent, State.DEAD_LETTERED),
        (Misconfigured, State.HELD),
        (Transient, State.HELD),
    ],
)
def test_an_error_that_is_not_tried_again_has_its_end(error: type[GatewayError], where: State) -> None:
    assert state_of(error) is where


@pytest.mark.parametrize(
    ("where", "reason", "told"),
    [
        (State.HELD, Code.EXPIRED, ["message-held"]),
        (State.RETURNED, Code.KEY, []),
        (State.DEAD_LETTERED, "fault", ["dead-letter"]),
        (State.DEAD_LETTERED, Code.MANIFEST, ["dead-letter", "manifest-refused"]),
        (State.HELD, Code.ORG_MISMATCH, ["message-held", "identity-mismatch"]),
    ],
)
def test_an_end_is_written_with_its_alerts(ben: Alone, where: State, reason: str, told: list[str]) -> None:
    message = incoming(ben.exchange)
    end(ben.exchange, claimed(ben.exchange, message, OPEN), heading(ben.exchange.store, message), where, reason)
    assert state(ben.exchange, message) is where
    assert reasons(ben.exchange, message)[-1] == f"{where}: {reason}"
    assert alarms(ben.exchange) == [(code, "AAA") for code in told]
    assert due(ben.exchange, message) == {}


@pytest.mark.parametrize("code", Code)
def test_a_person_hears_of_what_a_partner_brought_where_the_table_says_so(ben: Alone, code: Code) -> None:
    sound(ben.exchange, ANN.organisation, code)
    assert bool(alarms(ben.exchange)) is TABLE[code].alert
