"""Measure the census check: against the peer, against bare lxml, over sizes, and around it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.environment import PEER_SCRIPT, peer_python
from benchmarks.figures import Figures, Results, Say, memory, seconds
from benchmarks.generated import GATEWAY, ROOT, Made, census_file
from benchmarks.measure import Run, measured, together

YEAR = 2026
_SCHEMA = ROOT / "schemas" / "cin" / "xsd" / f"cin-{YEAR}.xsd"
_TIMES_THE_PEER = 40.0
_TIMES_BARE = 2.5
_LINEAR = 1.3
_MOST_MEMORY = 4096.0
_START = 0.3
_DAMAGE = 0.05


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many children the files have, how often each is run, and how long the peer may take (seconds)."""

    peer: tuple[int, ...] = (1_000, 5_000, 10_000)
    one: int = 10_000
    curve: tuple[int, ...] = (10_000, 100_000, 400_000)
    runs: int = 5
    peer_limit: int = 1800

    def runs_for(self, children: int) -> int:
        """Say how often to run a file of that size."""
        return max(1, self.runs * self.one // max(children, self.one))


QUICK = Sizes(peer=(200, 500), one=500, curve=(500, 2_000, 5_000), runs=2, peer_limit=60)


def check(path: Path, *, runs: int = 1, report: str = "json") -> Run:
    """Measure `ics-gateway check` on a file."""
    with TemporaryDirectory() as folder:
        out = Path(folder) / f"report.{report}"
        return measured([*GATEWAY, "check", str(path), "--format", report, "--out", str(out)], runs=runs)


def against_peer(sizes: Sizes, results: Results, say: Say) -> None:
    """Compare with the peer on clean files."""
    rows = []
    python = peer_python()
    for children in sizes.peer:
        say(f"{children:,} children: the gateway and the peer ...")
        path = census_file(Made(YEAR, children))
        ours = check(path, runs=sizes.runs)
        theirs = measured([str(python), str(PEER_SCRIPT), str(YEAR), str(path)], limit=sizes.peer_limit)
        more = "more than " if theirs.stopped else ""
        ratio = theirs.seconds / ours.seconds
        rows.append(
            (
                f"{children:,}",
                *_pair(ours),
                more + seconds(theirs.seconds),
                memory(theirs.peak),
                f"{more}{ratio:.0f} times",
            )
        )
        if children == sizes.peer[-1]:
            met = ratio >= _TIMES_THE_PEER
            results.aim(
                f"Check, {children:,} children, against csc-validator-be-cin",
                f"at least {_TIMES_THE_PEER:.0f} times faster",
                f"{more}{ratio:.0f} times",
                met=None if theirs.stopped and not met else met,
            )
    columns = ("Children", "Gateway", "Peak", "Peer", "Peak", "Gateway is faster")
    note = (
        "The peer is csc-validator-be-cin 0.1.13 in its own environment: its reader and each of its rules, one by "
        "one, without its report. One run each; the gateway's times are medians and include its report."
    )
    results.figures.append(Figures("Against the public CIN validator", columns, tuple(rows), (note,)))


def against_bare_lxml(sizes: Sizes, results: Results, say: Say) -> None:
    """Compare with parsing by lxml and validation by libxml2, on a clean and on a damaged file."""
    rows = []
    for name, damage in (("clean", 0.0), (f"{_DAMAGE:.0%} of children damaged", _DAMAGE)):
        say(f"{sizes.one:,} children, {name}: the gateway and bare lxml ...")
        path = census_file(Made(YEAR, sizes.one, damage=damage))
        ours = check(path, runs=sizes.runs)
        command = [sys.executable, "-m", "benchmarks.bare_lxml", str(path), str(_SCHEMA)]
        bare = measured(command, runs=sizes.runs)
        ratio = ours.seconds / bare.seconds
        rows.append((name, *_pair(ours), *_pair(bare), f"{ratio:.2f} times"))
        results.aim(
            f"Check, {sizes.one:,} children, {name}, against bare lxml",
            f"at most {_TIMES_BARE} times its time",
            f"{ratio:.2f} times",
            met=ratio <= _TIMES_BARE,
        )
    columns = ("File", "Gateway", "Peak", "lxml alone", "Peak", "Gateway takes")
    note = (
        f"`etree.parse` and `XMLSchema.validate` with the schema of {YEAR}, in a process of its own; medians of "
        f"{sizes.runs} runs."
    )
    title = f"Against bare lxml, {sizes.one:,} children"
    results.figures.append(Figures(title, columns, tuple(rows), (note,)))


def curve(sizes: Sizes, results: Results, say: Say) -> None:
    """Measure the check from one authority to all of England."""
    rows: list[tuple[str, ...]] = []
    first = 0.0
    for children in sizes.curve:
        say(f"{children:,} children ...")
        path = census_file(Made(YEAR, children))
        run = check(path, runs=sizes.runs_for(children))
        each = run.seconds / children
        first = first or each
        size = path.stat().st_size / 1024**2
        rows.append(
            (
                f"{children:,}",
                f"{size:,.0f} MiB",
                *_pair(run),
                f"{each * 1e6:.0f} µs",
                f"{each / first:.2f}",
                f"{run.runs}",
            )
        )
    most = f"{sizes.curve[-1]:,} children"
    growth = each / first
    results.aim(
        f"Check, {most}, time a child",
        f"at most {_LINEAR} of that at {sizes.curve[0]:,}",
        f"{growth:.2f}",
        met=growth <= _LINEAR,
    )
    results.aim(f"Check, {most}, peak memory", "under 4 GiB", memory(run.peak), met=run.peak < _MOST_MEMORY)
    columns = ("Children", "File", "Time", "Peak", "A child", "Against the first", "Runs")
    results.figures.append(
        Figures(
            "From one authority to England",
            columns,
            tuple(rows),
            ("Clean files. The start of the program is in every time, and weighs most in the first row.",),
        )
    )


def around(sizes: Sizes, results: Results, say: Say) -> None:
    """Measure the start of the program, the other reports and convert."""
    say("Start, reports, convert ...")
    path = census_file(Made(YEAR, sizes.one, damage=_DAMAGE))
    start = min((measured([*GATEWAY, "--help"]) for _ in range(2 * sizes.runs)), key=lambda run: run.seconds)
    results.aim("Start of `ics-gateway --help`", "under 0.3 s", seconds(start.seconds), met=start.seconds < _START)
    rows: list[tuple[str, ...]] = [("`ics-gateway --help`, best of several", *_pair(start))]
    rows += [
        (f"`check --format {report}`", *_pair(check(path, runs=sizes.runs, report=report)))
        for report in ("json", "csv", "xlsx", "html")
    ]
    rows += _conversions(census_file(Made(YEAR, sizes.one)), sizes.runs)
    title = f"Start, reports and convert, {sizes.one:,} children"
    notes = (f"Reports of the file with {_DAMAGE:.0%} of children damaged, convert of the clean file.",)
    results.figures.append(Figures(title, ("Command", "Time", "Peak"), tuple(rows), notes))


def _conversions(path: Path, runs: int) -> list[tuple[str, ...]]:
    there, back = [], []
    for _ in range(runs):
        with TemporaryDirectory() as folder:  # convert writes over nothing that is there
            tables = Path(folder) / "tables"
            there.append(_convert(path, tables))
            back.append(_convert(tables, Path(folder) / "back.xml"))
    return [("`convert` XML to CSV", *_pair(together(there))), ("`convert` CSV to XML", *_pair(together(back)))]


def _convert(source: Path, target: Path) -> Run:
    return measured([*GATEWAY, "convert", str(source), str(target)])


def _pair(run: Run) -> tuple[str, str]:
    return seconds(run.seconds), memory(run.peak)


def measure_speed(sizes: Sizes, results: Results, say: Say, *, peer: bool) -> None:
    """Measure everything about speed and scale."""
    if peer:
        against_peer(sizes, results, say)
    against_bare_lxml(sizes, results, say)
    curve(sizes, results, say)
    around(sizes, results, say)
