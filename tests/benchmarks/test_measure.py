from __future__ import annotations

import sys

import pytest

from benchmarks.figures import Figures, Results, memory, seconds
from benchmarks.hostile import outcome
from benchmarks.measure import Run, measured
from benchmarks.page import markdown


def test_a_run_gives_status_and_both_outputs() -> None:
    code = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(1)"
    run = measured([sys.executable, "-c", code])
    assert (run.status, run.stdout, run.stderr, run.stopped) == (1, "out\n", "err\n", False)


def test_peak_memory_is_that_of_the_program() -> None:
    run = measured([sys.executable, "-c", "x = bytearray(b'x') * (64 * 1024 * 1024)"])
    assert 64 < run.peak < 128


def test_peak_memory_leaves_out_that_of_the_process_that_measures() -> None:
    kept = bytearray(b"x") * (128 * 1024 * 1024)
    assert measured([sys.executable, "-c", ""]).peak < 64
    assert len(kept) == 128 * 1024 * 1024


def test_a_program_that_fails_is_no_measurement() -> None:
    with pytest.raises(RuntimeError, match="ended with 3: why"):
        measured([sys.executable, "-c", "import sys; sys.stderr.write('why'); sys.exit(3)"])


def test_figures_are_printed_with_the_targets_first() -> None:
    results = Results()
    results.aim("Start", "under 0.3 s", seconds(0.1), met=True)
    results.aim("Memory", "under 4 GiB", memory(5000), met=False)
    results.aim("Peer", "40 times", "more than 30 times", met=None)
    results.figures.append(Figures("Sizes", ("Children",), (("10",),), ("A note.",)))
    assert markdown(results).splitlines() == [
        "## Targets",
        "",
        "| What   | Target      | Measured           | Result    |",
        "| ------ | ----------- | ------------------ | --------- |",
        "| Start  | under 0.3 s | 100 ms             | met       |",
        "| Memory | under 4 GiB | 4.88 GiB           | not met   |",
        "| Peer   | 40 times    | more than 30 times | not known |",
        "",
        "## Sizes",
        "",
        "| Children |",
        "| -------- |",
        "| 10       |",
        "",
        "A note.",
    ]


def test_an_outcome_is_the_first_finding_the_refusal_or_the_crash() -> None:
    found = '{"findings": [{"code": "FORM01", "message": "It breaks off."}]}'
    assert outcome(Run(0, 0, 1, 1, found, "")) == "FORM01: It breaks off."
    assert outcome(Run(0, 0, 1, 2, "", "Error: A zip\nfile.")) == "Error: A zip file."
    assert outcome(Run(0, 0, 1, -9, "", "Killed")) == "crashed: Killed"
