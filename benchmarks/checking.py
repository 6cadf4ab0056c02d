"""The returns that the benchmark checks, each beside its peer: what goes with the files, and what is aimed at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.environment import peer_command
from benchmarks.generated import GATEWAY, Made, made_return
from benchmarks.measure import Run, measured
from benchmarks.peer_cin import CIN_PEER
from benchmarks.peer_ssda903 import SSDA903_PEER, tables_in
from benchmarks.peers import Peer
from benchmarks.ssda903_reference import (
    AUTHORITY,
    AUTHORITY_ONS,
    providers_beside,
    reference_environment,
    write_providers,
)

YEAR = 2026


@dataclass(frozen=True, slots=True)
class Checked:
    """One return, its peer, how many times faster than it the gateway is to be, and the sizes of the curve.

    `beside` gives the options of `check` for a return and `environment` the settings that they need; `arguments` follow
    the year where the peer is started.
    """

    peer: Peer[Any]
    times: float
    curve: tuple[int, ...]
    beside: Callable[[Path], tuple[str, ...]]
    environment: Callable[[], Mapping[str, str]]
    arguments: tuple[str, ...] = ()
    note: str = ""

    def made(self, children: int, damage: float = 0.0) -> Path:
        """Give a made-up return of so many children."""
        return made_return(Made(self.peer.name, YEAR, children, damage=damage))

    def check(self, path: Path, *, runs: int = 1, report: str = "json") -> Run:
        """Measure `ics-gateway check` on a return."""
        with TemporaryDirectory() as folder:
            out = Path(folder) / f"report.{report}"
            command = [*GATEWAY, "check", str(path), *self.beside(path), "--format", report, "--out", str(out)]
            return measured(command, runs=runs, environment=self.environment())

    def check_by_peer(self, path: Path, limit: int) -> Run:
        """Measure the peer on a return."""
        self.beside(path)
        return measured([*peer_command(self.peer.name), str(YEAR), *self.arguments, str(path)], limit=limit)


def _with_providers(path: Path) -> tuple[str, ...]:
    providers = providers_beside(path)
    if not providers.exists():
        write_providers(tables_in(path)["Episodes"], providers, flawed=False)
    return "--year", str(YEAR), "--authority", AUTHORITY, "--providers", str(providers)


CIN_CHECKED = Checked(CIN_PEER, 40.0, (10_000, 100_000, 400_000), lambda _: (), dict)
SSDA903_CHECKED = Checked(
    SSDA903_PEER,
    20.0,
    (1_000, 10_000, 100_000),
    _with_providers,
    reference_environment,
    (AUTHORITY_ONS, "shared"),
    "Both have last year's files, the directory of postcodes and a list of providers.",
)
