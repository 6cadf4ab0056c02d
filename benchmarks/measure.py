"""Run a program as a whole process and measure its wall time and peak memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from types import MappingProxyType

from benchmarks.generated import ROOT

_LAUNCH = Path(__file__).with_name("launch.py")
_KIB_PER_MIB = 1024
_NO_LIMIT = 24 * 3600
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Run:
    """One or more runs of one program: median of the seconds, highest peak in MiB, what the last one said.

    `stopped` means that it was still running at the time limit: its true time is longer.
    """

    seconds: float
    peak: float
    runs: int
    status: int
    stdout: str
    stderr: str
    stopped: bool = False


def measured(
    command: Sequence[str],
    *,
    runs: int = 1,
    limit: int = _NO_LIMIT,
    done: Sequence[int] = (0, 1),
    environment: Mapping[str, str] = _NOTHING,
) -> Run:
    """Run a command, `runs` times one after another, with `environment` besides ours; stop it after `limit` seconds.

    Its first word is the path of the program. Raise RuntimeError where it ends with a status that is
    not in `done`: a time of something that failed is worth nothing.
    """
    each = [_once(command, limit, environment) for _ in range(runs)]
    for run in each:
        if run.status not in done and not run.stopped:
            raise RuntimeError(f"{' '.join(command)} ended with {run.status}: {run.stderr[-500:]}")
    return together(each)


def together(runs: Sequence[Run]) -> Run:
    """Make one of several runs of the same thing."""
    last = runs[-1]
    return Run(
        median(run.seconds for run in runs),
        max(run.peak for run in runs),
        sum(run.runs for run in runs),
        last.status,
        last.stdout,
        last.stderr,
        any(run.stopped for run in runs),
    )


def _once(command: Sequence[str], limit: int, environment: Mapping[str, str]) -> Run:
    with TemporaryDirectory() as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        launch = [sys.executable, "-I", "-S", str(_LAUNCH), str(limit), str(out), str(err), *command]
        surroundings = {**os.environ, **environment}
        answer = subprocess.run(launch, check=True, capture_output=True, text=True, cwd=ROOT, env=surroundings).stdout
        stdout, stderr = (path.read_text(encoding="utf-8", errors="replace") for path in (out, err))
    usage = json.loads(answer)
    peak = usage["kibibytes"] / _KIB_PER_MIB
    return Run(usage["seconds"], peak, 1, usage["status"], stdout, stderr, usage["seconds"] >= limit)
