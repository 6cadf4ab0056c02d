"""What has been acknowledged, what has not, and who must know of the silence by now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time

from schemas.processes.deadlines import Due, Standing, due, standing
from schemas.processes.ladder import LADDER, Rung, escalated
from schemas.processes.registry import process_of
from schemas.processes.spans import CLOSES


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """One rung that has a target: when it was heard, how it stands, and who must be told that it was not."""

    rung: Rung
    due: Due
    heard: datetime | None
    standing: Standing
    tell: tuple[str, ...]


def acknowledgements(
    process: str, notified: datetime, receipts: Mapping[str, datetime], now: datetime, *, closes: time = CLOSES
) -> tuple[Acknowledgement, ...]:
    """Compare the receipts of a message, by level R1 to R6, with the targets of its process, at `now`.

    A later receipt speaks for the ones before it: who has accepted has seen.
    """
    found = process_of(process)
    lines = list[Acknowledgement]()
    for place, rung in enumerate(LADDER):
        if found.pace not in rung.targets:
            continue
        target = due(process, rung.code, notified, closes=closes)
        heard = min((receipts[later.receipt] for later in LADDER[place:] if later.receipt in receipts), default=None)
        tell = () if heard is not None else escalated(target.at, found.pace, now, closes=closes)
        lines.append(Acknowledgement(rung, target, heard, standing(target, heard, now), tell))
    return tuple(lines)
