"""Measure the checks: against their peers and over sizes; of the census, against bare lxml and around it too."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.checking import CIN_CHECKED, SSDA903_CHECKED, YEAR, Checked
from benchmarks.figures import Figures, Results, Say, memory, seconds
from benchmarks.generated import GATEWAY, ROOT
from benchmarks.measure import Run, measured, together

_SCHEMA = ROOT / "schemas" / "cin" / "xsd" / f"cin-{YEAR}.xsd"
_TIMES_BARE = 2.5
_LINEAR = 1.3
_MOST_MEMORY = 4096.0
_START = 0.3
_DAMAGE = 0.05


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many children the files have, how often each is run, and how long the peer may take (seconds).

    `most` is the size of the largest file, where a curve goes further.
    """

    peer: tuple[int, ...] = (1_000, 5_000, 10_000)
    one: int = 10_000
    most: int = 400_000
    runs: int = 5
    peer_limit: int = 1800

    def runs_for(self, children: int) -> int:
        """Say how often to run a file of that size."""
        return max(1, self.runs * self.one // max(children, self.one))

    def curve(self, checked: Checked) -> tuple[int, ...]:
        """List the sizes of a return's curve, smaller where the largest file is to be."""
        shrunk = max(1, checked.curve[-1] // self.most)
        return tuple(children // shrunk for children in checked.curve)


QUICK = Sizes(peer=(200, 500), one=500, most=5_000, runs=2, peer_limit=60)


def against_peer(checked: Checked, sizes: Sizes, results: Results, say: Say) -> None:
    """Compare with the peer on clean files."""
    rows = []
    peer = checked.peer
    for children in sizes.peer:
        say(f"{peer.name}, {children:,} children: the gateway and the peer ...")
        path = checked.made(children)
        ours = checked.check(path, runs=sizes.runs)
        theirs = checked.check_by_peer(path, sizes.peer_limit)
        more = "more than " if theirs.stopped else ""
        ratio = theirs.seconds / ours.seconds
        faster = f"{more}{ratio:.0f} times"
        rows.append((f"{children:,}", *_pair(ours), more + seconds(theirs.seconds), memory(theirs.peak), faster))
        if children == sizes.peer[-1]:
            met = ratio >= checked.times
            results.aim(
                f"Check of {peer.name}, {children:,} children, against {peer.release.split()[0]}",
                f"at least {checked.times:.0f} times faster",
                faster,
                met=None if theirs.stopped and not met else met,
            )
    columns = ("Children", "Gateway", "Peak", "Peer", "Peak", "Gateway is faster")
    note = (
        f"The peer is {peer.release} in its own environment: its reader and each of its rules, one by "
        "one, without its report. One run each; the gateway's times are medians and include its report."
    )
    notes = (note, *([checked.note] if checked.note else []))
    results.figures.append(Figures(f"Against {peer.title}", columns, tuple(rows), notes))


def against_bare_lxml(sizes: Sizes, results: Results, say: Say) -> None:
    """Compare with parsing by lxml and validation by libxml2, on a clean and on a damaged file."""
    rows = []
    for name, damage in (("clean", 0.0), (f"{_DAMAGE:.0%} of children damaged", _DAMAGE)):
        say(f"{sizes.one:,} children, {name}: the gateway and bare lxml ...")
        path = CIN_CHECKED.made(sizes.one, damage)
        ours = CIN_CHECKED.check(path, runs=sizes.runs)
        command = [sys.executable, "-m", "benchmarks.bare_lxml", str(path), str(_SCHEMA)]
        bare = measured(command, runs=sizes.runs)
        ratio = ours.seconds / bare.seconds
        rows.append((name, *_pair(ours), *_pair(bare), f"{ratio:.2f} times"))
        results.aim(
            f"Check of cin, {sizes.one:,} children, {name}, against bare lxml",
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


def curve(checked: Checked, sizes: Sizes, results: Results, say: Say) -> None:
    """Measure the check from one authority to all of England."""
    rows: list[tuple[str, ...]] = []
    first = 0.0
    all_sizes = sizes.curve(checked)
    for children in all_sizes:
        say(f"{checked.peer.name}, {children:,} children ...")
        path = checked.made(children)
        run = checked.check(path, runs=sizes.runs_for(children))
        each = run.seconds / children
        first = first or each
        size = _size(path) / 1024**2
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
    most = f"{all_sizes[-1]:,} children"
    growth = each / first
    results.aim(
        f"Check of {checked.peer.name}, {most}, time a child",
        f"at most {_LINEAR} of that at {all_sizes[0]:,}",
        f"{growth:.2f}",
        met=growth <= _LINEAR,
    )
    results.aim(
        f"Check of {checked.peer.name}, {most}, peak memory",
        "under 4 GiB",
        memory(run.peak),
        met=run.peak < _MOST_MEMORY,
    )
    columns = ("Children", "Size", "Time", "Peak", "A child", "Against the first", "Runs")
    results.figures.append(
        Figures(
            f"From one authority to England: {checked.peer.definition.title}",
            columns,
            tuple(rows),
            ("Clean files. The start of the program is in every time, and weighs most in the first row.",),
        )
    )


def around(sizes: Sizes, results: Results, say: Say) -> None:
    """Measure the start of the program, the other reports and convert."""
    say("Start, reports, convert ...")
    path = CIN_CHECKED.made(sizes.one, _DAMAGE)
    start = min((measured([*GATEWAY, "--help"]) for _ in range(2 * sizes.runs)), key=lambda run: run.seconds)
    results.aim("Start of `ics-gateway --help`", "under 0.3 s", seconds(start.seconds), met=start.seconds < _START)
    rows: list[tuple[str, ...]] = [("`ics-gateway --help`, best of several", *_pair(start))]
    rows += [
        (f"`check --format {report}`", *_pair(CIN_CHECKED.check(path, runs=sizes.runs, report=report)))
        for report in ("json", "csv", "xlsx", "html")
    ]
    rows += _conversions(CIN_CHECKED.made(sizes.one), sizes.runs)
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


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())


def _pair(run: Run) -> tuple[str, str]:
    return seconds(run.seconds), memory(run.peak)


def measure_speed(sizes: Sizes, results: Results, say: Say, *, peer: bool) -> None:
    """Measure everything about speed and scale."""
    for checked in (CIN_CHECKED, SSDA903_CHECKED):
        if peer:
            against_peer(checked, sizes, results, say)
        curve(checked, sizes, results, say)
    against_bare_lxml(sizes, results, say)
    around(sizes, results, say)
