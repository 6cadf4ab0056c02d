"""One authority of the rig: its processes, what stands before it, where its faults are armed, its backups."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from authorities import Member, free_port
from crash import launch
from crash.faults import Fault, Trap
from crash.launch import Place
from crash.proxy import Proxy
from crash.running import Running

SERVE, WORKER, BEAT = "serve", "worker", "beat"


@dataclass
class Side:
    """An authority whose processes can be killed. With a broker it has a worker and a schedule of their own."""

    member: Member
    clock: Path
    broker: str = ""
    sabotaged: bool = False
    processes: dict[str, Running] = field(default_factory=dict)
    deaths: int = 0
    deaths_before: int = 0
    """How many had died when the last fault was armed."""

    def __post_init__(self) -> None:
        if self.broker:
            self.member.settings["ICS_GATEWAY_BROKER_URL"] = self.broker
        self.member.settings["ICS_GATEWAY_PARTNER_SECONDS"] = "5"
        self.trap = Trap(self.member.folder)
        self.listens = free_port()
        self.proxy = Proxy(self.member.port, self.listens)

    @property
    def roles(self) -> tuple[str, ...]:
        """Name the processes that this authority runs."""
        return (SERVE, WORKER, BEAT) if self.broker else (SERVE,)

    @property
    def place(self) -> Place:
        return Place(self.member.folder, self.member.settings, self.clock, self.sabotaged)

    def start(self) -> None:
        """Start every process that does not run."""
        for role in self.roles:
            if role not in self.processes:
                self.processes[role] = Running(launch.run, self.place, role, self._arguments(role))

    def dispatch(self, to: Member, *contents: tuple[bytes, int]) -> Running:
        """Send from a process of its own, each content in chunks of that size."""
        return Running(launch.dispatch, self.place, str(to.organisation), list(contents))

    def kill(self, *roles: str) -> None:
        """Kill these processes, or all."""
        for role in roles or tuple(self.processes):
            if role in self.processes:
                self.processes.pop(role).kill()
                self.deaths += 1

    def arm(self, fault: Fault) -> None:
        """Have whichever process meets this fault first die of it."""
        self.deaths_before = self.deaths
        self.trap.arm(fault)

    def bury(self) -> list[str]:
        """Take away the processes that have died, with what they left running; name them."""
        dead = [role for role, process in self.processes.items() if not process.alive]
        if dead:
            self.kill(*dead)
        return dead

    def log(self) -> str:
        """Give the end of what its processes wrote, for a test that fails."""
        logs = sorted(self.member.folder.glob("*.log"))
        return "\n".join(f"== {log.name}\n{log.read_text(errors='replace')[-2000:]}" for log in logs)

    def back_up(self) -> Path:
        """Copy the database as it is now, while it is written to; SQLite alone."""
        copy = self.member.folder / "backup.sqlite"
        copy.unlink(missing_ok=True)
        with closing(sqlite3.connect(self._database)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        return copy

    def restore(self, backup: Path) -> None:
        """Put a backup in the place of the database. Its processes must be down."""
        for left in self.member.folder.glob(f"{self._database.name}-*"):
            left.unlink()
        # A new file under the old name: who still has the old one open must not see the two mixed.
        Path(shutil.copy(backup, backup.with_suffix(".copy"))).replace(self._database)

    @property
    def _database(self) -> Path:
        return self.member.folder / "gateway.sqlite"

    def _arguments(self, role: str) -> list[str]:
        match role:
            case "worker":
                return ["worker", "--processes", "2"]
            case "beat":
                return ["worker", "--beat", "--state", str(self.member.folder)]
            case _:
                return ["serve", "--port", str(self.listens), *(["--no-worker"] if self.broker else [])]
