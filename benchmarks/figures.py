"""What the benchmark hands on: tables of figures, and targets with what was measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

_SECOND = 1.0
_MEBIBYTES_PER_GIBIBYTE = 1024


@dataclass(frozen=True, slots=True)
class Figures:
    """One table: what it shows, its columns, its rows, and what to know about it."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """One target and whether it was met; `met` is None where the run could not tell."""

    what: str
    wanted: str
    measured: str
    met: bool | None


@dataclass(slots=True)
class Results:
    """Everything that one run of the benchmark found."""

    figures: list[Figures] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)

    def aim(self, what: str, wanted: str, measured: str, *, met: bool | None) -> None:
        """Note a target."""
        self.targets.append(Target(what, wanted, measured, met))


Say = Callable[[str], None]


def seconds(value: float) -> str:
    """Write a time."""
    return f"{value:.2f} s" if value >= _SECOND else f"{value * 1000:.0f} ms"


def memory(mebibytes: float) -> str:
    """Write an amount of memory."""
    if mebibytes >= _MEBIBYTES_PER_GIBIBYTE:
        return f"{mebibytes / _MEBIBYTES_PER_GIBIBYTE:.2f} GiB"
    return f"{mebibytes:.0f} MiB"
