"""Write the figures of the benchmark as Markdown: printed, and kept in docs/benchmarks.md."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.figures import Figures, Results, Target
from benchmarks.generated import ROOT

_PACKAGES = ("polars", "lxml", "typer")
_BUSY = 0.5
_BEFORE = """# Benchmarks

`make bench` makes the files, runs everything below and prints these tables. This page is what
`.venv/bin/python -m benchmarks.bench --write` printed on the machine described here; no figure is typed in by hand.

How it is measured:

- Every time is the wall time of a whole process, from start to exit; every peak is its largest resident memory.
  Nothing is warmed up inside a process.
- The files are made up by `ics-gateway demo-data` with fixed seeds, so anyone can make the same ones.
- `check` writes its report: JSON where nothing else is said.
- Compare the ratios, not the seconds: both sides of each ratio ran in the same run on the same machine.
- A target that was missed is shown as missed.
"""


def markdown(results: Results) -> str:
    """Write all tables, the targets first."""
    parts = ["## Targets\n", *_targets(results.targets)]
    for figures in results.figures:
        parts += ["", f"## {figures.title}\n", *table(figures), *(f"\n{note}" for note in figures.notes)]
    return "\n".join(parts) + "\n"


def page(results: Results, machine: str) -> str:
    """Write the whole page."""
    return f"{_BEFORE}\n{machine}\n{markdown(results)}"


def _targets(targets: Sequence[Target]) -> Iterator[str]:
    words = {True: "met", False: "not met", None: "not known"}
    rows = tuple((target.what, target.wanted, target.measured, words[target.met]) for target in targets)
    return table(Figures("", ("What", "Target", "Measured", "Result"), rows))


def table(figures: Figures) -> Iterator[str]:
    """Write one table, a line at a time."""
    rows = [figures.columns, *figures.rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(figures.columns))]
    yield _line(figures.columns, widths)
    yield _line(["-" * width for width in widths], widths)
    for row in figures.rows:
        yield _line(row, widths)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return (
        "| "
        + " | ".join(cell.replace("|", "\\|").ljust(width) for cell, width in zip(cells, widths, strict=True))
        + " |"
    )


def machine_now() -> str:
    """Describe the machine, what it runs, and how busy it is; ask before the benchmark makes it busy itself."""
    load = os.getloadavg()[0]
    busy = (
        f"It was busy with other work (load {load:.1f} before the benchmark began), which\ndisturbs times and ratios.\n"
        if load > _BUSY
        else ""
    )
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return (
        f"Measured on {datetime.now(UTC):%d %B %Y} at commit {_commit()}: {_processor()}, {os.cpu_count()} cores, "
        f"{_memory()} of memory, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, {packages}.\n"
        f"{busy}"
    )


def _commit() -> str:
    changed = " with uncommitted changes" if _git("status", "--porcelain", "--untracked-files=no") else ""
    return _git("rev-parse", "--short", "HEAD") + changed


def _git(*arguments: str) -> str:
    command = ["git", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout.strip()


def _processor() -> str:
    return _said("/proc/cpuinfo", "model name") or platform.machine()


def _memory() -> str:
    kibibytes = _said("/proc/meminfo", "MemTotal").split(" ")[0]
    return f"{int(kibibytes) / 1024**2:.0f} GiB"


def _said(path: str, name: str) -> str:
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        if line.startswith(name):
            return line.partition(":")[2].strip()
    return ""
