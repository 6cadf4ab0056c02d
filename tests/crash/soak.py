"""Kill processes at random over a running stream of messages, and check what is left: `python -m crash.soak`.

The seed decides who dies, when and at which state change; how far a process had come by then, the machine decides too.
"""

from __future__ import annotations

import argparse
import random
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from crash.points import RECEIVER, SENDER
from crash.rig import Rig, large, refused, rig, small
from crash.servers import broker, postgres

CONTENTS = (small, small, small, large, refused)
POINTS = [point for point in (*SENDER, *RECEIVER) if "checkpoint" not in str(point)]
_AT_A_STATE_CHANGE = 0.6
"""The part of the kills that wait for a state change; the others come at any time."""
_CHECK_EVERY = 25
_LOOKS = 40


@dataclass
class Report:
    """What a soak came to."""

    seed: int
    where: str
    kills: int = 0
    at_a_state_change: int = 0
    messages: int = 0
    seconds: float = 0.0
    violations: list[str] = field(default_factory=list)
    logs: str = ""

    def __str__(self) -> str:
        kills = f"{self.kills} kills ({self.at_a_state_change} of them at a state change)"
        counted = f"{self.messages} messages, {len(self.violations)} violations, {self.seconds:.0f} s"
        first = f"{self.where}: seed {self.seed}, {kills}, {counted}"
        return "\n".join([first, *(f"  {violation}" for violation in self.violations), self.logs]).rstrip()


def soak(
    made: Rig, where: str, seed: int, kills: int, others: Mapping[str, Callable[[], None]] | None = None
) -> Report:
    """Kill so often, and check now and then and at the end. `others` are what else may die."""
    chance, report, begun = random.Random(seed), Report(seed, where), time.monotonic()
    while report.kills < kills and not report.violations:
        for _ in range(chance.randint(0, 2)):
            made.send(chance.choice(CONTENTS)(), by=chance.choice(made.sides))
        _kill(made, chance, report, others or {})
        made.skip(timedelta(minutes=chance.uniform(0, 12)))
        made.start()
        if report.kills % _CHECK_EVERY == 0:
            report.violations = made.settle()
    report.violations = report.violations or made.settle()
    report.logs = made.logs() if report.violations else ""
    report.messages = sum(len(sent) for sent in made.sent.values())
    report.seconds = time.monotonic() - begun
    return report


def _kill(made: Rig, chance: random.Random, report: Report, others: Mapping[str, Callable[[], None]]) -> None:
    if chance.random() < _AT_A_STATE_CHANGE and _at_a_state_change(made, chance):
        report.at_a_state_change += 1
    else:
        side, left = chance.choice(made.sides), [chance.randint(0, 8)]
        made.until(lambda: _fewer(left) < 0)
        victim = chance.choice([*side.roles, *sorted(others)])
        others.get(victim, lambda: side.kill(victim))()
    report.kills += 1


def _at_a_state_change(made: Rig, chance: random.Random) -> bool:
    """Send a message whose sender or receiver dies on the way; say whether somebody did in time."""
    point, sender = chance.choice(POINTS), chance.choice(made.sides)
    side = sender if point.side == "ann" else made.other(sender)
    side.arm(point.fault)
    made.send(point.content(), by=sender)
    left = [_LOOKS]
    made.until(lambda: side.trap.sprung or _fewer(left) < 0, restart=False)
    side.trap.disarm()
    return side.trap.sprung and made.until(lambda: bool(side.bury()) or side.deaths > side.deaths_before, restart=False)


def _fewer(left: list[int]) -> int:
    left[0] -= 1
    return left[0]


def on_sqlite(seed: int, kills: int) -> Report:
    """Soak two authorities with a worker inside their server."""
    with tempfile.TemporaryDirectory() as folder, rig(Path(folder)) as made:
        return soak(made, "SQLite", seed, kills)


def as_deployed(seed: int, kills: int) -> Report:
    """Soak two authorities with workers, brokers and PostgreSQL, which die too."""
    with ExitStack() as stack:
        database = stack.enter_context(postgres())
        ours, theirs = stack.enter_context(broker()), stack.enter_context(broker())
        made = stack.enter_context(
            rig(
                Path(stack.enter_context(tempfile.TemporaryDirectory())),
                databases={code: database.database(code.lower()) for code in ("AAA", "BBB")},
                brokers={"AAA": ours.url, "BBB": theirs.url},
            )
        )
        others = {"broker": ours.kill, "flush": theirs.flush, "database": database.crash}
        return soak(made, "PostgreSQL and a broker", seed, kills, others)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    parser.add_argument("--kills", type=int, default=200, help="on SQLite")
    parser.add_argument("--deployed-kills", type=int, default=50, help="on PostgreSQL with a broker")
    chosen = parser.parse_args()
    reports = []
    for run, kills in ((on_sqlite, chosen.kills), (as_deployed, chosen.deployed_kills)):
        if kills:
            reports.append(run(chosen.seed, kills))
            sys.stdout.write(f"{reports[-1]}\n")
            sys.stdout.flush()
    return 1 if any(report.violations for report in reports) else 0


if __name__ == "__main__":
    sys.exit(main())
