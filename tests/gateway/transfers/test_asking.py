"""A person hears of a partner that asks about very many children."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import insert

from exchange_rig import alerts
from gateway.store.engine import writing
from gateway.store.models import TransferRow
from gateway.store.states import Direction
from gateway.transfers import asking
from itp_exchange import ANN, NOW
from transfer_desks import Desks

_NUMBERS = count(1)


def came(both: Desks, many: int, process: str = "P12", step: str = "request", hours: int = 1) -> None:
    """Let Ben have had many questions of Ann's some hours ago."""
    at = NOW - timedelta(hours=hours)
    row = {"direction": Direction.IN, "partner": ANN.organisation, "process": process, "step": step, "kind": "package"}
    rest = {"stage": "seen", "delivery": "normal", "conversation_id": "c", "message_id": None, "at": at, "changed": at}
    with writing(both.ben.exchange.store.engine) as connection:
        connection.execute(
            insert(TransferRow), [row | rest | {"reference": f"r-{next(_NUMBERS)}"} for _ in range(many)]
        )


@pytest.mark.parametrize(("before", "told"), [(19, []), (20, [("many-checks", "AAA")])])
def test_more_than_twenty_checks_within_a_day_are_told_and_taken_all_the_same(
    both: Desks, before: int, told: list[tuple[str, str]]
) -> None:
    came(both, before)
    came(both, 30, step="answer")
    came(both, 30, process="P1", step="pack")
    came(both, 30, hours=25)
    both.send(process="P12", step="request")
    assert alerts(both.ben.exchange) == told
    assert both.ben.last().step == "request"


def test_the_children_of_one_check_count_and_those_of_another_partner_do_not(both: Desks) -> None:
    came(both, 1)
    with writing(both.ben.exchange.store.engine) as connection:
        asking.tell_of_many(connection, "urn:ics:org:ods:CCC", 20, NOW)
        asking.tell_of_many(connection, ANN.organisation, 20, NOW)
    assert alerts(both.ben.exchange) == []
    with writing(both.ben.exchange.store.engine) as connection:
        asking.tell_of_many(connection, ANN.organisation, 21, NOW)
    assert alerts(both.ben.exchange) == [("many-checks", "AAA")]
