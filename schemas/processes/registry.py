"""The only list of processes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from schemas.errors import Misconfigured
from schemas.processes.clocks import Clock
from schemas.processes.process import Process
from schemas.processes.sheets import (
    adoption,
    asylum,
    care_leavers,
    checks,
    in_need,
    looked_after,
    missing,
    private_fostering,
    protection,
    youth_justice,
)

PROCESSES: Mapping[str, Process] = MappingProxyType(
    {
        process.code: process
        for process in (
            protection.MOVE,
            protection.STAY,
            in_need.MOVE,
            in_need.UNDERWAY,
            looked_after.PLACEMENT,
            missing.ALERT,
            asylum.TRANSFER,
            private_fostering.ARRANGEMENT,
            care_leavers.MOVE,
            adoption.RECORD,
            youth_justice.MOVE,
            checks.CHECK,
        )
    }
)


def process_of(code: str) -> Process:
    """Find a process by its code; raise Misconfigured where there is none."""
    try:
        return PROCESSES[code]
    except KeyError:
        raise Misconfigured(f"There is no process {code}.", hint=f"The processes are {', '.join(PROCESSES)}.") from None


def clock_of(process: str, name: str) -> Clock:
    """Find a clock of a process, the acknowledgement ladder's with them; raise Misconfigured where there is none."""
    clocks = process_of(process).clocks
    for clock in clocks:
        if clock.name == name:
            return clock
    raise Misconfigured(
        f"The process {process} has no clock {name}.", hint=f"It has {', '.join(clock.name for clock in clocks)}."
    )
