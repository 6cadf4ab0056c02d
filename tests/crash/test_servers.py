"""On PostgreSQL with a broker: kill worker, API, schedule, broker and database, and lose all that the broker holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from crash.faults import Fault, at
from crash.rig import Rig, large, refused, rig
from crash.servers import Broker, Postgres, broker, postgres
from crash.side import BEAT, WORKER


@dataclass
class Deployed:
    """Two authorities as they are deployed, on one database server, each with a broker of its own."""

    rig: Rig
    database: Postgres
    brokers: tuple[Broker, Broker]

    def flush(self) -> None:
        for each in self.brokers:
            each.flush()


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    with ExitStack() as stack:
        database = stack.enter_context(postgres())
        brokers = stack.enter_context(broker()), stack.enter_context(broker())
        urls = {code: database.database(code.lower()) for code in ("AAA", "BBB")}
        made = stack.enter_context(
            rig(
                tmp_path_factory.mktemp("rig"),
                databases=urls,
                brokers={"AAA": brokers[0].url, "BBB": brokers[1].url},
            )
        )
        yield Deployed(made, database, brokers)


KILLS: dict[str, Callable[[Deployed], None]] = {
    "worker": lambda here: here.rig.ann.kill(WORKER),
    "schedule": lambda here: here.rig.ann.kill(BEAT),
    "broker": lambda here: here.brokers[0].kill(),
    "all that the broker holds": lambda here: here.flush(),
    "database": lambda here: here.database.crash(),
}


@pytest.mark.parametrize("kill", KILLS)
def test_what_runs_beside_the_gateway_may_die_at_any_time(deployed: Deployed, kill: str) -> None:
    messages = {deployed.rig.send(), deployed.rig.send(large()), deployed.rig.send(by=deployed.rig.ben)}
    KILLS[kill](deployed)
    messages.add(deployed.rig.send(refused()))
    assert deployed.rig.settle(only=messages) == [], deployed.rig.logs()


POINTS = [
    ("ann", at("request", "pipeline.deliver.deliver", alone=True)),
    ("ann", at("after", "pipeline.receipt._keep")),
    ("ben", at("after", "pipeline.receive.take", "store.accept.accept")),
    ("ben", at("before", "pipeline.open._settle", alone=True)),
]


@pytest.mark.parametrize(("name", "fault"), POINTS, ids=str)
def test_a_kill_at_a_state_change_loses_and_doubles_nothing(deployed: Deployed, name: str, fault: Fault) -> None:
    side = deployed.rig.ann if name == "ann" else deployed.rig.ben
    side.arm(fault)
    message = deployed.rig.send()
    deployed.rig.killed_by(side, fault)
    assert deployed.rig.settle(only={message}) == [], deployed.rig.logs()
