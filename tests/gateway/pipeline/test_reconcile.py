from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from authorities import dispatch, sent, served, settle
from exchange_rig import Two, two
from gateway.alerts.alerts import AlertCode, raise_alert
from gateway.api.app import create_app
from gateway.api.limits import ApiLimits, Rate
from gateway.audit.witness import seen
from gateway.itp.directory import Endpoint
from gateway.itp.identifiers import Digest
from gateway.itp.manifest import LogHead
from gateway.pipeline.attempt import Failed
from gateway.pipeline.receipt import take_receipts
from gateway.pipeline.reconcile import KEPT, reconcile, reconcile_alerted
from gateway.pipeline.run import run_message
from gateway.store.engine import reading, writing
from gateway.store.finish import move
from gateway.store.models import PartnerHead
from gateway.store.outbox import DELIVER, OFFER
from gateway.store.states import State
from itp_exchange import BEN, CAT, directory
from partner_receipts import token, verified
from pipeline_rig import Alone, due, outgoing, state

NOWHERE = Endpoint(mode="push", address="http://127.0.0.1:9")


@pytest.fixture
def away(tmp_path: Path) -> Iterator[Two]:
    with two(tmp_path, {}, listens=False) as found:
        yield found


def test_a_partner_that_wants_fewer_questions_is_asked_them_all_in_time(away: Two) -> None:
    with away.listening():
        messages = [dispatch(away.ann, away.ben.organisation) for _ in range(5)]
        settle(away.ann, away.ben)
    for message in messages:
        assert sent(away.ann, message).state is State.DELIVERED
    pauses = list[float]()

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        away.clock.forward(timedelta(seconds=seconds))

    slow = create_app(away.ben, trust_proxy=None, limits=ApiLimits(rate=Rate(burst=2, per_second=0.5)))
    with served(away.ben, away.member(away.ben).port, slow):
        assert reconcile(away.ann, away.ben.organisation, away.clock() - KEPT, pause) == 0
        assert pauses == [2.0] * 3
        with pytest.raises(Failed, match="itp-429-slow"):
            reconcile(away.ann, away.ben.organisation, away.clock() - KEPT, lambda _seconds: None)


def test_a_partner_that_fetches_is_offered_everything_again_and_its_receipts_end_it(ann: Alone) -> None:
    ann.known.directory = directory(BEN.partner(endpoints=(Endpoint(mode="poll", address=""),)))
    message = outgoing(ann.exchange)
    first = token(ann.exchange, message)
    second = verified(ann.exchange, message, prev_receipt=Digest.of(first))
    assert take_receipts(ann.exchange, BEN.organisation, (first, second)) == 2
    assert reconcile(ann.exchange, BEN.organisation, ann.clock() - KEPT) == 1
    assert state(ann.exchange, message) is State.ACCEPTED
    assert run_message(ann.exchange, "test", DELIVER, message)
    assert list(due(ann.exchange, message)) == [OFFER]
    assert take_receipts(ann.exchange, BEN.organisation, (first, second)) == 0
    assert (state(ann.exchange, message), due(ann.exchange, message)) == (State.DELIVERED, {})


def test_a_partner_that_cannot_be_asked_stops_no_other_and_is_asked_again(ann: Alone) -> None:
    ann.known.directory = directory(BEN.partner(endpoints=(NOWHERE,)))
    message = outgoing(ann.exchange)
    move(ann.exchange.store, message, State.DELIVERED, ann.clock(), reason="r2")
    with writing(ann.exchange.store.engine) as connection:
        for partner in (BEN.organisation, CAT.organisation):
            seen(connection, partner, LogHead(size=1, root=Digest.of(b"")), ann.clock())
            raise_alert(connection, AlertCode.HEAD_WENT_BACK, partner, ann.clock())
    assert reconcile_alerted(ann.exchange) == 0
    with reading(ann.exchange.store.engine) as connection:
        left = connection.execute(select(PartnerHead.organisation)).scalars().all()
    assert left == [BEN.organisation]
    assert state(ann.exchange, message) is State.DELIVERED
